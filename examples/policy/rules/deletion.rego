package thalassasecrets

# A secret stays protected unless a label allows otherwise.

finding contains {
	"rule": "protection",
	"address": change.address,
	"id": planned_id(change),
	"what": sprintf("deletion_protection is false, and the secret has no label %s = \"true\".", [settings.deletion_label]),
	"todo": "Remove deletion_protection = false. If the secret has to go, list it in the exceptions of protection and deletion.",
	"certain": true,
} if {
	some change in kept("thalassasecrets_secret")
	planned(change, "deletion_protection") == false
	not may_be_unprotected(change)
}

finding contains {
	"rule": "protection",
	"address": change.address,
	"id": planned_id(change),
	"what": "Whether the secret stays protected from deletion is known only during apply.",
	"todo": "Set deletion_protection to a value that is known in the plan.",
	"certain": false,
} if {
	some change in kept("thalassasecrets_secret")
	is_unknown(change, ["deletion_protection"])
	not may_be_unprotected(change)
}

may_be_unprotected(change) if label(change, settings.deletion_label) == "true"

# No secret is deleted.

finding contains {
	"rule": "deletion",
	"address": change.address,
	"id": former_id(change),
	"what": deletion(change),
	"todo": "To rename a resource, use a moved block. To stop managing the secret, use a removed block with lifecycle { destroy = false }. If the secret has to go, list it in the exceptions.",
	"certain": true,
} if {
	some change in deleted("thalassasecrets_secret")
}

deletion(change) := "This plan replaces the secret. All its versions are lost." if {
	"create" in change.change.actions
} else := "This plan deletes the secret. All its versions are lost."

# No version is destroyed by deletion_policy while it is young.

finding contains {
	"rule": "young_version",
	"address": change.address,
	"id": former_id(change),
	"what": sprintf("This plan destroys version %v, %s.", [change.change.before.version, age]),
	"todo": sprintf(`Versions are kept for %v days. Apply deletion_policy = "retain" before the resource goes away.`, [settings.minimum_days_before_destroy]),
	"certain": true,
} if {
	some change in destroyed_by_policy
	age := too_young(change)
}

# deletion_policy does not destroy a version that is replaced by one of the same secret. retention destroys it later.
destroyed_by_policy contains change if {
	some change in deleted("thalassasecrets_secret_version")
	change.change.before.deletion_policy == "destroy"
	not stays_with_secret(change)
}

stays_with_secret(change) if planned(change, "secret_id") == change.change.before.secret_id

too_young(change) := sprintf("which was put on %s", [created]) if {
	created := change.change.before.created_at
	created != null
	time.parse_rfc3339_ns(created) > now - (((settings.minimum_days_before_destroy * 24) * 3600) * 1000000000)
} else := "of unknown age" if {
	change.change.before.created_at == null
} else := "of unknown age" if {
	not now
}

# The time of the plan, not of the check, so that a later check of the same plan has the same result.
now := time.parse_rfc3339_ns(plan.timestamp)
