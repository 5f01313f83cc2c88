package conformance

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// seeded is a secret that is there before a run.
func seeded(path, mark string) refserver.InitialSecret {
	in := refserver.InitialSecret{
		Organisation: testOrg, Project: testProject, Region: "nl-01", Path: path, Versions: []refserver.InitialVersion{{Generate: 16}},
	}
	if mark != "" {
		in.Annotations = map[string]string{markAnnotation: mark}
	}
	return in
}

// foreign are secrets that no run may touch, for one reason each.
func foreign() []refserver.InitialSecret {
	return []refserver.InitialSecret{
		seeded("/app/db", ""),                                  // elsewhere, without the mark
		seeded("/app/run-OLD/db", "OLD"),                       // elsewhere, with the mark
		seeded(DefaultPrefix+"db", ""),                         // below the prefix, without the mark
		seeded(DefaultPrefix+"db-2", "OLD"),                    // with the mark, at no path of a run
		seeded(DefaultPrefix+"run-OLD/theirs", ""),             // at a path of a run, without the mark
		seeded(DefaultPrefix+"run-OLD/another", "ANOTHER"),     // with the mark of another run
		seeded("/thalassasecrets-conformance-2/run-A/db", "A"), // at a prefix that only begins alike
	}
}

func TestRunTouchesOnlyWhatIsMarked(t *testing.T) {
	t.Parallel()
	c := everything()
	var want []string
	c.Secrets = foreign()
	for _, s := range c.Secrets {
		want = append(want, s.Path)
	}
	slices.Sort(want)
	old := []string{DefaultPrefix + "run-OLD/create/db", DefaultPrefix + "run-OLDER/x/y"}
	c.Secrets = append(c.Secrets, seeded(old[0], "OLD"), seeded(old[1], "OLDER"))
	g := newRig(t, c, nil)

	reading := g.config()
	reading.ReadOnly = true
	report, err := Run(t.Context(), reading)
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Doctor.Leftovers; got != "2 secrets of earlier runs found, 0 removed" {
		t.Errorf("a run that changes nothing says %q", got)
	}
	if got := len(g.secrets()); got != len(want)+2 {
		t.Errorf("a run that changes nothing leaves %d secrets", got)
	}
	if report, err = Run(t.Context(), g.config()); err != nil {
		t.Fatal(err)
	}
	if got := report.Doctor.Leftovers; got != "2 secrets of earlier runs found, 2 removed" {
		t.Errorf("the run says %q", got)
	}
	if got := g.secrets(); !slices.Equal(got, want) {
		t.Errorf("after the run there are %q, want %q", got, want)
	}
	if len(report.Left) > 0 {
		t.Errorf("the run says that it leaves %q", report.Left)
	}
	for _, event := range g.Audit() {
		if slices.Contains(want, event.Path) {
			t.Errorf("%s of %s", event.Event, event.Path)
		}
	}
}

// TestReadOnlyChangesNothing looks at every request of such a run.
func TestReadOnlyChangesNothing(t *testing.T) {
	t.Parallel()
	g := newRig(t, everything(), nil)
	c := g.config()
	c.ReadOnly = true
	report := g.run(c)
	unreached(t, report)
	if n := len(g.Audit()); n != 0 {
		t.Errorf("%d events in the audit log", n)
	}
	for _, entry := range g.Journal() {
		reveal := entry.Operation == "getSecretValue" && entry.Status == http.StatusNotFound
		if entry.Method != http.MethodGet && !reveal {
			t.Errorf("%s %s got %d", entry.Method, entry.Path, entry.Status)
		}
	}
	for _, row := range Rows() {
		checked := !row.changes() && !slices.Contains(methods[methodPersonal], row.ID) && !slices.Contains(row.Needs, needRateLimit)
		if _, ok := report.outcome(Holds)[row.ID]; ok != checked {
			t.Errorf("%s: checked is %t, want %t", row.ID, ok, checked)
		}
	}
	if report.ExitCode() != 0 {
		t.Errorf("the exit code is %d", report.ExitCode())
	}
}

// TestLostAnswersLeaveNothing loses answers of creates that happened.
func TestLostAnswersLeaveNothing(t *testing.T) {
	t.Parallel()
	for _, action := range []refserver.FaultAction{
		refserver.ActionResetAfterCommit, refserver.ActionTruncate, refserver.ActionStatusAfterCommit, refserver.ActionEmptyBody, refserver.ActionGarbage,
	} {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			fault := refserver.Fault{Operation: "createSecret", Probability: 0.3, Action: action}
			if action == refserver.ActionStatusAfterCommit {
				fault.Status = http.StatusBadGateway
			}
			c := everything()
			c.Faults = []refserver.Fault{fault}
			g := newRig(t, c, nil)
			report := g.run(g.config())
			if !slices.ContainsFunc(g.Faults(), func(s refserver.FaultStatus) bool { return s.Fired > 5 }) {
				t.Errorf("hardly an answer was lost: %+v", g.Faults())
			}
			// A row whose answer is lost is not checked. A refusal or a body in another form fails it.
			for id, text := range report.outcome(Fails) {
				if action == refserver.ActionResetAfterCommit || action == refserver.ActionTruncate {
					t.Errorf("%s %s", id, text)
				}
			}
		})
	}
}

