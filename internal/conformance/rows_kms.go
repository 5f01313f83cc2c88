package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// kmsScenario is about what can be read of keys.
func kmsScenario() scenario {
	read := []Need{needKMSRead}
	return scenario{"kms", "KMS keys", []Row{
		{"kms.summary-form", Documented, "The KMS summary says whether the feature is on, and has the regions with their numbers of keys.", nil},
		{"kms.summary-has-region", Documented, "The KMS summary has the region of this run.", nil},
		{"kms.summary-adds-up", Assumed, "In the summary the active, disabled and pending keys of a region add up to its total.", nil},
		{"kms.list-keys", Documented, "A list of keys is an array with identity, type and status of each.", read},
		{"kms.get-key", Documented, "A key can be read by its identity.", read},
		{"kms.unknown-key-404", Documented, "An unknown key gets 404.", read},
	}, func(t *checker) {
		a := t.must(request{operation: opKMS, method: http.MethodGet, path: "/v1/kms/summary"})
		d := a.doc()
		regions, isList := d.rows("regions")
		_, isBool := d.at("featureEnabled").(bool)
		complete := func(r doc) bool {
			_, ok := r.at("kmsAvailable").(bool)
			return ok && r.text("slug") != "" && r.has("totalKeys")
		}
		t.holds("kms.summary-form", isBool && isList && !slices.ContainsFunc(regions, func(r doc) bool { return !complete(r) }),
			"featureEnabled, and regions with slug, kmsAvailable and totalKeys", "%s", string(a.body))
		known := slices.ContainsFunc(regions, func(r doc) bool { return r.text("slug") == t.run.config.Region })
		t.holds("kms.summary-has-region", known, shown(t.run.config.Region), "%s", string(a.body))
		t.holds("kms.summary-adds-up", !slices.ContainsFunc(regions, func(r doc) bool {
			return r.number("totalKeys") != r.number("activeKeys")+r.number("disabledKeys")+r.number("pendingDeletionKeys")
		}), "a total that is the sum", "%s", string(a.body))

		listed := t.must(request{operation: opKeys, method: http.MethodGet, path: t.run.keysURL()})
		keys, isArray := listed.list()
		t.holds("kms.list-keys", isArray && !slices.ContainsFunc(keys, func(k doc) bool {
			return k.text("identity") == "" || k.text("keyType") == "" || k.text("status") == ""
		}), "an array with identity, keyType and status", "%s", string(listed.body))
		t.status("kms.unknown-key-404", t.send(t.run.keyRequest(http.MethodGet, "kms-"+strings.ToLower(t.run.text()), "")), http.StatusNotFound)
		if len(keys) == 0 {
			t.need("a KMS key in the region")
			t.holds("kms.get-key", false, "", "")
			return
		}
		identity := keys[0].text("identity")
		key := t.send(t.run.keyRequest(http.MethodGet, identity, ""))
		if t.accepted("kms.get-key", key); key.ok() {
			t.holds("kms.get-key", key.doc().text("identity") == identity, shown(identity), "%s", shown(key.doc().at("identity")))
		}
	}}
}

// keyRequest is a request about a key.
func (r *runner) keyRequest(method, identity, action string) request {
	q := request{operation: opKeyEdit, method: method, path: r.keysURL() + "/" + identity + action}
	if method == http.MethodGet {
		q.operation = opKey
	}
	return q
}

// noKMSScenario is about a region without KMS.
func noKMSScenario() scenario {
	return scenario{"nokms", "Regions without KMS", []Row{
		{"kms.region-without-503", Documented, "createSecret in a region without KMS gets 503.", writing(needNoKMSRegion)},
	}, func(t *checker) {
		region := ""
		for _, r := range t.run.regions {
			if available, ok := r.at("kmsAvailable").(bool); ok && !available {
				region = r.text("slug")
			}
		}
		t.lacks(region == "", needNoKMSRegion)
		q := t.create(t.path("db"), nil)
		q.path, q.region = secretsURL(region), region
		t.status("kms.region-without-503", t.send(q), http.StatusServiceUnavailable)
	}}
}

