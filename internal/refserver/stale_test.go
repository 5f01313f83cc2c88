package refserver_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func TestAStaleReadLagsOneChangeBehind(t *testing.T) {
	g := newRig(t, refserver.Config{})
	stale := func(on bool) {
		t.Helper()
		if !on {
			g.ClearFaults()
			return
		}
		var faults []refserver.Fault
		for _, operation := range []string{"getSecret", "listSecrets", "browseSecrets"} {
			faults = append(faults, refserver.Fault{Operation: operation, Action: refserver.ActionStale})
		}
		g.setFaults(faults...)
	}
	// seen is the secret as a read, a listing and a browse show it: its current
	// version and its state, which must be the same in all three.
	seen := func() string {
		t.Helper()
		r := g.send(root, "GET", appDB, "")
		list := g.do("GET", secrets+"?pathPrefix=/app/", "", 200)
		browse := g.do("GET", secrets+"?path=/app", "", 200)
		there := r.status == 200
		if strings.Contains(list.body, "/app/db") != there || strings.Contains(browse.body, "/app/db") != there {
			t.Errorf("a read answers %d, a listing %s, a browse %s", r.status, list.body, browse.body)
		}
		if !there {
			return fmt.Sprint(r.status)
		}
		if !strings.Contains(list.body, strings.TrimSpace(r.body)) {
			t.Errorf("a read says %s, a listing %s", r.body, list.body)
		}
		var m struct {
			CurrentVersion, ObjectVersion int
			CreatedAt                     time.Time
			AccessPolicy                  any
		}
		if err := json.Unmarshal([]byte(r.body), &m); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("v%d o%d h%d policy:%t", m.CurrentVersion, m.ObjectVersion, m.CreatedAt.Hour(), m.AccessPolicy != nil)
	}
	for _, step := range []struct {
		name         string
		do           func()
		fresh, stale string
	}{
		{"nothing yet", func() {}, "404", "404"},
		{"create", func() { g.create("/app/db") }, "v1 o1 h11 policy:false", "404"},
		{"put", func() { g.do("POST", putURL, putBody, 200) }, "v2 o2 h11 policy:false", "v1 o1 h11 policy:false"},
		{"refused put", func() { g.do("POST", putURL, `{}`, 400) }, "v2 o2 h11 policy:false", "v1 o1 h11 policy:false"},
		{"read of the value", func() { g.do("POST", appDB+"/value", "", 200) }, "v2 o2 h11 policy:false", "v1 o1 h11 policy:false"},
		{"another secret", func() { g.create("/app/other") }, "v2 o2 h11 policy:false", "v1 o1 h11 policy:false"},
		{"policy", func() {
			g.do("PUT", appDB+"/policy", `{"accessPolicy":{"conditions":[]}}`, 200)
		}, "v2 o3 h11 policy:true", "v2 o2 h11 policy:false"},
		{"destroy", func() { g.do("DELETE", putURL+"?version=2", "", 204) }, "v1 o4 h11 policy:true", "v2 o3 h11 policy:true"},
		{"destroy again", func() { g.do("DELETE", putURL+"?version=2", "", 204) }, "v1 o4 h11 policy:true", "v2 o3 h11 policy:true"},
		{"delete", func() { g.do("DELETE", appDB, "", 204) }, "404", "v1 o4 h11 policy:true"},
		{"create again", func() { g.create("/app/db") }, "v1 o1 h20 policy:false", "404"},
	} {
		g.Clock().Advance(time.Hour)
		if step.name == "nothing yet" {
			g.Clock().Set(start)
		}
		stale(false)
		step.do()
		if got := seen(); got != step.fresh {
			t.Errorf("%s: a fresh read sees %s, want %s", step.name, got, step.fresh)
		}
		stale(true)
		if got := seen(); got != step.stale {
			t.Errorf("%s: a stale read sees %s, want %s", step.name, got, step.stale)
		}
	}
	// Only these three lag: the value is the current one.
	g.do("POST", appDB+"/value", "", 200)
	if e := g.lastEntry(); e.Fault != "" {
		t.Errorf("journal %+v", e)
	}
}

// Who may not see a secret does not see its past either.
func TestAStaleReadAsksForPermission(t *testing.T) {
	g := newRig(t, refserver.Config{
		Principals: []refserver.Principal{{Name: "other", Token: "o", Grants: []refserver.Grant{{Permissions: []string{"*"}, Paths: []string{"/else/*"}}}}},
		Faults:     []refserver.Fault{{Operation: "getSecret", Action: refserver.ActionStale}, {Operation: "listSecrets", Action: refserver.ActionStale}},
	})
	g.create("/app/db")
	g.do("POST", putURL, putBody, 200)
	other := as("Token o", "acme", "")
	g.doAs(other, "GET", appDB, "", 403)
	sameJSON(t, g.doAs(other, "GET", secrets+"?pathPrefix=/else", "", 200).body, `[]`)
	g.doAs(as("Token root-token", "elsewhere", ""), "GET", appDB, "", 404)
}
