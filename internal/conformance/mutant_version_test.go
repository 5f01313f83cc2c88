package conformance

import (
	"net/http"
	"slices"
	"strings"
)

// historyOf changes the rows of a history.
func historyOf(part string, change func(d doc, rows []doc)) func(x *exchange) {
	return reading(part, func(d doc) {
		if rows := versionsOf(d); len(rows) > 0 {
			change(d, rows)
		}
	})
}

func versionMutants() []mutant {
	destroyed := 0
	return []mutant{
		{row: "versions.put-next-number", after: func(x *exchange) {
			if x.is("POST", "/versions/db/versions") {
				x.edit(func(d doc) { d["version"] = d.number("version") + 10 })
			}
		}},
		{row: "versions.put-becomes-current", after: historyOf("/versions/db", func(d doc, _ []doc) { d["currentVersion"] = 2 })},
		{row: "versions.one-current", after: historyOf("/versions/db", func(_ doc, rows []doc) { rows[len(rows)-1]["stage"] = "current" })},
		{row: "versions.older-stay-active", after: historyOf("/versions/db", func(_ doc, rows []doc) { rows[len(rows)-1]["status"] = "superseded" })},
		{row: "versions.older-readable", after: revealing("/versions/db", func(d doc) { d["secretString"] = base64Of("other") })},
		{row: "versions.newest-first", after: historyOf("/versions/db", func(d doc, rows []doc) {
			slices.Reverse(rows)
			d["versions"] = rows
		})},
		{row: "destroy.status-204", after: on("DELETE", "/versions", 204, 200)},
		{row: "destroy.twice", before: func(_ *http.Request, x *exchange) bool {
			if !x.is("DELETE", "/destroys/db/versions") || x.query.Get("version") != "3" {
				return false
			}
			destroyed++
			return destroyed > 1 && x.answer(404, refusal)
		}},
		{row: "destroy.unknown-404", after: on("DELETE", "/destroys/db/versions", 404, 204)},
		{row: "destroy.unreadable", after: func(x *exchange) {
			if x.is("POST", "/destroys/db/value") && x.recorder.Code == 400 {
				x.answer(200, `{"version":1,"secretString":"aGk="}`)
			}
		}},
		{row: "destroy.unreadable-400", after: on("POST", "/destroys/db/value", 400, 410)},
		{row: "destroy.stays-in-history", after: historyOf("/destroys/db", func(d doc, rows []doc) {
			d["versions"] = slices.DeleteFunc(rows, func(v doc) bool { return v.text("status") == "destroyed" })
		})},
		{row: "destroy.destroyed-at", after: historyOf("/destroys/db", func(_ doc, rows []doc) {
			for _, v := range rows {
				delete(v, "destroyedAt")
			}
		})},
		{row: "destroy.leaves-others", after: historyOf("/destroys/db", func(d doc, _ []doc) {
			if d.version(3).text("status") == "active" {
				d.version(2)["status"] = "destroyed"
			}
		})},
		{row: "destroy.leaves-current", after: historyOf("/destroys/db", func(d doc, _ []doc) {
			if d.version(3).text("status") == "active" {
				d["currentVersion"] = 2
			}
		})},
		{row: "destroy.leaves-values", after: func(x *exchange) {
			if x.is("POST", "/destroys/db/value") && x.sent.number("version") == 2 {
				x.edit(func(d doc) { d["secretString"] = base64Of("other") })
			}
		}},
		{row: "destroy.current-falls-back", after: historyOf("/destroys/db", func(d doc, _ []doc) {
			if d.version(3).text("status") == "destroyed" {
				d["currentVersion"] = 3
			}
		})},
		{row: "destroy.fallback-is-revealed", after: func(x *exchange) {
			if x.is("POST", "/destroys/db/value") && !x.sent.has("version") {
				x.edit(func(d doc) { d["secretString"] = base64Of("other") })
			}
		}},
		{row: "versions.numbers-never-reused", after: func(x *exchange) {
			if x.is("POST", "/destroys/db/versions") {
				x.edit(func(d doc) {
					if d.number("version") == 4 {
						d["version"] = 3
					}
				})
			}
		}},
		{row: "versions.none-active-current-0", after: historyOf("/last/db", func(d doc, _ []doc) {
			if d.number("currentVersion") == 0 {
				d["currentVersion"] = 1
			}
		})},
		{row: "versions.none-active-reveal-404", after: on("POST", "/last/db/value", 404, 400)},
		{row: "versions.none-active-keeps-secret", after: historyOf("/last/db", func(_ doc, rows []doc) { rows[len(rows)-1]["status"] = "active" })},
		{row: "versions.put-after-all-destroyed", after: func(x *exchange) {
			if x.is("POST", "/last/db/versions") {
				x.edit(func(d doc) { d["version"] = 1 })
			}
		}},
		{row: "versions.recovers", after: historyOf("/last/db", func(d doc, _ []doc) {
			if d.number("currentVersion") == 2 {
				d["currentVersion"] = 1
			}
		})},
		{row: "reads.read-after-write", after: stale()},
	}
}

