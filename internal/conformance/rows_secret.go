package conformance

import (
	"net/http"
	"strings"
)

// createScenario is about what a create answers, and what a read shows of it.
func createScenario() scenario {
	reading := writing(needRead)
	return scenario{"create", "Creating a secret", []Row{
		{"create.status-201", Documented, "createSecret answers 201.", writing()},
		{"create.answers-metadata", Documented, "The answer is the metadata of the secret, with its path and its creation time.", writing()},
		{"create.first-version", Documented, "A new secret has version 1, which is active and current.", reading},
		{"create.keeps-metadata", Documented, "Description, labels and annotations are kept as they were sent.", reading},
		{"create.binds-key", Documented, "The metadata names the KMS key that the secret was created with.", reading},
		{"create.key-status", Assumed, "The metadata says the type and the status of the KMS key.", reading},
		{"create.region", Documented, "The metadata names the region by its slug.", reading},
		{"create.keeps-policy", Documented, "An access policy of createSecret is shown in the metadata.", reading},
		{"create.taken-409", Assumed, "createSecret at a path that is taken gets 409.", writing()},
		{"get.history-on-request", Documented, "The history of versions comes with includeVersions=true.", reading},
		{"get.no-history-by-default", Documented, "The history does not come without includeVersions=true.", reading},
		{"get.version-fields", Assumed, "A version in the history has a status, a value format and a creation time, and the current one has the stage.", reading},
	}, func(t *checker) {
		path := t.path("db")
		fields := with{
			"description": "of a conformance run", "labels": map[string]string{"team": "conformance"}, "annotations": map[string]string{"note": "a b"},
			"accessPolicy": with{"conditions": []with{{"type": "ip", "effect": "allow", "cidrs": []string{"0.0.0.0/0", "::/0"}}}},
		}
		created := t.send(t.create(path, fields))
		t.status("create.status-201", created, http.StatusCreated)
		if !created.ok() {
			t.status("create.answers-metadata", created, http.StatusCreated)
			t.need("createSecret to succeed, and it got %s", created.said())
		}
		d := created.doc()
		t.holds("create.answers-metadata", d.text("path") == path && !d.moment("createdAt").IsZero(), "path and createdAt",
			"path %q and createdAt %q", d.text("path"), d.text("createdAt"))
		t.status("create.taken-409", t.send(t.create(path, nil)), http.StatusConflict)

		plain := t.must(t.get(path)).doc()
		labels, annotations := plain.pairs("labels"), plain.pairs("annotations")
		t.holds("create.keeps-metadata", plain.text("description") == fields["description"] && labels["team"] == "conformance" &&
			annotations["note"] == "a b" && annotations[markAnnotation] == t.run.id, "what was sent", "description %q, labels %s, annotations %s",
			plain.text("description"), shown(plain.at("labels")), shown(plain.at("annotations")))
		t.holds("create.binds-key", plain.text("kmsKey", "identity") == t.run.key, shown(t.run.key), "%s", shown(plain.at("kmsKey", "identity")))
		t.holds("create.key-status", plain.text("kmsKey", "status") == "active" && plain.text("kmsKey", "keyType") != "", `keyType and the status "active"`,
			"%s", shown(plain.at("kmsKey")))
		t.holds("create.region", plain.text("region", "slug") == t.run.config.Region, shown(t.run.config.Region), "%s", shown(plain.at("region")))
		conditions, _ := plain.rows("accessPolicy", "conditions")
		t.holds("create.keeps-policy", len(conditions) == 1 && conditions[0].text("effect") == "allow", "the condition that was sent", "%s", shown(plain.at("accessPolicy")))
		t.holds("get.no-history-by-default", !plain.has("versions"), "no versions", "versions")

		checkFirstVersion(t, t.must(t.getHistory(path)).doc())
	}}
}

// checkFirstVersion is about the history of a secret that was just created.
func checkFirstVersion(t *checker, full doc) {
	versions, isList := full.rows("versions")
	t.holds("get.history-on-request", isList && len(versions) > 0, "versions", "%s", shown(full.at("versions")))
	if len(versions) == 0 {
		t.need("a history")
	}
	first := full.version(1)
	t.holds("create.first-version", len(versions) == 1 && first != nil && full.number("currentVersion") == 1 && first.text("status") != "destroyed",
		"version 1 alone, active and current", "currentVersion %d, versions %s", full.number("currentVersion"), shown(full.at("versions")))
	if first == nil {
		t.need("version 1 in the history")
	}
	t.holds("get.version-fields", first.text("status") == "active" && first.text("stage") == "current" && first.text("valueFormat") == "string" &&
		!first.moment("createdAt").IsZero(), "status, stage, valueFormat and createdAt", "%s", shown(map[string]any(first)))
}

