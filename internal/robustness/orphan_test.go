package robustness

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// isRunning reports that a process is there and has not ended.
func isRunning(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	return !bytes.HasPrefix(rest, []byte("Z")) // A zombie has ended, and waits for its parent.
}

// A provider whose Terraform was killed completes the requests under way and then ends.
func TestOrphanEnds(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("finds the provider's process in /proc, which only Linux has")
	}
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s).Built()
	w.Write("main.tf", fmt.Sprintf(versionConfig, "1"))
	command := w.Command(t.Context(), "apply", "-no-color", "-auto-approve")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	started, found := make(chan struct{}), make(chan []int, 1)
	var once sync.Once
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if requestName(r) == "putSecretValue" {
			once.Do(func() {
				<-started
				found <- childrenOf(t, command.Process.Pid)
				if err := command.Process.Kill(); err != nil {
					t.Error(err)
				}
			})
		}
		return false
	})
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	_ = command.Wait() // It was killed.
	select {
	case providers := <-found:
		if len(providers) == 0 {
			t.Fatal("Terraform has no provider process")
		}
		for _, pid := range providers {
			awaitEnd(t, pid)
		}
	default:
		t.Fatal("Terraform ended before it put anything")
	}
	if puts := countEvents(s, "secrets.put_value"); puts != 1 {
		t.Errorf("%d puts, want the one that was under way", puts)
	}
}

// awaitEnd waits for a process to end.
func awaitEnd(t *testing.T, pid int) {
	t.Helper()
	deadline := time.After(time.Minute)
	ticks := time.NewTicker(50 * time.Millisecond)
	defer ticks.Stop()
	for isRunning(pid) {
		select {
		case <-ticks.C:
		case <-deadline:
			t.Errorf("process %d does not end", pid)
			_ = syscall.Kill(pid, syscall.SIGKILL)
			return
		}
	}
}
