package refserver

import (
	"strings"
	"testing"
)

func TestParseRoute(t *testing.T) {
	for _, tc := range []struct {
		method, url string
		want        route // operation, region, path, key, version, history and pathInQuery
	}{
		{"GET", "/v1/secrets/nl-01/secrets?path=/app/", route{operation: opBrowse, region: "nl-01", path: "/app/"}},
		{"GET", "/v1/secrets/nl-01/secrets?pathPrefix=/app/", route{operation: opList, region: "nl-01", path: "/app/"}},
		{"GET", "/v1/secrets/nl-01/secrets", route{operation: opList, region: "nl-01", path: "/"}},
		{"GET", "/v1/secrets/nl-01/secrets?pathPrefix=", route{operation: opList, region: "nl-01", path: "/"}},
		{"POST", "/v1/secrets/nl-01/secrets", route{operation: opCreate, region: "nl-01"}},
		{"GET", "/v1/secrets/nl-01/secret/app/db", route{operation: opGet, region: "nl-01", path: "/app/db"}},
		{"GET", "/v1/secrets/nl-01/secret/app/a+b.c_d-e", route{operation: opGet, region: "nl-01", path: "/app/a+b.c_d-e"}},
		{"GET", "/v1/secrets/nl-01/secret/app%2Fdb?includeVersions=true", route{operation: opGet, region: "nl-01", path: "/app/db", history: true}},
		{"GET", "/v1/secrets/nl%2D01/secret%2Fapp%2F%64b", route{operation: opGet, region: "nl-01", path: "/app/db"}},
		{"GET", "/v1/secrets/nl-01/secret?path=/app/db&includeVersions=false", route{operation: opGet, region: "nl-01", path: "/app/db", pathInQuery: true}},
		{"GET", "/v1/secrets/nl-01/secret?path=%2Fapp%2Fa%2Bb", route{operation: opGet, region: "nl-01", path: "/app/a+b", pathInQuery: true}},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db", route{operation: opDelete, region: "nl-01", path: "/app/db"}},
		{"DELETE", "/v1/secrets/nl-01/secret?path=/app/db", route{operation: opDelete, region: "nl-01", path: "/app/db", pathInQuery: true}},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=3", route{operation: opDestroy, region: "nl-01", path: "/app/db", version: 3}},
		{"DELETE", "/v1/secrets/nl-01/secret/versions?version=3&path=/app/db", route{operation: opDestroy, region: "nl-01", path: "/app/db", version: 3, pathInQuery: true}},
		{"POST", "/v1/secrets/nl-01/secret/app/db/versions", route{operation: opPut, region: "nl-01", path: "/app/db"}},
		{"POST", "/v1/secrets/nl-01/secret/versions?path=/app/db", route{operation: opPut, region: "nl-01", path: "/app/db", pathInQuery: true}},
		{"POST", "/v1/secrets/nl-01/secret/app/db/value", route{operation: opReveal, region: "nl-01", path: "/app/db"}},
		{"POST", "/v1/secrets/nl-01/secret/value?path=/app/db", route{operation: opReveal, region: "nl-01", path: "/app/db", pathInQuery: true}},
		{"PUT", "/v1/secrets/nl-01/secret/app/db/policy", route{operation: opPolicy, region: "nl-01", path: "/app/db"}},
		{"PUT", "/v1/secrets/nl-01/secret/policy?path=/app/db", route{operation: opPolicy, region: "nl-01", path: "/app/db", pathInQuery: true}},
		{"GET", "/v1/secrets/nl-01/secret/versions/x", route{operation: opGet, region: "nl-01", path: "/versions/x"}},
		{"GET", "/v1/kms/summary", route{operation: opKMSSummary}},
		{"POST", "/v1/kms/nl-01/keys", route{operation: opKeyCreate, region: "nl-01"}},
		{"GET", "/v1/kms/nl-01/keys?name=app", route{operation: opKeyList, region: "nl-01", keyName: "app"}},
		{"GET", "/v1/kms/nl-01/keys/kms-1", route{operation: opKeyGet, region: "nl-01", key: "kms-1"}},
		{"DELETE", "/v1/kms/nl-01/keys/kms-1", route{operation: opKeyDelete, region: "nl-01", key: "kms-1"}},
		{"DELETE", "/v1/kms/nl-01/keys/kms-1/cancel-deletion", route{operation: opKeyCancel, region: "nl-01", key: "kms-1"}},
		{"POST", "/v1/kms/nl-01/keys/kms-1/rotate", route{operation: opKeyRotate, region: "nl-01", key: "kms-1"}},
		{"POST", "/v1/kms/nl-01/keys/kms-1/enable", route{operation: opKeyEnable, region: "nl-01", key: "kms-1"}},
		{"POST", "/v1/kms/nl-01/keys/kms-1/disable", route{operation: opKeyDisable, region: "nl-01", key: "kms-1"}},
		{"PATCH", "/v1/kms/nl-01/keys/kms-1/rotation", route{operation: opKeyRotation, region: "nl-01", key: "kms-1"}},
		{"POST", "/oidc/token", route{operation: opToken}},
	} {
		path, query, _ := strings.Cut(tc.url, "?")
		if got := parseRoute(tc.method, path, query); got != tc.want {
			t.Errorf("%s %s\ngot  %+v %v %v\nwant %+v", tc.method, tc.url, got, got.unroutable, got.malformed, tc.want)
		}
	}
}

func TestParseRouteRefuses(t *testing.T) {
	for _, tc := range []struct {
		method, url string
		operation   string
		status      int
		message     string
	}{
		// Ambiguous: it could be either of two operations.
		{"DELETE", "/v1/secrets/nl-01/secret/app/versions", opUnknown, 400, "the URL is ambiguous"},
		{"DELETE", "/v1/secrets/nl-01/secret/app%2Fversions", opUnknown, 400, "the URL is ambiguous"},
		{"DELETE", "/v1/secrets/nl-01/secret/versions", opUnknown, 400, "the URL is ambiguous"},
		{"PUT", "/v1/secrets/nl-01/secret/app/versions", opUnknown, 400, `PUT is not possible on "versions" of a secret`},
		{"POST", "/v1/secrets/nl-01/secret/app/policy", opUnknown, 400, `POST is not possible on "policy" of a secret`},
		// Clear what is meant, but not a legal path or query.
		{"GET", "/v1/secrets/nl-01/secret/app/value", opGet, 400, `must not end in the segment "value"`},
		{"DELETE", "/v1/secrets/nl-01/secret/app/policy", opDelete, 400, `must not end in the segment "policy"`},
		{"GET", "/v1/secrets/nl-01/secret?path=/app/versions", opGet, 400, `must not end in the segment "versions"`},
		{"POST", "/v1/secrets/nl-01/secret/app/value/value", opReveal, 400, `must not end in the segment "value"`},
		{"GET", "/v1/secrets/nl-01/secret/app/../db", opGet, 400, `must not have the segment ".."`},
		{"GET", "/v1/secrets/nl-01/secret/app/%2e%2e/db", opGet, 400, `must not have the segment ".."`},
		{"DELETE", "/v1/secrets/nl-01/secret/./app", opDelete, 400, `must not have the segment "."`},
		{"DELETE", "/v1/secrets/nl-01/secret//app", opDelete, 400, `must not contain "//"`},
		{"DELETE", "/v1/secrets/nl-01/secret/app%2F%2Fdb", opDelete, 400, `must not contain "//"`},
		{"DELETE", "/v1/secrets/nl-01/secret/app/", opDelete, 400, `must not end with "/"`},
		{"DELETE", "/v1/secrets/nl-01/secret", opDelete, 400, "path is missing"},
		{"DELETE", "/v1/secrets/nl-01/secret/", opDelete, 400, "path is missing"},
		{"DELETE", "/v1/secrets/nl-01/secret?path=", opDelete, 400, "path is missing"},
		{"POST", "/v1/secrets/nl-01/secret/value", opReveal, 400, "path is missing"},
		{"GET", "/v1/secrets/nl-01/secret/app/d%20b", opGet, 400, "must have only the characters"},
		{"GET", "/v1/secrets/nl-01/secret?path=/app/a+b", opGet, 400, "must have only the characters"},
		{"GET", "/v1/secrets/nl-01/secret/app?path=/app/db", opGet, 400, "given more than once"},
		{"DELETE", "/v1/secrets/nl-01/secret?path=/a&path=/b", opDelete, 400, "given more than once"},
		{"GET", "/v1/secrets/nl-01/secret/app?includeVersions=maybe", opGet, 400, "includeVersions must be"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db?version=3", opDelete, 400, "deleted as a whole"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=0", opDestroy, 400, "version must be given once"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=1&version=2", opDestroy, 400, "version must be given once"},
		{"DELETE", "/v1/secrets/nl-01/secret/versions?path=/app/db", opDestroy, 400, "version must be given once"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=%2B1", opDestroy, 400, "in digits alone"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=+1", opDestroy, 400, "in digits alone"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=%201", opDestroy, 400, "in digits alone"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=1%20", opDestroy, 400, "in digits alone"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=01", opDestroy, 400, "in digits alone"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=-1", opDestroy, 400, "in digits alone"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=1_0", opDestroy, 400, "in digits alone"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=1.0", opDestroy, 400, "in digits alone"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=0x1", opDestroy, 400, "in digits alone"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=%D9%A1", opDestroy, 400, "in digits alone"}, // An Arabic 1.
		{"DELETE", "/v1/secrets/nl-01/secret/app/db/versions?version=9223372036854775808", opDestroy, 400, "in digits alone"},
		{"GET", "/v1/secrets/nl-01/secret/app?includeVersions=1", opGet, 400, "includeVersions must be"},
		{"GET", "/v1/secrets/nl-01/secret/app?includeVersions=true&includeVersions=false", opGet, 400, "includeVersions must be"},
		{"GET", "/v1/secrets/nl-01/secrets?path=/a/&path=/b/", opBrowse, 400, "given more than once"},
		{"GET", "/v1/secrets/nl-01/secrets?pathPrefix=/a/&pathPrefix=/b/", opList, 400, "given more than once"},
		{"DELETE", "/v1/secrets/nl-01/secret/app/db?a=%zz", opDelete, 400, "query string is malformed"},
		{"GET", "/v1/secrets/nl-01/secrets?path=/a/&pathPrefix=/a/", opBrowse, 400, "exclude each other"},
		{"GET", "/v1/secrets/nl-01/secrets?path=", opBrowse, 400, "must not be empty"},
		{"GET", "/v1/secrets/nl-01/secrets?pathPrefix=app", opList, 400, `must start with "/"`},
		// Nothing there.
		{"POST", "/v1/secrets/nl-01/secret/app/db", opUnknown, 405, "POST is not possible"},
		{"PATCH", "/v1/secrets/nl-01/secret/app/db", opUnknown, 405, "PATCH is not possible"},
		{"DELETE", "/v1/secrets/nl-01/secrets", opUnknown, 405, "DELETE is not possible"},
		{"GET", "/v1/kms/nl-01/keys/kms-1/rotate", opUnknown, 405, "GET is not possible"},
		{"POST", "/v1/kms/summary", opUnknown, 405, "POST is not possible"},
		{"GET", "/oidc/token", opUnknown, 405, "GET is not possible"},
		{"GET", "/", opUnknown, 404, "nothing at this URL"},
		{"GET", "//v1/secrets/nl-01/secrets", opUnknown, 404, "nothing at this URL"},
		{"GET", "/v1/secrets/", opUnknown, 404, "nothing at this URL"},
		{"GET", "/v1/secrets//secrets", opUnknown, 404, "nothing at this URL"},
		{"GET", "/v1/secrets/nl-01/secretsX", opUnknown, 404, "nothing at this URL"},
		{"GET", "/v1/secrets/nl-01/secrets/", opUnknown, 404, "nothing at this URL"},
		{"POST", "/v1/kms/nl-01/keys/kms-1/encrypt", opUnknown, 404, "nothing at this URL"},
		{"GET", "/v1/kms/nl-01/keys/", opUnknown, 404, "nothing at this URL"},
	} {
		path, query, _ := strings.Cut(tc.url, "?")
		got := parseRoute(tc.method, path, query)
		p := got.unroutable
		if tc.status == 400 {
			p = got.malformed
		}
		if p == nil || p.status != tc.status || !strings.Contains(p.message, tc.message) || got.operation != tc.operation {
			t.Errorf("%s %s: got %q %v %v, want %q %d %s", tc.method, tc.url, got.operation, got.unroutable, got.malformed, tc.operation, tc.status, tc.message)
		}
	}
}

// A route that is not refused names a secret by exactly one legal path, however
// the URL was written.
func FuzzParseRoute(f *testing.F) {
	for _, s := range []string{"/app/db", "/app/db/versions?version=1", "?path=/app/db", "/app%2f..%2fdb", "/value/value", "/versions"} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			f.Add(method, s)
		}
	}
	f.Fuzz(func(t *testing.T, method, tail string) {
		path, query, _ := strings.Cut("/v1/secrets/nl-01/secret"+tail, "?")
		got := parseRoute(method, path, query)
		if got.unroutable != nil || got.malformed != nil || got.operation == opUnknown {
			return
		}
		switch got.operation {
		case opCreate, opList, opBrowse: // The tail began with "s".
			return
		}
		if strings.Contains(got.path, "//") || strings.Contains(got.path+"/", "/../") || !strings.HasPrefix(got.path, "/") || isSub(got.path[strings.LastIndexByte(got.path, '/')+1:]) {
			t.Errorf("%s %q became %+v", method, tail, got)
		}
	})
}
