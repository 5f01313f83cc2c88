package thalassasecrets_test

import data.thalassasecrets

test_values_in_plain_text if {
	broken_by(version({"secret_string": "x"})) == {"value"}
	broken_by(version({"secret_string": ""})) == {"value"}
	broken_by(version({"secret_key_values": {}})) == {"value"}
	broken_by(version({"secret_string": null, "secret_key_values": null})) == set()
}

test_a_value_that_leaves_the_state_passes if {
	broken_by(plan_of("thalassasecrets_secret_version", {"before": {"secret_string": "x"}, "after": {"secret_string": null}})) == set()
	broken_by(plan_of("thalassasecrets_secret_version", {"actions": ["forget"], "before": {"secret_string": "x"}, "after": null})) == set()
}

test_values_that_are_unknown if {
	every unknown in [{"secret_string": true}, {"secret_key_values": true}] {
		broken_by(plan_of("thalassasecrets_secret_version", {"after": {}, "after_unknown": unknown})) == {"value"}
	}
}

sensitive(attributes, marks) := plan_of("thalassasecrets_secret_version", {"after": attributes, "after_sensitive": marks})

test_sensitive_values if {
	broken_by(sensitive({"value_wo_version": "x"}, {"value_wo_version": true})) == {"value"}
	broken_by(sensitive({"rotation": {"keepers": {"k": "x"}}}, {"rotation": {"keepers": {"k": true}}})) == {"value"}
	broken_by(sensitive({"rotation": {"keepers": {"k": "x"}}}, {"rotation": true})) == {"value"}
	broken_by(plan_of("thalassasecrets_secret_version", {"after": {"rotation": {"keepers": {}}}, "after_unknown": {"rotation": {"keepers": {"k": true}}}, "after_sensitive": {"rotation": {"keepers": true}}})) == {"value"}
}

test_what_is_always_sensitive_passes if {
	every name in ["secret_string_wo", "secret_binary_wo", "secret_key_values_wo", "secret_string", "secret_key_values"] {
		broken_by(sensitive({name: null}, {name: true})) == set()
	}
	broken_by(sensitive({"value_wo_version": null}, {"value_wo_version": true})) == set()
}

test_the_path_of_an_attribute if {
	thalassasecrets.written(["access_policy", "conditions", 0, "cidrs"]) == "access_policy.conditions[0].cidrs"
}

configured_with(block) := with_parts(secret({}), {"configuration": {"root_module": {"module_calls": {"a": {"module": {"resources": [object.union({"mode": "managed", "name": "app"}, block)]}}}}}})

test_literals if {
	every name in ["secret_string_wo", "secret_binary_wo", "secret_key_values_wo"] {
		broken_by(configured_with({"address": "thalassasecrets_secret_version.app", "type": "thalassasecrets_secret_version", "expressions": {name: {"constant_value": "x"}}})) == {"value"}
		broken_by(configured_with({"address": "thalassasecrets_secret.app", "type": "thalassasecrets_secret", "expressions": {"initial_value": {"constant_value": {name: "x"}}}})) == {"value"}
	}
	broken_by(configured_with({"address": "thalassasecrets_secret_version.app", "type": "thalassasecrets_secret_version", "expressions": {"secret_string_wo": {"references": ["var.x"]}}})) == set()
	broken_by(configured_with({"address": "thalassasecrets_secret_version.app", "type": "thalassasecrets_secret_version", "expressions": {"secret_string_wo": {"constant_value": null}}})) == set()
	broken_by(configured_with({"address": "thalassasecrets_secret.app", "type": "thalassasecrets_secret", "expressions": {"initial_value": {"constant_value": {"generate": {"byte_length": 32}}}}})) == set()
}

test_the_address_of_a_literal if {
	plan := configured_with({"address": "thalassasecrets_secret_version.app", "type": "thalassasecrets_secret_version", "expressions": {"secret_string_wo": {"constant_value": "x"}}})
	{found.address | some found in thalassasecrets.deny with input as plan} == {"module.a.thalassasecrets_secret_version.app"}
}

test_credentials if {
	every name in ["token", "access_token", "client_secret", "oidc_token"] {
		broken_by(with_parts(secret({}), {"configuration": {"provider_config": {"x": {"name": "thalassasecrets", "expressions": {name: {"constant_value": "x"}}}}}})) == {"value"}
		broken_by(with_parts(secret({}), {"configuration": {"provider_config": {"x": {"name": "other", "expressions": {name: {"constant_value": "x"}}}}}})) == set()
		broken_by(with_parts(secret({}), {"configuration": {"provider_config": {"x": {"name": "thalassasecrets", "expressions": {name: {"references": ["var.x"]}}}}}})) == set()
	}
}

storing(store) := with_parts(secret({}), {
	"variables": {"plain": {"value": "x"}},
	"configuration": {"root_module": {
		"variables": {"plain": {}, "ephemeral": {}},
		"resources": [{"mode": "managed", "address": "terraform_data.app", "type": "terraform_data", "name": "app", "expressions": {"store": store}}],
	}},
})

test_a_value_that_terraform_data_stores if {
	every references in [["ephemeral.random_password.a.result", "ephemeral.random_password.a"], ["var.ephemeral"]] {
		broken_by(storing({"references": references})) == {"value"}
		broken_by(storing([{"value": {"references": references}}])) == {"value"}
	}
	count({found | some found in thalassasecrets.deny with input as storing({"references": ["ephemeral.a.b.c", "ephemeral.a.b"]})}) == 1
	broken_by(storing({"references": ["var.plain", "thalassasecrets_secret_version.a.version_uid"]})) == set()
	broken_by(storing({"constant_value": "x"})) == set()
}

from_variables(references) := with_parts(version({}), {
	"variables": {"plain": {"value": "x"}, "user": {"value": "y"}},
	"configuration": {"root_module": {"resources": [{"mode": "managed", "address": "thalassasecrets_secret_version.app", "type": "thalassasecrets_secret_version", "name": "app", "expressions": {"secret_key_values_wo": {"references": references}}}]}},
})

test_a_variable_that_is_not_ephemeral if {
	broken_by(from_variables(["var.plain"])) == {"value"}
	broken_by(from_variables(["var.user", "var.plain"])) == {"value"}
	broken_by(from_variables(["var.ephemeral"])) == set()
	broken_by(from_variables(["var.user", "var.ephemeral"])) == set()
	broken_by(from_variables(["var.user", "local.value"])) == set()
	broken_by(from_variables([])) == set()
}
