package conformance

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// exchange is a request to the reference server and its answer, which a mutant changes.
type exchange struct {
	method, path string // of the URL
	query        url.Values
	header       http.Header // of the request
	sent         doc         // the request's JSON object
	recorder     *httptest.ResponseRecorder
	silent       bool // leaves out the Date
}

// mutant is a reference server with one behaviour broken on purpose.
type mutant struct {
	row string // the one that does not hold then
	// before changes the request, and answers it itself where it returns true.
	before func(r *http.Request, x *exchange) bool
	after  func(x *exchange)
	// credentials are an environment that has other ones than those of the rig.
	credentials []string
}

// wrap puts the mutant between the run and the server.
func (m mutant) wrap(next http.Handler) http.Handler {
	var mu sync.Mutex // Mutants keep state.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		x := &exchange{method: r.Method, path: r.URL.Path, query: r.URL.Query(), header: r.Header, recorder: httptest.NewRecorder()}
		_ = json.Unmarshal(body, &x.sent) // The body is not a JSON object.
		r.Body = io.NopCloser(bytes.NewReader(body))
		if m.before == nil || !m.before(r, x) {
			next.ServeHTTP(x.recorder, r)
		}
		if m.after != nil {
			m.after(x)
		}
		maps.Copy(w.Header(), x.recorder.Header())
		w.Header().Del("Content-Length")
		if x.silent {
			w.Header()["Date"] = nil
		}
		w.WriteHeader(x.recorder.Code)
		_, _ = w.Write(x.recorder.Body.Bytes())
	})
}

// answer is a refusal or an answer of the mutant's own.
func (x *exchange) answer(status int, body string) bool {
	x.recorder.Code = status
	x.recorder.Body.Reset()
	x.recorder.Header().Set("Content-Type", "application/json")
	x.recorder.Body.WriteString(body)
	return true
}

const refusal = `{"message":"refused by the mutant"}`

func (x *exchange) is(method, part string) bool {
	return x.method == method && strings.Contains(x.path, part)
}

func (x *exchange) creates(part string) bool {
	return x.method == "POST" && strings.HasSuffix(x.path, "/secrets") && strings.Contains(x.sent.text("path"), part)
}

// edit changes the object of a successful answer.
func (x *exchange) edit(change func(d doc)) {
	d := answer{body: x.recorder.Body.Bytes()}.doc()
	if x.recorder.Code >= 300 || d == nil {
		return
	}
	change(d)
	x.encode(d)
}

func (x *exchange) encode(value any) {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	x.recorder.Body.Reset()
	x.recorder.Body.Write(b)
}

// editList changes the entries of a list.
func (x *exchange) editList(change func(entries []doc) []doc) {
	if entries, ok := (answer{body: x.recorder.Body.Bytes()}).list(); ok {
		x.encode(change(entries))
	}
}

// status answers with another status where a request gets one.
func status(match func(x *exchange) bool, from, to int) func(x *exchange) {
	return func(x *exchange) {
		if match(x) && x.recorder.Code == from {
			x.recorder.Code = to
			if to == http.StatusNoContent {
				x.recorder.Body.Reset()
			}
			switch {
			case from == http.StatusNoContent && to >= 400:
				x.answer(to, refusal)
			case from == http.StatusNoContent:
				x.answer(to, "{}")
			}
		}
	}
}

// creating gives a create whose path has a part another status.
func creating(part string, from, to int) func(x *exchange) {
	return status(func(x *exchange) bool { return x.creates(part) }, from, to)
}

// on gives requests of a method whose URL has a part another status.
func on(method, part string, from, to int) func(x *exchange) {
	return status(func(x *exchange) bool { return x.is(method, part) }, from, to)
}

// reading changes what reads of a secret show.
func reading(part string, change func(d doc)) func(x *exchange) {
	return func(x *exchange) {
		if x.is("GET", part) {
			x.edit(change)
		}
	}
}

// revealing changes what reveals show.
func revealing(part string, change func(d doc)) func(x *exchange) {
	return func(x *exchange) {
		if x.is("POST", part) && strings.HasSuffix(x.path, "/value") {
			x.edit(change)
		}
	}
}

// listing changes what lists with a prefix show.
func listing(part string, change func(entries []doc) []doc) func(x *exchange) {
	return func(x *exchange) {
		if strings.Contains(x.query.Get("pathPrefix"), part) {
			x.editList(change)
		}
	}
}

// refuse answers requests with a refusal of the mutant's own.
func refuse(status int, match func(x *exchange) bool) func(*http.Request, *exchange) bool {
	return func(_ *http.Request, x *exchange) bool { return match(x) && x.answer(status, refusal) }
}

// resend replaces the JSON of a request.
func resend(r *http.Request, x *exchange) {
	b, err := json.Marshal(x.sent)
	if err != nil {
		panic(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(b))
}

// versionsOf are the rows of a history.
func versionsOf(d doc) []doc {
	rows, _ := d.rows("versions")
	return rows
}

// TestMutantsBreakTheirRow breaks the reference server in one way after another. The
// row about it does not hold then, and no other one fails.
func TestMutantsBreakTheirRow(t *testing.T) {
	t.Parallel()
	groups := [][]mutant{
		requestMutants(), createMutants(), pathMutants(), valueMutants(), versionMutants(), changeMutants(),
		policyMutants(), listMutants(), kmsMutants(), timeMutants(), iamMutants(), auditMutants(),
	}
	known := map[string]bool{}
	for _, m := range slices.Concat(groups...) {
		if known[m.row] {
			t.Errorf("two mutants of %s", m.row)
		}
		known[m.row] = true
		t.Run(m.row, func(t *testing.T) {
			t.Parallel()
			g := newRig(t, everything(), m.wrap)
			c := g.config()
			if m.credentials != nil {
				var err error
				if c.Credentials, err = FindCredentials(CredentialFlags{}, environment(m.credentials...), testOrg); err != nil {
					t.Fatal(err)
				}
			}
			report := g.run(c)
			unreached(t, report)
			failed := report.outcome(Fails)
			if got := slices.Sorted(maps.Keys(failed)); !slices.Equal(got, []string{m.row}) {
				t.Errorf("these do not hold: %v", failed)
			}
			if report.ExitCode() != 1 {
				t.Errorf("the exit code is %d", report.ExitCode())
			}
		})
	}
	for _, row := range Rows() {
		if !known[row.ID] {
			t.Errorf("no mutant breaks %s", row.ID)
		}
	}
}

// textOf is a number as a text.
func textOf(n int64) string { return strconv.FormatInt(n, 10) }
