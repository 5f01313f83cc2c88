package robustness

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// Phases of an apply that are no operation of their own: the refresh of its plan, and a
// put that the limiter turned away, before it is sent again.
const (
	planning   = "getSecret, in the plan"
	looking    = "getSecret, before the put"
	confirming = "getSecret, after the put"
	turnedAway = "putSecretValue, turned away"
)

const (
	interrupt       = "Ctrl-C"
	terminate       = "SIGTERM to all processes of the job"
	killTerraform   = "kill -9 of Terraform"
	killProvider    = "kill -9 of the provider"
	containerConfig = `
resource "thalassasecrets_secret" "db" {
  path                = "/app/db"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}
`
	versionConfig = containerConfig + `
resource "thalassasecrets_secret_version" "db" {
  secret_id        = thalassasecrets_secret.db.id
  secret_string_wo = "value %[1]s"
  value_wo_version = "%[1]s"
  retention        = { keep = 0 }
}
`
)

// TestInterrupts ends a real apply in each of its phases, gently and not, before
// and after the service has done what it was asked for. The next apply goes on
// from there. A second version for the same wish comes only of the one window that
// nobody can close: killed after the service has done the work and before Terraform
// has written it down.
func TestInterrupts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how       string
		operation string
		done      bool // by the service, before the end comes
		// puts and creates are how many there are in the end, and window tells that one
		// of them is the second for the same wish.
		puts, creates int
		window        bool
	}{
		{interrupt, "createSecret", true, 2, 1, false},
		{interrupt, "putSecretValue", true, 2, 1, false},
		{interrupt, looking, true, 2, 1, false},
		{interrupt, confirming, true, 2, 1, false},
		{interrupt, "destroySecretVersion", true, 2, 1, false},
		{terminate, "createSecret", true, 2, 1, false},
		{terminate, planning, true, 2, 1, false},
		{terminate, turnedAway, true, 2, 1, false},
		{terminate, "putSecretValue", true, 2, 1, false},
		{terminate, looking, true, 2, 1, false},
		{terminate, confirming, true, 2, 1, false},
		{terminate, "destroySecretVersion", true, 2, 1, false},
		{killTerraform, "createSecret", false, 2, 1, false},
		{killTerraform, "createSecret", true, 2, 1, true},
		{killTerraform, "putSecretValue", false, 2, 1, false},
		{killTerraform, "putSecretValue", true, 3, 1, true},
		{killTerraform, "destroySecretVersion", false, 3, 1, true},
		{killProvider, "createSecret", false, 2, 1, false},
		{killProvider, "putSecretValue", false, 2, 1, false},
		{killProvider, "putSecretValue", true, 3, 1, true},
		{killProvider, looking, false, 2, 1, false},
		{killProvider, confirming, false, 3, 1, true},
	} {
		t.Run(fmt.Sprintf("%s during %s, done %v", tc.how, tc.operation, tc.done), func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS != "linux" {
				t.Skip("finds the provider's process in /proc, which only Linux has")
			}
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s).Built()
			if tc.operation != "createSecret" {
				w.Write("main.tf", fmt.Sprintf(versionConfig, "1"))
				w.Apply()
				s.Clock().Advance(time.Hour)
			}
			w.Write("main.tf", fmt.Sprintf(versionConfig, "2"))
			said := cutShort(t, w, tc.how, tc.operation, tc.done)

			next := w.Run("apply", "-auto-approve", "-json", "-no-color")
			if tc.operation == "createSecret" && tc.window {
				if said := next.Failed(t, "Secret exists already: "+dbID); !strings.Contains(said, "terraform import ADDRESS "+dbID) {
					t.Errorf("the next apply says %q", said)
				}
				if imported := w.Run("import", "-no-color", "thalassasecrets_secret.db", dbID); imported.Code != 0 {
					t.Fatalf("import: %s%s", imported.Stdout, imported.Stderr)
				}
				next = w.Run("apply", "-auto-approve", "-json", "-no-color")
			} else if tc.window {
				next.Warned(t, "New version put outside Terraform: "+dbID)
			}
			if next.Code != 0 {
				t.Fatalf("the next apply fails:\n%s%s\nthe one before said:\n%s", next.Stdout, next.Stderr, said)
			}
			w.Settled()
			wantPuts := tc.puts
			if tc.operation == "createSecret" {
				wantPuts = 1
			}
			if puts, creates := countEvents(s, "secrets.put_value"), countEvents(s, "secrets.create"); puts != wantPuts || creates != tc.creates {
				t.Errorf("%d puts and %d creates, want %d and %d; the apply that was cut short said:\n%s", puts, creates, wantPuts, tc.creates, said)
			}
			secret := s.Secret(dbID)
			if got := s.Reveal(dbID, secret.CurrentVersion); got != "value 2" {
				t.Errorf("readers get %q", got)
			}
		})
	}
}

func countEvents(s *acctest.Server, name string) int {
	n := 0
	for _, event := range s.Audit() {
		if event.Event == name && event.Principal == principal {
			n++
		}
	}
	return n
}

