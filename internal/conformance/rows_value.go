package conformance

import (
	"encoding/base64"
	"net/http"
	"strings"
)

const mostValue = 64 << 10 // bytes

// valueScenario is about what comes back of a value.
func valueScenario() scenario {
	whole := writing(needReveal)
	return scenario{"values", "Values", []Row{
		{"values.string-round-trip", Documented, "A string is revealed as it was put.", whole},
		{"values.binary-round-trip", Documented, "A string may consist of any bytes.", whole},
		{"values.key-values-round-trip", Documented, "Key/value pairs are revealed as they were put.", whole},
		{"values.empty-string", Assumed, "A string may be empty.", whole},
		{"values.64-kib", Assumed, "A value may have 64 KiB.", whole},
		{"values.one-format-in-answer", Documented, "The answer has either secretString or secretKeyValues.", whole},
		{"values.formats-may-differ", Documented, "The versions of one secret may differ in their formats.", writing(needPut)},
		{"values.format-in-history", Assumed, "The history names the format of each version, string or keyValue.", writing(needPut, needRead)},
		{"values.not-in-metadata", Documented, "No metadata has a value: not that of a create, of a read or of a list.", writing(needRead)},
	}, func(t *checker) {
		every := make([]byte, 256)
		for i := range every {
			every[i] = byte(i)
		}
		text := t.text()
		for _, form := range []struct{ id, name, value string }{
			{"values.string-round-trip", "string", text},
			{"values.binary-round-trip", "binary", string(every)},
			{"values.empty-string", "empty", ""},
			{"values.64-kib", "large", strings.Repeat("0123456789abcdef", mostValue/16)},
		} {
			own := t.branch()
			path := own.path(form.name)
			if created := own.send(own.create(path, with{"secretString": base64Of(form.value)})); own.stuck == "" && !created.ok() && created.status != http.StatusForbidden {
				own.accepted(form.id, created)
				continue
			}
			got, ok := own.revealed(own.must(own.reveal(path, 0)))
			own.holds(form.id, ok && got == form.value, "the value that was put", "another value")
		}

		path := t.path("pairs")
		pairs := map[string]string{"user": t.text(), "a.b-c": t.text()}
		encoded := map[string]string{}
		for key, value := range pairs {
			encoded[key] = base64Of(value)
		}
		created := t.must(t.create(path, with{"secretString": nil, "secretKeyValues": encoded}))
		revealing := t.branch()
		d := revealing.must(revealing.reveal(path, 0)).doc()
		got := d.pairs("secretKeyValues")
		revealing.holds("values.key-values-round-trip", len(got) == 2 && got["user"] == encoded["user"] && got["a.b-c"] == encoded["a.b-c"],
			"the pairs that were put", "other pairs (%d)", len(got))
		revealing.holds("values.one-format-in-answer", d.has("secretKeyValues") != d.has("secretString"), "one of the two", "secretString: %t, secretKeyValues: %t",
			d.has("secretString"), d.has("secretKeyValues"))

		putting := t.branch()
		put := putting.send(putting.put(path, nil))
		putting.accepted("values.formats-may-differ", put)
		if !put.ok() {
			putting.need("a second format in one secret, or the permission %s", needPut)
		}
		history := putting.history(path, hasVersion(2))
		first, second := history.version(1).text("valueFormat"), history.version(2).text("valueFormat")
		putting.holds("values.format-in-history", first == "keyValue" && second == "string", "keyValue and string", "%q and %q", first, second)

		read := t.must(t.get(path))
		listed := t.branch()
		bodies := string(created.body) + string(read.body) + string(listed.send(listed.list(t.path(""))).body)
		leaked := t.run.service.scrub.holds(bodies) || strings.Contains(bodies, "secretString") || strings.Contains(bodies, "secretKeyValues")
		t.holds("values.not-in-metadata", !leaked, "no value", "a value")
	}}
}

