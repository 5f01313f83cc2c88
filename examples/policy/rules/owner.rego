package thalassasecrets

# Every secret has a label that names its owner.

finding contains {
	"rule": "owner",
	"address": change.address,
	"id": planned_id(change),
	"what": sprintf("The secret has no label %q.", [settings.owner_label]),
	"todo": "Set it in labels, or as a constant in default_labels of the provider. The service cannot change labels of an existing secret: list such a secret in the exceptions.",
	"certain": true,
} if {
	some change in kept("thalassasecrets_secret")
	not has_owner(change)
	not owner_is_unknown(change)
}

finding contains {
	"rule": "owner",
	"address": change.address,
	"id": planned_id(change),
	"what": sprintf("The plan does not show whether the secret has the label %q.", [settings.owner_label]),
	"todo": "Set it in labels to a value that is known in the plan, or as a constant in default_labels of the provider. If default_labels always have it, set default_labels_have_owner.",
	"certain": false,
} if {
	some change in kept("thalassasecrets_secret")
	not has_owner(change)
	owner_is_unknown(change)
}

has_owner(change) if trim_space(sprintf("%v", [label(change, settings.owner_label)])) != ""

has_owner(change) if {
	settings.default_labels_have_owner
	default_labels(change).references
}

owner_is_unknown(change) if label_is_unknown(change, settings.owner_label)

owner_is_unknown(change) if default_labels(change).references
