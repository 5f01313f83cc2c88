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

// Phases of an apply that are not separate operations: the refresh of its plan, and a
// put after a 429, before it is sent again.
const (
	refreshOfPlan = "getSecret, in the plan"
	readBeforePut = "getSecret, before the put"
	readAfterPut  = "getSecret, after the put"
	throttledPut  = "putSecretValue, throttled"
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

// TestInterrupts ends a real apply in each of its phases, with an interrupt or a kill,
// before and after the service has carried out the request. The next apply continues
// from there. There is a second version for the same change only if the process is
// killed after the service has carried out the put and before Terraform has written the
// state.
func TestInterrupts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how       string
		operation string
		done      bool // by the service, before the signal
		// puts and creates are the numbers in the end. window says that one of them is
		// the second for the same change.
		puts, creates int
		window        bool
	}{
		{interrupt, "createSecret", true, 2, 1, false},
		{interrupt, "putSecretValue", true, 2, 1, false},
		{interrupt, readBeforePut, true, 2, 1, false},
		{interrupt, readAfterPut, true, 2, 1, false},
		{interrupt, "destroySecretVersion", true, 2, 1, false},
		{terminate, "createSecret", true, 2, 1, false},
		{terminate, refreshOfPlan, true, 2, 1, false},
		{terminate, throttledPut, true, 2, 1, false},
		{terminate, "putSecretValue", true, 2, 1, false},
		{terminate, readBeforePut, true, 2, 1, false},
		{terminate, readAfterPut, true, 2, 1, false},
		{terminate, "destroySecretVersion", true, 2, 1, false},
		{killTerraform, "createSecret", false, 2, 1, false},
		{killTerraform, "createSecret", true, 2, 1, true},
		{killTerraform, "putSecretValue", false, 2, 1, false},
		{killTerraform, "putSecretValue", true, 3, 1, true},
		{killTerraform, "destroySecretVersion", false, 3, 1, true},
		{killProvider, "createSecret", false, 2, 1, false},
		{killProvider, "putSecretValue", false, 2, 1, false},
		{killProvider, "putSecretValue", true, 3, 1, true},
		{killProvider, readBeforePut, false, 2, 1, false},
		{killProvider, readAfterPut, false, 3, 1, true},
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
			message := interruptApply(t, w, tc.how, tc.operation, tc.done)

			next := w.Run("apply", "-auto-approve", "-json", "-no-color")
			if tc.operation == "createSecret" && tc.window {
				if message := next.Failed(t, "Secret exists already: "+dbID); !strings.Contains(message, "terraform import ADDRESS "+dbID) {
					t.Errorf("the next apply says %q", message)
				}
				if imported := w.Run("import", "-no-color", "thalassasecrets_secret.db", dbID); imported.Code != 0 {
					t.Fatalf("import: %s%s", imported.Stdout, imported.Stderr)
				}
				next = w.Run("apply", "-auto-approve", "-json", "-no-color")
			} else if tc.window {
				next.Warned(t, "New version put outside Terraform: "+dbID)
			}
			if next.Code != 0 {
				t.Fatalf("the next apply fails:\n%s%s\nthe one before said:\n%s", next.Stdout, next.Stderr, message)
			}
			w.Settled()
			wantPuts := tc.puts
			if tc.operation == "createSecret" {
				wantPuts = 1
			}
			if puts, creates := countEvents(s, "secrets.put_value"), countEvents(s, "secrets.create"); puts != wantPuts || creates != tc.creates {
				t.Errorf("%d puts and %d creates, want %d and %d; the apply that was cut short said:\n%s", puts, creates, wantPuts, tc.creates, message)
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

// interruptApply starts an apply and ends it at the first request of a phase. It
// returns the output.
func interruptApply(t *testing.T, w *acctest.Workspace, how, phase string, done bool) string {
	t.Helper()
	arguments := []string{"apply", "-no-color", "-auto-approve"}
	if phase != refreshOfPlan {
		w.Plan()
		arguments = []string{"apply", "-no-color", "saved.plan"}
	}
	operation, _, _ := strings.Cut(phase, ",")
	var message bytes.Buffer
	command := w.Command(t.Context(), arguments...)
	command.Stdout, command.Stderr = &message, &message
	// A terminal or a CI system signals the whole group; here Ctrl-C goes to Terraform alone.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	isGentle := how == interrupt || how == terminate
	started := make(chan struct{})
	ended := make(chan []int, 1) // the provider processes at the time of the signal
	var once sync.Once
	var hasPut atomic.Bool
	w.Server.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.Header.Get("Authorization"), acctest.Token) {
			return false
		}
		if requestName(r) == "putSecretValue" {
			hasPut.Store(true)
		}
		if requestName(r) != operation || phase == readAfterPut && !hasPut.Load() {
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
				// The context of a request ends with its caller only after the body was
				// read.
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
				return
			}
			if taken = phase == throttledPut; taken {
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
		t.Errorf("the apply went through:\n%s", &message)
	}
	if how == terminate && strings.Contains(message.String(), "plugin") {
		t.Errorf("Terraform has lost its provider:\n%s", &message)
	}
	var providers []int
	select {
	case providers = <-ended:
	case <-time.After(10 * time.Second):
		t.Errorf("no request for %s came:\n%s", phase, &message)
	}
	for _, pid := range providers {
		if isGentle && isRunning(pid) {
			t.Errorf("the provider, process %d, has outlived Terraform", pid)
		}
	}
	return message.String()
}

// end sends the signal, and returns the provider processes. After a kill of Terraform
// its provider runs on for a while, and this test does not wait for it.
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

// A put is lost, and another client puts a value of the same format within the same
// seconds. The API has nothing to distinguish this from a put whose response was lost.
// The version is taken for ours, and a warning says so.
func TestLostPutAndPutOfAnotherClient(t *testing.T) {
	t.Parallel()
	env, err := newEnvironment(t.Context(), t, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := env.converge(t.Context(), Step{Operation: CreateSecret}); err != nil {
		t.Fatal(err)
	}
	env.server.Clock().Advance(time.Hour)
	value, _ := env.configure(PutValue)
	env.versionConfig["secret_string_wo"] = value
	delete(env.versionConfig, "secret_key_values_wo")
	step := Step{Operation: PutValue, Value: value, ConcurrentWriter: "at once"}
	var reset Fault
	for _, fault := range Faults() {
		if fault.Name == "reset" {
			reset = fault
		}
	}
	if err := env.runStep(t.Context(), &step, reset, Fault{}); err != nil {
		t.Fatal(err)
	}
	if step.Outcome != Done || !strings.Contains(strings.Join(step.Warnings, "\n"), "Response to the put was lost") {
		t.Errorf("%s, with the warnings %q", step.Outcome, step.Warnings)
	}
	if held := env.history.Values[step.Version]; held == value {
		t.Error("the test can distinguish them: update DESIGN.md")
	}
}
