package thalassasecrets_test

test_protection if {
	broken_by(secret({"deletion_protection": false})) == {"protection"}
	broken_by(secret({"deletion_protection": false, "labels": {"allow_deletion": "true"}})) == set()
	broken_by(secret({"deletion_protection": false, "labels": {"allow_deletion": "false"}})) == {"protection"}
	broken_with(secret({"deletion_protection": false, "labels": {"temporary": "true"}}), {"deletion_label": "temporary"}) == set()
}

test_protection_that_is_unknown if {
	plan := json.patch(secret({}), [
		{"op": "remove", "path": "/resource_changes/0/change/after/deletion_protection"},
		{"op": "replace", "path": "/resource_changes/0/change/after_unknown", "value": {"deletion_protection": true}},
	])
	broken_by(plan) == {"protection"}
	broken_with(plan, {"unknown": "warn"}) == set()
}

test_deletion if {
	before := {"id": "nl-01/app/db", "region": "nl-01", "path": "/app/db", "labels": {"allow_deletion": "true"}}
	broken_by(plan_of("thalassasecrets_secret", {"actions": ["delete"], "before": before, "after": null})) == {"deletion"}
	broken_with(plan_of("thalassasecrets_secret", {"actions": ["delete"], "before": before, "after": null}), {"exceptions": {"deletion": ["nl-01/app/db"]}}) == set()
	broken_by(plan_of("thalassasecrets_secret", {"actions": ["forget"], "before": before, "after": null})) == set()

	# lifecycle { destroy = false } forgets what it replaces.
	broken_by(plan_of("thalassasecrets_secret", {"actions": ["forget", "create"], "before": before, "after": object.union(before, {"labels": {"owner": "x"}})})) == set()
	every actions in [["delete", "create"], ["create", "delete"]] {
		after := object.union(before, {"path": "/new", "deletion_protection": true, "labels": {"owner": "x"}})
		broken_by(plan_of("thalassasecrets_secret", {"actions": actions, "before": before, "after": after})) == {"deletion"}

		# An exception is for what is deleted, not for what takes its place.
		broken_with(plan_of("thalassasecrets_secret", {"actions": actions, "before": before, "after": after}), {"exceptions": {"deletion": ["nl-01/new"]}}) == {"deletion"}
	}
}

destroying(attributes, after) := plan_of("thalassasecrets_secret_version", {"actions": ["delete"], "before": object.union({"secret_id": "nl-01/app/db", "version": 4, "deletion_policy": "destroy", "created_at": "2026-11-01T12:00:00Z"}, attributes), "after": after})

test_a_young_version if {
	broken_by(destroying({}, null)) == {"young_version"}
	broken_by(destroying({"deletion_policy": "retain"}, null)) == set()
	broken_by(destroying({"created_at": "2026-10-21T12:00:01Z"}, null)) == {"young_version"}
	broken_by(destroying({"created_at": "2026-10-21T12:00:00Z"}, null)) == set()
	broken_by(destroying({"created_at": null}, null)) == {"young_version"}
	broken_by(json.remove(destroying({"created_at": "2026-01-01T00:00:00Z"}, null), ["timestamp"])) == {"young_version"}
	broken_with(destroying({}, null), {"minimum_days_before_destroy": 19}) == set()
}

test_a_version_that_is_replaced if {
	broken_by(destroying({}, {"secret_id": "nl-01/app/db"})) == set()
	broken_by(destroying({}, {"secret_id": "nl-01/app/other"})) == {"young_version"}
	broken_by(destroying({}, {})) == {"young_version"} # The secret is replaced, too.
}
