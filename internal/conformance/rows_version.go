package conformance

import "net/http"

// versionScenario is about what a put does to the versions of a secret.
func versionScenario() scenario {
	both := writing(needPut, needRead)
	return scenario{"versions", "Versions after a put", []Row{
		{"versions.put-next-number", Documented, "A put makes the next number.", writing(needPut)},
		{"versions.put-becomes-current", Documented, "A put makes its version current, by stage and by currentVersion.", both},
		{"versions.one-current", Documented, "Exactly one version has the stage current.", both},
		{"versions.older-stay-active", Documented, "A put leaves the older versions active.", both},
		{"versions.older-readable", Documented, "An older version can be revealed after a put.", writing(needPut, needReveal)},
		{"versions.newest-first", Assumed, "The history has the newest version first.", both},
	}, func(t *checker) {
		text := t.text()
		path := t.made("db", with{"secretString": base64Of(text)})
		two := t.must(t.put(path, nil)).doc().number("version")
		three := t.must(t.put(path, nil)).doc().number("version")
		t.holds("versions.put-next-number", two == 2 && three == 3, "versions 2 and 3", "versions %d and %d", two, three)
		revealing := t.branch()
		older, _ := revealing.revealed(revealing.must(revealing.reveal(path, 1)))
		revealing.holds("versions.older-readable", older == text, "the value of version 1", "another value")

		history := t.history(path, hasVersion(3))
		rows, _ := history.rows("versions")
		current, descending := 0, true
		for i, row := range rows {
			if row.text("stage") == "current" {
				current++
			}
			descending = descending && (i == 0 || rows[i-1].number("version") > row.number("version"))
		}
		t.holds("versions.put-becomes-current", history.number("currentVersion") == 3 && history.version(3).text("stage") == "current", "version 3",
			"currentVersion %d, version 3 %s", history.number("currentVersion"), shown(map[string]any(history.version(3))))
		t.holds("versions.one-current", current == 1, "1 version", "%d versions", current)
		t.holds("versions.older-stay-active", history.version(1).text("status") == "active" && history.version(2).text("status") == "active", "active versions 1 and 2",
			"%s", shown(history.at("versions")))
		t.holds("versions.newest-first", descending, "descending numbers", "%s", shown(history.at("versions")))
	}}
}

