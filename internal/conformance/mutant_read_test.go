package conformance

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

func policyMutants() []mutant {
	const value = `{"version":1,"secretString":"aGk="}`
	// under answers reveals of a scenario itself where the policy that was set last matches.
	under := func(scenario, row string, allow bool, match func(conditions []doc) bool) mutant {
		var set []doc
		isSet := false
		return mutant{row: row, before: func(_ *http.Request, x *exchange) bool {
			if x.is("PUT", "/"+scenario+"/db/policy") {
				set, isSet = x.sent.rows("accessPolicy", "conditions")
			}
			if !x.is("POST", "/"+scenario+"/db/value") || !isSet || !match(set) {
				return false
			}
			if allow {
				return x.answer(200, value)
			}
			return x.answer(403, refusal)
		}}
	}
	has := func(effects ...string) func(conditions []doc) bool {
		return func(conditions []doc) bool {
			var got []string
			for _, c := range conditions {
				got = append(got, c.text("effect"))
			}
			return slices.Equal(got, effects)
		}
	}
	at := func(effect, cidr string) func([]doc) bool {
		return func(conditions []doc) bool {
			return has(effect)(conditions) && strings.Contains(shown(conditions[0]["cidrs"]), cidr)
		}
	}
	hours := func(effect string, match func(start, end int64, zone string) bool) func([]doc) bool {
		return func(conditions []doc) bool {
			return has(effect)(conditions) && match(conditions[0].number("startHour"), conditions[0].number("endHour"), conditions[0].text("timezone"))
		}
	}
	overnight := func(start, end int64) bool { return start > end && (end-start+24)%24 > 4 }
	// The hour may end between the request for the policy and this look at the clock.
	now := func(start int64) bool { return (int64(time.Now().UTC().Hour())-start+24)%24 <= 1 }
	return []mutant{
		{row: "policy.answers-metadata", after: func(x *exchange) {
			if x.is("PUT", "/policies/db/policy") {
				x.edit(func(d doc) { delete(d, "accessPolicy") })
			}
		}},
		{row: "policy.is-shown", after: reading("/policies/db", func(d doc) {
			if strings.Contains(shown(d["accessPolicy"]), "deny") {
				delete(d, "accessPolicy")
			}
		})},
		{row: "policy.replaces", after: reading("/policies/db", func(d doc) {
			if list, _ := d.rows("accessPolicy", "conditions"); len(list) == 1 && list[0].text("effect") == "allow" {
				d["accessPolicy"] = doc{"conditions": append(list, list[0])}
			}
		})},
		{row: "policy.null-clears", before: func(_ *http.Request, x *exchange) bool {
			return x.is("PUT", "/policies/db/policy") && x.sent != nil && x.sent["accessPolicy"] == nil && len(x.sent) == 1 && x.answer(200, "{}")
		}},
		{row: "policy.unknown-fields-ignored", before: refuse(400, func(x *exchange) bool { return x.sent.has("accessPolicy", "statements") })},
		{row: "policy.missing-400", after: status(func(x *exchange) bool { return x.is("PUT", "/policies/db/") && len(x.sent) == 0 }, 400, 200)},
		{row: "policy.bad-cidr-400", after: status(func(x *exchange) bool { return strings.Contains(shown(x.sent), ".300/") }, 400, 200)},
		{row: "policy.bad-effect-400", after: status(func(x *exchange) bool { return strings.Contains(shown(x.sent), "maybe") }, 400, 200)},
		{row: "policy.bad-hour-400", after: status(func(x *exchange) bool { return strings.Contains(shown(x.sent), `"endHour":24`) }, 400, 200)},
		{row: "policy.missing-secret-404", after: on("PUT", "/policies/db-missing", 404, 400)},
		under("policyip", "policy.empty-allows", false, has()),
		under("policyip", "policy.ip-allow-matches", false, at("allow", "0.0.0.0/0")),
		under("policyip", "policy.ip-allow-misses-403", true, at("allow", "192.0.2.0")),
		under("policyip", "policy.any-allow-suffices", false, has("allow", "allow")),
		under("policyip", "policy.ip-deny-matches-403", true, at("deny", "0.0.0.0/0")),
		under("policyip", "policy.ip-deny-misses", false, at("deny", "192.0.2.0")),
		under("policyip", "policy.deny-beats-allow-403", true, has("allow", "deny")),
		under("policytime", "policy.time-allow-matches", false, hours("allow", func(start, end int64, zone string) bool { return zone == "UTC" && (end-start+24)%24 == 2 && now(start) })),
		under("policytime", "policy.time-allow-misses-403", true, hours("allow", func(start, end int64, zone string) bool {
			return zone == "UTC" && (end-start+24)%24 == 2 && !now(start)
		})),
		under("policytime", "policy.time-overnight", false, hours("allow", func(start, end int64, _ string) bool { return overnight(start, end) })),
		under("policytime", "policy.time-end-exclusive", true, hours("allow", func(start, end int64, _ string) bool { return (end-start+24)%24 == 1 })),
		under("policytime", "policy.time-equal-hours", false, hours("allow", func(start, end int64, _ string) bool { return start == end })),
		under("policytime", "policy.time-zone", false, hours("allow", func(_, _ int64, zone string) bool { return zone == "Asia/Tokyo" })),
		under("policytime", "policy.time-deny-403", true, hours("deny", func(int64, int64, string) bool { return true })),
		{row: "policy.gates-put-403", after: on("POST", "/policyreach/db/versions", 403, 200)},
		{row: "policy.leaves-get", before: refuse(403, func(x *exchange) bool { return x.is("GET", "/policyreach/db") })},
		{row: "policy.leaves-list", after: listing("/policyreach/", func([]doc) []doc { return []doc{} })},
		{row: "policy.leaves-policy", after: func() func(x *exchange) {
			count := 0
			return func(x *exchange) {
				if x.is("PUT", "/policyreach/db/policy") {
					if count++; count == 2 {
						x.answer(400, refusal)
					}
				}
			}
		}()},
		{row: "policy.leaves-destroy", before: refuse(400, func(x *exchange) bool { return x.is("DELETE", "/policyreach/db/versions") })},
		{row: "policy.leaves-delete", after: func(x *exchange) {
			// The secret is gone, or the removal at the end would not come to one.
			if x.is("DELETE", "/policyreach/db") && !x.query.Has("version") && x.recorder.Code == 204 {
				x.answer(400, refusal)
			}
		}},
		{row: "policy.client-ip-forwarded-for", before: without("X-Forwarded-For")},
		{row: "policy.client-ip-real-ip", before: without("X-Real-IP")},
	}
}

