package refserver_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// teapot is a fault that is easy to tell from anything the API says.
func teapot(f refserver.Fault) refserver.Fault {
	f.Action, f.Status = refserver.ActionStatus, 418
	return f
}

func TestWhichCallsARuleConcerns(t *testing.T) {
	type request struct{ who, method, url, body string }
	const created = `{"path":"/app/new","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`
	requests := map[string]request{
		"get":    {"root", "GET", appDB, ""},
		"by ci":  {"ci", "GET", appDB, ""},
		"query":  {"root", "GET", "/v1/secrets/nl-01/secret?path=/app/db", ""},
		"put":    {"root", "POST", putURL, putBody},
		"create": {"root", "POST", secrets, created},
		"broken": {"root", "POST", secrets, `{"path":`},
		"list":   {"root", "GET", secrets + "?pathPrefix=/app/", ""},
		"keys":   {"root", "GET", "/v1/kms/nl-01/keys", ""},
		"lost":   {"root", "GET", "/nowhere", ""},
		"bad":    {"stranger", "GET", appDB, ""},
		"token":  {"root", "POST", "/oidc/token", ""},
	}
	for _, tc := range []struct {
		fault refserver.Fault
		want  string
	}{
		{refserver.Fault{}, "bad broken by ci create get keys list lost put query token"},
		{refserver.Fault{Operation: "getSecret"}, "bad by ci get query"},
		{refserver.Fault{Operation: "createSecret"}, "broken create"},
		{refserver.Fault{Operation: "issueToken"}, "token"},
		{refserver.Fault{Path: "/app/db"}, "bad by ci get put query"},
		{refserver.Fault{Path: "/app/*"}, "bad by ci create get list put query"},
		{refserver.Fault{Path: "*"}, "bad by ci create get list put query"},
		{refserver.Fault{Path: "/app/n*w"}, "create"},
		{refserver.Fault{Principal: "ci"}, "by ci"},
		{refserver.Fault{Principal: "stranger"}, ""},
		{refserver.Fault{Principal: "root", Operation: "getSecret", Path: "/app/*"}, "get query"},
	} {
		var got []string
		for name, r := range requests {
			g := newRig(t, refserver.Config{Principals: []refserver.Principal{{Name: "ci", Token: "ci-token"}}})
			g.create("/app/db")
			g.setFaults(teapot(tc.fault))
			if g.send(as("Token "+r.who+"-token", "acme", ""), r.method, r.url, r.body).status == 418 {
				got = append(got, name)
			}
			g.close()
		}
		slices.Sort(got)
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%+v: got %v, want %s", tc.fault, got, tc.want)
		}
	}
}

// pattern makes n calls and shows which of them met a fault: the number of the
// rule's status, or a dot.
func (g *rig) pattern(n int) string {
	g.t.Helper()
	var b strings.Builder
	for range n {
		if status := g.send(root, "GET", secrets, "").status; status == 200 {
			b.WriteByte('.')
		} else {
			fmt.Fprint(&b, status-500)
		}
	}
	return b.String()
}

func numbered(i int, f refserver.Fault) refserver.Fault {
	f.Action, f.Status = refserver.ActionStatus, 500+i
	return f
}

func TestWhichCallsARuleAffects(t *testing.T) {
	for _, tc := range []struct {
		faults []refserver.Fault
		want   string
		counts string
	}{
		{[]refserver.Fault{{}}, "111111", "6/6"},
		{[]refserver.Fault{{Nth: 2}}, ".1....", "6/1"},
		{[]refserver.Fault{{Times: 2}}, "11....", "6/2"},
		{[]refserver.Fault{{Nth: 2, Times: 2}}, ".1....", "6/1"},
		{[]refserver.Fault{{Probability: 1, Times: 3}}, "111...", "6/3"},
		// Each rule counts all calls that it matches, so these come one after the other.
		{[]refserver.Fault{{Nth: 1}, {Nth: 2}, {Nth: 3}}, "123...", "6/1 6/1 6/1"},
		{[]refserver.Fault{{Times: 2}, {Times: 2}}, "1122..", "6/2 6/2"},
		{[]refserver.Fault{{Nth: 3}, {}}, "221222", "6/1 6/5"},
		{[]refserver.Fault{{Operation: "getSecret"}, {Nth: 4}}, "...2..", "0/0 6/1"},
	} {
		g := newRig(t, refserver.Config{})
		for i, f := range tc.faults {
			if err := g.AddFault(numbered(i+1, f)); err != nil {
				t.Fatal(err)
			}
		}
		if got := g.pattern(6); got != tc.want {
			t.Errorf("%+v: got %s, want %s", tc.faults, got, tc.want)
		}
		var counts []string
		for _, f := range g.Faults() {
			counts = append(counts, fmt.Sprintf("%d/%d", f.Matched, f.Fired))
		}
		if got := strings.Join(counts, " "); got != tc.counts {
			t.Errorf("%+v: counted %s, want %s", tc.faults, got, tc.counts)
		}
	}
}

