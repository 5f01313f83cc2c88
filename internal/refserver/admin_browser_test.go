package refserver_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// attackPage tries everything that a page can do with the admin API at a base URL, and
// writes the results into its text. A read with no-cors shows a page whether there was
// any answer. A script element would run the answer.
const attackPage = `<!DOCTYPE html><title>attack</title><p id="result">unfinished</p><script>
const base = %q;
const tries = {
	read: () => fetch(base + "/journal").then(r => r.text().then(t => r.status + " " + t)),
	plainRead: () => fetch(base + "/journal", {mode: "no-cors"}).then(r => r.type + " " + r.status),
	write: () => fetch(base + "/faults", {method: "DELETE"}).then(r => r.status),
	plainWrite: () => fetch(base + "/reset", {method: "POST", mode: "no-cors", body: "x"}).then(r => r.type + " " + r.status),
	clock: () => fetch(base + "/clock", {method: "PUT", headers: {"Content-Type": "application/json"}, body: '{"advance":"72h"}'}).then(r => r.status),
	form: () => new Promise(done => {
		const frame = document.createElement("iframe");
		frame.name = "frame";
		frame.onload = () => done("sent");
		document.body.append(frame);
		const form = document.createElement("form");
		form.method = "POST"; form.action = base + "/reset"; form.target = "frame";
		document.body.append(form);
		form.submit();
	}),
};
(async () => {
	const results = [];
	for (const [name, attempt] of Object.entries(tries)) {
		results.push(name + "=" + await attempt().catch(e => "failed"));
	}
	document.getElementById("result").textContent = "finished " + results.join("; ");
})();
</script>`

// No web page reads or changes anything by the admin API: neither one under a name
// that resolves to 127.0.0.1, to which the browser takes the admin API for the page's
// own origin, nor one of another port of this machine.
func TestAdminAPIFromAWebPage(t *testing.T) {
	t.Parallel()
	browser(t)
	for _, tc := range []struct {
		name  string
		host  string // of the page and of what it asks, or only of what it asks
		same  bool   // the page and the admin API have one origin, as with a rebound name
		flags []string
	}{
		{"rebound name", "evil.test", true, []string{"--host-resolver-rules=MAP evil.test 127.0.0.1"}},
		{"another port", "127.0.0.1", false, nil},
		{"another name", "localhost", false, nil},
	} {
		g := newRig(t, refserver.Config{Faults: []refserver.Fault{{Action: refserver.ActionGarbage, Nth: 1000}}})
		g.create("/app/sentinel")
		var (
			mu   sync.Mutex
			seen []string
		)
		// The pages have the address of the admin API, so its listener comes first.
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, port, err := net.SplitHostPort(listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		base := "http://" + net.JoinHostPort(tc.host, port)
		page := func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = fmt.Fprintf(w, attackPage, base)
		}
		admin := g.Admin()
		api := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if tc.same && r.URL.Path == "/attack" {
				page(w) // Rebound: it was loaded from elsewhere, by the same name and port.
				return
			}
			recorder := httptest.NewRecorder()
			admin.ServeHTTP(recorder, r)
			mu.Lock()
			seen = append(seen, fmt.Sprintf("%s %s %d", r.Method, r.URL.Path, recorder.Code))
			mu.Unlock()
			for name, values := range recorder.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(recorder.Code)
			_, _ = w.Write(recorder.Body.Bytes())
		}))
		_ = api.Listener.Close()
		api.Listener = listener
		api.Start()
		t.Cleanup(api.Close)
		attack := base + "/attack"
		if !tc.same {
			other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { page(w) }))
			t.Cleanup(other.Close)
			attack = other.URL
		}
		tree, logged := browseUnchecked(t, attack, append(tc.flags, "--dump-dom", "--virtual-time-budget=10000")...)
		if !strings.Contains(tree, "finished read=") {
			t.Fatalf("%s: the page did not finish:\n%s\n%s", tc.name, tree, logged)
		}
		mu.Lock()
		t.Logf("%s: %s", tc.name, strings.Join(seen, ", "))
		if len(seen) < 4 {
			t.Errorf("%s: the page reached the admin API with %v alone", tc.name, seen)
		}
		for _, request := range seen {
			if !strings.HasSuffix(request, " 403") && !strings.HasPrefix(request, "OPTIONS ") {
				t.Errorf("%s: %s", tc.name, request)
			}
		}
		mu.Unlock()
		if strings.Contains(tree, "sentinel") || strings.Contains(tree, "read=200") {
			t.Errorf("%s: the page has read the journal:\n%s", tc.name, tree)
		}
		if len(g.Faults()) != 1 || len(g.Journal()) != 1 || !g.Clock().Now().Equal(start) {
			t.Errorf("%s: the page has changed the server: %+v, %+v, %s", tc.name, g.Faults(), g.Journal(), g.Clock().Now())
		}
	}
}
