//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// build builds the program.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "conformance")
	said, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput() //nolint:gosec // A path of the test's own.
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, said)
	}
	return program
}

// victim is a run of the program that gets a signal at one of its requests.
type victim struct {
	next    http.Handler
	at      int // the request; 0 for none
	early   bool
	signal  syscall.Signal
	started chan struct{} // closed once process is set
	process *os.Process

	mu sync.Mutex
	n  int
}

// ServeHTTP sends the signal before or after the server has done what was asked.
func (v *victim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.n++
	hit := v.n == v.at
	if hit && v.early {
		v.strike()
	}
	v.next.ServeHTTP(w, r)
	if hit && !v.early {
		v.strike()
	}
}

func (v *victim) strike() {
	<-v.started
	_ = v.process.Signal(v.signal) // If it has ended already, the test finds nothing left.
}

// run runs the program to its end, with everything that it writes.
func (v *victim) run(t *testing.T, program, url string) (code int, output string) {
	t.Helper()
	v.started = make(chan struct{})
	var out bytes.Buffer
	command := exec.CommandContext(t.Context(), program, "-many", "5")
	command.Stdout, command.Stderr = &out, &out
	command.Env = []string{"HOME=" + t.TempDir()}
	for name, value := range environment(url) {
		command.Env = append(command.Env, name+"="+value)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	v.process = command.Process
	close(v.started)
	err := command.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	v.mu.Lock() // A request may still be under way, whose client is dead.
	defer v.mu.Unlock()
	return command.ProcessState.ExitCode(), out.String()
}

// stays is a secret of another client below the prefix of the program.
const stays = "/thalassasecrets-conformance/run-THEIRS/db"

// TestSignalsLeaveNothing signals the program at random requests. After the 20 interrupts
// and terminations nothing is left. After the 20 kills nothing is left once the program
// has run again.
func TestSignalsLeaveNothing(t *testing.T) {
	t.Parallel()
	program := build(t)
	seed := rand.Uint64() //nolint:gosec // Not a secret.
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // The same.
	whole := &victim{}
	_, url := serve(t, func(next http.Handler) http.Handler {
		whole.next = next
		return whole
	})
	if code, output := whole.run(t, program, url); code != 0 {
		t.Fatalf("a run without a signal ends with %d: %s", code, output)
	}
	for i := range 40 {
		signal := []syscall.Signal{syscall.SIGINT, syscall.SIGKILL, syscall.SIGTERM, syscall.SIGKILL}[i%4]
		v := &victim{at: 1 + random.IntN(whole.n-1), early: random.IntN(2) == 0, signal: signal}
		t.Run(fmt.Sprintf("%s at request %d", signal, v.at), func(t *testing.T) {
			t.Parallel()
			v.checkNothingLeft(t, program)
		})
	}
}

// checkNothingLeft runs the program until its signal, and after a kill once more.
func (v *victim) checkNothingLeft(t *testing.T, program string) {
	t.Helper()
	server, url := serve(t, func(next http.Handler) http.Handler {
		v.next = next
		return v
	})
	if err := putForeign(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	code, output := v.run(t, program, url)
	if strings.Contains(output, token) {
		t.Errorf("the program shows its token: %s", output)
	}
	switch {
	case v.signal == syscall.SIGKILL:
		if code != -1 {
			t.Errorf("the exit code is %d", code)
		}
		v.at = 0
		if code, output = v.run(t, program, url); code != 0 {
			t.Errorf("the next run ends with %d: %s", code, output)
		}
	case code != 2 && (code != 0 || strings.Contains(output, "interrupted")):
		// A signal during the last requests may come too late to be noticed.
		t.Errorf("the exit code is %d: %s", code, output)
	}
	// Only the secret of the other client is there.
	if n := server.Billing().ActiveVersions; n != 1 {
		t.Errorf("%d active versions, want 1 (early: %t): %s", n, v.early, output)
	}
}

// putForeign creates the secret of another client, whose path looks like one of a run.
func putForeign(ctx context.Context, server *refserver.Server) error {
	body := `{"path":"` + stays + `","kmsKeyIdentity":"kms-nl-01","generateSecret":{}}`
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "/v1/secrets/nl-01/secrets", strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Token "+token)
	request.Header.Set("X-Organisation-Identity", "o-program")
	w := &discard{header: http.Header{}}
	server.ServeHTTP(w, request)
	if w.status != http.StatusCreated {
		return errors.New("the secret of another client could not be created")
	}
	return nil
}

// discard is a writer for an answer of which only the status matters.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }
