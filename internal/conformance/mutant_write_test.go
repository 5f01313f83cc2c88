package conformance

import (
	"net/http"
	"strings"
)

func requestMutants() []mutant {
	return []mutant{
		{row: "auth.missing-credentials-401", after: status(func(x *exchange) bool { return x.header.Get(headerAuth) == "" }, 401, 400)},
		{row: "auth.unknown-token-401", after: status(func(x *exchange) bool { return strings.Contains(x.header.Get(headerAuth), "conformance-") }, 401, 400)},
		{row: "auth.scheme", before: refuse(401, func(x *exchange) bool { return strings.HasSuffix(x.query.Get("path"), "/requests/") })},
		{row: "auth.organisation-required", before: func(r *http.Request, x *exchange) bool {
			if r.Header.Get(headerOrg) == "" {
				r.Header.Set(headerOrg, testOrg)
			}
			return false
		}},
		{row: "requests.no-cache-accepted", before: refuse(400, func(x *exchange) bool { return x.header.Get("Cache-Control") != "" })},
		{row: "get.missing-404", after: status(func(x *exchange) bool {
			return x.is("GET", "/requests/missing") && x.header.Get("Cache-Control") == "" && !strings.Contains(x.path, "zz-99")
		}, 404, 410)},
		{row: "get.illegal-path-400", after: on("GET", "/illegal~character", 400, 404)},
		{row: "get.unknown-region-404", after: on("GET", "/zz-99/", 404, 400)},
		{row: "gates.off-403", after: status(func(x *exchange) bool { return x.header.Get(headerOrg) == "o-closed" }, 403, 404)},
		{row: "gates.message-names-feature", after: func(x *exchange) {
			if x.header.Get(headerOrg) == "o-closed" {
				x.answer(403, refusal)
			}
		}},
		{row: "errors.json-message", after: func(x *exchange) {
			if x.is("GET", "/requests/missing") && x.recorder.Code == 404 {
				x.answer(404, `{"error":"not found"}`)
			}
		}},
		{row: "errors.json-content-type", after: func(x *exchange) {
			if x.recorder.Code == 409 {
				x.recorder.Header().Set("Content-Type", "text/plain")
			}
		}},
		{row: "errors.no-echo", after: func(x *exchange) {
			if x.creates("two-values") {
				x.encode(doc{"message": "two values, the first is " + x.sent.text("secretString")})
			}
		}},
		{row: "limits.retry-after-form", after: func(x *exchange) {
			if x.recorder.Code == 429 {
				x.recorder.Header().Set("Retry-After", "soon")
			}
		}},
		{row: "oidc.client-credentials", after: tokenWithoutLife, credentials: []string{"THALASSA_CLIENT_ID", "client", "THALASSA_CLIENT_SECRET", clientSecret}},
		{row: "oidc.token-exchange", after: tokenWithoutLife, credentials: []string{"THALASSA_SERVICE_ACCOUNT_ID", "sa-1", "THALASSA_OIDC_TOKEN", jobToken}},
	}
}

func tokenWithoutLife(x *exchange) {
	if x.is("POST", "/oidc/token") {
		x.edit(func(d doc) { delete(d, "expires_in") })
	}
}

