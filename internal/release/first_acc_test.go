package release

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// TestFirstConfiguration goes from README.md to an applied secret, and on to its next
// value, with what that shows and nothing else: the server, the build, the CLI's
// settings and the configuration. Only the server's port and the directories are the
// test's own.
func TestFirstConfiguration(t *testing.T) {
	t.Parallel()
	w := acctest.NewBareWorkspace(t, nil, acctest.WriteOnly)
	trial, checkout := readSection(t, "Try it without an account"), readSection(t, "Use a build from a checkout")
	start := trial.blocks(t, "shell")[0]
	configuration := readSection(t, "A first configuration").blocks(t, "terraform")[0]
	blocks := checkout.blocks(t, "terraform", "shell")
	settings, moduleTest := blocks[0], blocks[1]

	given := regexp.MustCompile("`(THALASSA_API_ENDPOINT=[^`]+)`").FindStringSubmatch(trial.text)
	if given == nil {
		t.Fatal("README.md does not say how Terraform uses the server")
	}
	for _, setting := range strings.Fields(given[1]) {
		name, value, _ := strings.Cut(setting, "=")
		w.Env[name] = value
	}
	const address = "http://127.0.0.1:8250"
	if w.Env["THALASSA_API_ENDPOINT"] != address {
		t.Fatalf("README.md names the endpoint %q, want %s", w.Env["THALASSA_API_ENDPOINT"], address)
	}
	endpoint := startServer(t, strings.TrimSpace(start))
	w.Env["THALASSA_API_ENDPOINT"] = endpoint

	if !strings.Contains(checkout.text, "Run `make build`") {
		t.Fatal("README.md does not say how to build the provider")
	}
	build := exec.CommandContext(t.Context(), "make", "build")
	build.Dir = root(t)
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("make build: %v\n%s", err, said)
	}

	w.Write(".tfrc", strings.ReplaceAll(settings, "/path/to/the/checkout", root(t)))
	api, err := client.New(client.Config{
		Endpoint: endpoint, Organisation: "o-example", Credentials: client.Token(w.Env["THALASSA_API_TOKEN"]),
	})
	if err != nil {
		t.Fatal(err)
	}
	id, err := secretpath.ParseSecretID("nl-01/app/production/database")
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"1", "2"} {
		w.Env["TF_VAR_database_password"] = "password " + number
		w.Write("main.tf", strings.Replace(configuration, `value_wo_version = "1"`, `value_wo_version = "`+number+`"`, 1))
		w.Apply()
		secret, err := api.GetSecret(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		revealed, err := api.RevealValue(t.Context(), id, secret.CurrentVersion)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(revealed.Bytes()); got != "password "+number {
			t.Errorf("readers get %q", got)
		}
	}

	module := exec.CommandContext(t.Context(), "bash", "-c", moduleTest) //nolint:gosec // The command is README.md's.
	module.Dir = root(t)
	module.Env = append(module.Environ(), "TERRAFORM="+acctest.Needs(t, acctest.WriteOnly).Path, "TF_CLI_CONFIG_FILE="+filepath.Join(w.Dir, ".tfrc"), "TF_CLI_ARGS=-no-color")
	if said, err := module.CombinedOutput(); err != nil || !strings.Contains(string(said), "4 passed, 0 failed") {
		t.Errorf("%s: %v\n%s", moduleTest, err, said)
	}
}

// startServer runs the command that starts a server, on a port that is free, and
// returns its address. The server ends with the test.
func startServer(t *testing.T, command string) (endpoint string) {
	t.Helper()
	if !strings.HasPrefix(command, "go run ./cmd/refserver ") {
		t.Fatalf("README.md starts no server with %q", command)
	}
	server := exec.CommandContext(t.Context(), "bash", "-c", "exec "+command+" -addr 127.0.0.1:0 -admin-addr '' -stop-with-stdin") //nolint:gosec // The command is README.md's.
	server.Dir = root(t)
	return startedServer(t, server)
}

// startedServer starts a server that ends with its standard input, and returns its
// address.
func startedServer(t *testing.T, server *exec.Cmd) (endpoint string) {
	t.Helper()
	server.Stderr = os.Stderr
	life, err := server.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = life.Close()
		_ = server.Wait() // It has been told to end, and how it does is no matter here.
	})
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), "api "); ok {
			endpoint = address
		}
		if lines.Text() == "ready" {
			return endpoint
		}
	}
	t.Fatal("the server is not ready")
	return ""
}

// The demo gets to its end, and leaves nothing behind.
func TestDemo(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	scratch := t.TempDir()
	demo := exec.CommandContext(t.Context(), "bash", filepath.Join(root(t), "tools", "demo.sh")) //nolint:gosec // A script of the source tree.
	demo.Env = append(demo.Environ(), "TMPDIR="+scratch)
	if said, err := demo.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, said)
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v behind (%v)", left, err)
	}
}