// stateRows are the rows about a key in a state in which it cannot encrypt values.
func stateRows(state, words string) []Row {
	test := func(more ...Need) []Need {
		return writing(append([]Need{needTestKey, needKMSRead, needKMSManage, needRead}, more...)...)
	}
	id := func(name string) string { return "kms." + state + "-" + name }
	return []Row{
		{id("create-400"), Documented, "createSecret with a key that is " + words + " gets 400.", test()},
		{id("put-400"), Documented, "putSecretValue to a secret whose key is " + words + " gets 400.", test(needPut)},
		{id("reveal-400"), Documented, "getSecretValue of a secret whose key is " + words + " gets 400.", test(needReveal)},
		{id("get-works"), Documented, "The metadata of a secret whose key is " + words + " can be read.", test()},
		{id("list-works"), Documented, "A secret whose key is " + words + " is in lists.", test(needList)},
		{id("policy-works"), Documented, "The access policy of a secret whose key is " + words + " can be changed.", test(needUpdate)},
		{id("destroy-works"), Documented, "A version of a secret whose key is " + words + " can be destroyed.", test()},
		{id("delete-works"), Documented, "A secret whose key is " + words + " can be deleted.", test()},
		{id("is-shown"), Assumed, "The metadata of a secret names the status of its key that is " + words + ".", test()},
		{id("is-undone"), Documented, "Values can be read again once the key is active again.", test(needReveal)},
	}
}

func disabledKeyScenario() scenario {
	return scenario{"disabled", "A disabled key", stateRows("disabled", "disabled"), func(t *checker) {
		t.checkKeyState("disabled", t.run.keyRequest(http.MethodPost, t.run.config.TestKMSKey, "/disable"))
	}}
}

func pendingKeyScenario() scenario {
	return scenario{"pending", "A key that is scheduled for deletion", stateRows("pending", "scheduled for deletion"), func(t *checker) {
		t.checkKeyState("pending", t.run.keyRequest(http.MethodDelete, t.run.config.TestKMSKey, ""))
	}}
}

// testKey stops the scenario where there is no test key, or one that cannot be used.
func (t *checker) testKey() {
	t.lacks(t.run.config.TestKMSKey == "", needTestKey)
	if t.run.keyTrouble != "" {
		t.need("%s", t.run.keyTrouble)
	}
}

// checkKeyState takes the test key out of service, looks what still works, and restores
// the key.
func (t *checker) checkKeyState(state string, change request) {
	id := func(name string) string { return "kms." + state + "-" + name }
	key := with{"kmsKeyIdentity": t.run.config.TestKMSKey}
	t.testKey()
	kept := t.made("kept", key)
	path := t.made("db", key)
	t.must(t.get(path))
	revealing := t.branch()
	revealing.revealed(revealing.must(revealing.reveal(kept, 0)))
	putting := t.branch()
	putting.must(putting.put(kept, nil))
	if t.stuck == "" {
		t.run.touched = true
	}
	t.must(change)
	for _, own := range []*checker{revealing, putting} {
		own.unless(t)
	}
	t.status(id("create-400"), t.send(t.create(t.path("new"), key)), http.StatusBadRequest)
	putting.status(id("put-400"), putting.send(putting.put(kept, nil)), http.StatusBadRequest)
	revealing.status(id("reveal-400"), revealing.send(revealing.reveal(kept, 0)), http.StatusBadRequest)
	reading := t.send(t.get(kept))
	t.accepted(id("get-works"), reading)
	want := map[string]string{"disabled": "disabled", "pending": "pending_deletion"}[state]
	shownBy := t.branch()
	if !reading.ok() {
		shownBy.need("%s to succeed", opGet)
	}
	shownBy.holds(id("is-shown"), reading.doc().text("kmsKey", "status") == want, shown(want), "%s", shown(reading.doc().at("kmsKey")))
	listing := t.branch()
	listed := listing.send(listing.list(t.path("")))
	if listing.accepted(id("list-works"), listed); listed.ok() {
		entries, _ := listed.list()
		listing.holds(id("list-works"), slices.Contains(pathsOf(entries), kept), "the secret in the list", "%v", pathsOf(entries))
	}
	t.accepted(id("policy-works"), t.send(t.policy(kept, nil)))
	t.accepted(id("destroy-works"), t.send(t.destroy(path, 1)))
	t.accepted(id("delete-works"), t.send(t.remove(path)))
	if t.stuck == "" {
		if err := t.run.restoreKey(t.ctx); err != nil {
			t.need("the key to be active again (%v)", err)
		}
	}
	revealing = revealing.unless(t)
	again := revealing.send(revealing.reveal(kept, 0))
	revealing.revealed(again)
	revealing.accepted(id("is-undone"), again)
}