func TestRandomDataRepeats(t *testing.T) {
	faults := []refserver.Fault{numbered(1, refserver.Fault{Probability: 0.25}), numbered(2, refserver.Fault{Probability: 0.5})}
	g := newRig(t, refserver.Config{Faults: faults})
	first := g.pattern(40)
	for _, sign := range []string{"1", "2", "."} {
		if n := strings.Count(first, sign); n < 5 || n > 25 {
			t.Errorf("%q comes %d times in %s", sign, n, first)
		}
	}
	g.Reset()
	if again := g.pattern(40); again != first {
		t.Errorf("after a reset\n%s, before it\n%s", again, first)
	}
	if other := newRig(t, refserver.Config{Faults: faults, Seed: 2}).pattern(40); other == first {
		t.Error("another seed makes no difference")
	}
	// The random numbers of the rules do not shift those of other purposes.
	value := func(g *rig) string {
		g.do("POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":16}}`, 201)
		return g.do("POST", appDB+"/value", "", 200).body
	}
	g.ClearFaults()
	if got, want := value(g), value(newRig(t, refserver.Config{})); got != want {
		t.Errorf("generated %s, and without faults %s", got, want)
	}
}

func TestRulesAreReplacedAndTakenBack(t *testing.T) {
	configured := numbered(1, refserver.Fault{Name: "configured"})
	g := newRig(t, refserver.Config{Faults: []refserver.Fault{configured}})
	g.pattern(2)
	g.setFaults(numbered(2, refserver.Fault{}), numbered(3, refserver.Fault{Nth: 9}))
	if got := g.pattern(1); got != "2" {
		t.Errorf("replaced: %s", got)
	}
	if err := g.SetFaults(configured, refserver.Fault{}); err == nil || len(g.Faults()) != 2 || g.Faults()[0].Fired != 1 {
		t.Errorf("a mistake changed the rules: %v, %+v", err, g.Faults())
	}
	if err := g.AddFault(refserver.Fault{}); err == nil || len(g.Faults()) != 2 {
		t.Errorf("a mistake was added: %v, %+v", err, g.Faults())
	}
	g.Faults()[0].Status = 200
	if got := g.Faults()[0].Status; got != 502 {
		t.Error("the rules were changed from outside")
	}
	g.ClearFaults()
	if got := g.pattern(1); got != "." || len(g.Faults()) != 0 {
		t.Errorf("cleared: %s", got)
	}
	g.Reset()
	if got := g.Faults(); len(got) != 1 || got[0] != (refserver.FaultStatus{Fault: configured}) {
		t.Errorf("after a reset: %+v", got)
	}
}

func TestRevokedTokens(t *testing.T) {
	g := oidcRig(t)
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"limited"}, "client_secret": {"x"}}
	bearer := func() http.Header {
		return as("Bearer "+accessToken(t, g.token(http.Header{}, form, 200), 3600), "acme", "")
	}
	old := bearer()
	g.doAs(old, "GET", secrets, "", 200)
	g.RevokeIssuedTokens()
	g.doAs(old, "GET", secrets, "", 401)
	g.doAs(bearer(), "GET", secrets, "", 200)
	g.do("GET", secrets, "", 200) // Tokens that were not issued here stay valid.
}

// Thirty-two concurrent callers get every kind of fault while another reads the
// journal. Each call is in the journal once, and the audit log has each version once.
func TestParallelCallersUnderFaults(t *testing.T) {
	const callers, rounds = 32, 12
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	var faults []refserver.Fault
	for _, f := range []refserver.Fault{
		{Action: refserver.ActionStatus, Status: 429, RetryAfter: "date:1"},
		{Action: refserver.ActionStatusAfterCommit, Status: 502, Body: "html"},
		{Action: refserver.ActionDelay, Delay: "1ms"},
		{Action: refserver.ActionDelayCommit, Delay: "1ms"},
		{Action: refserver.ActionStall, Delay: "1ms"},
		{Action: refserver.ActionStallAfterCommit, Delay: "1ms"},
		{Action: refserver.ActionResetBeforeCommit},
		{Action: refserver.ActionResetAfterCommit},
		{Action: refserver.ActionTruncate},
		{Action: refserver.ActionWrongContentType},
		{Action: refserver.ActionGarbage},
		{Action: refserver.ActionEmptyBody},
		{Action: refserver.ActionRedirect, Location: "https://example.org"},
		{Action: refserver.ActionStale, Operation: "getSecret"},
		{Action: refserver.ActionCommitAfterAnswer, AfterRequests: 3},
		{Action: refserver.ActionCommitAfterAnswer, Status: 504, Delay: "1ms"},
		{Action: refserver.ActionWrongVersion, Operation: "putSecretValue", Version: "current"},
		{Action: refserver.ActionDropField, Field: "createdAt"},
		{Action: refserver.ActionChangeDate, Date: "missing"},
	} {
		f.Probability = 0.1
		faults = append(faults, f)
	}
	g.setFaults(faults...)
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range rounds {
				_, _ = g.try(t.Context(), "POST", putURL, putBody)
				_, _ = g.try(t.Context(), "GET", appDB+"?includeVersions=true", "")
				_, _, _ = g.Journal(), g.Audit(), g.Faults()
			}
		})
	}
	wg.Wait()
	if got, want := len(g.Journal()), 1+2*callers*rounds; got != want {
		t.Errorf("%d journal entries, want %d (seed %d)", got, want, g.Seed())
	}
	seen := map[int64]bool{}
	for _, e := range g.Audit() {
		if e.Event == "secrets.put_value" {
			seen[e.Version] = true
		}
	}
	if puts := g.events("secrets.put_value"); len(seen) != puts || !seen[2] || !seen[int64(puts)+1] {
		t.Errorf("%d puts made %d versions (seed %d)", puts, len(seen), g.Seed())
	}
	fired := 0
	for _, f := range g.Faults() {
		fired += f.Fired
	}
	disturbed := 0
	for _, e := range g.Journal() {
		if e.Fault != "" {
			disturbed++
		}
	}
	if fired != disturbed || fired == 0 {
		t.Errorf("%d faults fired, and the journal has %d (seed %d)", fired, disturbed, g.Seed())
	}
}