// createRefusalScenario is about what a create refuses.
func createRefusalScenario() scenario {
	return scenario{"refusals", "What a create refuses", []Row{
		{"create.key-unknown-404", Documented, "createSecret with an unknown KMS key gets 404.", writing()},
		{"create.key-missing-400", Assumed, "createSecret without a KMS key gets 400.", writing()},
		{"create.key-asymmetric-400", Assumed, "createSecret with an asymmetric KMS key gets 400.", writing(needKMSRead, needAsymmetricKey)},
		{"create.no-value-400", Documented, "createSecret without a value gets 400.", writing()},
		{"create.two-values-400", Documented, "createSecret with two values gets 400.", writing()},
		{"create.description-1024", Assumed, "A description may have 1,024 characters, of several bytes each.", writing()},
		{"create.description-1025-400", Assumed, "A description of 1,025 characters gets 400.", writing()},
		{"create.invalid-policy-400", Assumed, "createSecret with an access policy of an unknown type gets 400.", writing()},
	}, func(t *checker) {
		t.permitted(needCreate)
		refused := func(id string, fields with, status int) {
			t.status(id, t.send(t.create(t.path(strings.ReplaceAll(id, ".", "-")), fields)), status)
		}
		refused("create.key-unknown-404", with{"kmsKeyIdentity": "kms-" + strings.ToLower(t.run.text())}, http.StatusNotFound)
		refused("create.key-missing-400", with{"kmsKeyIdentity": nil}, http.StatusBadRequest)
		refused("create.no-value-400", with{"secretString": nil}, http.StatusBadRequest)
		refused("create.two-values-400", with{"generateSecret": with{"byteLength": 32}}, http.StatusBadRequest)
		t.accepted("create.description-1024", t.send(t.create(t.path("long"), with{"description": strings.Repeat("é", 1024)})))
		refused("create.description-1025-400", with{"description": strings.Repeat("x", 1025)}, http.StatusBadRequest)
		refused("create.invalid-policy-400", with{"accessPolicy": with{"conditions": []with{{"type": "moon", "effect": "deny"}}}}, http.StatusBadRequest)
		asymmetric := ""
		for _, key := range t.run.keys {
			if !isSymmetric(key) && key.text("status") == "active" {
				asymmetric = key.text("identity")
			}
		}
		t.lacks(asymmetric == "", needAsymmetricKey)
		refused("create.key-asymmetric-400", with{"kmsKeyIdentity": asymmetric}, http.StatusBadRequest)
	}}
}

// deleteScenario is about the end of a secret.
func deleteScenario() scenario {
	return scenario{"delete", "Deleting a secret", []Row{
		{"delete.status-204", Assumed, "deleteSecret answers 204.", writing()},
		{"delete.twice-404", Documented, "Deleting a secret again gets 404.", writing()},
		{"delete.frees-path", Documented, "The path of a deleted secret can be used again.", writing()},
	}, func(t *checker) {
		path := t.made("db", nil)
		t.status("delete.status-204", t.must(t.remove(path)), http.StatusNoContent)
		t.status("delete.twice-404", t.send(t.remove(path)), http.StatusNotFound)
		t.accepted("delete.frees-path", t.send(t.create(path, nil)))
	}}
}

// recreateScenario is about two secrets that had one path after each other.
func recreateScenario() scenario {
	return scenario{"recreate", "A path that is used again", []Row{
		{"delete.then-404", Documented, "A deleted secret gets 404.", writing(needRead)},
		{"delete.leaves-list", Documented, "A deleted secret is in no list.", writing(needRead, needList)},
		{"delete.new-created-at", Documented, "A secret that was created again has a new creation time.", writing(needRead)},
		{"delete.restarts-versions", Documented, "A secret that was created again starts at version 1.", writing(needRead, needPut)},
	}, func(t *checker) {
		path := t.made("db", nil)
		before := t.must(t.get(path)).doc().moment("createdAt")
		putting := t.branch()
		putting.must(putting.put(path, nil))
		t.tick()
		t.must(t.remove(path))
		t.status("delete.then-404", t.send(t.get(path)), http.StatusNotFound)
		listing := t.branch()
		entries, _ := listing.must(listing.list(t.path(""))).list()
		listing.holds("delete.leaves-list", len(entries) == 0, "an empty list", "%d secrets", len(entries))
		t.must(t.create(path, nil))
		after := t.history(path, isThere)
		t.holds("delete.new-created-at", after.moment("createdAt").After(before), "a later createdAt", "%q after %s", after.text("createdAt"), before)
		if putting.stuck == "" {
			putting.stuck = t.stuck
		}
		putting.holds("delete.restarts-versions", after.version(1) != nil && after.version(2) == nil && after.number("currentVersion") == 1,
			"version 1 alone", "versions %s", shown(after.at("versions")))
	}}
}
