package refserver

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Every operation of a URL has a rule for who may use it, and every rule has a URL. An
// operation without a rule would be refused to every caller.
func TestEveryRouteHasAnAuthorizationRule(t *testing.T) {
	t.Parallel()
	routed := map[string]bool{}
	for _, url := range []string{
		"/v1/secrets/nl-01/secrets", "/v1/secrets/nl-01/secrets?path=/app/", "/v1/secrets/nl-01/secret/app/db",
		"/v1/secrets/nl-01/secret/app/db/versions", "/v1/secrets/nl-01/secret/app/db/versions?version=1",
		"/v1/secrets/nl-01/secret/app/db/value", "/v1/secrets/nl-01/secret/app/db/policy",
		"/v1/kms/summary", "/v1/kms/nl-01/keys", "/v1/kms/nl-01/keys/kms-1", "/v1/kms/nl-01/keys/kms-1/cancel-deletion",
		"/v1/kms/nl-01/keys/kms-1/rotate", "/v1/kms/nl-01/keys/kms-1/enable", "/v1/kms/nl-01/keys/kms-1/disable",
		"/v1/kms/nl-01/keys/kms-1/rotation", tokenPath, auditPath,
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			path, query, _ := strings.Cut(url, "?")
			operation := parseRoute(method, path, query).operation
			if routed[operation] = true; operation != opUnknown && !slices.Contains(operations(), operation) {
				t.Errorf("%s %s is %s, which has no rule", method, url, operation)
			}
		}
	}
	for _, name := range operations() {
		if !routed[name] {
			t.Errorf("no URL leads to %s", name)
		}
	}
}

// A caller without permissions may use no operation but getKMSSummary, and a caller without
// limits may use every operation.
func TestEveryOperationChecksAPermission(t *testing.T) {
	t.Parallel()
	s := New(Config{Seed: 1, Clock: NewClock(fuzzStart)})
	limited := Principal{Name: "limited", Grants: []Grant{{Permissions: []string{string(permRead)}, Paths: []string{"/nothing"}}}}
	for name, rule := range operationRules {
		if rule.run == nil || rule.permission == "" || (rule.permission == noPermission) != (name == opKMSSummary) {
			t.Errorf("%s has the rule %+v", name, rule)
		}
		want := http.StatusForbidden
		if name == opKMSSummary {
			want = http.StatusOK
		}
		if got := s.as(limited, name); got.status != want {
			t.Errorf("%s: %d to a caller without permissions, want %d", name, got.status, want)
		}
		if got := s.as(Principal{Name: "root"}, name); got.status == http.StatusForbidden {
			t.Errorf("%s: refused to a caller who may do everything", name)
		}
	}
}

// An operation without a rule is refused, even to a caller without limits.
func TestAnOperationWithoutARuleIsRefused(t *testing.T) {
	t.Parallel()
	s := New(Config{Seed: 1, Clock: NewClock(fuzzStart)})
	for _, name := range []string{"exportEverything", opUnknown, ""} {
		a := s.as(Principal{Name: "root"}, name)
		body, ok := a.body.(errorBody)
		if a.status != http.StatusForbidden || !ok || !strings.Contains(body.Message, "has no rule") {
			t.Errorf("%q: %+v", name, a)
		}
	}
}

// as carries out an operation on a secret that does not exist, for a known principal.
func (s *Server) as(p Principal, name string) answer {
	c := &call{
		route:     route{operation: name, region: "nl-01", path: "/app/db", key: "kms-nl-01", version: 1, audit: auditQuery{page: 1, limit: 1}},
		principal: p, organisation: "acme", body: []byte(`{"path":"/app/db"}`), now: fuzzStart, store: s.store,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.answerPrincipal(c)
}
