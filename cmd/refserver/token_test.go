package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// noEnvironment has no variable set.
func noEnvironment(string) string { return "" }

// environment has variables set.
func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestWhereTokensComeFrom(t *testing.T) {
	t.Parallel()
	file := write(t, "token", "from-file\n")
	empty := write(t, "empty", "\n")
	spaced := write(t, "spaced", "SENTINEL two\n")
	for _, flag := range []string{"token", "admin-token"} {
		variable := map[string]string{"token": "REFSERVER_TOKEN", "admin-token": "REFSERVER_ADMIN_TOKEN"}[flag] //nolint:gosec // Names of variables, no credentials.
		for _, tc := range []struct {
			args    []string
			env     string
			want    string
			mistake string
		}{
			{[]string{"-" + flag, "from-flag"}, "", "from-flag", ""},
			{[]string{"-" + flag, "from-flag"}, "from-env", "from-flag", ""},
			{[]string{"-" + flag + "-file", file}, "from-env", "from-file", ""},
			{nil, "from-env", "from-env", ""},
			{[]string{"-" + flag, "x", "-" + flag + "-file", file}, "", "", "exclude each other"},
			{[]string{"-" + flag + "-file", empty}, "from-env", "", "has no token"},
			{[]string{"-" + flag + "-file", filepath.Join(t.TempDir(), "missing")}, "from-env", "", "no such file"},
			{[]string{"-" + flag + "-file", spaced}, "", "", "printable ASCII characters without spaces"},
			{nil, "SENTINEL\ttwo", "", variable + ": a token must consist of"},
		} {
			o, err := parseOptions(tc.args, environment(map[string]string{variable: tc.env}), io.Discard)
			got := map[string]string{"token": o.token, "admin-token": o.adminToken}[flag]
			switch {
			case tc.mistake != "" && (err == nil || !strings.Contains(err.Error(), tc.mistake) || strings.Contains(err.Error(), "SENTINEL")):
				t.Errorf("%v, %q: %v, want %s", tc.args, tc.env, err, tc.mistake)
			case tc.mistake == "" && (err != nil || got != tc.want):
				t.Errorf("%v, %q: %q, %v", tc.args, tc.env, got, err)
			}
		}
	}
}

func TestRemoteNeedsAnAdminToken(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		args    []string
		env     string
		mistake string
	}{
		{nil, "", "-allow-remote needs an admin token"},
		{[]string{"-admin-addr", "127.0.0.1:0"}, "", "-allow-remote needs an admin token"},
		{[]string{"-admin-addr", ""}, "", ""},
		{[]string{"-admin-token", "x"}, "", ""},
		{[]string{"-admin-token-file", write(t, "token", "x\n")}, "", ""},
		{nil, "x", ""},
	} {
		args := append([]string{"-addr", "0.0.0.0:0", "-allow-remote"}, tc.args...)
		o, err := parseOptions(args, environment(map[string]string{"REFSERVER_ADMIN_TOKEN": tc.env}), io.Discard)
		if (err != nil) != (tc.mistake != "") || err != nil && !strings.Contains(err.Error(), tc.mistake) || err == nil && o.addr != "0.0.0.0:0" {
			t.Errorf("%v, %q: %+v, %v", args, tc.env, o, err)
		}
	}
	var log bytes.Buffer
	if code := run(t.Context(), []string{"-addr", "0.0.0.0:0", "-allow-remote"}, noEnvironment, nil, io.Discard, &log); code != 2 {
		t.Errorf("exit code %d, %s", code, &log)
	}
}

// With an admin token every caller needs it, also on this machine.
func TestTheAdminAPIAsksForItsToken(t *testing.T) {
	t.Parallel()
	file := write(t, "token", "ADMIN-sentinel\n")
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0", "-token", "API-sentinel", "-admin-token-file", file)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	for authorization, want := range map[string]int{
		"": 401, "Bearer ADMIN-sentinel": 200, "bearer ADMIN-sentinel": 200, "Bearer API-sentinel": 401, "Bearer ADMIN": 401,
		"Bearer": 401, "Bearer ": 401, "Basic ADMIN-sentinel": 401, "ADMIN-sentinel": 401,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.said["admin"]+"/journal", nil)
		if err != nil {
			t.Fatal(err)
		}
		if authorization != "" {
			request.Header.Set("Authorization", authorization)
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want || (want == 401) != (response.Header.Get("WWW-Authenticate") == "Bearer") {
			t.Errorf("%q: %d, %v", authorization, response.StatusCode, response.Header)
		}
	}
	if code, log := p.stop(); code != 0 || strings.Contains(log, "sentinel") {
		t.Errorf("exit code %d, log %s", code, log)
	}
}
