package provider_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// crashing has a put of each sort of value, with tokens that the service has issued.
const crashing = `
provider "thalassasecrets" {
  client_id     = var.client_id
  client_secret = var.client_secret
}
variable "client_id" {
  type = string
}
variable "client_secret" {
  type      = string
  ephemeral = true
}
variable "text" {
  type      = string
  ephemeral = true
}
variable "pair" {
  type      = string
  ephemeral = true
}
resource "thalassasecrets_secret" "each" {
  for_each   = toset(["text", "pair"])
  path       = "/${each.key}"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret_version" "each" {
  for_each             = thalassasecrets_secret.each
  secret_id            = each.value.id
  secret_string_wo     = each.key == "text" ? var.text : null
  secret_key_values_wo = each.key == "pair" ? { password = var.pair } : null
  value_wo_version     = "1"
}
`

// A provider that dies in the middle of its puts leaves the stacks of all goroutines
// in Terraform's log, and none of the secrets that they are at work on.
func TestNoCrashLeaks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("finds the provider's process in /proc, which only Linux has")
	}
	arrived := make(chan struct{}, 2)
	s, issued := credentialsServer(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/versions") {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body) // Until then the server does not notice that the caller has disconnected.
		arrived <- struct{}{}
		<-r.Context().Done()
		return true
	})
	run := newLeakRun(t, s)
	run.Write("main.tf", crashing)
	run.give(sentinels)
	run.give(credentialSecrets)
	run.give(map[string]string{"client_id": leakClient})
	delete(run.Env, "THALASSA_API_TOKEN")

	command := run.Command(t.Context(), "apply", "-auto-approve")
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // Its exit code is looked at below.
	}()
	for range cap(arrived) {
		select {
		case <-arrived:
		case <-ended:
			t.Fatalf("terraform ended before the puts came:\n%s", said.String())
		}
	}
	crash(t, command.Process.Pid)
	<-ended
	run.printed.WriteString(said.String())
	if command.ProcessState.ExitCode() != 1 {
		t.Errorf("terraform ended with %d:\n%s", command.ProcessState.ExitCode(), said.String())
	}
	log := string(run.Read("trace.log"))
	for _, want := range []string{"SIGQUIT: quit", "goroutine 1 ", "client.(*Client).putValue("} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %q, so that it proves nothing", want)
		}
	}
	inputs := maps.Clone(sentinels)
	maps.Copy(inputs, credentialSecrets)
	for _, leak := range run.search(hunted(inputs, issued()...)) {
		t.Errorf("found %s", leak)
	}
}

// crash ends the providers that a process has started as the Go runtime ends a
// program whose user wants to know what it is doing.
func crash(t *testing.T, parent int) {
	t.Helper()
	statuses, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	crashed := 0
	for _, name := range statuses {
		status, err := os.ReadFile(name) //nolint:gosec // A file of the system.
		if err != nil {
			continue // It has ended since.
		}
		// The name of the program is in brackets; behind it come the state and the parent.
		start, end := bytes.IndexByte(status, '('), bytes.LastIndexByte(status, ')')
		fields := strings.Fields(string(status[end+1:]))
		if len(fields) < 2 || fields[1] != strconv.Itoa(parent) || !strings.HasPrefix(string(status[start+1:end]), "terraform-provi") {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			t.Fatal(err)
		}
		process, err := os.FindProcess(pid)
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Signal(syscall.SIGQUIT); err != nil {
			t.Error(err)
		}
		crashed++
	}
	if crashed == 0 {
		t.Fatal("no provider was found")
	}
}