// stale shows the first read after a put as it was before.
func stale() func(x *exchange) {
	before := map[string]string{}
	missed := map[string]bool{}
	return func(x *exchange) {
		switch {
		case x.is("POST", "/versions/db/versions"):
			missed[strings.TrimSuffix(x.path, "/versions")] = true
		case x.is("GET", "/versions/db") && x.recorder.Code == 200:
			if !missed[x.path] {
				before[x.path] = x.recorder.Body.String()
				return
			}
			delete(missed, x.path)
			old := before[x.path]
			if old == "" {
				old = `{"versions":[{"version":1}]}`
			}
			x.answer(200, old)
		}
	}
}

func changeMutants() []mutant {
	// moved counts the requests that match, and adds so many to objectVersion.
	moved := func(method, part, row string, by int64) mutant {
		count := int64(0)
		return mutant{row: row, after: func(x *exchange) {
			if x.is(method, part) && x.recorder.Code < 300 {
				count++
			}
			reading("/changes/db", func(d doc) { d["objectVersion"] = d.number("objectVersion") + by*count })(x)
		}}
	}
	// held shows the updatedAt from before the requests that match.
	held := func(method, part, row string) mutant {
		var last, kept string
		return mutant{row: row, after: func(x *exchange) {
			if x.is(method, part) && x.recorder.Code < 300 {
				kept = last
			} else if x.method != "GET" && x.is(x.method, "/changes/db") {
				kept = ""
			}
			reading("/changes/db", func(d doc) {
				last = d.text("updatedAt")
				if kept != "" {
					d["updatedAt"] = kept
				}
			})(x)
		}}
	}
	reads := int64(0)
	return []mutant{
		moved("POST", "/changes/db/versions", "object-version.moves-on-put", -1),
		moved("DELETE", "/changes/db/versions", "object-version.moves-on-destroy", -1),
		moved("PUT", "/changes/db/policy", "object-version.moves-on-policy", -1),
		moved("POST", "/changes/db/value", "object-version.still-on-reveal", 1),
		held("POST", "/changes/db/versions", "updated-at.moves-on-put"),
		held("DELETE", "/changes/db/versions", "updated-at.moves-on-destroy"),
		held("PUT", "/changes/db/policy", "updated-at.moves-on-policy"),
		{row: "updated-at.still-on-reveal", after: func() func(x *exchange) {
			revealed := false
			return func(x *exchange) {
				revealed = revealed || x.is("POST", "/changes/db/value")
				reading("/changes/db", func(d doc) {
					if revealed {
						d["updatedAt"], revealed = "2098-01-01T00:00:00Z", false
					}
				})(x)
			}
		}()},
		{row: "object-version.still-on-read", after: func(x *exchange) {
			if x.is("GET", "/changes/db") {
				reads++
			}
			if reads < 3 { // The first two reads are those that are compared.
				reading("/changes/db", func(d doc) { d["objectVersion"] = reads })(x)
			}
		}},
		{row: "access.never-at-first", after: reading("/accesses/db", func(d doc) {
			if !d.has("lastAccessedAt") {
				d["lastAccessedAt"] = "2020-01-01T00:00:00Z"
			}
		})},
		{row: "access.reveal-sets-secret", after: reading("/accesses/db", func(d doc) { delete(d, "lastAccessedAt") })},
		{row: "access.reveal-sets-version", after: historyOf("/accesses/db", func(_ doc, rows []doc) {
			for _, v := range rows {
				delete(v, "lastAccessedAt")
			}
		})},
		{row: "access.reveal-leaves-others", after: historyOf("/accesses/db", func(d doc, rows []doc) {
			if d.has("lastAccessedAt") {
				rows[0]["lastAccessedAt"] = d["lastAccessedAt"]
			}
		})},
		{row: "access.put-leaves", after: historyOf("/accesses/db", func(d doc, rows []doc) {
			if len(rows) == 2 && !d.has("lastAccessedAt") {
				d["lastAccessedAt"] = "2020-01-01T00:00:00Z"
			}
		})},
		{row: "access.read-leaves", after: func() func(x *exchange) {
			reads := 0
			return reading("/accesses/db", func(d doc) {
				if d.has("lastAccessedAt") {
					reads++
					d["lastAccessedAt"] = "2098-01-01T00:00:0" + textOf(int64(reads)) + "Z"
				}
			})
		}()},
		{row: "access.reveal-moves", after: func() func(x *exchange) {
			var first any
			return reading("/accesses/db", func(d doc) {
				if first == nil {
					first = d["lastAccessedAt"]
				}
				if first != nil {
					d["lastAccessedAt"] = first
				}
			})
		}()},
	}
}
