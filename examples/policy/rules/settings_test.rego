package thalassasecrets_test

import data.thalassasecrets

test_settings_that_are_not_valid if {
	every settings in [
		5, [1], {"owner_lable": "x"}, {"owner_label": 5}, {"unknown": "deni"}, {"unknown": null}, {"disabled_rules": ["x"]}, {"disabled_rules": {}},
		{"exceptions": {"x": []}}, {"exceptions": {"owner": "x"}}, {"exceptions": []}, {"maximum_destroyed_versions": "5"},
	] {
		broken_with(secret({"labels": null}), settings) == {"owner", "settings"}
	}
}

test_a_setting_that_is_false_or_zero_counts if {
	broken_with(version({"detect_value_changes": true}), {"allow_fingerprints": false}) == {"value"}
	one := plan_of("thalassasecrets_secret_version", {"before": {"active_versions": [1, 2]}, "after": {"active_versions": [2]}})
	broken_by(one) == set()
	broken_with(one, {"maximum_destroyed_versions": 0}) == {"destroyed_versions"}
}

test_exceptions if {
	plan := secret({"labels": null})
	every exception in ["thalassasecrets_secret.app", "nl-01/app/db", "nl-01/app/*", "nl-01/*"] {
		broken_with(plan, {"exceptions": {"owner": [exception]}}) == set()
		broken_with(plan, {"exceptions": {"rotation": [exception]}}) == {"owner"}
	}
	every exception in ["thalassasecrets_secret", "nl-01/app/d", "nl-01/ap/*", "/*", "*", "nl-01/app/db/*", ""] {
		broken_with(plan, {"exceptions": {"owner": [exception]}}) == {"owner"}
	}
	broken_with(plan, {"disabled_rules": ["owner"]}) == set()
}

test_what_is_unknown_can_be_a_warning if {
	plan := json.patch(secret({"labels": null}), [{"op": "replace", "path": "/resource_changes/0/change/after_unknown", "value": {"labels": true}}])
	broken_by(plan) == {"owner"}
	broken_with(plan, {"unknown": "deni"}) == {"owner", "settings"}
	broken_with(plan, {"unknown": "warn"}) == set()
	report := thalassasecrets.report with input as plan with data.thalassasecrets_settings as {"unknown": "warn"}
	startswith(report, "Policy: passed, 1 warning\n\nWARNING owner: thalassasecrets_secret.app (nl-01/app/db)\n")
}

test_each_rule_is_known if {
	{found.rule | some found in thalassasecrets.finding with input as {}} == {"plan"}
	count(thalassasecrets.rules) == 8
}
