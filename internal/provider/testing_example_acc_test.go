//go:build unix

package provider_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// testingExample is a copy of examples/testing, whose script runs with a server that
// was built for it and says when it begins and ends.
type testingExample struct {
	t    *testing.T
	dir  string
	held string // a pipe that is open for writing as long as the server runs
	env  []string
	args []string // of the script
}

// serverBound is how long a server may take to begin, or to end after its script.
const serverBound = time.Minute

func openTestingExample(t *testing.T, env ...string) *testingExample {
	t.Helper()
	e := &testingExample{t: t, dir: t.TempDir(), args: []string{"-no-color"}}
	if err := os.CopyFS(e.dir, os.DirFS(filepath.Join("..", "..", "examples", "testing"))); err != nil {
		t.Fatal(err)
	}
	tools := t.TempDir()
	server := filepath.Join(tools, "refserver")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", server, "./cmd/refserver") //nolint:gosec // The names are this test's own.
	build.Dir = filepath.Join("..", "..")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	e.held = filepath.Join(tools, "held")
	if err := syscall.Mkfifo(e.held, 0o600); err != nil {
		t.Fatal(err)
	}
	wrapper := filepath.Join(tools, "wrapper")
	e.program(wrapper, fmt.Sprintf("exec %q \"$@\" 9>%q", server, e.held))
	e.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + tools, "TMPDIR=" + tools, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"REFSERVER=" + wrapper,
		// Credentials for the real service are not used.
		"THALASSA_API_ENDPOINT=https://nowhere.invalid", "THALASSA_ACCESS_TOKEN=real", "THALASSA_PROJECT_ID=real",
	}, env...)
	return e
}

func (e *testingExample) program(file, text string) {
	e.t.Helper()
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil { //nolint:gosec // A program has to run.
		e.t.Fatal(err)
	}
}

// change replaces text of the module.
func (e *testingExample) change(file, from, to string) {
	e.t.Helper()
	file = filepath.Join(e.dir, file)
	text, err := os.ReadFile(file) //nolint:gosec // The test's own file.
	if err != nil || !strings.Contains(string(text), from) {
		e.t.Fatalf("%s has no %q, %v", file, from, err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), from, to, 1)), 0o600); err != nil { //nolint:gosec // The test's own file.
		e.t.Fatal(err)
	}
}

// start starts the script. The server has come up when it returns; ended waits for
// the server's end.
func (e *testingExample) start(output io.Writer) (script *exec.Cmd, ended func()) {
	e.t.Helper()
	script = exec.CommandContext(context.WithoutCancel(e.t.Context()), "bash", append([]string{filepath.Join(e.dir, "run.sh")}, e.args...)...) //nolint:gosec // The test's own copy.
	script.Env, script.Stdout, script.Stderr = e.env, output, output
	script.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := script.Start(); err != nil {
		e.t.Fatal(err)
	}
	// Where no server ever comes, another writer ends the wait for one.
	instead := time.AfterFunc(serverBound, func() {
		if writer, err := os.OpenFile(e.held, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			_ = writer.Close()
		}
	})
	held, err := os.Open(e.held) // It opens once the server has its end.
	instead.Stop()
	if err != nil {
		e.t.Fatal(err)
	}
	return script, func() {
		e.t.Helper()
		defer func() { _ = held.Close() }()
		if err := held.SetReadDeadline(time.Now().Add(serverBound)); err != nil {
			e.t.Error(err)
		}
		if _, err := io.Copy(io.Discard, held); err != nil {
			e.t.Errorf("the server goes on: %v", err)
		}
	}
}

// run runs the script to its end, which the server must not outlive.
func (e *testingExample) run() (code int, output string) {
	e.t.Helper()
	var text strings.Builder
	script, ended := e.start(&text)
	err := script.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		e.t.Fatal(err)
	}
	ended()
	return script.ProcessState.ExitCode(), text.String()
}

