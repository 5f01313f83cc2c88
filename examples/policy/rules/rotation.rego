package thalassasecrets

# A version that can get a new value without a person has a rotation.

finding contains {
	"rule": "rotation",
	"address": change.address,
	"id": planned_id(change),
	"what": sprintf("The version can renew itself (%s), but has no rotation.", [source]),
	"todo": `Set rotation, for example rotation = { after = "90d" }.`,
	"certain": true,
} if {
	some change in renewable
	source := sources(change)[0]
	not rotates(change)
	not rotation_is_unknown(change)
}

finding contains {
	"rule": "rotation",
	"address": change.address,
	"id": planned_id(change),
	"what": sprintf("The version can renew itself (%s), and whether it has a rotation is known only during apply.", [source]),
	"todo": "Set rotation to values that are known in the plan.",
	"certain": false,
} if {
	some change in renewable
	source := sources(change)[0]
	not rotates(change)
	rotation_is_unknown(change)
}

# With on_external_version = "ignore", another program puts the versions, and rotation is not supported.
renewable contains change if {
	some change in kept("thalassasecrets_secret_version")
	planned(change, "on_external_version") != "ignore"
	count(sources(change)) > 0
}

sources(change) := array.concat(
	["generate" | is_given(change, "generate")],
	sort([reference |
		some name in write_only
		some reference in configuration_of(change).expressions[name].references
		makes_values(reference)
	]),
)

# An ephemeral resource makes a new value in each run, except for one that reads a secret.
makes_values(reference) if {
	startswith(reference, "ephemeral.")
	not startswith(reference, "ephemeral.thalassasecrets_secret_value.")
}

rotates(change) if planned(change, "rotation").after != null

rotates(change) if {
	some _ in planned(change, "rotation").keepers
}

rotates(change) if {
	some _, unknown in change.change.after_unknown.rotation.keepers
	unknown
}

rotation_is_unknown(change) if {
	some name in ["after", "keepers"]
	is_unknown(change, ["rotation", name])
}
