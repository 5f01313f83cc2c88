package thalassasecrets_test

import data.thalassasecrets

test_what_is_not_a_plan if {
	every other in [{}, [], null, "plan", {"format_version": "1.2"}, {"plan": {}}, {"format_version": "2.0", "configuration": {}, "planned_values": {}}] {
		broken_by(other) == {"plan"}
	}
}

test_a_plan_that_failed if broken_by(with_parts(secret({}), {"errored": true})) == {"plan"}

test_a_plan_without_resources if broken_by(json.remove(secret({}), ["resource_changes"])) == set()

test_a_plan_of_hcp_terraform if {
	broken_by({"plan": secret({"labels": null}), "run": {}}) == {"owner"}
}

test_data_sources_and_other_resources if {
	plan := secret({"labels": null})
	broken_by(json.patch(plan, [{"op": "replace", "path": "/resource_changes/0/mode", "value": "data"}])) == set()
	broken_by(json.patch(plan, [{"op": "replace", "path": "/resource_changes/0/type", "value": "other_secret"}])) == set()
}

test_the_address_of_a_block if {
	every module, want in {
		"module.a": "module.a.t.n",
		"module.a[0].module.b": "module.a.module.b.t.n",
		`module.a["x"]`: "module.a.t.n",
		`module.a["].\"[0]"].module.b["\\"]`: "module.a.module.b.t.n",
	} {
		thalassasecrets.block_address({"module_address": module, "type": "t", "name": "n"}) == want
	}
	thalassasecrets.block_address({"type": "t", "name": "n"}) == "t.n"
}

test_the_id_of_a_secret_that_is_sensitive if {
	thalassasecrets.id_of({"region": "nl-01", "path": "/app/db"}, {}) == "nl-01/app/db"
	thalassasecrets.id_of({"secret_id": "nl-01/app/db", "region": null}, {}) == "nl-01/app/db"
	thalassasecrets.id_of({"region": "nl-01", "path": "/app/db"}, {"path": true}) == null
	thalassasecrets.id_of({"secret_id": "nl-01/app/db"}, {"region": true}) == null
	thalassasecrets.id_of({"region": "nl-01"}, {}) == null
	thalassasecrets.id_of(null, false) == null
}

test_a_report_is_no_command if {
	plan := json.patch(secret({"labels": null}), [{"op": "replace", "path": "/resource_changes/0/address", "value": "a\n::error::x\u001b[2J##[error]\u202e"}])
	report := thalassasecrets.report with input as plan
	contains(report, "DENIED owner: a ::error::x [2J# [error]  (nl-01/app/db)\n")
}

test_blocks_of_the_configuration if {
	block := {"address": "t.n", "mode": "managed", "type": "t", "name": "n"}
	module := {"resources": [block], "module_calls": {"module_calls": {"module": {"resources": [block], "module_calls": {"resources": {"module": {"resources": [block]}}}}}}}
	configured := thalassasecrets.configured with input as with_parts(secret({}), {"configuration": {"root_module": module}})
	object.keys(configured) == {"t.n", "module.module_calls.t.n", "module.module_calls.module.resources.t.n"}
}

test_a_value_that_looks_like_a_block if {
	every value in [{"resources": [{"address": "t.n", "mode": "managed"}]}, {"a": {"resources": [{"address": "t.n", "mode": "managed"}]}}, {"a": {"b": {"resources": [{"address": "t.n", "mode": "managed"}]}}}] {
		block := {"address": "t.n", "mode": "managed", "type": "t", "name": "n", "expressions": {"input": {"constant_value": value}}}
		configured := thalassasecrets.configured with input as with_parts(secret({}), {"configuration": {"root_module": {"resources": [block]}}})
		configured == {"t.n": block}
	}
}
