package refserver

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func parsePolicy(t *testing.T, conditions string) *policy {
	t.Helper()
	var p *policy
	if err := json.Unmarshal([]byte(`{"conditions":[`+conditions+`]}`), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEvaluate(t *testing.T) {
	const (
		allowOffice = `{"type":"ip","effect":"allow","cidrs":["10.0.0.0/8","2001:db8::/32"]}`
		denyPrinter = `{"type":"ip","effect":"deny","cidrs":["10.0.0.9/32"]}`
		workday     = `{"type":"time","effect":"allow","startHour":8,"endHour":18,"timezone":"Europe/Amsterdam"}`
		night       = `{"type":"time","effect":"allow","startHour":22,"endHour":6,"timezone":"UTC"}`
		denyNight   = `{"type":"time","effect":"deny","startHour":22,"endHour":6}`
		always      = `{"type":"time","effect":"allow","startHour":9,"endHour":9,"timezone":"Asia/Kathmandu"}`
	)
	noon := "2026-01-15T12:00:00Z"
	for _, tc := range []struct {
		name, conditions, ip, now string
		reason                    string // empty: allowed
	}{
		{"no conditions", "", "192.0.2.1", noon, ""},
		{"allow matches", allowOffice, "10.1.2.3", noon, ""},
		{"allow matches IPv6", allowOffice, "2001:db8::1", noon, ""},
		{"allow misses", allowOffice, "192.0.2.1", noon, "no allow condition matches: ip in 10.0.0.0/8, 2001:db8::/32"},
		{"an unknown address matches nothing", allowOffice, "", noon, "no allow condition matches"},
		{"deny wins over allow", allowOffice + "," + denyPrinter, "10.0.0.9", noon, "a deny condition matches: ip in 10.0.0.9/32"},
		{"deny wins in any order", denyPrinter + "," + allowOffice, "10.0.0.9", noon, "a deny condition matches"},
		{"only deny, not matching", denyPrinter, "192.0.2.1", noon, ""},
		{"one of two allows is enough", allowOffice + "," + workday, "192.0.2.1", noon, ""},
		{"neither of two allows", allowOffice + "," + workday, "192.0.2.1", "2026-01-15T20:00:00Z", "ip in 10.0.0.0/8, 2001:db8::/32, time from 08:00 to 18:00 Europe/Amsterdam"},
		{"the start hour is in", workday, "", "2026-01-15T07:00:00Z", ""},
		{"just before the start hour", workday, "", "2026-01-15T06:59:59Z", "no allow"},
		{"the end hour is out", workday, "", "2026-01-15T17:00:00Z", "no allow"},
		{"just before the end hour", workday, "", "2026-01-15T16:59:59Z", ""},
		{"in summer the window comes an hour earlier", workday, "", "2026-07-15T06:00:00Z", ""},
		{"in summer it also ends earlier", workday, "", "2026-07-15T16:30:00Z", "no allow"},
		{"before the clocks change in spring", workday, "", "2026-03-28T06:30:00Z", "no allow"},
		{"after the clocks changed in spring", workday, "", "2026-03-29T06:30:00Z", ""},
		{"before the clocks change in autumn", workday, "", "2026-10-24T06:30:00Z", ""},
		{"after the clocks changed in autumn", workday, "", "2026-10-25T06:30:00Z", "no allow"},
		{"overnight before midnight", night, "", "2026-01-15T23:30:00Z", ""},
		{"overnight after midnight", night, "", "2026-01-16T05:59:59Z", ""},
		{"overnight end hour is out", night, "", "2026-01-16T06:00:00Z", "no allow"},
		{"overnight at noon", night, "", noon, "no allow condition matches: time from 22:00 to 06:00 UTC"},
		{"overnight deny, zone left out", denyNight, "", "2026-01-16T00:00:00Z", "a deny condition matches: time from 22:00 to 06:00 UTC"},
		{"overnight deny at noon", denyNight, "", noon, ""},
		{"equal hours are the whole day", always, "", noon, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var ip netip.Addr
			if tc.ip != "" {
				ip = netip.MustParseAddr(tc.ip)
			}
			now, err := time.Parse(time.RFC3339, tc.now)
			if err != nil {
				t.Fatal(err)
			}
			allowed, reason := evaluate(parsePolicy(t, tc.conditions), ip, now)
			if allowed != (tc.reason == "") || !strings.Contains(reason, tc.reason) || allowed != (reason == "") {
				t.Errorf("got %v %q, want the reason %q", allowed, reason, tc.reason)
			}
		})
	}
	if allowed, _ := evaluate(nil, netip.Addr{}, time.Time{}); !allowed {
		t.Error("a secret without a policy was refused")
	}
}

func TestInvalidPolicies(t *testing.T) {
	for _, tc := range []struct{ condition, fault string }{
		{`{}`, "effect must be"},
		{`{"type":"ip","effect":"maybe","cidrs":["::/0"]}`, `effect must be "allow" or "deny", not "maybe"`},
		{`{"type":"geo","effect":"deny"}`, `type must be "ip" or "time", not "geo"`},
		{`{"type":"ip","effect":"deny"}`, "an ip condition needs cidrs"},
		{`{"type":"ip","effect":"deny","cidrs":["10.0.0.1"]}`, `"10.0.0.1" is not a CIDR`},
		{`{"type":"ip","effect":"deny","cidrs":["10.0.0.0/33"]}`, `is not a CIDR`},
		{`{"type":"time","effect":"deny","endHour":6}`, "needs startHour and endHour"},
		{`{"type":"time","effect":"deny","startHour":6}`, "needs startHour and endHour"},
		{`{"type":"time","effect":"deny","startHour":-1,"endHour":6}`, "from 0 to 23"},
		{`{"type":"time","effect":"deny","startHour":0,"endHour":24}`, "from 0 to 23"},
		{`{"type":"time","effect":"deny","startHour":0,"endHour":6,"timezone":"Mars/Olympus"}`, `"Mars/Olympus" is not a known time zone`},
		{`{"type":"time","effect":"deny","startHour":0,"endHour":6,"timezone":"Local"}`, `"Local" is not a known time zone`},
		{`{"type":"time","effect":"deny","startHour":"8","endHour":6}`, "documented types"},
		{`"deny"`, "documented types"},
	} {
		var p policy
		err := json.Unmarshal([]byte(`{"conditions":[`+tc.condition+`]}`), &p)
		if err == nil || !strings.Contains(err.Error(), tc.fault) {
			t.Errorf("%s: got %v, want %s", tc.condition, err, tc.fault)
		}
	}
}

func TestUnknownFieldsOfAPolicyAreIgnored(t *testing.T) {
	var p policy
	err := json.Unmarshal([]byte(`{"statements":[{"effect":"Allow"}],"conditions":[{"type":"ip","effect":"deny","cidrs":["::/0"],"note":1}]}`), &p)
	if err != nil || len(p.Conditions) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}
