package thalassasecrets

# One plan destroys few versions.

finding contains {
	"rule": "destroyed_versions",
	"address": "plan",
	"what": sprintf("This plan destroys %d versions: %s.", [total, concat("; ", sort([text |
		some address, numbers in leaving
		text := sprintf("%s: %s", [address, concat(", ", [sprintf("%v", [n]) | some n in sort(numbers)])])
	]))]),
	"todo": sprintf("At most %v may go in one plan. Apply a part of it with -target, or raise retention.keep.", [settings.maximum_destroyed_versions]),
	"certain": true,
} if {
	total := sum([count(numbers) | some _, numbers in leaving])
	total > settings.maximum_destroyed_versions
}

# The versions that the plan destroys, by the address of their resource.
leaving[change.address] := numbers if {
	some change in kept("thalassasecrets_secret_version")
	not is_excepted("destroyed_versions", change.address, planned_id(change))
	is_array(planned(change, "active_versions"))
	numbers := {n | some n in change.change.before.active_versions} - {n | some n in change.change.after.active_versions}
	count(numbers) > 0
}

leaving[address] := {change.change.before.version} if {
	some change in destroyed_by_policy
	not is_excepted("destroyed_versions", change.address, former_id(change))
	address := sprintf("%s (deletion_policy)", [change.address])
}

# A list that is completely unknown names no versions.
finding contains {
	"rule": "destroyed_versions",
	"address": change.address,
	"id": planned_id(change),
	"what": "Which versions this plan destroys is known only during apply.",
	"todo": "Read the warnings of the plan. Apply what the version depends on first, and plan again.",
	"certain": false,
} if {
	some change in kept("thalassasecrets_secret_version")
	some _ in change.change.before.active_versions
	is_unknown(change, ["active_versions"])
	planned(change, "retention") != null
}

# An action destroys versions that no resource shows.
finding contains {
	"rule": "destroyed_versions",
	"address": invocation.address,
	"what": "This plan invokes an action that destroys versions.",
	"todo": "Invoke the action by hand, after a review. If it belongs here, list its address in the exceptions.",
	"certain": true,
} if {
	some invocation in plan.action_invocations
	invocation.type == "thalassasecrets_destroy_secret_version"
}