// valueRefusalScenario is about values that are none.
func valueRefusalScenario() scenario {
	return scenario{"novalues", "What is not a value", []Row{
		{"values.not-base64-400", Documented, "A value that is not base64 gets 400.", writing()},
		{"values.unpadded-400", Documented, "Base64 without padding gets 400.", writing()},
		{"values.url-safe-400", Documented, "The URL-safe alphabet of base64 gets 400.", writing()},
		{"values.bad-pair-400", Documented, "A pair whose value is not base64 gets 400.", writing()},
		{"values.empty-key-values-400", Assumed, "Key/value pairs without a pair get 400.", writing()},
		{"values.64-kib-and-one-400", Assumed, "A value of 64 KiB and one byte gets 400.", writing()},
	}, func(t *checker) {
		for id, fields := range map[string]with{
			"values.not-base64-400":       {"secretString": "not base64!"},
			"values.unpadded-400":         {"secretString": "aGk"},
			"values.url-safe-400":         {"secretString": base64.URLEncoding.EncodeToString([]byte{0xfb, 0xff, 0xfe})},
			"values.bad-pair-400":         {"secretString": nil, "secretKeyValues": with{"user": "not base64!"}},
			"values.empty-key-values-400": {"secretString": nil, "secretKeyValues": with{}},
			"values.64-kib-and-one-400":   {"secretString": base64Of(strings.Repeat("x", mostValue+1))},
		} {
			t.status(id, t.send(t.create(t.path(strings.TrimPrefix(id, "values.")), fields)), http.StatusBadRequest)
		}
	}}
}

// generatedScenario is about values that the service generates.
func generatedScenario() scenario {
	return scenario{"generated", "Generated values", []Row{
		{"values.generated-16", Documented, "A generated value may have 16 bytes.", writing(needReveal)},
		{"values.generated-4096", Documented, "A generated value may have 4,096 bytes.", writing(needReveal)},
		{"values.generated-default-32", Documented, "A generated value has 32 bytes where no byteLength is given.", writing(needReveal)},
		{"values.generated-15-400", Documented, "A generated value of 15 bytes gets 400.", writing()},
		{"values.generated-4097-400", Documented, "A generated value of 4,097 bytes gets 400.", writing()},
		{"values.generated-differ", Documented, "Two generated values differ.", writing(needReveal)},
		{"values.generated-is-string", Documented, "A generated value is a string.", writing(needRead)},
	}, func(t *checker) {
		generate := func(fields with) with { return with{"secretString": nil, "generateSecret": fields} }
		values := map[string]bool{}
		revealing := t.branch()
		for _, form := range []struct {
			id     string
			fields with
			length int
		}{
			{"values.generated-16", with{"byteLength": 16}, 16},
			{"values.generated-4096", with{"byteLength": 4096}, 4096},
			{"values.generated-default-32", with{}, 32},
		} {
			own := t.branch()
			path := own.path(strings.TrimPrefix(form.id, "values."))
			created := own.send(own.create(path, generate(form.fields)))
			if own.stuck == "" && !created.ok() && created.status != http.StatusForbidden {
				own.accepted(form.id, created)
				continue
			}
			value, ok := own.revealed(own.must(own.reveal(path, 0)))
			own.holds(form.id, ok && len(value) == form.length, shown(form.length)+" bytes", "%d bytes", len(value))
			values[value] = true
			revealing.stuck = own.stuck
		}
		refused := t.branch()
		refused.status("values.generated-15-400", refused.send(refused.create(t.path("15"), generate(with{"byteLength": 15}))), http.StatusBadRequest)
		refused.status("values.generated-4097-400", refused.send(refused.create(t.path("4097"), generate(with{"byteLength": 4097}))), http.StatusBadRequest)

		path := t.made("one", generate(with{"byteLength": 32}))
		t.made("two", generate(with{"byteLength": 32}))
		pair := t.branch()
		one, _ := pair.revealed(pair.must(pair.reveal(path, 0)))
		two, _ := pair.revealed(pair.must(pair.reveal(t.path("two"), 0)))
		pair.holds("values.generated-differ", one != two, "two values", "the same value twice")
		t.holds("values.generated-is-string", t.history(path, hasVersion(1)).version(1).text("valueFormat") == "string", `the format "string"`,
			"%s", shown(t.history(path, hasVersion(1)).version(1).at("valueFormat")))
	}}
}

