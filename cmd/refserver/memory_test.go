package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// memoryBound limits the memory of the program for any requests, in MiB.
const memoryBound = 100

// process is the program in a separate process, so that its memory can be measured.
type process struct {
	pid       int
	api, root string
}

func startProcess(t *testing.T) process {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "refserver")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil { //nolint:gosec // The test's own file.
		t.Fatalf("%v\n%s", err, out)
	}
	// The log is long, and the test does not need it.
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	command := exec.CommandContext(ctx, binary, "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0", "-token", "x", "-stop-with-stdin") //nolint:gosec // The test's own file.
	command.WaitDelay = 10 * time.Second
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait() // However it ends, it has ended.
		stop()
	})
	p := process{pid: command.Process.Pid}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		switch word, rest, _ := strings.Cut(lines.Text(), " "); word {
		case "api":
			p.api = rest
		case "admin":
			p.root = rest
		case "ready":
			return p
		}
	}
	t.Fatal("never ready")
	return p
}

// memory is a line of the process's status, in MiB.
func (p process) memory(t *testing.T, name string) float64 {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return float64(kib) / 1024
		}
	}
	t.Fatalf("no %s in %s", name, b)
	return 0
}

// large is a kind of large request that is refused.
type large struct {
	name   string
	count  int
	status int // that the journal must have for all of them
	token  string
	method string
	url    string
	body   func() io.Reader
	length int64 // -1 for a body of unknown length
}

// send sends the request. A server that refuses it before it has read it all may break
// the connection, so what it answered is asked of its journal.
func (l large) send(ctx context.Context, client *http.Client, base string) {
	request, err := http.NewRequestWithContext(ctx, l.method, base+l.url, l.body())
	if err != nil {
		return
	}
	request.ContentLength = l.length
	request.Header.Set("Authorization", "Token "+l.token)
	request.Header.Set("X-Organisation-Identity", "acme")
	response, err := client.Do(request)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
}

// zeros is a body of so many bytes that takes no memory.
func zeros(n int64) func() io.Reader {
	return func() io.Reader { return io.LimitReader(zeroReader{}, n) }
}

type zeroReader struct{}

func (zeroReader) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '0'
	}
	return len(b), nil
}

// Ten thousand large requests that are refused, 32 at a time, leave the program below
// its bound: bodies take turns, and the journal has a size.
func TestMemoryUnderLargeRequests(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc/PID/status, which Linux has")
	}
	const (
		mib    = 1 << 20
		secret = "/v1/secrets/nl-01/secret" //nolint:gosec // A URL, no credential.
		put    = secret + "/app/db/versions"
	)
	value := `{"secretString":"` + strings.Repeat("QUFB", 250_000) + `"}`
	kinds := []large{
		{"a body said to be longer than possible", 3_000, 413, "x", "POST", put, zeros(2 * mib), 2 * mib},
		{"a body of unknown length that is", 200, 413, "x", "POST", put, zeros(2 * mib), -1},
		{"a large body of a stranger", 300, 401, "stranger", "POST", put, zeros(mib), mib},
		{"a value longer than possible", 200, 400, "x", "POST", put, func() io.Reader { return strings.NewReader(value) }, int64(len(value))},
		{"a long path", 3_150, 400, "x", "GET", secret + "/" + strings.Repeat("a", 30_000), zeros(0), 0},
		{"a long path of a stranger", 3_150, 401, "stranger", "GET", secret + "/" + strings.Repeat("a", 30_000), zeros(0), 0},
	}
	p := startProcess(t)
	before := p.memory(t, "VmRSS")
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	work := make(chan large)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for l := range work {
				l.send(t.Context(), client, p.api)
			}
		})
	}
	want := map[int]int{}
	requests := 0
	for _, l := range kinds {
		want[l.status] += l.count
		requests += l.count
		for range l.count {
			work <- l
		}
	}
	close(work)
	wg.Wait()
	peak, after := p.memory(t, "VmHWM"), p.memory(t, "VmRSS")
	t.Logf("%d large requests that were refused: %.0f MiB before, %.0f MiB at most, %.0f MiB after; the bound is %d MiB",
		requests, before, peak, after, memoryBound)
	if peak >= memoryBound {
		t.Errorf("%.0f MiB at most", peak)
	}
	response, err := client.Get(p.root + "/journal") //nolint:noctx // The program ends with the test.
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var journal []struct{ Status int }
	if err := json.NewDecoder(response.Body).Decode(&journal); err != nil {
		t.Fatal(err)
	}
	got := map[int]int{}
	for _, e := range journal {
		got[e.Status]++
	}
	for status, n := range want {
		if got[status] != n {
			t.Errorf("%d requests were answered with %d, want %d: %v", got[status], status, n, got)
		}
	}
	// It still works.
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.api+"/v1/kms/summary", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Token x")
	request.Header.Set("X-Organisation-Identity", "acme")
	summary, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = summary.Body.Close()
	if summary.StatusCode != http.StatusOK {
		t.Errorf("afterwards: %d", summary.StatusCode)
	}
}
