package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// readingScenario is about lists where nothing is.
func readingScenario() scenario {
	list := []Need{needList}
	return scenario{"reading", "Lists without secrets", []Row{
		{"list.empty-is-array", Documented, "A list without secrets is an empty array.", list},
		{"browse.empty", Assumed, "A level without secrets has empty arrays.", list},
		{"browse.answers-path", Documented, "A level names the path that was asked for.", list},
		{"browse.root", Documented, "The level of the root is the path /.", list},
		{"list.path-and-prefix-400", Assumed, "A request with both path and pathPrefix gets 400.", list},
	}, func(t *checker) {
		nowhere := t.run.home() + "nowhere/"
		listed := t.send(t.list(nowhere))
		if t.accepted("list.empty-is-array", listed); listed.ok() {
			entries, isArray := listed.list()
			t.holds("list.empty-is-array", isArray && len(entries) == 0, "[]", "%s", string(listed.body))
		}
		level := t.send(t.browse(nowhere))
		d := level.doc()
		prefixes, hasPrefixes := d.rows("prefixes")
		secrets, hasSecrets := d.rows("secrets")
		if t.accepted("browse.empty", level); level.ok() {
			t.holds("browse.empty", hasPrefixes && hasSecrets && len(prefixes)+len(secrets) == 0, "empty prefixes and secrets", "%s", string(level.body))
		}
		if t.accepted("browse.answers-path", level); level.ok() {
			t.holds("browse.answers-path", d.text("path") == nowhere, shown(nowhere), "%s", shown(d.at("path")))
		}
		t.accepted("browse.root", t.send(t.browse("/")))
		t.permitted(needList)
		both := t.list(nowhere)
		both.query.Set("path", nowhere)
		t.status("list.path-and-prefix-400", t.send(both), 400)
	}}
}

// pathsOf are the paths of a list, in the order of the list.
func pathsOf(entries []doc) []string {
	paths := []string{}
	for _, entry := range entries {
		paths = append(paths, entry.text("path"))
	}
	return paths
}

// listScenario is about what a list shows.
func listScenario() scenario {
	both := writing(needList, needRead)
	return scenario{"lists", "Lists", []Row{
		{"list.any-depth", Documented, "A list has the secrets below its prefix, at any depth, and no others.", both},
		{"list.text-prefix", Assumed, "A prefix of a list is a text: it may end within a segment.", both},
		{"list.no-histories", Documented, "A list has no histories.", both},
		{"list.agrees-with-get", Assumed, "An entry has the metadata that a read has: times, numbers, labels, annotations and key.", both},
		{"list.shows-put", Assumed, "A list after a put shows the new currentVersion and objectVersion at once.", writing(needList, needRead, needPut)},
		{"list.shows-destroy", Assumed, "A list after a destroy shows the new objectVersion at once.", writing(needList, needRead, needPut)},
		{"list.shows-reveal", Assumed, "A list after a reveal shows the lastAccessedAt that a read shows.", writing(needList, needRead, needReveal)},
	}, func(t *checker) {
		t.permitted(needRead) // Without it a list leaves out the secrets.
		paths := []string{t.made("a/deep/er", nil), t.made("a/db", nil), t.made("a/db-2", with{"labels": map[string]string{"team": "x"}})}
		t.made("b/db", nil)
		listed := func(t *checker, prefix string) []doc {
			entries, isArray := t.must(t.list(prefix)).list()
			if !isArray {
				t.need("a list that is an array")
			}
			return entries
		}
		slices.Sort(paths)
		below := pathsOf(listed(t, t.path("a/")))
		slices.Sort(below)
		t.holds("list.any-depth", slices.Equal(below, paths), fmt.Sprint(paths), "%v", below)
		within := pathsOf(listed(t, t.path("a/db")))
		slices.Sort(within)
		t.holds("list.text-prefix", slices.Equal(within, []string{t.path("a/db"), t.path("a/db-2")}), "/a/db and /a/db-2", "%v", within)

		path := t.path("a/db-2")
		entry := func(t *checker) doc {
			for _, e := range listed(t, t.path("a/")) {
				if e.text("path") == path {
					return e
				}
			}
			t.need("the secret in the list")
			return nil
		}
		e := entry(t)
		t.holds("list.no-histories", !e.has("versions"), "no versions", "versions")
		read := t.must(t.get(path)).doc()
		var differ []string
		for _, field := range []string{"createdAt", "updatedAt", "currentVersion", "objectVersion", "labels", "annotations", "kmsKey"} {
			if shown(e.at(field)) != shown(read.at(field)) {
				differ = append(differ, field)
			}
		}
		t.holds("list.agrees-with-get", len(differ) == 0, "the same metadata", "another %s", strings.Join(differ, ", "))
		putting := t.branch()
		putting.must(putting.put(path, nil))
		e = entry(putting)
		now := putting.history(path, hasVersion(2))
		putting.holds("list.shows-put", e.number("currentVersion") == 2 && e.number("objectVersion") == now.number("objectVersion"),
			fmt.Sprintf("currentVersion 2 and objectVersion %d", now.number("objectVersion")), "currentVersion %d and objectVersion %d", e.number("currentVersion"), e.number("objectVersion"))
		putting.must(putting.destroy(path, 1))
		e = entry(putting)
		now = putting.history(path, isDestroyed(1))
		putting.holds("list.shows-destroy", e.number("objectVersion") == now.number("objectVersion"),
			fmt.Sprintf("objectVersion %d", now.number("objectVersion")), "objectVersion %d", e.number("objectVersion"))

		t.revealed(t.must(t.reveal(path, 0)))
		now, _ = t.poll(path, func(d doc) bool { return !d.moment("lastAccessedAt").IsZero() })
		e = entry(t)
		t.holds("list.shows-reveal", !e.moment("lastAccessedAt").IsZero() && e.text("lastAccessedAt") == now.text("lastAccessedAt"),
			fmt.Sprintf("lastAccessedAt %q", now.text("lastAccessedAt")), "%q", e.text("lastAccessedAt"))
	}}
}