// TestLateCreateLeavesNothing has a create that the service carries out after the run
// has given up on it.
func TestLateCreateLeavesNothing(t *testing.T) {
	t.Parallel()
	c := everything()
	c.Faults = []refserver.Fault{{Operation: "createSecret", Path: "*/forwarded/db", Action: refserver.ActionDelayCommit, Delay: "400ms"}}
	g := newRig(t, c, nil)
	config := g.config()
	config.RequestTimeout = 200 * time.Millisecond
	config.Sleep = nil // The late create is late by the real clock.
	config.Many = 1
	report := g.run(config)
	if text := report.outcome(NotChecked)["policy.client-ip-real-ip"]; !strings.Contains(text, "no answer came within 200ms") {
		t.Errorf("the row of the late create says %q", text)
	}
}

// lastRequests is how many requests of a run come after its last row.
const lastRequests = 8

// TestInterruptLeavesNothing ends runs at random requests.
func TestInterruptLeavesNothing(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64() //nolint:gosec // Not a secret.
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // The same.
	for range 20 {
		at := int64(1 + random.IntN(470))
		ctx, interrupt := context.WithCancel(t.Context())
		var requests atomic.Int64
		g := newRig(t, everything(), func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if requests.Add(1) == at {
					interrupt()
				}
				next.ServeHTTP(w, r)
			})
		})
		report, err := Run(ctx, g.config())
		interrupt()
		g.isEmpty()
		// Among its last requests, which clean up, nothing is left to break off.
		complete := requests.Load()-at < lastRequests
		if err == nil && !report.Interrupted && !complete {
			t.Errorf("interrupted at request %d of %d, the run says that it was not", at, requests.Load())
		}
		if err == nil && report.ExitCode() != 2 && !complete {
			t.Errorf("interrupted at request %d of %d, the exit code is %d", at, requests.Load(), report.ExitCode())
		}
		if failed := report.outcome(Fails); len(failed) > 0 {
			t.Errorf("interrupted at request %d, these do not hold: %v", at, failed)
		}
		if len(report.Left) > 0 {
			t.Errorf("interrupted at request %d, the run says that it leaves %q", at, report.Left)
		}
	}
}

// TestReportNamesWhatIsLeft takes the permission to delete away in the middle of a run.
func TestReportNamesWhatIsLeft(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	g := newRig(t, everything(), func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if requests.Add(1) > 100 && r.Method == http.MethodDelete {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	report, err := Run(t.Context(), g.config())
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, path := range g.secrets() {
		want = append(want, "nl-01"+path)
	}
	if got := slices.Sorted(slices.Values(report.Left)); len(got) == 0 || !slices.Equal(slices.Compact(got), want) {
		t.Errorf("the run says that it leaves %q, and there are %q", got, want)
	}
	if report.ExitCode() != 2 {
		t.Errorf("the exit code is %d", report.ExitCode())
	}
}

// TestRunRestoresTheTestKey begins where a run was killed while the key was out of service.
func TestRunRestoresTheTestKey(t *testing.T) {
	t.Parallel()
	for _, status := range []refserver.KeyStatus{refserver.KeyDisabled, refserver.KeyPendingDeletion} {
		g := newRig(t, everything(), nil)
		if err := g.SetKeyStatus("nl-01", "kms-test", status); err != nil {
			t.Fatal(err)
		}
		if failed := g.run(g.config()).outcome(Fails); len(failed) > 0 {
			t.Errorf("these do not hold: %v", failed)
		}
	}
}

// TestRolesWithoutKMS has neither the permission to see keys nor a key that is named.
func TestRolesWithoutKMS(t *testing.T) {
	t.Parallel()
	c := everything()
	c.Principals[0].Grants = []refserver.Grant{{Permissions: []string{"list", "create", "read", "putSecretValue", "getSecretValue", "delete", "update"}}}
	g := newRig(t, c, nil)
	config := g.config()
	config.TestKMSKey = ""
	report := g.run(config)
	if report.ExitCode() != 0 || report.Doctor.KMSKey != "none found; name one with -kms-key" {
		t.Errorf("exit code %d, KMS key %q", report.ExitCode(), report.Doctor.KMSKey)
	}
	if text := report.outcome(NotChecked)["create.status-201"]; text != "not checked: needs a KMS key (-kms-key)" {
		t.Errorf("without a key, a row says %q", text)
	}
}

// TestOddServicesEndNoRun gives answers of no form to every request. A run comes to
// its end, and says what it found.
func TestOddServicesEndNoRun(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request){
		"empty objects": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) },
		"empty arrays":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[]")) },
		"null":          func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("null")) },
		"other types": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"path":1,"versions":[null,1,{"version":"1"}],"regions":[[]],"items":[null],"kmsKey":[],"accessPolicy":{"conditions":[1]},"secrets":{},"prefixes":[1]}`))
		},
		"arrays of nulls": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[null,null]")) },
		"a page":          func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"nothing":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"a redirect":      func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"no gateway":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"no permission":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hs := httptest.NewServer(http.HandlerFunc(answer))
			defer hs.Close()
			g := &rig{t: t, Server: refserver.New(everything()), url: hs.URL}
			report, err := Run(t.Context(), g.config())
			if err != nil {
				t.Fatal(err)
			}
			unreached(t, report)
			if code := report.ExitCode(); code == 0 {
				t.Errorf("the exit code is %d: %s", code, report.summary())
			}
		})
	}
}
