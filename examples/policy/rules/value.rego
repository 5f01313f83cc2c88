package thalassasecrets

# No value is kept in the state or written in the configuration.

write_only := {"secret_string_wo", "secret_binary_wo", "secret_key_values_wo"}

plain_text := {"secret_string", "secret_key_values"}

finding contains {
	"rule": "value",
	"address": change.address,
	"id": planned_id(change),
	"what": sprintf("%s keeps the value in the state in plain text.", [name]),
	"todo": sprintf("Give the same value to %s_wo, with value_wo_version. The move puts no new version.", [name]),
	"certain": true,
} if {
	some change in kept("thalassasecrets_secret_version")
	some name in plain_text
	is_given(change, name)
}

is_given(change, name) if planned(change, name) != null

is_given(change, name) if is_unknown(change, [name])

# A sensitive value in an attribute that the state stores.
finding contains {
	"rule": "value",
	"address": change.address,
	"id": planned_id(change),
	"what": sprintf("%s has a sensitive value, which the state keeps in plain text.", [written(path)]),
	"todo": "Remove it. As a trigger, use the version_uid of the secret that the value comes from. If it is not confidential, use nonsensitive().",
	"certain": true,
} if {
	some type in ["thalassasecrets_secret", "thalassasecrets_secret_version"]
	some change in kept(type)
	walk(change.change.after_sensitive, [path, true])
	not path[0] in ((write_only | plain_text) | {"initial_value"})
	holds(change, path)
}

holds(change, path) if object.get(change.change, array.concat(["after"], path), null) != null

holds(change, path) if is_unknown(change, path)

# The path of an attribute as a configuration has it: access_policy.conditions[0].cidrs.
written(path) := trim_prefix(
	concat("", [step |
		some part in path
		step := step_of(part)
	]),
	".",
)

step_of(part) := sprintf("[%d]", [part]) if {
	is_number(part)
} else := sprintf(".%s", [part])

finding contains {
	"rule": "value",
	"address": change.address,
	"id": planned_id(change),
	"what": "detect_value_changes keeps a hash of the value in the state.",
	"todo": "Use value_wo_version instead.",
	"certain": planned(change, "detect_value_changes") == true,
} if {
	not settings.allow_fingerprints
	some change in kept("thalassasecrets_secret_version")
	detects(change)
}

detects(change) if planned(change, "detect_value_changes") == true

detects(change) if is_unknown(change, ["detect_value_changes"])

# A value that is written in the configuration is in every saved plan and in version control.
finding contains {
	"rule": "value",
	"address": address,
	"what": sprintf("The value of %s is written in the configuration, so every saved plan has it.", [name]),
	"todo": "Use an ephemeral variable or an ephemeral resource, and put a new value: this one is known.",
	"certain": true,
} if {
	some address, block in configured
	some name in literals(block)
}

literals(block) := {name |
	block.type == "thalassasecrets_secret_version"
	some name in write_only
	block.expressions[name].constant_value != null
} | {sprintf("initial_value.%s", [name]) |
	block.type == "thalassasecrets_secret"
	some name in write_only
	block.expressions.initial_value.constant_value[name] != null
}

# A variable that is not ephemeral is in every saved plan. Other sources of a value are unknown, so all must be variables.
finding contains {
	"rule": "value",
	"address": address,
	"what": sprintf("The value of %s comes from %s, which is not ephemeral, so every saved plan has it.", [name, concat(", ", references)]),
	"todo": "Set ephemeral = true on the variable.",
	"certain": true,
} if {
	some address, block in configured
	not startswith(address, "module.") # A plan has the variables of the root only.
	block.type == "thalassasecrets_secret_version"
	some name in write_only
	references := sort(block.expressions[name].references)
	every reference in references {
		is_saved_variable(reference)
	}
	count(references) > 0
}

is_saved_variable(reference) if {
	startswith(reference, "var.")
	split(reference, ".")[1] in object.keys(object.get(plan, "variables", {}))
}

# terraform_data can store an ephemeral value, which is then in the state.
finding contains {
	"rule": "value",
	"address": address,
	"what": sprintf("store keeps %s in the state in plain text.", [reference]),
	"todo": "Remove it. As a trigger, use the version_uid of the secret that the value comes from.",
	"certain": true,
} if {
	some address, block in configured
	block.type == "terraform_data"
	walk(block.expressions.store, [path, reference])
	path[count(path) - 2] == "references"
	is_value_reference(reference)
}

# The attribute of an ephemeral resource. A plan lists the resource without the attribute, too.
is_value_reference(reference) if {
	startswith(reference, "ephemeral.")
	count(split(reference, ".")) > 3
}

# A variable of the root that is not among those of the plan is ephemeral.
is_value_reference(reference) if {
	startswith(reference, "var.")
	name := split(reference, ".")[1]
	plan.configuration.root_module.variables[name]
	not name in object.keys(object.get(plan, "variables", {}))
}

finding contains {
	"rule": "value",
	"address": sprintf("provider.%s", [key]),
	"what": sprintf("The credential %s is written in the configuration, so every saved plan has it.", [name]),
	"todo": "Give it in the environment, and replace it: this one is known.",
	"certain": true,
} if {
	some key, block in plan.configuration.provider_config
	block.name == "thalassasecrets"
	some name in ["token", "access_token", "client_secret", "oidc_token"]
	block.expressions[name].constant_value != null
}