// cutShort applies and ends it at the first request for an operation during the
// apply phase. It returns what was said.
func cutShort(t *testing.T, w *acctest.Workspace, how, phase string, done bool) string {
	t.Helper()
	arguments := []string{"apply", "-no-color", "-auto-approve"}
	if phase != planning {
		w.Plan()
		arguments = []string{"apply", "-no-color", "saved.plan"}
	}
	operation, _, _ := strings.Cut(phase, ",")
	var said bytes.Buffer
	command := w.Command(t.Context(), arguments...)
	command.Stdout, command.Stderr = &said, &said
	// A terminal or a CI system signals the whole group; here Ctrl-C goes to Terraform alone.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	isGentle := how == interrupt || how == terminate
	started := make(chan struct{})
	ended := make(chan []int, 1) // the providers that there were at the end
	var once sync.Once
	var hasPut atomic.Bool
	w.Server.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.Header.Get("Authorization"), acctest.Token) {
			return false
		}
		if operationOf(r) == "putSecretValue" {
			hasPut.Store(true)
		}
		if operationOf(r) != operation || phase == confirming && !hasPut.Load() {
			return false
		}
		taken := false
		once.Do(func() {
			taken = !isGentle
			if done && taken {
				w.Server.Server.ServeHTTP(httptest.NewRecorder(), r)
			}
			<-started
			ended <- end(t, command, how)
			if taken {
				// Only a request that was read to its end notices that its caller is gone.
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
				return
			}
			if taken = phase == turnedAway; taken {
				rw.Header().Set("Retry-After", "20")
				rw.WriteHeader(http.StatusTooManyRequests)
				return
			}
			// The service takes its time, and the interrupt arrives in the meantime.
			select {
			case <-time.After(300 * time.Millisecond):
			case <-r.Context().Done():
			}
		})
		return taken
	})
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	err := command.Wait()
	w.Server.Intercept(nil)
	if err == nil && !isGentle {
		t.Errorf("the apply went through:\n%s", &said)
	}
	if how == terminate && strings.Contains(said.String(), "plugin") {
		t.Errorf("Terraform has lost its provider:\n%s", &said)
	}
	var providers []int
	select {
	case providers = <-ended:
	case <-time.After(10 * time.Second):
		t.Errorf("no request for %s came:\n%s", phase, &said)
	}
	for _, pid := range providers {
		if isGentle && isRunning(pid) {
			t.Errorf("the provider, process %d, has outlived Terraform", pid)
		}
	}
	return said.String()
}

// end sends the signal, and returns which processes were providers. Whoever kills
// Terraform leaves its provider behind for a while, for which this test does not wait.
func end(t *testing.T, command *exec.Cmd, how string) (providers []int) {
	t.Helper()
	providers = childrenOf(t, command.Process.Pid)
	if len(providers) == 0 {
		t.Error("Terraform has no provider process")
	}
	signal := func(pid int, s syscall.Signal) {
		if err := syscall.Kill(pid, s); err != nil {
			t.Errorf("signal to %d: %v", pid, err)
		}
	}
	switch how {
	case interrupt:
		signal(command.Process.Pid, syscall.SIGINT)
	case terminate:
		signal(-command.Process.Pid, syscall.SIGTERM)
	case killTerraform:
		signal(command.Process.Pid, syscall.SIGKILL)
		fallthrough
	case killProvider:
		for _, pid := range providers {
			signal(pid, syscall.SIGKILL)
		}
	}
	return providers
}

// childrenOf lists the processes that a process has started.
func childrenOf(t *testing.T, parent int) []int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Error(err)
	}
	var children []int
	for _, name := range stats {
		content, err := os.ReadFile(name) //nolint:gosec // The name comes from the kernel.
		if err != nil {
			continue // It has ended in the meantime.
		}
		// PID (NAME) STATE PPID …, and the name may hold blanks and brackets.
		_, rest, _ := bytes.Cut(content, []byte(") "))
		fields := strings.Fields(string(rest))
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err == nil && len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			children = append(children, pid)
		}
	}
	return children
}

// A put that never happened, and a value that somebody else puts in the same
// seconds and format: nothing in the API tells these from a put whose answer was
// lost. It is taken for ours, and the user is warned of exactly that.
func TestWhatCannotBeTold(t *testing.T) {
	t.Parallel()
	w, err := newWorld(t.Context(), t, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.settle(t.Context(), Step{Wish: CreateSecret}); err != nil {
		t.Fatal(err)
	}
	w.server.Clock().Advance(time.Hour)
	value, _ := w.configure(PutValue)
	w.value["secret_string_wo"] = value
	delete(w.value, "secret_key_values_wo")
	step := Step{Wish: PutValue, Value: value, Rival: "at once"}
	var reset Trouble
	for _, trouble := range Troubles() {
		if trouble.Name == "reset" {
			reset = trouble
		}
	}
	if err := w.play(t.Context(), &step, reset, Trouble{}); err != nil {
		t.Fatal(err)
	}
	if step.Outcome != Done || !strings.Contains(strings.Join(step.Warned, "\n"), "Response to the put was lost") {
		t.Errorf("%s, with the warnings %q", step.Outcome, step.Warned)
	}
	if held := w.history.Values[step.Version]; held == value {
		t.Error("it can be told after all: say so in DESIGN.md")
	}
}