func without(header string) func(*http.Request, *exchange) bool {
	return func(r *http.Request, _ *exchange) bool {
		r.Header.Del(header)
		return false
	}
}

func listMutants() []mutant {
	deep := func(entry doc) bool { return strings.HasSuffix(entry.text("path"), "/deep/er") }
	level := func(part string, change func(d doc)) func(x *exchange) {
		return func(x *exchange) {
			if strings.Contains(x.query.Get("path"), part) && strings.HasSuffix(x.path, "/secrets") {
				x.edit(change)
			}
		}
	}
	return []mutant{
		{row: "list.empty-is-array", after: func(x *exchange) {
			if strings.Contains(x.query.Get("pathPrefix"), "/nowhere/") && x.recorder.Code == 200 {
				x.answer(200, "null")
			}
		}},
		{row: "list.path-and-prefix-400", after: status(func(x *exchange) bool { return x.query.Has("path") && x.query.Has("pathPrefix") }, 400, 200)},
		{row: "browse.root", before: refuse(400, func(x *exchange) bool { return x.query.Get("path") == "/" && !x.query.Has("pathPrefix") })},
		{row: "browse.empty", after: level("/nowhere/", func(d doc) { d["secrets"] = nil })},
		{row: "browse.answers-path", after: level("/nowhere/", func(d doc) { delete(d, "path") })},
		{row: "list.any-depth", after: listing("/lists/a/", func(entries []doc) []doc { return slices.DeleteFunc(entries, deep) })},
		{row: "list.text-prefix", after: listing("/lists/a/db", func(entries []doc) []doc { return entries[:1] })},
		{row: "list.no-histories", after: listing("/lists/", func(entries []doc) []doc {
			for _, e := range entries {
				e["versions"] = []doc{}
			}
			return entries
		})},
		{row: "list.agrees-with-get", after: listing("/lists/", func(entries []doc) []doc {
			for _, e := range entries {
				delete(e, "labels")
			}
			return entries
		})},
		{row: "list.shows-put", after: listing("/lists/", func(entries []doc) []doc {
			for _, e := range entries {
				e["currentVersion"] = 1
			}
			return entries
		})},
		{row: "list.shows-destroy", after: listing("/lists/", func(entries []doc) []doc {
			for _, e := range entries {
				e["objectVersion"] = min(e.number("objectVersion"), 2)
			}
			return entries
		})},
		{row: "list.shows-reveal", after: listing("/lists/", func(entries []doc) []doc {
			for _, e := range entries {
				delete(e, "lastAccessedAt")
			}
			return entries
		})},
		{row: "list.not-paginated", after: listing("/many/", func(entries []doc) []doc { return entries[:20] })},
		{row: "browse.not-paginated", after: level("/many/", func(d doc) {
			secrets, _ := d.rows("secrets")
			d["secrets"] = secrets[:20]
		})},
		{row: "browse.secrets-of-level", after: level("/levels/", func(d doc) { d["secrets"] = []doc{} })},
		{row: "browse.prefixes", after: level("/levels/", func(d doc) {
			prefixes, _ := d["prefixes"].([]any)
			d["prefixes"] = append(prefixes, prefixes[0])
		})},
		{row: "browse.no-histories", after: level("/levels/", func(d doc) {
			secrets, _ := d.rows("secrets")
			secrets[0]["versions"] = []doc{{}}
		})},
	}
}

