package thalassasecrets_test

policy(conditions) := secret({"access_policy": {"conditions": conditions}})

ip(effect, cidrs) := {"type": "ip", "effect": effect, "cidrs": cidrs, "start_hour": null, "end_hour": null, "timezone": null}

hours(effect) := {"type": "time", "effect": effect, "cidrs": null, "start_hour": 8, "end_hour": 18, "timezone": "UTC"}

test_a_policy_that_is_open if {
	broken_by(policy([])) == {"access_policy"}
	broken_by(policy([ip("deny", ["192.0.2.0/24"])])) == {"access_policy"}
	broken_by(policy([hours("deny")])) == {"access_policy"}
	broken_by(policy([hours("allow"), ip("allow", ["10.0.0.0/8"])])) == {"access_policy"}
	every cidr in ["0.0.0.0/0", "::/0", "10.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/7", "2000::/3", "::ffff:0.0.0.0/96", "::FFFF:0:0/96"] {
		broken_by(policy([ip("allow", ["192.0.2.0/24"]), ip("allow", ["198.51.100.0/24", cidr])])) == {"access_policy"}
	}
}

test_a_policy_that_is_not_open if {
	every cidr in ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32", "fc00::/7", "::1/128", "::ffff:10.0.0.0/104"] {
		broken_by(policy([ip("allow", [cidr])])) == set()
	}
	broken_by(policy([ip("allow", ["10.0.0.0/8"]), hours("deny"), ip("deny", ["0.0.0.0/0"])])) == set()
	broken_by(policy([ip("deny", ["0.0.0.0/0", "::/0"])])) == set()
	broken_by(policy([ip("deny", ["0.0.0.0/0"]), ip("deny", ["::/0"]), ip("allow", ["0.0.0.0/0"])])) == set()
	broken_by(policy([ip("deny", ["0.0.0.0/0"]), ip("allow", ["::/0"])])) == {"access_policy"}
}

test_the_widest_networks_can_be_set if {
	broken_with(policy([ip("allow", ["10.0.0.0/8"])]), {"minimum_ipv4_prefix": 9}) == {"access_policy"}
	broken_with(policy([ip("allow", ["fc00::/7"])]), {"minimum_ipv6_prefix": 8}) == {"access_policy"}
}

unknown_policy(after, unknown) := json.patch(secret({"access_policy": after}), [{"op": "replace", "path": "/resource_changes/0/change/after_unknown", "value": {"access_policy": unknown}}])

test_a_policy_that_is_unknown if {
	every plan in [
		unknown_policy(null, true),
		unknown_policy({}, {"conditions": true}),
		unknown_policy({"conditions": [ip("allow", ["10.0.0.0/8", null])]}, {"conditions": [{"cidrs": [false, true]}]}),
		unknown_policy({"conditions": [{"type": "ip", "cidrs": ["10.0.0.0/8"]}]}, {"conditions": [{"effect": true}]}),
	] {
		broken_by(plan) == {"access_policy"}
		broken_with(plan, {"unknown": "warn"}) == set()
	}

	broken_with(unknown_policy(null, true), {"unknown": "warn", "require_access_policy": true}) == set()

	# What is known is judged all the same.
	broken_with(unknown_policy({"conditions": [ip("allow", ["0.0.0.0/0", null])]}, {"conditions": [{"cidrs": [false, true]}]}), {"unknown": "warn"}) == {"access_policy"}
}

test_a_secret_without_a_policy if {
	broken_by(secret({})) == set()
	broken_with(secret({}), {"require_access_policy": true}) == {"access_policy"}
	broken_with(policy([ip("allow", ["10.0.0.0/8"])]), {"require_access_policy": true}) == set()
}
