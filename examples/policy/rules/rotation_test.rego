package thalassasecrets_test

generated(attributes) := version(object.union({"generate": {"byte_length": 32}}, attributes))

test_a_generated_version if {
	broken_by(generated({})) == {"rotation"}
	broken_by(generated({"rotation": null})) == {"rotation"}
	broken_by(generated({"rotation": {"after": null, "keepers": null}})) == {"rotation"}
	broken_by(generated({"rotation": {"after": null, "keepers": {}}})) == {"rotation"}
	broken_by(generated({"rotation": {"after": "30d", "keepers": null}})) == set()
	broken_by(generated({"rotation": {"after": null, "keepers": {"k": "x"}}})) == set()
	broken_by(generated({"on_external_version": "ignore"})) == set()
}

unknown_rotation(unknown) := plan_of("thalassasecrets_secret_version", {"after": {"generate": {"byte_length": 32}}, "after_unknown": {"rotation": unknown}})

test_a_rotation_that_is_unknown if {
	every unknown in [true, {"after": true}, {"keepers": true}] {
		broken_by(unknown_rotation(unknown)) == {"rotation"}
		broken_with(unknown_rotation(unknown), {"unknown": "warn"}) == set()
	}
	broken_by(unknown_rotation({"keepers": {"k": true}})) == set()
}

test_generate_that_is_unknown if {
	broken_by(plan_of("thalassasecrets_secret_version", {"after": {}, "after_unknown": {"generate": true}})) == {"rotation"}
}

referring(references) := with_parts(version({}), {"configuration": {"root_module": {"resources": [{"mode": "managed", "address": "thalassasecrets_secret_version.app", "type": "thalassasecrets_secret_version", "name": "app", "expressions": {"secret_string_wo": {"references": references}}}]}}})

test_a_value_from_an_ephemeral_resource if {
	broken_by(referring(["ephemeral.random_password.a.result", "ephemeral.random_password.a"])) == {"rotation"}
	broken_by(referring(["ephemeral.thalassasecrets_secret_value.a.value", "ephemeral.thalassasecrets_secret_value.a"])) == set()
	broken_by(referring(["var.value"])) == set()
}

test_a_version_without_a_value_or_that_goes if {
	broken_by(version({})) == set()
	broken_by(plan_of("thalassasecrets_secret_version", {"actions": ["delete"], "before": {"generate": {"byte_length": 32}, "deletion_policy": "retain"}, "after": null})) == set()
}
