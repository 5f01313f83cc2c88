package thalassasecrets_test

import data.thalassasecrets

# A plan with one resource. Attributes that a test omits have the values of a resource that breaks no rule.
plan_of(type, change) := {
	"format_version": "1.2",
	"timestamp": "2026-11-20T12:00:00Z",
	"planned_values": {},
	"configuration": {"root_module": {}},
	"resource_changes": [{
		"address": sprintf("%s.app", [type]),
		"mode": "managed",
		"type": type,
		"name": "app",
		"change": object.union({"actions": ["no-op"], "before": null, "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}}, change),
	}],
}

secret(attributes) := plan_of("thalassasecrets_secret", {"after": object.union({"id": "nl-01/app/db", "region": "nl-01", "path": "/app/db", "labels": {"owner": "team"}, "deletion_protection": true, "access_policy": null}, attributes)})

version(attributes) := plan_of("thalassasecrets_secret_version", {"after": object.union({"secret_id": "nl-01/app/db", "region": "nl-01", "path": "/app/db", "on_external_version": "adopt"}, attributes)})

# The same plan with other parts, such as the configuration.
with_parts(plan, parts) := object.union(plan, parts)

broken_by(plan) := {found.rule | some found in thalassasecrets.deny with input as plan}

broken_with(plan, settings) := {found.rule |
	some found in thalassasecrets.deny with input as plan with data.thalassasecrets_settings as settings
}

test_a_good_secret_and_version_pass if {
	broken_by(secret({})) == set()
	broken_by(version({})) == set()
	report := thalassasecrets.report with input as secret({})
	report == "Policy: passed, 0 warnings"
}

test_a_report_shows_a_few_violations_of_each_rule if {
	many := object.union(secret({"labels": null}), {"resource_changes": [change |
		some n in numbers.range(10, 34)
		change := object.union(secret({"labels": null}).resource_changes[0], {"address": sprintf("a%d", [n])})
	]})
	report := thalassasecrets.report with input as many
	startswith(report, "Policy: failed, 25 violations, 0 warnings\n\nDENIED owner: a10 ")
	count(split(report, "DENIED owner: a")) - 1 == 20
	endswith(report, "\n\nDENIED owner: 5 more")
	all := thalassasecrets.report with input as many with data.thalassasecrets_settings as {"maximum_shown": 25}
	count(split(all, "DENIED owner: a")) - 1 == 25
	not contains(all, "more")
}