// The example's tests pass as they stand, and fail where the module is broken.
func TestExampleOfTesting(t *testing.T) {
	t.Parallel()
	cli := acctest.Needs(t, acctest.WriteOnly)
	env := []string{"TERRAFORM=" + cli.Path, "TF_CLI_CONFIG_FILE=" + acctest.Mirror(t)}
	for name, tc := range map[string]struct {
		file, from, to string
		code           int
		says           []string
	}{
		"as it stands": {code: 0, says: []string{"4 passed, 0 failed"}},
		"a password that is never new": {
			file: "main.tf", from: "value_wo_version = var.password_version", to: `value_wo_version = "1"`,
			code: 1, says: []string{`run "new_password"... fail`, "A new password is not a new version of the secret."},
		},
		"an environment that is let through": {
			file: "variables.tf", from: `["test", "production"]`, to: `["test", "staging"]`,
			code: 1, says: []string{`run "no_other_environment"... fail`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := openTestingExample(t, env...)
			if tc.file != "" {
				e.change(tc.file, tc.from, tc.to)
			}
			code, output := e.run()
			for _, says := range tc.says {
				if !strings.Contains(strings.Join(strings.Fields(output), " "), says) {
					t.Errorf("it does not say %q", says)
				}
			}
			if code != tc.code || t.Failed() {
				t.Errorf("exit code %d, not %d:\n%s", code, tc.code, output)
			}
		})
	}
}

// The example's mocks need no server, and find a broken module too.
func TestExampleOfMocks(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	if err := os.Remove(filepath.Join(w.Dir, "terraform.tf")); err != nil { // The example has its own.
		t.Fatal(err)
	}
	if err := os.CopyFS(w.Dir, os.DirFS(filepath.Join("..", "..", "examples", "testing"))); err != nil {
		t.Fatal(err)
	}
	run := func(want int, says string) {
		t.Helper()
		result := w.Run("test", "-no-color", "-test-directory=mocks")
		if said := strings.Join(strings.Fields(result.Stdout+result.Stderr), " "); result.Code != want || !strings.Contains(said, says) {
			t.Errorf("exit code %d, want %d and %q:\n%s", result.Code, want, says, said)
		}
	}
	run(0, "2 passed, 0 failed")
	w.Write("outputs.tf", strings.Replace(string(w.Read("outputs.tf")), "thalassasecrets_secret.password.id", "thalassasecrets_secret.password.path", 1))
	run(1, "where the application does not look")
	if calls := s.Calls(); len(calls) > 0 {
		t.Errorf("the service was asked: %v", calls)
	}
}

// The clock of the server decides when a version is rotated and retired and when the
// alarm goes off.
func TestExampleOfTestingARotation(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("the example moves the server's clock with curl, which is not installed")
	}
	cli := acctest.Needs(t, acctest.WriteOnly)
	e := openTestingExample(t, "TERRAFORM="+cli.Path, "TF_CLI_CONFIG_FILE="+acctest.Mirror(t))
	e.args = []string{"--", filepath.Join(e.dir, "rotation", "rotation.sh")}
	code, output := e.run()
	if code != 0 || !strings.HasSuffix(output, "day 103: The signing key is more than 35 days old.\n") {
		t.Errorf("exit code %d:\n%s", code, output)
	}
}

// However the script ends, its server ends with it, and the CLI before.
func TestExampleOfTestingStopsItsServer(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			// It stands in for a CLI that takes its time, and says so.
			stub, busy := filepath.Join(t.TempDir(), "stub"), filepath.Join(t.TempDir(), "busy")
			e := openTestingExample(t, "TERRAFORM="+stub, "SKIP_INIT=1")
			e.program(stub, fmt.Sprintf("exec cat %q", busy))
			if err := syscall.Mkfifo(busy, 0o600); err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			script, ended := e.start(&text)
			cli, err := os.OpenFile(busy, os.O_WRONLY, 0) //nolint:gosec // The test's own pipe, which opens once the stub reads.
			if err != nil {
				t.Fatal(err)
			}
			if err := script.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			ended()
			if err := cli.Close(); err != nil {
				t.Fatal(err)
			}
			_ = script.Wait() // How it ended is looked at next.
			if code := script.ProcessState.ExitCode(); signal != syscall.SIGKILL && code != 128+int(signal) {
				t.Errorf("exit code %d:\n%s", code, text.String())
			}
		})
	}
}
