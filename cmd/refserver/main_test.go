package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// program is a running program, and what it said on stdout until it was ready.
type program struct {
	t    *testing.T
	said map[string]string // by first word
	stop func() (code int, log string)
}

// safeLog is a log that may still be written to while it is read, as by a call that
// was cut off.
type safeLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *safeLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	stdout, w := io.Pipe()
	var log safeLog
	code := make(chan int, 1)
	go func() {
		c := run(ctx, args, noEnvironment, strings.NewReader(""), w, &log)
		_ = w.Close()
		code <- c
	}()
	p := &program{t: t, said: map[string]string{}}
	p.stop = sync.OnceValues(func() (int, string) {
		cancel()
		c := <-code
		return c, log.String()
	})
	t.Cleanup(func() { p.stop() })
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		p.said[word] = rest
		if word == "ready" {
			go func() { _, _ = io.Copy(io.Discard, stdout) }()
			return p
		}
	}
	_, logged := p.stop()
	t.Fatalf("never ready: %s", logged)
	return nil
}

func (p *program) get(url, token string) (int, string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, url, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Token "+token)
	request.Header.Set("X-Organisation-Identity", "acme")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response.StatusCode, string(b)
}

func TestStartServeAndShutDown(t *testing.T) {
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "localhost:0", "-token", "TOKEN-sentinel")
	if status, body := p.get(p.said["api"]+"/v1/kms/summary", "TOKEN-sentinel"); status != 200 || !strings.Contains(body, `"totalKeys":1`) {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := p.get(p.said["api"]+"/v1/kms/summary", "other"); status != 401 {
		t.Errorf("another token: %d", status)
	}
	if status, body := p.get(p.said["admin"]+"/journal", ""); status != 200 || strings.Count(body, `"getKMSSummary"`) != 2 {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := p.get(p.said["api"]+"/journal", "TOKEN-sentinel"); status != 404 {
		t.Errorf("the API serves the admin API: %d", status)
	}
	if _, told := p.said["token"]; told {
		t.Error("a token that was given is printed")
	}
	if p.said["key"] != "nl-02 kms-nl-02" || p.said["seed"] == "" {
		t.Errorf("said %v", p.said)
	}
	code, log := p.stop()
	if code != 0 || !strings.Contains(log, "operation=getKMSSummary") || strings.Contains(log, "sentinel") {
		t.Errorf("exit code %d, log %s", code, log)
	}
}

func TestATokenIsMadeUpWhereNoneIsGiven(t *testing.T) {
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "")
	if status, _ := p.get(p.said["api"]+"/v1/kms/summary", p.said["token"]); status != 200 || len(p.said["token"]) < 20 {
		t.Errorf("%d with the token %q", status, p.said["token"])
	}
	if _, there := p.said["admin"]; there {
		t.Error("the admin API was not wanted")
	}
}

func TestConfigurationFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.json")
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"seed":5,"regions":[{"slug":"eu-09"}],"keys":[{"region":"eu-09","identity":"kms-x"}],
		"principals":[{"name":"ci","token":"ci-token","kind":"personal","grants":[{"permissions":["list"]}]}],
		"gates":[{"organisation":"gated","feature":"kms"}],"oidc":{"clients":[{"id":"c","secret":"s","principal":"ci"}]}}`)
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "", "-config", file)
	if status, body := p.get(p.said["api"]+"/v1/secrets/eu-09/secrets", "ci-token"); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	if p.said["key"] != "eu-09 kms-x" || p.said["seed"] != "5" || p.said["token"] != "" {
		t.Errorf("said %v", p.said)
	}
	for text, fault := range map[string]string{
		`{"regoins":[]}`: "regoins",
		`{"gates":[{"organisation":"a","feature":"x"}]}`: `unknown feature "x"`,
		`{`: "unexpected",
	} {
		write(text)
		var log bytes.Buffer
		if code := run(t.Context(), []string{"-config", file}, noEnvironment, nil, io.Discard, &log); code != 2 || !strings.Contains(log.String(), fault) {
			t.Errorf("%s: exit code %d, %s", text, code, &log)
		}
	}
}

func TestFaultsFile(t *testing.T) {
	dir := t.TempDir()
	config, faults := filepath.Join(dir, "config.json"), filepath.Join(dir, "faults.json")
	write := func(file, s string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(config, `{"faults":[{"action":"status","status":503,"nth":1}]}`)
	write(faults, `[{"action":"status","status":503},{"action":"status","status":418,"nth":2}]`)
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0", "-token", "hush", "-config", config, "-faults", faults)
	for range 2 {
		if status, body := p.get(p.said["api"]+"/v1/kms/summary", "hush"); status != 503 {
			t.Errorf("%d %s", status, body)
		}
	}
	if status, body := p.get(p.said["admin"]+"/faults", ""); status != 200 || strings.Count(body, `"fired":1`) != 2 || strings.Count(body, `"matched":2`) != 3 {
		t.Errorf("%d %s", status, body)
	}
	if _, log := p.stop(); !strings.Contains(log, "fault=status") {
		t.Errorf("log %s", log)
	}
	for text, mistake := range map[string]string{
		`{}`:                                   faults + ": not a JSON array of fault rules",
		`[{"action":"garbage"},{"axtion":""}]`: faults + `: fault rule 2: json: unknown field "axtion"`,
		`[{"action":"garbage"},{"action":"garbage"},{"name":"x","action":"boom"}]`: faults + `: fault rule 3 (x): unknown action "boom"`,
	} {
		write(faults, text)
		var log bytes.Buffer
		if code := run(t.Context(), []string{"-faults", faults}, noEnvironment, nil, io.Discard, &log); code != 2 || !strings.Contains(log.String(), mistake) {
			t.Errorf("%s: exit code %d, %s", text, code, &log)
		}
	}
}

func TestExamplesOfFaults(t *testing.T) {
	files, err := filepath.Glob("../../examples/faults/*.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		o, err := parseOptions([]string{"-faults", file}, noEnvironment, io.Discard)
		if err != nil || len(o.config.Faults) == 0 {
			t.Errorf("%s: %d rules, %v", file, len(o.config.Faults), err)
		}
		for i, f := range o.config.Faults {
			if f.Name == "" {
				t.Errorf("%s: rule %d has no name to learn from", file, i+1)
			}
		}
	}
}

func TestRefusedCommandLines(t *testing.T) {
	for _, tc := range []struct {
		args  []string
		code  int
		fault string
	}{
		{[]string{"-help"}, 0, "-allow-remote"},
		{[]string{"-nonsense"}, 2, "nonsense"},
		{[]string{"stray"}, 2, `unexpected argument "stray"`},
		{[]string{"-addr", "0.0.0.0:0"}, 2, `"0.0.0.0:0" is not a loopback address; -allow-remote allows it`},
		{[]string{"-addr", ":8250"}, 2, "is not a loopback address"},
		{[]string{"-addr", "example.org:80"}, 2, "is not a loopback address"},
		{[]string{"-addr", ""}, 2, "-addr must not be empty"},
		{[]string{"-admin-addr", "192.0.2.1:0"}, 2, "is not a loopback address"},
		{[]string{"-config", "/does/not/exist"}, 2, "no such file"},
		{[]string{"-faults", "/does/not/exist"}, 2, "no such file"},
		{[]string{"-secrets", "/does/not/exist"}, 2, "no such file"},
		{[]string{"-tls-ca", "ca.pem"}, 2, "-tls-ca needs -tls"},
		{[]string{"-log-format", "xml"}, 2, `must be text or json, not "xml"`},
		{[]string{"-grace", "-1s"}, 2, "-grace must not be negative"},
		{[]string{"-latency", "-1s"}, 2, "must not be negative"},
		{[]string{"-rate-limit", "NaN"}, 2, "is not a number of requests per second"},
		{[]string{"-addr", "127.0.0.1:99999", "-admin-addr", ""}, 1, "listen for the api"},
	} {
		var log bytes.Buffer
		if code := run(t.Context(), tc.args, noEnvironment, nil, io.Discard, &log); code != tc.code || !strings.Contains(log.String(), tc.fault) {
			t.Errorf("%v: exit code %d, %s", tc.args, code, &log)
		}
	}
}