// revealScenario is about getSecretValue.
func revealScenario() scenario {
	return scenario{"reveals", "Revealing a value", []Row{
		{"reveal.answer", Documented, "getSecretValue answers with path, version, KMS key and version of the key.", writing(needReveal)},
		{"reveal.empty-body-is-current", Documented, "getSecretValue without a body reveals the current version.", writing(needReveal, needPut)},
		{"reveal.by-version", Documented, "getSecretValue with a version reveals that version.", writing(needReveal, needPut)},
		{"reveal.unknown-version-404", Documented, "A version that does not exist gets 404.", writing(needReveal)},
		{"reveal.missing-secret-404", Documented, "getSecretValue of a secret that does not exist gets 404.", writing(needReveal)},
	}, func(t *checker) {
		first, second := t.text(), t.text()
		path := t.made("db", with{"secretString": base64Of(first)})
		a := t.must(t.reveal(path, 0))
		d := a.doc()
		t.holds("reveal.answer", d.text("path") == path && d.number("version") == 1 && d.text("kmsKeyIdentity") == t.run.key && d.text("kmsKeyVersion") != "",
			"path, version 1, kmsKeyIdentity and kmsKeyVersion", "path %q, version %d, kmsKeyIdentity %q, kmsKeyVersion %q",
			d.text("path"), d.number("version"), d.text("kmsKeyIdentity"), d.text("kmsKeyVersion"))
		t.status("reveal.unknown-version-404", t.send(t.reveal(path, 999)), http.StatusNotFound)
		t.status("reveal.missing-secret-404", t.send(t.reveal(path+"-missing", 0)), http.StatusNotFound)
		t.must(t.put(path, with{"secretString": base64Of(second)}))
		bare := t.reveal(path, 0)
		bare.body = nil
		current := t.send(bare)
		if t.accepted("reveal.empty-body-is-current", current); current.ok() {
			value, _ := t.revealed(current)
			t.holds("reveal.empty-body-is-current", value == second && current.doc().number("version") == 2, "version 2", "version %d or another value", current.doc().number("version"))
		}
		older := t.must(t.reveal(path, 1))
		value, _ := t.revealed(older)
		t.holds("reveal.by-version", value == first && older.doc().number("version") == 1, "version 1", "version %d or another value", older.doc().number("version"))
	}}
}

// putScenario is about putSecretValue.
func putScenario() scenario {
	return scenario{"puts", "Putting a value", []Row{
		{"put.status-200", Assumed, "putSecretValue answers 200.", writing(needPut)},
		{"put.answer", Documented, "putSecretValue answers with the path and the number of the new version.", writing(needPut)},
		{"put.generated", Documented, "putSecretValue takes generateSecret, as createSecret does.", writing(needPut)},
		{"put.no-value-400", Documented, "putSecretValue without a value gets 400.", writing(needPut)},
		{"put.two-values-400", Documented, "putSecretValue with two values gets 400.", writing(needPut)},
		{"put.missing-404", Documented, "putSecretValue to a secret that does not exist gets 404.", writing(needPut)},
		{"put.refused-adds-nothing", Documented, "A put that is refused adds no version.", writing(needPut, needRead)},
	}, func(t *checker) {
		path := t.made("db", nil)
		a := t.must(t.put(path, nil))
		t.status("put.status-200", a, http.StatusOK)
		t.holds("put.answer", a.doc().text("path") == path && a.doc().number("version") == 2, "the path and version 2", "path %q, version %d", a.doc().text("path"), a.doc().number("version"))
		t.status("put.no-value-400", t.send(t.put(path, with{})), http.StatusBadRequest)
		t.status("put.two-values-400", t.send(t.put(path, with{"secretString": base64Of(t.text()), "generateSecret": with{"byteLength": 16}})), http.StatusBadRequest)
		t.status("put.missing-404", t.send(t.put(path+"-missing", nil)), http.StatusNotFound)
		putting := t.branch()
		rows, _ := t.history(path, hasVersion(2)).rows("versions")
		t.holds("put.refused-adds-nothing", len(rows) == 2, "2 versions", "%d versions", len(rows))
		putting.accepted("put.generated", putting.send(putting.put(path, with{"generateSecret": with{"byteLength": 16}})))
	}}
}