func timeMutants() []mutant {
	fraction := regexp.MustCompile(`(\d\d:\d\d:\d\d)\.\d+Z`)
	later := func(d doc, field string) {
		if at := d.moment(field); !at.IsZero() {
			d[field] = at.Add(time.Hour).Format(time.RFC3339Nano)
		}
	}
	return []mutant{
		{row: "time.date-header", after: func(x *exchange) {
			x.recorder.Header().Del("Date")
			x.silent = true
		}},
		{row: "time.rfc3339", after: historyOf("/times/db", func(d doc, _ []doc) { d["updatedAt"] = "yesterday" })},
		{row: "time.created-at-resolution", after: func(x *exchange) {
			b := fraction.ReplaceAll(x.recorder.Body.Bytes(), []byte("${1}Z"))
			x.recorder.Body.Reset()
			x.recorder.Body.Write(b)
		}},
		{row: "time.created-at-is-stable", after: historyOf("/times/db", func(d doc, _ []doc) { later(d, "createdAt") })},
		{row: "time.created-at-by-date", after: func(x *exchange) {
			if x.creates("/times/") || x.is("GET", "/times/") {
				x.edit(func(d doc) { later(d, "createdAt") })
			}
		}},
		{row: "time.version-by-date", after: historyOf("/times/db", func(d doc, _ []doc) {
			if d.version(2) != nil {
				later(d.version(2), "createdAt")
			}
		})},
		{row: "time.versions-ascend", after: historyOf("/times/db", func(d doc, _ []doc) {
			if d.version(2) != nil {
				d.version(2)["createdAt"] = d.version(1)["createdAt"]
			}
		})},
		{row: "time.destroyed-by-date", after: historyOf("/times/db", func(d doc, _ []doc) { later(d.version(1), "destroyedAt") })},
	}
}

func kmsMutants() []mutant {
	summary := func(change func(d doc)) func(x *exchange) { return reading("/v1/kms/summary", change) }
	regions := func(d doc) []doc {
		rows, _ := d.rows("regions")
		return rows
	}
	all := []mutant{
		{row: "kms.summary-form", after: summary(func(d doc) { delete(d, "featureEnabled") })},
		{row: "kms.summary-has-region", after: summary(func(d doc) { regions(d)[0]["slug"] = "nl-03" })},
		{row: "kms.summary-adds-up", after: summary(func(d doc) { regions(d)[0]["totalKeys"] = 99 })},
		{row: "kms.list-keys", after: func(x *exchange) {
			if x.is("GET", "/v1/kms/nl-01/keys") {
				x.editList(func(keys []doc) []doc {
					delete(keys[0], "keyType")
					return keys
				})
			}
		}},
		{row: "kms.get-key", after: reading("/keys/kms-gone", func(d doc) { d["identity"] = "kms-other" })},
		{row: "kms.unknown-key-404", after: on("GET", "/keys/kms-", 404, 400)},
		{row: "kms.region-without-503", after: status(func(x *exchange) bool { return x.is("POST", "/nl-02/") }, 503, 400)},
		{row: "kms.old-values-stay-readable", after: revealing("/rotated/db", func() func(d doc) {
			reveals := 0
			return func(d doc) {
				if reveals++; reveals == 2 {
					d["kmsKeyVersion"] = "2"
				}
			}
		}())},
		{row: "kms.new-values-newer-key", after: revealing("/rotated/db", func(d doc) { d["kmsKeyVersion"] = "1" })},
	}
	for _, state := range []string{"disabled", "pending"} {
		kept := "/" + state + "/kept"
		id := "kms." + state + "-"
		undone := false
		all = append(all, []mutant{
			{row: id + "create-400", after: creating("/"+state+"/new", 400, 409)},
			{row: id + "put-400", after: on("POST", kept+"/versions", 400, 409)},
			{row: id + "reveal-400", after: on("POST", kept+"/value", 400, 409)},
			{row: id + "get-works", before: refuse(400, func(x *exchange) bool { return x.is("GET", kept) })},
			{row: id + "list-works", after: listing("/"+state+"/", func([]doc) []doc { return []doc{} })},
			{row: id + "policy-works", before: refuse(400, func(x *exchange) bool { return x.is("PUT", kept+"/policy") })},
			{row: id + "destroy-works", before: refuse(400, func(x *exchange) bool { return x.is("DELETE", "/"+state+"/db/versions") })},
			{row: id + "delete-works", after: status(func(x *exchange) bool { return x.is("DELETE", "/"+state+"/db") && !x.query.Has("version") }, 204, 400)},
			{row: id + "is-shown", after: reading(kept, func(d doc) { d["kmsKey"] = doc{"identity": "kms-test"} })},
			{row: id + "is-undone", after: func(x *exchange) {
				undone = undone || x.is("POST", kept+"/value") && x.recorder.Code == 400
				if undone && x.is("POST", kept+"/value") && x.recorder.Code == 200 {
					x.answer(400, refusal)
				}
			}},
		}...)
	}
	return all
}

