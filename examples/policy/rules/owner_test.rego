package thalassasecrets_test

test_labels if {
	broken_by(secret({"labels": {"owner": "x"}})) == set()
	broken_by(secret({"labels": null})) == {"owner"}
	every labels in [{"owner": ""}, {"owner": " \t"}, {"owner": null}, {"Owner": "x"}] {
		broken_by(json.patch(secret({}), [{"op": "replace", "path": "/resource_changes/0/change/after/labels", "value": labels}])) == {"owner"}
	}
	broken_with(secret({}), {"owner_label": "team"}) == {"owner"}
	broken_with(secret({"labels": {"team": "x"}}), {"owner_label": "team"}) == set()
}

test_labels_that_are_unknown if {
	every unknown in [{"labels": true}, {"labels": {"owner": true}}] {
		plan := json.patch(secret({"labels": null}), [{"op": "replace", "path": "/resource_changes/0/change/after_unknown", "value": unknown}])
		broken_by(plan) == {"owner"}
		broken_with(plan, {"unknown": "warn"}) == set()
	}
	plan := json.patch(secret({"labels": null}), [{"op": "replace", "path": "/resource_changes/0/change/after_unknown", "value": {"labels": {"other": true}}}])
	broken_with(plan, {"unknown": "warn"}) == {"owner"}
}

labelled_by_default(expression) := with_parts(secret({"labels": null}), {"configuration": {
	"provider_config": {"p": {"name": "thalassasecrets", "expressions": {"default_labels": expression}}},
	"root_module": {"resources": [{"mode": "managed", "address": "thalassasecrets_secret.app", "type": "thalassasecrets_secret", "name": "app", "provider_config_key": "p"}]},
}})

test_default_labels if {
	broken_by(labelled_by_default({"constant_value": {"owner": "x"}})) == set()
	broken_by(labelled_by_default({"constant_value": {"owner": 5}})) == set()
	broken_by(labelled_by_default({"constant_value": {"owner": ""}})) == {"owner"}
	broken_by(labelled_by_default({"constant_value": {"other": "x"}})) == {"owner"}

	# The labels of the secret win, so what is unknown there can still end without an owner.
	own_unknown := json.patch(labelled_by_default({"constant_value": {"owner": "x"}}), [{"op": "replace", "path": "/resource_changes/0/change/after_unknown", "value": {"labels": true}}])
	broken_by(own_unknown) == {"owner"}
	broken_with(own_unknown, {"unknown": "warn"}) == set()
	by_reference := labelled_by_default({"references": ["var.labels"]})
	broken_by(by_reference) == {"owner"}
	broken_with(by_reference, {"unknown": "warn"}) == set()
	broken_with(by_reference, {"default_labels_have_owner": true}) == set()
	broken_with(labelled_by_default({"constant_value": {}}), {"default_labels_have_owner": true}) == {"owner"}
}
