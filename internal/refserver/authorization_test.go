package refserver

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// declaredOperations are the values of the constants op… that the package declares.
func declaredOperations(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "route.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "op") {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
			if name, err := strconv.Unquote(literal.Value); err == nil {
				names = append(names, name)
			}
		}
		return true
	})
	if len(names) < 20 {
		t.Fatalf("found the operations %v alone", names)
	}
	return names
}

// Every operation that exists is listed, and has a rule for who may use it, except for
// the two that have none on purpose. To a caller who may do nothing, all others are
// refused.
func TestEveryOperationHasAnAuthorizationRule(t *testing.T) {
	t.Parallel()
	listed := operations()
	for _, name := range declaredOperations(t) {
		if name != opUnknown && !slices.Contains(listed, name) {
			t.Errorf("%s is not one of operations()", name)
		}
	}
	s := New(Config{Seed: 1, Clock: NewClock(fuzzStart)})
	nobody := Principal{Name: "nobody", Grants: []Grant{{Permissions: []string{string(permRead)}, Paths: []string{"/nothing"}}}}
	for _, name := range listed {
		if name == opToken {
			continue // Whoever calls it has no access token yet.
		}
		op := operationNamed(name)
		if op.run == nil || op.permission == "" || (op.permission == noPermission) != (name == opKMSSummary) {
			t.Errorf("%s has the rule %+v", name, op)
		}
		want := http.StatusForbidden
		if name == opKMSSummary {
			want = http.StatusOK
		}
		if got := s.as(nobody, name); got.status != want {
			t.Errorf("%s: %d to a caller without permissions, want %d", name, got.status, want)
		}
		if got := s.as(Principal{Name: "root"}, name); got.status == http.StatusForbidden {
			t.Errorf("%s: refused to a caller who may do everything", name)
		}
	}
}

// An operation that nobody thought of is refused, whoever asks.
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

// as carries out an operation on a secret that is not there, for a principal that is
// known already.
func (s *Server) as(p Principal, name string) answer {
	c := &call{
		route:     route{operation: name, region: "nl-01", path: "/app/db", key: "kms-nl-01", version: 1, audit: auditQuery{page: 1, limit: 1}},
		principal: p, organisation: "acme", body: []byte(`{"path":"/app/db"}`), now: fuzzStart, store: s.store,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.answerPrincipal(c)
}
