package conformance

// changeScenario is about what moves objectVersion and updatedAt.
func changeScenario() scenario {
	both := func(more ...Need) []Need { return writing(append([]Need{needRead}, more...)...) }
	return scenario{"changes", "What changes a secret", []Row{
		{"object-version.moves-on-put", Assumed, "A put raises objectVersion.", both(needPut)},
		{"object-version.moves-on-destroy", Assumed, "A destroy raises objectVersion.", both(needPut)},
		{"object-version.moves-on-policy", Assumed, "A change of the access policy raises objectVersion.", both(needUpdate)},
		{"object-version.still-on-reveal", Assumed, "A reveal leaves objectVersion.", both(needReveal)},
		{"object-version.still-on-read", Assumed, "A read leaves objectVersion.", both()},
		{"updated-at.moves-on-put", Assumed, "A put moves updatedAt.", both(needPut)},
		{"updated-at.moves-on-destroy", Assumed, "A destroy moves updatedAt.", both(needPut)},
		{"updated-at.moves-on-policy", Assumed, "A change of the access policy moves updatedAt.", both(needUpdate)},
		{"updated-at.still-on-reveal", Assumed, "A reveal leaves updatedAt.", both(needReveal)},
	}, func(t *checker) {
		path := t.made("db", nil)
		before := t.history(path, hasVersion(1))
		again := t.history(path, hasVersion(1))
		t.holds("object-version.still-on-read", before.has("objectVersion") && again.number("objectVersion") == before.number("objectVersion"),
			"the same objectVersion", "%s after %s", shown(again.at("objectVersion")), shown(before.at("objectVersion")))

		// moves does something and compares what is read before and after it.
		moves := func(t *checker, object, updated string, want bool, do request, until func(doc) bool) {
			before := t.must(t.get(path)).doc()
			t.tick()
			a := t.must(do)
			if do.operation == opReveal {
				t.revealed(a)
			}
			after := t.history(path, until)
			from, to := before.number("objectVersion"), after.number("objectVersion")
			expected := map[bool]string{true: "a later one", false: "the same"}[want]
			t.holds(object, (to > from) == want && (want || to == from), expected, "objectVersion %d after %d", to, from)
			was, is := before.moment("updatedAt"), after.moment("updatedAt")
			t.holds(updated, is.After(was) == want && !is.IsZero(), expected, "updatedAt %q after %q", after.text("updatedAt"), before.text("updatedAt"))
		}
		moves(t.branch(), "object-version.still-on-reveal", "updated-at.still-on-reveal", false, t.reveal(path, 0), isThere)
		moves(t.branch(), "object-version.moves-on-policy", "updated-at.moves-on-policy", true, t.policy(path, with{"conditions": []with{}}), isThere)
		putting := t.branch()
		moves(putting, "object-version.moves-on-put", "updated-at.moves-on-put", true, t.put(path, nil), hasVersion(2))
		moves(putting, "object-version.moves-on-destroy", "updated-at.moves-on-destroy", true, t.destroy(path, 1), isDestroyed(1))
	}}
}

// accessScenario is about lastAccessedAt.
func accessScenario() scenario {
	return scenario{"accesses", "Last access", []Row{
		{"access.never-at-first", Documented, "A new secret has no lastAccessedAt.", writing(needRead)},
		{"access.reveal-sets-secret", Documented, "A reveal sets lastAccessedAt of the secret.", writing(needRead, needReveal)},
		{"access.reveal-sets-version", Documented, "A reveal sets lastAccessedAt of the version.", writing(needRead, needReveal)},
		{"access.reveal-leaves-others", Documented, "A reveal leaves lastAccessedAt of the other versions.", writing(needRead, needReveal, needPut)},
		{"access.put-leaves", Documented, "A put sets no lastAccessedAt.", writing(needRead, needPut)},
		{"access.read-leaves", Documented, "A read of the metadata leaves lastAccessedAt.", writing(needRead, needReveal)},
		{"access.reveal-moves", Documented, "A later reveal moves lastAccessedAt of the secret.", writing(needRead, needReveal)},
	}, func(t *checker) {
		path := t.made("db", nil)
		fresh := t.history(path, hasVersion(1))
		t.holds("access.never-at-first", fresh.moment("lastAccessedAt").IsZero(), "no lastAccessedAt", "%s", shown(fresh.at("lastAccessedAt")))
		putting := t.branch()
		putting.must(putting.put(path, nil))
		put := putting.history(path, hasVersion(2))
		putting.holds("access.put-leaves", put.text("lastAccessedAt") == fresh.text("lastAccessedAt"), "no other lastAccessedAt", "%s", shown(put.at("lastAccessedAt")))

		t.revealed(t.must(t.reveal(path, 1)))
		first, seen := t.poll(path, func(d doc) bool {
			return !d.moment("lastAccessedAt").IsZero() && !d.version(1).moment("lastAccessedAt").IsZero()
		})
		t.holds("access.reveal-sets-secret", seen || !first.moment("lastAccessedAt").IsZero(), "lastAccessedAt", "none")
		t.holds("access.reveal-sets-version", seen || !first.version(1).moment("lastAccessedAt").IsZero(), "lastAccessedAt of version 1", "none")
		putting.unless(t).holds("access.reveal-leaves-others", first.version(2).moment("lastAccessedAt").IsZero(), "no lastAccessedAt of version 2",
			"%s", shown(first.version(2).at("lastAccessedAt")))
		again := t.history(path, isThere)
		t.holds("access.read-leaves", again.text("lastAccessedAt") == first.text("lastAccessedAt"), "the same lastAccessedAt",
			"%q after %q", again.text("lastAccessedAt"), first.text("lastAccessedAt"))
		if first.moment("lastAccessedAt").IsZero() {
			t.need("lastAccessedAt of an earlier reveal")
		}
		t.tick()
		t.revealed(t.must(t.reveal(path, 1)))
		moved, seen := t.poll(path, func(d doc) bool { return d.moment("lastAccessedAt").After(first.moment("lastAccessedAt")) })
		t.holds("access.reveal-moves", seen, "a later lastAccessedAt", "%q after %q", moved.text("lastAccessedAt"), first.text("lastAccessedAt"))
	}}
}