// manyScenario is about lists that another API would answer page by page.
func manyScenario() scenario {
	return scenario{"many", "Long lists", []Row{
		{"list.not-paginated", Documented, "A list has all secrets below its prefix in one answer.", writing(needList, needRead)},
		{"browse.not-paginated", Documented, "A level has all its secrets in one answer.", writing(needList, needRead)},
	}, func(t *checker) {
		t.permitted(needRead)
		for i := range t.run.config.Many {
			if t.stuck == "" {
				t.made(fmt.Sprintf("%04d", i), nil)
			}
		}
		entries, _ := t.must(t.list(t.path(""))).list()
		t.holds("list.not-paginated", len(entries) == t.run.config.Many, fmt.Sprintf("%d secrets", t.run.config.Many), "%d secrets", len(entries))
		secrets, _ := t.must(t.browse(t.path(""))).doc().rows("secrets")
		t.holds("browse.not-paginated", len(secrets) == t.run.config.Many, fmt.Sprintf("%d secrets", t.run.config.Many), "%d secrets", len(secrets))
	}}
}

// browseScenario is about the levels of the tree.
func browseScenario() scenario {
	both := writing(needList, needRead)
	return scenario{"levels", "Levels", []Row{
		{"browse.secrets-of-level", Documented, "A level has the secrets right below it, and no deeper ones.", both},
		{"browse.prefixes", Documented, "A level has the levels below it as prefixes, each once and with a slash at its end.", both},
		{"browse.no-histories", Documented, "A level has no histories.", both},
	}, func(t *checker) {
		t.permitted(needRead)
		t.made("top", nil)
		t.made("x/one", nil)
		t.made("x/two", nil)
		t.made("y/deep/er", nil)
		d := t.must(t.browse(t.path(""))).doc()
		secrets, _ := d.rows("secrets")
		t.holds("browse.secrets-of-level", slices.Equal(pathsOf(secrets), []string{t.path("top")}), "the secret of the level", "%v", pathsOf(secrets))
		prefixes, _ := d.at("prefixes").([]any)
		got := map[any]bool{}
		for _, prefix := range prefixes {
			got[prefix] = true
		}
		t.holds("browse.prefixes", len(prefixes) == 2 && maps.Equal(got, map[any]bool{t.path("x/"): true, t.path("y/"): true}), "x/ and y/", "%s", shown(d.at("prefixes")))
		t.holds("browse.no-histories", !slices.ContainsFunc(secrets, func(s doc) bool { return s.has("versions") }), "no versions", "versions")
	}}
}