// restoreKey makes the test key active again, from any state that a run leaves it in.
func (r *runner) restoreKey(ctx context.Context) error {
	read, err := r.service.send(ctx, r.keyRequest(http.MethodGet, r.config.TestKMSKey, ""))
	if err != nil {
		return err
	}
	if !read.ok() {
		return fmt.Errorf("%s got %s", opKey, read.said())
	}
	status := read.doc().text("status")
	if status == "pending_deletion" {
		if err := r.changeKey(ctx, r.keyRequest(http.MethodDelete, r.config.TestKMSKey, "/cancel-deletion")); err != nil {
			return err
		}
	}
	if status != "active" {
		if err := r.changeKey(ctx, r.keyRequest(http.MethodPost, r.config.TestKMSKey, "/enable")); err != nil {
			return err
		}
	}
	r.touched = false
	return nil
}

func (r *runner) changeKey(ctx context.Context, q request) error {
	a, err := r.service.send(ctx, q)
	switch {
	case err != nil:
		return err
	case !a.ok():
		return fmt.Errorf("%s got %s", q.operation, a.said())
	}
	return nil
}

// rotatedKeyScenario is about values from before a rotation of their key. It leaves a
// version of the test key behind, so it takes leave.
func rotatedKeyScenario() scenario {
	needs := writing(needTestKey, needRotation, needKMSRead, needKMSManage, needReveal)
	return scenario{"rotated", "A rotated key", []Row{
		{"kms.old-values-stay-readable", Documented, "A version from before a rotation of the key can be revealed, with its own version of the key.", needs},
		{"kms.new-values-newer-key", Documented, "A version from after the rotation has a newer version of the key.", append(slices.Clone(needs), needPut)},
	}, func(t *checker) {
		t.testKey()
		t.lacks(!t.run.config.RotateTestKMSKey, needRotation)
		path := t.made("db", with{"kmsKeyIdentity": t.run.config.TestKMSKey})
		before := t.must(t.reveal(path, 1))
		value, _ := t.revealed(before)
		t.must(t.run.keyRequest(http.MethodPost, t.run.config.TestKMSKey, "/rotate"))
		after := t.must(t.reveal(path, 1))
		again, _ := t.revealed(after)
		was, is := before.doc().text("kmsKeyVersion"), after.doc().text("kmsKeyVersion")
		t.holds("kms.old-values-stay-readable", again == value && was == is, "the same value by kmsKeyVersion "+was, "kmsKeyVersion %q or another value", is)
		t.must(t.put(path, nil))
		newer := t.must(t.reveal(path, 2))
		t.revealed(newer)
		t.holds("kms.new-values-newer-key", newer.doc().text("kmsKeyVersion") != was, "another kmsKeyVersion than "+was, "%q", newer.doc().text("kmsKeyVersion"))
	}}
}