func iamMutants() []mutant {
	reader := func(x *exchange) bool { return x.header.Get(headerAuth) == "Token "+readerToken }
	refused := func(row, method, part string) mutant {
		return mutant{row: row, after: status(func(x *exchange) bool { return reader(x) && x.is(method, part) }, 403, 404)}
	}
	return []mutant{
		{row: "projects.other-404", after: on("GET", "/projects/db", 404, 400)},
		{row: "projects.other-delete-404", after: on("DELETE", "/projects/db", 404, 400)},
		{row: "projects.other-not-listed", before: func(r *http.Request, x *exchange) bool {
			if strings.Contains(x.query.Get("pathPrefix"), "/projects/") {
				r.Header.Set(headerProject, testProject)
			}
			return false
		}},
		{row: "iam.reader-reads", before: refuse(404, func(x *exchange) bool { return reader(x) && x.is("GET", "/reader/db") })},
		{row: "iam.reader-lists", before: refuse(404, func(x *exchange) bool { return reader(x) && x.query.Has("pathPrefix") })},
		refused("iam.missing-create-403", "POST", "/secrets/nl-01/secrets"),
		refused("iam.missing-reveal-403", "POST", "/reader/db/value"),
		refused("iam.missing-put-403", "POST", "/reader/db/versions"),
		refused("iam.missing-update-403", "PUT", "/reader/db/policy"),
		refused("iam.missing-delete-403", "DELETE", "/reader/db"),
		refused("iam.permission-before-existence", "POST", "/reader/db-missing/versions"),
	}
}

func auditMutants() []mutant {
	items := func(change func(d doc, items []doc)) func(x *exchange) {
		return reading("/v1/audit", func(d doc) {
			rows, _ := d.rows("items")
			change(d, rows)
		})
	}
	all := []mutant{
		{row: "audit.form", after: items(func(d doc, _ []doc) { delete(d, "totalItems") })},
		{row: "audit.newest-first", after: items(func(d doc, rows []doc) {
			slices.Reverse(rows)
			d["items"] = rows
		})},
		{row: "audit.resource-is-path", after: items(func(_ doc, rows []doc) {
			for _, item := range rows {
				item["resourceIdentity"] = "secret-1"
			}
		})},
		{row: "audit.limit", before: func(r *http.Request, x *exchange) bool {
			if x.is("GET", "/v1/audit") && x.query.Get("limit") == "1" {
				r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "limit=1", "limit=2", 1)
			}
			return false
		}},
		{row: "audit.filters-action", before: func(r *http.Request, x *exchange) bool {
			if x.is("GET", "/v1/audit") && x.query.Has("action") {
				r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "action=", "deed=", 1)
			}
			return false
		}},
	}
	for _, row := range auditActions {
		rename := items(func(_ doc, rows []doc) {
			for _, item := range rows {
				if item.text("action") == row.action {
					item["action"] = "secrets.something"
				}
			}
		})
		all = append(all, mutant{row: row.id, after: func(x *exchange) {
			if !x.query.Has("action") {
				rename(x)
			}
		}})
	}
	return all
}
