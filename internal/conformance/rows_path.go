package conformance

import (
	"net/http"
	"net/url"
	"strings"
)

const longestPath = 512

// pathScenario is about which paths are legal. A secret that the service accepts
// against the rules is below the prefix too, and has the mark.
func pathScenario() scenario {
	return scenario{"paths", "Paths", []Row{
		{"paths.characters", Documented, "A path may have the characters A–Z a–z 0–9 / _ - . +, and is kept as it was sent.", writing()},
		{"paths.length-512", Documented, "A path may have 512 characters.", writing()},
		{"paths.length-513-400", Documented, "A path of 513 characters gets 400.", writing()},
		{"paths.illegal-character-400", Documented, "A path with another character gets 400.", writing()},
		{"paths.no-leading-slash-400", Documented, "A path without a leading slash gets 400.", writing()},
		{"paths.trailing-slash-400", Documented, "A path with a trailing slash gets 400.", writing()},
		{"paths.double-slash-400", Documented, "A path with two slashes in a row gets 400.", writing()},
		{"paths.reserved-last-segment-400", Assumed, "A path whose last segment is versions, value or policy gets 400.", writing()},
		{"paths.dot-segment-400", Assumed, "A path with a segment . or .. gets 400.", writing()},
	}, func(t *checker) {
		t.permitted(needCreate)
		refused := func(id string, paths ...string) {
			for _, path := range paths {
				a := t.send(t.create(path, nil))
				t.status(id, a, http.StatusBadRequest)
				if t.results[id].Outcome != Holds {
					return
				}
			}
		}
		fill := func(length int) string {
			home := t.path("")
			return home + strings.Repeat("x", length-len(home))
		}
		legal := t.path("AZaz09/_-.+/end")
		created := t.send(t.create(legal, nil))
		if t.accepted("paths.characters", created); created.ok() {
			t.holds("paths.characters", created.doc().text("path") == legal, "the path that was sent", "%q", created.doc().text("path"))
		}
		t.accepted("paths.length-512", t.send(t.create(fill(longestPath), nil)))
		refused("paths.length-513-400", fill(longestPath+1))
		refused("paths.illegal-character-400", t.path("a~b"), t.path("a b"), t.path("é"))
		refused("paths.no-leading-slash-400", t.path("slash")[1:])
		refused("paths.trailing-slash-400", t.path("slash/"))
		refused("paths.double-slash-400", t.path("a//b"))
		refused("paths.reserved-last-segment-400", t.path("versions"), t.path("value"), t.path("policy"))
		refused("paths.dot-segment-400", t.path("a/./b"), t.path("a/b/../c"))
	}}
}

// byQuery is the request with the secret's path in the query.
func (t *checker) byQuery(r request, path string) request {
	r.path = strings.Replace(r.path, "/secret"+path, "/secret", 1)
	query := url.Values{"path": {path}}
	for name, values := range r.query {
		query[name] = values
	}
	r.query = query
	return r
}

// urlScenario is about the two places of a path in a URL.
func urlScenario() scenario {
	return scenario{"urls", "The path in a URL", []Row{
		{"urls.percent-encoded", Assumed, "A percent-encoded path in a URL names the same secret.", writing(needRead)},
		{"urls.get-by-query", Documented, "getSecret takes the path as a query parameter.", writing(needRead)},
		{"urls.value-by-query", Assumed, "getSecretValue takes the path as a query parameter, at secret/value.", writing(needReveal)},
		{"urls.put-by-query", Assumed, "putSecretValue takes the path as a query parameter, at secret/versions.", writing(needPut)},
		{"urls.policy-by-query", Assumed, "updateAccessPolicy takes the path as a query parameter, at secret/policy.", writing(needUpdate)},
		{"urls.destroy-by-query", Assumed, "destroySecretVersion takes the path as a query parameter, at secret/versions.", writing()},
		{"urls.delete-by-query", Documented, "deleteSecret takes the path as a query parameter.", writing()},
	}, func(t *checker) {
		path := t.made("a+b", nil)
		encoded := t.get(path)
		encoded.path = strings.Replace(encoded.path, "+", "%2B", 1)
		a := t.send(encoded)
		if t.accepted("urls.percent-encoded", a); a.ok() {
			t.holds("urls.percent-encoded", a.doc().text("path") == path, shown(path), "%q", a.doc().text("path"))
		}
		for _, form := range []struct {
			id string
			r  request
		}{
			{"urls.get-by-query", t.get(path)},
			{"urls.value-by-query", t.reveal(path, 0)},
			{"urls.put-by-query", t.put(path, nil)},
			{"urls.policy-by-query", t.policy(path, nil)},
			{"urls.destroy-by-query", t.destroy(path, 1)},
			{"urls.delete-by-query", t.remove(path)},
		} {
			a := t.send(t.byQuery(form.r, path))
			if form.r.operation == opReveal {
				t.revealed(a)
			}
			t.accepted(form.id, a)
		}
	}}
}

// urlTrapScenario is about URLs that could mean something else.
func urlTrapScenario() scenario {
	return scenario{"traps", "Ambiguous URLs", []Row{
		{"urls.destroy-without-version-400", Assumed, "A destroy without its version gets 400.", writing()},
		{"urls.destroy-without-version-keeps", Assumed, "A destroy without its version destroys and deletes nothing.", writing(needRead)},
		{"urls.delete-with-version-400", Assumed, "A delete with a version gets 400: it may be a destroy whose URL lacks /versions.", writing()},
		{"put.other-path-400", Assumed, "A path in the body that is not the one in the URL gets 400.", writing(needPut)},
	}, func(t *checker) {
		path := t.made("db", nil)
		bare := t.destroy(path, 1)
		bare.query = nil
		t.status("urls.destroy-without-version-400", t.send(bare), http.StatusBadRequest)
		reading := t.branch()
		after := reading.send(reading.getHistory(path))
		if reading.stuck == "" && after.status == http.StatusForbidden {
			reading.need("the permission %s", needRead)
		}
		reading.holds("urls.destroy-without-version-keeps", after.ok() && after.doc().version(1).text("status") != "destroyed", "the secret and its version",
			"%s, versions %s", after.said(), shown(after.doc().at("versions")))
		t.status("put.other-path-400", t.send(t.put(path, with{"path": path + "-other", "secretString": base64Of(t.text())})), http.StatusBadRequest)
		stray := t.remove(path)
		stray.query = url.Values{"version": {"1"}}
		t.status("urls.delete-with-version-400", t.send(stray), http.StatusBadRequest)
	}}
}
