package refserver_test

import (
	"net/http"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Only a program on this machine that uses a loopback name can read or write the admin
// API. Others need a token. A token does not help a web page of another origin, because
// a browser may have stored it.
func TestWhoReachesTheAdminAPI(t *testing.T) {
	t.Parallel()
	bearer := http.Header{"Authorization": {"Bearer admin-token"}}
	with := func(h http.Header, pairs ...string) http.Header {
		return as("", "", "", append([]string{"Authorization", h.Get("Authorization")}, pairs...)...)
	}
	for _, tc := range []struct {
		from, host string
		header     http.Header
		local      int // without a token
		token      int // where one is needed
	}{
		{"127.0.0.1:1", "127.0.0.1:8251", nil, 200, 401},
		{"127.0.0.1:1", "localhost:8251", nil, 200, 401},
		{"[::1]:1", "[::1]:8251", nil, 200, 401},
		{"127.0.0.1:1", "evil.test:8251", nil, 403, 401},
		{"127.0.0.1:1", "localhost.evil.test", nil, 403, 401},
		{"127.0.0.1:1", "127.0.0.1.evil.test", nil, 403, 401},
		{"127.0.0.1:1", "", nil, 403, 401},
		{"192.0.2.1:1", "localhost", nil, 403, 401},
		{"127.0.0.1:1", "localhost", http.Header{"X-Forwarded-For": {"192.0.2.1"}}, 403, 401},
		{"127.0.0.1:1", "localhost", http.Header{"Via": {"1.1 proxy"}}, 403, 401},
		{"127.0.0.1:1", "localhost:8251", http.Header{"Origin": {"http://localhost:8251"}}, 200, 401},
		{"127.0.0.1:1", "localhost:8251", http.Header{"Origin": {"http://localhost:8250"}}, 403, 403},
		{"127.0.0.1:1", "localhost:8251", http.Header{"Origin": {"https://evil.test"}}, 403, 403},
		{"127.0.0.1:1", "localhost:8251", http.Header{"Origin": {"null"}}, 403, 403},
		{"127.0.0.1:1", "evil.test:8251", http.Header{"Origin": {"http://evil.test:8251"}}, 403, 401},
		{"127.0.0.1:1", "localhost:8251", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403, 403},
		{"127.0.0.1:1", "localhost:8251", http.Header{"Sec-Fetch-Site": {"same-site"}}, 403, 403},
		{"127.0.0.1:1", "localhost:8251", http.Header{"Sec-Fetch-Site": {"none"}}, 200, 401},
		{"127.0.0.1:1", "localhost:8251", http.Header{"Sec-Fetch-Site": {"same-origin"}}, 200, 401},
		{"192.0.2.1:1", "server.example", bearer, 403, 200},
		{"192.0.2.1:1", "server.example", http.Header{"Authorization": {"Bearer other"}}, 403, 401},
		{"192.0.2.1:1", "server.example", http.Header{"Authorization": {"Token admin-token"}}, 403, 401},
		{"192.0.2.1:1", "server.example", with(bearer, "Origin", "https://evil.test"), 403, 403},
		{"192.0.2.1:1", "server.example", with(bearer, "Sec-Fetch-Site", "same-site"), 403, 403},
	} {
		s := refserver.New(refserver.Config{Faults: []refserver.Fault{{Action: refserver.ActionGarbage}}})
		for name, handler := range map[string]http.Handler{"local": s.Admin(), "token": s.AdminWithToken("admin-token")} {
			want := map[string]int{"local": tc.local, "token": tc.token}[name]
			r := askForPage(t, handler, "GET", "/journal", tc.from, tc.host, tc.header)
			if r.status != want || r.header.Get("Cross-Origin-Resource-Policy") != "same-origin" {
				t.Errorf("%+v, %s: %d %s", tc, name, r.status, r.body)
			}
			if want == 200 {
				continue
			}
			if r.message() == "" {
				t.Errorf("%+v, %s: refused with %s", tc, name, r.body)
			}
			askForPage(t, handler, "DELETE", "/faults", tc.from, tc.host, tc.header)
			askForPage(t, handler, "POST", "/reset", tc.from, tc.host, tc.header)
			if len(s.Faults()) != 1 {
				t.Errorf("%+v, %s: the rules are gone", tc, name)
			}
		}
	}
	// An empty token belongs to no principal.
	s := refserver.New(refserver.Config{})
	for _, authorization := range []string{"", "Bearer", "Bearer "} {
		if r := askForPage(t, s.AdminWithToken(""), "GET", "/journal", "127.0.0.1:1", "localhost", http.Header{"Authorization": {authorization}}); r.status != 401 {
			t.Errorf("%q: %d", authorization, r.status)
		}
	}
}
