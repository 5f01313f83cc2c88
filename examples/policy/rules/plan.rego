package thalassasecrets

# HCP Terraform passes the plan together with the run. "terraform show -json" prints only the plan.
plan := input.plan if {
	input.plan.format_version
} else := input

# Something that is not a complete plan would break no rule, and so must not pass.
finding contains {
	"rule": "plan",
	"address": "input",
	"what": "The input is not the JSON of a plan.",
	"todo": `Make it with "terraform show -json saved.plan".`,
	"certain": true,
} if {
	not is_plan
}

finding contains {
	"rule": "plan",
	"address": "input",
	"what": "The plan failed, so it does not show all changes.",
	"todo": "Resolve its errors and plan again.",
	"certain": true,
} if {
	plan.errored
}

is_plan if {
	startswith(plan.format_version, "1.")
	is_object(plan.configuration)
	is_object(plan.planned_values)
	is_array(object.get(plan, "resource_changes", []))
}

changes contains change if {
	some change in plan.resource_changes
	change.mode == "managed"
	change.type in {"thalassasecrets_secret", "thalassasecrets_secret_version"}
}

# The resources after the apply, changed or not.
kept(type) := {change |
	some change in changes
	change.type == type
	change.change.after != null
}

deleted(type) := {change |
	some change in changes
	change.type == type
	"delete" in change.change.actions
}

planned(change, name) := object.get(change.change, ["after", name], null)

# Whether an attribute, or a part of it, is known only during apply.
is_unknown(change, path) if {
	some i in numbers.range(1, count(path))
	object.get(change.change, array.concat(["after_unknown"], array.slice(path, 0, i)), false) == true
}

# The ID of the secret of a resource, or null if it is unknown or must not be printed.
planned_id(change) := id_of(change.change.after, change.change.after_sensitive)

former_id(change) := id_of(change.change.before, change.change.before_sensitive)

id_of(values, marks) := null if {
	some name in ["id", "path", "region", "secret_id"]
	marks[name] == true
} else := values.secret_id if {
	values.secret_id != null
} else := sprintf("%s%s", [values.region, values.path]) if {
	values.path != null
	values.region != null
} else := null

# The configuration block of a resource, or {} if it was removed.
configuration_of(change) := object.get(configured, block_address(change), {})

# The address of the block: that of the resource without the keys of count and for_each.
block_address(change) := concat(".", array.concat(module, [change.type, change.name])) if {
	module := [regex.replace(change.module_address, `\["(?:[^"\\]|\\.)*"\]|\[[0-9]+\]`, "")]
} else := sprintf("%s.%s", [change.type, change.name])

# All blocks of the configuration by their address, those of child modules too.
configured[address] := block if {
	walk(plan.configuration.root_module, [path, block])
	is_block_path(path)
	block.mode == "managed"
	modules := [sprintf("module.%s", [name]) | some i, name in array.slice(path, 0, count(path) - 2); i % 3 == 1]
	address := concat(".", array.concat(modules, [block.address]))
}

# module_calls, NAME, module, and so on down to resources, INDEX. A value that looks like a block has another path.
is_block_path(path) if {
	path[count(path) - 2] == "resources"
	count(path) % 3 == 2
	every i, step in array.slice(path, 0, count(path) - 2) {
		step == ["module_calls", step, "module"][i % 3]
	}
}

# A label of a secret, from its own labels or from default_labels of its provider.
label(change, name) := value if {
	value := planned(change, "labels")[name]
	value != null
} else := value if {
	not is_unknown(change, ["labels", name])
	value := default_labels(change).constant_value[name]
}

default_labels(change) := plan.configuration.provider_config[configuration_of(change).provider_config_key].expressions.default_labels

label_is_unknown(change, name) if is_unknown(change, ["labels", name])
