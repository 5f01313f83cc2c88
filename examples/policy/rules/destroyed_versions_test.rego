package thalassasecrets_test

import data.thalassasecrets

retiring(before, after, unknown) := plan_of("thalassasecrets_secret_version", {
	"before": {"active_versions": before},
	"after": object.union({"secret_id": "nl-01/app/db", "retention": {"keep": 0}}, after),
	"after_unknown": unknown,
})

test_versions_that_leave_the_list if {
	limit := {"maximum_destroyed_versions": 2}
	broken_with(retiring([1, 2, 3, 4], {"active_versions": [3, 4]}, {}), limit) == set()
	broken_with(retiring([1, 2, 3, 4], {"active_versions": [4]}, {}), limit) == {"destroyed_versions"}

	# A put leaves its own version open.
	broken_with(retiring([1, 2, 3, 4], {"active_versions": [4, null]}, {"active_versions": [false, true]}), limit) == {"destroyed_versions"}
	broken_with(retiring([1, 2, 3, 4], {"active_versions": [4]}, {}), object.union(limit, {"exceptions": {"destroyed_versions": ["nl-01/app/db"]}})) == set()
}

test_a_list_that_is_not_known if {
	plan := retiring([1, 2], {}, {"active_versions": true})
	broken_by(plan) == {"destroyed_versions"}
	broken_with(plan, {"unknown": "warn"}) == set()
	broken_by(retiring([], {}, {"active_versions": true})) == set()
	broken_by(retiring(null, {}, {"active_versions": true})) == set()
}

test_a_retention_that_ends_destroys_nothing if {
	broken_with(retiring([1, 2], {"active_versions": null, "retention": null}, {}), {"maximum_destroyed_versions": 0}) == set()
}

test_several_resources_add_up if {
	one := retiring([1, 2], {"active_versions": [2]}, {})
	both := object.union(one, {"resource_changes": array.concat(one.resource_changes, [object.union(one.resource_changes[0], {"address": "thalassasecrets_secret_version.other"})])})
	broken_with(one, {"maximum_destroyed_versions": 1}) == set()
	broken_with(both, {"maximum_destroyed_versions": 1}) == {"destroyed_versions"}
	report := thalassasecrets.report with input as both with data.thalassasecrets_settings as {"maximum_destroyed_versions": 1}
	contains(report, "destroys 2 versions: thalassasecrets_secret_version.app: 1; thalassasecrets_secret_version.other: 1.")
}

test_a_version_that_deletion_policy_destroys_counts if {
	plan := destroying({"created_at": "2026-01-01T00:00:00Z"}, null)
	broken_by(plan) == set()
	broken_with(plan, {"maximum_destroyed_versions": 0}) == {"destroyed_versions"}
}

test_an_action_that_destroys_versions if {
	plan := with_parts(secret({}), {"action_invocations": [{"address": "action.thalassasecrets_destroy_secret_version.old", "type": "thalassasecrets_destroy_secret_version"}]})
	broken_by(plan) == {"destroyed_versions"}
	broken_with(plan, {"exceptions": {"destroyed_versions": ["action.thalassasecrets_destroy_secret_version.old"]}}) == set()
	broken_by(with_parts(secret({}), {"action_invocations": [{"address": "action.x.y", "type": "thalassasecrets_put_generated_value"}]})) == set()
}