func createMutants() []mutant {
	const db = "/create/db"
	second := false
	return []mutant{
		{row: "create.status-201", after: creating("", 201, 200)},
		{row: "create.answers-metadata", after: func(x *exchange) {
			if x.creates(db) {
				x.edit(func(d doc) { delete(d, "createdAt") })
			}
		}},
		{row: "create.taken-409", after: creating(db, 409, 400)},
		{row: "create.keeps-metadata", after: reading(db, func(d doc) { delete(d, "labels") })},
		{row: "create.binds-key", after: reading(db, func(d doc) { d["kmsKey"] = doc{"identity": "kms-other", "keyType": "aes256-gcm96", "status": "active"} })},
		{row: "create.key-status", after: reading(db, func(d doc) { d["kmsKey"] = doc{"identity": "kms-nl-01"} })},
		{row: "create.region", after: reading(db, func(d doc) { delete(d, "region") })},
		{row: "create.keeps-policy", after: reading(db, func(d doc) { delete(d, "accessPolicy") })},
		{row: "create.first-version", after: reading(db, func(d doc) { d["currentVersion"] = 2 })},
		{row: "get.history-on-request", after: reading(db, func(d doc) { delete(d, "versions") })},
		{row: "get.no-history-by-default", after: func(x *exchange) {
			if x.is("GET", db) && !x.query.Has("includeVersions") {
				x.edit(func(d doc) { d["versions"] = []doc{} })
			}
		}},
		{row: "get.version-fields", after: reading(db, func(d doc) {
			for _, v := range versionsOf(d) {
				delete(v, "valueFormat")
			}
		})},
		{row: "create.key-unknown-404", after: creating("key-unknown", 404, 400)},
		{row: "create.key-missing-400", after: creating("key-missing", 400, 422)},
		{row: "create.key-asymmetric-400", after: creating("key-asymmetric", 400, 422)},
		{row: "create.no-value-400", after: creating("no-value", 400, 422)},
		{row: "create.two-values-400", after: creating("two-values", 400, 201)},
		{row: "create.description-1024", before: refuse(400, func(x *exchange) bool { return len(x.sent.text("description")) > 2000 })},
		{row: "create.description-1025-400", after: creating("description-1025", 400, 201)},
		{row: "create.invalid-policy-400", after: creating("invalid-policy", 400, 201)},
		{row: "delete.status-204", after: on("DELETE", "/delete/", 204, 200)},
		{row: "delete.twice-404", after: on("DELETE", "/delete/", 404, 204)},
		{row: "delete.frees-path", before: func(_ *http.Request, x *exchange) bool {
			if !x.creates("/delete/") {
				return false
			}
			again := second
			second = true
			return again && x.answer(409, refusal)
		}},
		{row: "delete.then-404", after: on("GET", "/recreate/", 404, 410)},
		{row: "delete.leaves-list", after: listing("/recreate/", func(entries []doc) []doc {
			return append(entries, doc{"path": "/deleted"})
		})},
		{row: "delete.new-created-at", after: func() func(*exchange) {
			var first any
			return reading("/recreate/", func(d doc) {
				if first == nil {
					first = d["createdAt"]
				}
				d["createdAt"] = first
			})
		}()},
		{row: "delete.restarts-versions", after: reading("/recreate/", func(d doc) { d["currentVersion"] = 3 })},
	}
}

func pathMutants() []mutant {
	form := func(operation, row string, match func(x *exchange) bool) mutant {
		return mutant{row: row, before: refuse(400, func(x *exchange) bool {
			return strings.Contains(x.query.Get("path"), "/urls/") && x.method == operation && match(x)
		})}
	}
	ends := func(end string) func(x *exchange) bool {
		return func(x *exchange) bool { return strings.HasSuffix(x.path, end) }
	}
	return []mutant{
		{row: "paths.characters", after: func(x *exchange) {
			if x.creates("AZaz09") {
				x.edit(func(d doc) { d["path"] = strings.ToLower(d.text("path")) })
			}
		}},
		{row: "paths.length-512", before: refuse(400, func(x *exchange) bool { return len(x.sent.text("path")) == 512 })},
		{row: "paths.length-513-400", after: creating("xxxxxxxx", 400, 422)},
		{row: "paths.illegal-character-400", after: creating("a b", 400, 404)},
		{row: "paths.no-leading-slash-400", after: status(func(x *exchange) bool {
			return x.method == "POST" && strings.HasPrefix(x.sent.text("path"), "thalassa")
		}, 400, 422)},
		{row: "paths.trailing-slash-400", after: creating("slash/", 400, 201)},
		{row: "paths.double-slash-400", after: creating("a//b", 400, 201)},
		{row: "paths.reserved-last-segment-400", after: creating("/paths/value", 400, 201)},
		{row: "paths.dot-segment-400", after: creating("/../", 400, 201)},
		{row: "urls.percent-encoded", before: func(r *http.Request, x *exchange) bool {
			return strings.Contains(r.URL.EscapedPath(), "%2B") && x.answer(404, refusal)
		}},
		form("GET", "urls.get-by-query", ends("/secret")),
		form("POST", "urls.value-by-query", ends("/value")),
		form("POST", "urls.put-by-query", ends("/versions")),
		form("PUT", "urls.policy-by-query", ends("/policy")),
		form("DELETE", "urls.destroy-by-query", ends("/versions")),
		form("DELETE", "urls.delete-by-query", ends("/secret")),
		{row: "urls.destroy-without-version-400", after: status(func(x *exchange) bool {
			return x.is("DELETE", "/traps/db/versions") && !x.query.Has("version")
		}, 400, 404)},
		{row: "urls.destroy-without-version-keeps", before: func(r *http.Request, x *exchange) bool {
			if x.is("DELETE", "/traps/db/versions") && !x.query.Has("version") {
				r.URL.Path = strings.TrimSuffix(r.URL.Path, "/versions")
			}
			return false
		}, after: func(x *exchange) {
			if x.is("DELETE", "/traps/db/versions") && x.recorder.Code == 204 {
				x.answer(400, refusal)
			}
		}},
		{row: "urls.delete-with-version-400", after: status(func(x *exchange) bool {
			return x.is("DELETE", "/traps/db") && x.query.Has("version")
		}, 400, 204)},
		{row: "put.other-path-400", after: on("POST", "/traps/db/versions", 400, 422)},
	}
}

