package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// write makes a file of the test.
func write(t *testing.T, name, text string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// browse asks as a browser does.
func (p *program) browse(url string) (status int, header http.Header, body string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, url, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html,*/*;q=0.8")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(b)
}

const oneSecret = `[{"organisation": "acme", "region": "nl-01", "path": "/app/db", "description": "the database", "versions": [{"text": "SENTINEL"}]}]`

func TestSecretsFile(t *testing.T) {
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "", "-token", "x", "-secrets", write(t, "secrets.json", oneSecret),
		"-config", write(t, "config.json", strings.Replace(`{"secrets": `+oneSecret+`}`, "/app/db", "/app/mail", 1)))
	for _, path := range []string{"/app/db", "/app/mail"} {
		if status, body := p.get(p.said["api"]+"/v1/secrets/nl-01/secret"+path, "x"); status != 200 || !strings.Contains(body, "the database") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if code, log := p.stop(); code != 0 || strings.Contains(log, "SENTINEL") {
		t.Errorf("exit code %d, log %s", code, log)
	}
	for text, mistake := range map[string]string{
		`{}`: "not a JSON array of secrets",
		strings.Replace(oneSecret, "nl-01", "xx-09", 1):             `secret 1 (/app/db): unknown region "xx-09"`,
		strings.Replace(oneSecret, `"SENTINEL"`, `"SENTINEL" x`, 1): "it breaks in line 1",
		strings.Replace(oneSecret, `"SENTINEL"`, `["SENTINEL"]`, 1): "cannot unmarshal array",
		strings.Replace(oneSecret, `"text"`, `"vale"`, 1):           `unknown field "vale"`,
		strings.Replace(oneSecret, `}]`, `, "generate": 16}]`, 1):   "must be given, not 2",
	} {
		var log bytes.Buffer
		code := run(t.Context(), []string{"-secrets", write(t, "secrets.json", text)}, noEnvironment, nil, io.Discard, &log)
		if code != 2 || !strings.Contains(log.String(), mistake) || strings.Contains(log.String(), "SENTINEL") {
			t.Errorf("%s: exit code %d, %s", text, code, &log)
		}
	}
}

// The examples load, and show in the page what there is to see.
func TestExamplesOfSecrets(t *testing.T) {
	files, err := filepath.Glob("../../examples/secrets/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		o, err := parseOptions([]string{"-secrets", file}, noEnvironment, io.Discard)
		if err != nil || len(o.config.Secrets) == 0 {
			t.Errorf("%s: %d secrets, %v", file, len(o.config.Secrets), err)
		}
	}
}

func TestPageAtTheRoot(t *testing.T) {
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0", "-token", "x", "-secrets", write(t, "secrets.json", oneSecret))
	status, header, body := p.browse(p.said["api"] + "/")
	if status != 200 || !strings.Contains(body, "the database") || header.Get("Content-Security-Policy") == "" {
		t.Errorf("%d %s", status, body)
	}
	// To its clients the API is what it was.
	if status, body := p.get(p.said["api"]+"/", "wrong"); status != 401 || !strings.Contains(body, `"message"`) {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := p.get(p.said["api"]+"/", "x"); status != 404 {
		t.Errorf("with a token: %d", status)
	}
	if status, _, _ := p.browse(p.said["api"] + "/v1/secrets/nl-01/secrets"); status != 401 {
		t.Errorf("a browser at the API: %d", status)
	}
	if status, _, _ := p.browse(p.said["admin"] + "/"); status != 404 {
		t.Errorf("a browser at the admin API: %d", status)
	}
	if _, journal := p.get(p.said["admin"]+"/journal", ""); strings.Count(journal, `"operation"`) != 3 {
		t.Errorf("the page is in the journal: %s", journal)
	}

	off := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "", "-page=false")
	if status, _, _ := off.browse(off.said["api"] + "/"); status != 401 {
		t.Errorf("switched off: %d", status)
	}
}

func TestPaceOfTheCommandLine(t *testing.T) {
	config := write(t, "config.json", `{"pace": {"latency": "7ms", "requestsPerSecond": 70}}`)
	for _, tc := range []struct {
		args []string
		want refserver.Pace
	}{
		{nil, refserver.Pace{}},
		{[]string{"-latency", "20ms", "-rate-limit", "50"}, refserver.Pace{Latency: 20 * time.Millisecond, RequestsPerSecond: 50}},
		{[]string{"-config", config}, refserver.Pace{Latency: 7 * time.Millisecond, RequestsPerSecond: 70}},
		{[]string{"-config", config, "-rate-limit", "50"}, refserver.Pace{Latency: 7 * time.Millisecond, RequestsPerSecond: 50}},
	} {
		if o, err := parseOptions(tc.args, noEnvironment, io.Discard); err != nil || o.config.Pace != tc.want {
			t.Errorf("%v: %+v, %v", tc.args, o.config.Pace, err)
		}
	}
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0", "-token", "x", "-rate-limit", "0.001")
	for _, want := range []int{200, 429} {
		if status, _ := p.get(p.said["api"]+"/v1/kms/summary", "x"); status != want {
			t.Errorf("%d, not %d", status, want)
		}
	}
	if _, body := p.get(p.said["admin"]+"/pace", ""); strings.TrimSpace(body) != `{"requestsPerSecond":0.001}` {
		t.Errorf("the admin API says %s", body)
	}
}

func TestLogInJSON(t *testing.T) {
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "", "-token", "TOKEN-sentinel", "-log-format", "json")
	p.get(p.said["api"]+"/v1/kms/summary", "TOKEN-sentinel")
	_, log := p.stop()
	var messages []string
	for line := range strings.Lines(log) {
		var record struct{ Time, Level, Msg, Operation string }
		if err := json.Unmarshal([]byte(line), &record); err != nil || record.Time == "" || record.Level != "INFO" {
			t.Errorf("%s: %v", line, err)
		}
		messages = append(messages, record.Msg+" "+record.Operation)
	}
	if got := strings.Join(messages, ","); got != "request getKMSSummary,stopping " || strings.Contains(log, "sentinel") {
		t.Errorf("logged %s", log)
	}
}

// answered waits for the answer to a call that is under way.
func (p *program) answered(path string) <-chan int {
	arrived, answer := make(chan struct{}), make(chan int, 1)
	go func() {
		request, _ := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.said["api"]+path, nil)
		request.Header.Set("Authorization", "Token x")
		request.Header.Set("X-Organisation-Identity", "acme")
		close(arrived)
		response, err := new(http.Transport).RoundTrip(request)
		if err != nil {
			answer <- 0
			return
		}
		_ = response.Body.Close()
		answer <- response.StatusCode
	}()
	<-arrived
	return answer
}

// untilJournal waits until the server has so many calls.
func (p *program) untilJournal(calls int) {
	p.t.Helper()
	for p.t.Context().Err() == nil {
		if _, journal := p.get(p.said["admin"]+"/journal", ""); strings.Count(journal, `"operation"`) >= calls {
			return
		}
	}
}

func TestWhatIsUnderWayFinishes(t *testing.T) {
	// A delay is in the journal as soon as it begins.
	faults := write(t, "faults.json", `[{"action": "delay", "delay": "300ms"}]`)
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0", "-token", "x", "-faults", faults, "-grace", "20s")
	answer := p.answered("/v1/kms/summary")
	p.untilJournal(1)
	if code, log := p.stop(); code != 0 || strings.Contains(log, "cut off") {
		t.Errorf("exit code %d, log %s", code, log)
	}
	if status := <-answer; status != 200 {
		t.Errorf("answered with %d", status)
	}
}

func TestWhatTakesTooLongIsCutOff(t *testing.T) {
	faults := write(t, "faults.json", `[{"action": "delay", "delay": "5m"}]`)
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0", "-token", "x", "-faults", faults, "-grace", "50ms")
	answer := p.answered("/v1/kms/summary")
	p.untilJournal(1)
	if code, log := p.stop(); code != 0 || !strings.Contains(log, "cut off") {
		t.Errorf("exit code %d, log %s", code, log)
	}
	if status := <-answer; status != 0 {
		t.Errorf("answered with %d", status)
	}
}

// The server ends when its standard input is closed, in every way that the writer can
// end.
func TestStopWithStdin(t *testing.T) {
	stdin, hold := io.Pipe()
	said, w := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(t.Context(), []string{"-addr", "127.0.0.1:0", "-admin-addr", "", "-stop-with-stdin"}, noEnvironment, stdin, w, io.Discard)
		_ = w.Close()
	}()
	b := make([]byte, 4)
	if _, err := io.ReadFull(said, b); err != nil || string(b) != "api " {
		t.Fatalf("said %q, %v", b, err)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	select {
	case c := <-code:
		t.Fatalf("it ended with %d while its standard input was open", c)
	default:
	}
	_ = hold.Close()
	if c := <-code; c != 0 {
		t.Errorf("exit code %d", c)
	}
}