// destroyScenario is about destroying versions one by one.
func destroyScenario() scenario {
	both := writing(needPut, needRead)
	return scenario{"destroys", "Versions after a destroy", []Row{
		{"destroy.status-204", Assumed, "destroySecretVersion answers 204.", writing(needPut)},
		{"destroy.twice", Assumed, "Destroying a version again succeeds.", writing(needPut)},
		{"destroy.unknown-404", Documented, "Destroying a version that does not exist gets 404.", writing(needPut)},
		{"destroy.unreadable", Documented, "A destroyed version cannot be revealed.", writing(needPut, needReveal)},
		{"destroy.unreadable-400", Assumed, "Revealing a destroyed version gets 400.", writing(needPut, needReveal)},
		{"destroy.stays-in-history", Documented, "A destroyed version stays in the history, with the status destroyed.", both},
		{"destroy.destroyed-at", Documented, "A destroyed version has a time of its destruction.", both},
		{"destroy.leaves-others", Documented, "Destroying a version leaves every other version active.", both},
		{"destroy.leaves-current", Documented, "Destroying an older version leaves the current one current.", both},
		{"destroy.leaves-values", Documented, "Destroying a version leaves the value of every other one.", writing(needPut, needReveal)},
		{"destroy.current-falls-back", Documented, "Destroying the current version makes the highest active one current, by stage and by currentVersion.", both},
		{"destroy.fallback-is-revealed", Documented, "Readers then get the value of that one.", writing(needPut, needReveal)},
		{"versions.numbers-never-reused", Documented, "A put after a destroy takes a new number.", writing(needPut)},
	}, func(t *checker) {
		text := t.text()
		path := t.made("db", nil)
		t.must(t.put(path, with{"secretString": base64Of(text)}))
		t.must(t.put(path, nil))
		t.status("destroy.status-204", t.must(t.destroy(path, 1)), http.StatusNoContent)
		t.status("destroy.unknown-404", t.send(t.destroy(path, 999)), http.StatusNotFound)
		revealing := t.branch()
		dead := revealing.send(revealing.reveal(path, 1))
		revealing.permitted(needReveal)
		revealing.holds("destroy.unreadable", !dead.ok(), "a refusal", "%s", dead.said())
		if dead.ok() {
			revealing.revealed(dead)
			revealing.free().skip("destroy.unreadable-400", "a refusal of the reveal")
		} else {
			revealing.status("destroy.unreadable-400", dead, http.StatusBadRequest)
		}
		left, _ := revealing.revealed(revealing.must(revealing.reveal(path, 2)))
		revealing.holds("destroy.leaves-values", left == text, "the value of version 2", "another value")

		reading := t.branch()
		history, seen := reading.poll(path, isDestroyed(1))
		reading.holds("destroy.stays-in-history", seen, "version 1 as destroyed", "%s", shown(history.at("versions")))
		if !seen {
			reading.need("a history that shows the destroyed version")
		}
		reading.holds("destroy.destroyed-at", !history.version(1).moment("destroyedAt").IsZero(), "destroyedAt", "%s", shown(map[string]any(history.version(1))))
		reading.holds("destroy.leaves-others", history.version(2).text("status") == "active" && history.version(3).text("status") == "active", "active versions 2 and 3",
			"%s", shown(history.at("versions")))
		reading.holds("destroy.leaves-current", history.number("currentVersion") == 3 && history.version(3).text("stage") == "current", "version 3",
			"currentVersion %d, version 3 %s", history.number("currentVersion"), shown(map[string]any(history.version(3))))

		t.must(t.destroy(path, 3))
		revealing = revealing.unless(t)
		after := revealing.must(revealing.reveal(path, 0))
		fallback, _ := revealing.revealed(after)
		revealing.holds("destroy.fallback-is-revealed", fallback == text, "the value of version 2", "the value of version %d", after.doc().number("version"))
		reading = reading.unless(t)
		history = reading.history(path, isDestroyed(3))
		reading.holds("destroy.current-falls-back", history.number("currentVersion") == 2 && history.version(2).text("stage") == "current", "version 2",
			"currentVersion %d, version 2 %s", history.number("currentVersion"), shown(map[string]any(history.version(2))))

		again := t.send(t.destroy(path, 3))
		t.accepted("destroy.twice", again)
		four := t.must(t.put(path, nil)).doc().number("version")
		t.holds("versions.numbers-never-reused", four == 4, "version 4", "version %d", four)
	}}
}

// unless is the branch, stopped where the other one has stopped.
func (t *checker) unless(other *checker) *checker {
	if t.stuck == "" {
		t.stuck = other.stuck
	}
	return t
}

// skip leaves a row unchecked.
func (t *checker) skip(id, need string) {
	t.results[id] = Result{ID: id, Outcome: NotChecked, Needs: need}
}

// lastVersionScenario is about a secret without an active version.
func lastVersionScenario() scenario {
	return scenario{"last", "A secret without an active version", []Row{
		{"versions.none-active-current-0", Assumed, "A secret without an active version has no currentVersion above 0.", writing(needRead)},
		{"versions.none-active-reveal-404", Assumed, "Revealing the current version of such a secret gets 404.", writing(needReveal)},
		{"versions.none-active-keeps-secret", Documented, "Such a secret stays, with its history.", writing(needRead)},
		{"versions.put-after-all-destroyed", Documented, "A put to such a secret makes the next number, not version 1 again.", writing(needPut)},
		{"versions.recovers", Documented, "The version of that put is current.", writing(needPut, needRead)},
	}, func(t *checker) {
		path := t.made("db", nil)
		t.must(t.destroy(path, 1))
		revealing := t.branch()
		revealing.status("versions.none-active-reveal-404", revealing.send(revealing.reveal(path, 0)), http.StatusNotFound)
		reading := t.branch()
		history, seen := reading.poll(path, isDestroyed(1))
		reading.holds("versions.none-active-keeps-secret", seen, "the secret with version 1 as destroyed", "%s", shown(history.at("versions")))
		if !seen {
			reading.need("a history that shows the destroyed version")
		}
		reading.holds("versions.none-active-current-0", history.number("currentVersion") == 0, "0 or nothing", "%d", history.number("currentVersion"))
		two := t.must(t.put(path, nil)).doc().number("version")
		t.holds("versions.put-after-all-destroyed", two == 2, "version 2", "version %d", two)
		reading = reading.unless(t)
		history = reading.history(path, hasVersion(2))
		reading.holds("versions.recovers", history.number("currentVersion") == 2, "version 2", "currentVersion %d", history.number("currentVersion"))
	}}
}