func valueMutants() []mutant {
	garble := func(d doc) { d["secretString"] = base64Of("garbled") }
	return []mutant{
		{row: "values.string-round-trip", after: revealing("/values/string", garble)},
		{row: "values.binary-round-trip", after: revealing("/values/binary", garble)},
		{row: "values.empty-string", after: revealing("/values/empty", func(d doc) { delete(d, "secretString") })},
		{row: "values.64-kib", before: refuse(400, func(x *exchange) bool { return x.creates("/values/large") })},
		{row: "values.key-values-round-trip", after: revealing("/values/pairs", func(d doc) { d["secretKeyValues"] = doc{"user": "aGk="} })},
		{row: "values.one-format-in-answer", after: revealing("/values/pairs", func(d doc) { d["secretString"] = "" })},
		{row: "values.formats-may-differ", before: refuse(400, func(x *exchange) bool { return x.is("POST", "/values/pairs/versions") })},
		{row: "values.format-in-history", after: reading("/values/pairs", func(d doc) {
			for _, v := range versionsOf(d) {
				v["valueFormat"] = "string"
			}
		})},
		{row: "values.not-in-metadata", after: reading("/values/pairs", func(d doc) { d["secretKeyValues"] = doc{} })},
		{row: "values.not-base64-400", after: creating("/novalues/not-base64", 400, 201)},
		{row: "values.unpadded-400", after: creating("/novalues/unpadded", 400, 201)},
		{row: "values.url-safe-400", after: creating("/novalues/url-safe", 400, 201)},
		{row: "values.bad-pair-400", after: creating("/novalues/bad-pair", 400, 201)},
		{row: "values.empty-key-values-400", after: creating("/novalues/empty-key-values", 400, 201)},
		{row: "values.64-kib-and-one-400", after: creating("/novalues/64-kib-and-one", 400, 413)},
		{row: "values.generated-16", before: refuse(400, func(x *exchange) bool {
			return x.creates("/generated-16")
		})},
		{row: "values.generated-4096", before: refuse(400, func(x *exchange) bool { return x.sent.number("generateSecret", "byteLength") == 4096 })},
		{row: "values.generated-default-32", before: func(r *http.Request, x *exchange) bool {
			if x.creates("generated-default") {
				x.sent["generateSecret"] = doc{"byteLength": 64}
				resend(r, x)
			}
			return false
		}},
		{row: "values.generated-15-400", after: creating("/generated/15", 400, 201)},
		{row: "values.generated-4097-400", after: creating("/generated/4097", 400, 201)},
		{row: "values.generated-differ", after: func(x *exchange) {
			revealing("/generated/one", garble)(x)
			revealing("/generated/two", garble)(x)
		}},
		{row: "values.generated-is-string", after: reading("/generated/one", func(d doc) { versionsOf(d)[0]["valueFormat"] = "generated" })},
		{row: "reveal.answer", after: revealing("/reveals/", func(d doc) { delete(d, "kmsKeyVersion") })},
		{row: "reveal.empty-body-is-current", before: refuse(400, func(x *exchange) bool { return x.is("POST", "/reveals/db/value") && x.sent == nil })},
		{row: "reveal.by-version", before: func(r *http.Request, x *exchange) bool {
			if x.is("POST", "/reveals/db/value") && x.sent.number("version") == 1 {
				delete(x.sent, "version")
				resend(r, x)
			}
			return false
		}},
		{row: "reveal.unknown-version-404", after: on("POST", "/reveals/db/value", 404, 400)},
		{row: "reveal.missing-secret-404", after: on("POST", "/reveals/db-missing/value", 404, 400)},
		{row: "put.status-200", after: on("POST", "/versions", 200, 201)},
		{row: "put.answer", after: func(x *exchange) {
			if x.is("POST", "/puts/db/versions") {
				x.edit(func(d doc) { delete(d, "path") })
			}
		}},
		{row: "put.no-value-400", after: status(func(x *exchange) bool { return x.is("POST", "/puts/db/versions") && !x.sent.has("secretString") }, 400, 200)},
		{row: "put.generated", before: refuse(400, func(x *exchange) bool {
			return x.is("POST", "/puts/db/versions") && x.sent.has("generateSecret") && !x.sent.has("secretString")
		})},
		{row: "put.two-values-400", after: status(func(x *exchange) bool { return x.is("POST", "/puts/db/versions") && x.sent.has("generateSecret") }, 400, 200)},
		{row: "put.missing-404", after: on("POST", "/puts/db-missing", 404, 400)},
		{row: "put.refused-adds-nothing", after: reading("/puts/db", func(d doc) { d["versions"] = append(versionsOf(d), doc{"version": 3}) })},
	}
}
