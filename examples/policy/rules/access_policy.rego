package thalassasecrets

# No access policy lets everyone in.

finding contains {
	"rule": "access_policy",
	"address": change.address,
	"id": planned_id(change),
	"what": problem,
	"todo": "Allow the networks of the callers only, in conditions of type ip.",
	"certain": true,
} if {
	some change in kept("thalassasecrets_secret")
	not is_closed(change)
	some problem in openings(change)
}

finding contains {
	"rule": "access_policy",
	"address": change.address,
	"id": planned_id(change),
	"what": "The networks that the access policy allows are known only during apply.",
	"todo": "Set networks that are known in the plan, or apply what they depend on first.",
	"certain": false,
} if {
	some change in kept("thalassasecrets_secret")
	policy_is_unknown(change)
}

finding contains {
	"rule": "access_policy",
	"address": change.address,
	"id": planned_id(change),
	"what": "The secret has no access_policy in the configuration.",
	"todo": "Set access_policy, with conditions that allow the networks of the callers.",
	"certain": true,
} if {
	settings.require_access_policy
	some change in kept("thalassasecrets_secret")
	planned(change, "access_policy") == null
	not is_unknown(change, ["access_policy"])
}

conditions(change) := planned(change, "access_policy").conditions

openings(change) := ({problem |
	conditions_are_known(change)
	count(allowing(change)) == 0
	problem := "The access policy is open to everyone: it has no condition that allows certain callers and so refuses all others."
} | {problem |
	some condition in allowing(change)
	some cidr in object.get(condition, "cidrs", [])
	cidr != null # known only during apply
	is_wide(cidr)
	problem := sprintf("The access policy allows %s, which is too wide.", [cidr])
}) | {problem |
	some condition in allowing(change)
	condition.type == "time"
	problem := sprintf("The access policy allows everyone from %v:00 to %v:00: one matching allow condition is enough.", [condition.start_hour, condition.end_hour])
}

# A condition with an unknown effect may allow, so it counts as an allow condition.
allowing(change) := [condition |
	some condition in conditions(change)
	object.get(condition, "effect", null) != "deny"
]

conditions_are_known(change) if {
	is_array(conditions(change))
	not is_unknown(change, ["access_policy", "conditions"])
}

# A policy that denies every address is closed, regardless of its allow conditions.
is_closed(change) if {
	refused := {cidr |
		some condition in conditions(change)
		condition.effect == "deny"
		some cidr in condition.cidrs
	}
	{"0.0.0.0/0", "::/0"} & refused == {"0.0.0.0/0", "::/0"}
}

is_wide(cidr) if to_number(split(cidr, "/")[1]) < minimum_prefix(cidr)

minimum_prefix(cidr) := settings.minimum_ipv4_prefix if {
	not contains(cidr, ":")
} else := 96 + settings.minimum_ipv4_prefix if {
	# IPv4 in the form of IPv6.
	startswith(lower(cidr), "::ffff:")
	to_number(split(cidr, "/")[1]) >= 96
} else := settings.minimum_ipv6_prefix

policy_is_unknown(change) if {
	walk(object.get(change.change.after_unknown, "access_policy", {}), [_, true])
}
