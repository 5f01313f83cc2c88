package thalassasecrets

# The defaults of the settings. Change a setting in settings.yaml, not here.
default_settings := {
	# The label that names the owner of a secret.
	"owner_label": "owner",
	# Whether default_labels that a plan does not show, because they are not constant, name an owner.
	"default_labels_have_owner": false,
	# The label that must be "true" on a secret that is not protected from deletion.
	"deletion_label": "allow_deletion",
	# How many days old a version must be before deletion_policy = "destroy" may destroy it.
	"minimum_days_before_destroy": 30,
	# How many versions one plan may destroy.
	"maximum_destroyed_versions": 10,
	# The widest networks that an access policy may allow, as the lengths of their prefixes.
	"minimum_ipv4_prefix": 8,
	"minimum_ipv6_prefix": 7,
	# Whether every secret must have an access_policy.
	"require_access_policy": false,
	# Whether detect_value_changes may keep a hash of the value in the state.
	"allow_fingerprints": true,
	# The result if a rule needs a value that is known only during apply: deny or warn.
	"unknown": "deny",
	# How many violations of each rule the report shows.
	"maximum_shown": 20,
	# Rules that are switched off.
	"disabled_rules": [],
	# For each rule, the addresses of resources and the IDs of secrets that it does not apply to. An ID can end in /*.
	"exceptions": {},
}

rules := {
	"access_policy",
	"deletion",
	"destroyed_versions",
	"owner",
	"protection",
	"rotation",
	"value",
	"young_version",
}

default given_settings := {}

given_settings := data.thalassasecrets_settings

# A setting that is not valid is a violation and has its default value, so that the rules still apply.
settings := object.union(default_settings, {name: value |
	some name, value in given_settings
	not settings_errors[name]
})

settings_errors[name] := "There is no such setting." if {
	some name, _ in given_settings
	not name in object.keys(default_settings)
}

settings_errors[name] := sprintf("It must be a value of the type %s.", [type_name(default_settings[name])]) if {
	some name, value in given_settings
	type_name(value) != type_name(default_settings[name])
}

settings_errors["unknown"] := `It must be "deny" or "warn".` if {
	is_string(given_settings.unknown)
	not given_settings.unknown in {"deny", "warn"}
}

settings_errors["disabled_rules"] := sprintf("The rules are %s.", [concat(", ", sort(rules))]) if {
	is_array(given_settings.disabled_rules)
	some rule in given_settings.disabled_rules
	not rule in rules
}

settings_errors["exceptions"] := sprintf("It must have a list for each rule. The rules are %s.", [concat(", ", sort(rules))]) if {
	some rule, excepted in given_settings.exceptions
	exception_error(rule, excepted)
}

exception_error(rule, _) if not rule in rules

exception_error(_, excepted) if not is_array(excepted)

finding contains {
	"rule": "settings",
	"address": name,
	"what": sprintf("The setting %s is not valid.", [name]),
	"todo": problem,
	"certain": true,
} if {
	some name, problem in settings_errors
}

finding contains {
	"rule": "settings",
	"address": "thalassasecrets_settings",
	"what": "The settings are not an object.",
	"todo": "Give each setting a line: see settings.yaml.",
	"certain": true,
} if {
	not is_object(given_settings)
}
