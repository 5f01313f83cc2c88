package thalassasecrets

# deny and warn are for tools that read them, such as HCP Terraform; report is for people.
deny contains decision(found) if {
	some found in in_force
	is_violation(found)
}

warn contains decision(found) if {
	some found in in_force
	not is_violation(found)
}

is_violation(found) if found.certain

is_violation(_) if settings.unknown == "deny"

in_force contains found if {
	some found in finding
	not found.rule in settings.disabled_rules
	not is_excepted(found.rule, found.address, object.get(found, "id", null))
}

is_excepted(rule, address, _) if address in settings.exceptions[rule]

is_excepted(rule, _, id) if id in settings.exceptions[rule]

is_excepted(rule, _, id) if {
	is_string(id)
	some pattern in settings.exceptions[rule]
	endswith(pattern, "/*")
	startswith(id, trim_suffix(pattern, "*"))
}

decision(found) := {
	"rule": found.rule,
	"address": found.address,
	"msg": sprintf("%s: %s%s\n  %s\n  %s", [found.rule, plain(found.address), about(found), plain(found.what), found.todo]),
}

# A text of the configuration on one line, without commands for a terminal or a CI system.
plain(text) := replace(regex.replace(text, `[\p{Cc}\p{Cf}\x{2028}\x{2029}]`, " "), "##[", "# [")

about(found) := sprintf(" (%s)", [plain(found.id)]) if {
	found.id != null
	found.id != found.address
} else := ""

report := concat("\n\n", array.concat([verdict], array.concat(paragraphs("DENIED", deny), paragraphs("WARNING", warn))))

# One mistake in a module can break a rule a thousand times. A few violations of each rule are enough to find it.
paragraphs(label, decisions) := [paragraph |
	some rule in sort({decision.rule | some decision in decisions})
	messages := sort([sprintf("%s %s", [label, decision.msg]) | some decision in decisions; decision.rule == rule])
	some paragraph in array.concat(
		array.slice(messages, 0, settings.maximum_shown),
		more(label, rule, count(messages) - settings.maximum_shown),
	)
]

more(_, _, n) := [] if n <= 0

more(label, rule, n) := [sprintf("%s %s: %d more", [label, rule, n])] if n > 0

verdict := sprintf("Policy: passed, %s", [counted(count(warn), "warning")]) if {
	count(deny) == 0
} else := sprintf("Policy: failed, %s, %s", [counted(count(deny), "violation"), counted(count(warn), "warning")])

counted(1, noun) := sprintf("1 %s", [noun])

counted(n, noun) := sprintf("%d %ss", [n, noun]) if n != 1
