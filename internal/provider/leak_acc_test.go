package provider_test

import (
	"archive/zip"
	"encoding/base64"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// sentinels are values that must be found nowhere, each in an input of its own.
var sentinels = map[string]string{
	"text":    "sentinel-text-Zq7vN2",
	"binary":  base64.StdEncoding.EncodeToString([]byte("sentinel-binary-Kx4bT9")),
	"pair":    "sentinel-pair-Hw8mC3",
	"initial": "sentinel-initial-Rd5jP6",
}

const leakConfig = `
variable "text" {
  type      = string
  ephemeral = true
}
variable "binary" {
  type      = string
  ephemeral = true
}
variable "pair" {
  type      = string
  ephemeral = true
}
variable "initial" {
  type      = string
  ephemeral = true
}
variable "round" {
  type = string
}
resource "thalassasecrets_secret" "initial" {
  path                = "/initial"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
  initial_value       = { secret_string_wo = var.initial }
}
resource "thalassasecrets_secret" "each" {
  for_each            = toset(["text", "binary", "pair"])
  path                = "/${each.key}"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}
resource "thalassasecrets_secret_version" "text" {
  secret_id        = thalassasecrets_secret.each["text"].id
  secret_string_wo = var.text
  value_wo_version = var.round
}
resource "thalassasecrets_secret_version" "binary" {
  secret_id        = thalassasecrets_secret.each["binary"].id
  secret_binary_wo = var.binary
  value_wo_version = var.round
}
resource "thalassasecrets_secret_version" "pair" {
  secret_id            = thalassasecrets_secret.each["pair"].id
  secret_key_values_wo = { password = var.pair }
  value_wo_version     = var.round
}
`

// TestNoValueLeaks searches everything that Terraform and the provider leave or
// print for the values, plain and in base64, through success and failure.
func TestNoValueLeaks(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", leakConfig)
	w.Env["TF_LOG"] = "TRACE"
	w.Env["TF_LOG_PATH"] = filepath.Join(w.Dir, "trace.log")
	var printed strings.Builder
	run := func(wantCode int, args ...string) {
		t.Helper()
		for name, value := range sentinels {
			w.Env["TF_VAR_"+name] = value
		}
		result := w.Run(args...)
		printed.WriteString(result.Stdout)
		printed.WriteString(result.Stderr)
		if result.Code != wantCode {
			t.Fatalf("terraform %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), result.Code, wantCode, result.Stdout, result.Stderr)
		}
	}
	w.Env["TF_VAR_round"] = "1"
	run(0, "plan", "-out=create.plan")
	run(0, "show", "-json", "create.plan")
	run(0, "apply", "create.plan")
	w.Env["TF_VAR_round"] = "2"
	run(0, "plan", "-out=rotate.plan")
	run(0, "apply", "-json", "rotate.plan")
	run(0, "show", "-json")

	// Errors of the service, a value of another kind than expected, and a crash of
	// the plan itself.
	w.Env["TF_VAR_round"] = "3"
	s.KeyStatus(refserver.KeyDisabled)
	run(1, "apply", "-auto-approve")
	s.KeyStatus(refserver.KeyActive)
	s.Limit("read")
	run(1, "apply", "-auto-approve", "-json")
	s.Unlimit()
	w.Write("bad.tf", `
resource "thalassasecrets_secret_version" "bad" {
  secret_id        = "nl-01/bad"
  secret_binary_wo = var.text
}
`)
	run(1, "plan")
	w.Write("bad.tf", "")
	run(0, "destroy", "-auto-approve")

	w.Write("printed.txt", printed.String())
	if leaks := searchLeaks(t, w.Dir); len(leaks) > 0 {
		t.Errorf("values are in %q", leaks)
	}
}

// The search finds a value where one is: in the state and the plan of an input
// that is kept in state.
func TestLeaksAreFound(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer+versionOf(`secret_string = var.text`)+`
variable "text" {
  type = string
}
`)
	w.Env["TF_VAR_text"] = sentinels["text"]
	w.Plan()
	w.ApplyOnly("saved.plan")
	leaks := searchLeaks(t, w.Dir)
	for _, want := range []string{"text in saved.plan/tfplan", "text in terraform.tfstate"} {
		if !slices.Contains(leaks, want) {
			t.Errorf("the search found %q, want %q among it", leaks, want)
		}
	}
}

// searchLeaks lists which sentinel is in which file below dir, plain or in base64.
func searchLeaks(t *testing.T, dir string) []string {
	t.Helper()
	var leaks []string
	for name, content := range everythingWritten(t, dir) {
		for input, value := range sentinels {
			raw := value
			if decoded, err := base64.StdEncoding.DecodeString(value); err == nil {
				raw = string(decoded)
			}
			for _, form := range []string{value, raw, base64.StdEncoding.EncodeToString([]byte(raw)), base64.StdEncoding.EncodeToString([]byte(value))} {
				if strings.Contains(content, form) {
					leaks = append(leaks, input+" in "+strings.TrimPrefix(name, dir+"/"))
					break
				}
			}
		}
		if strings.Contains(content, acctest.Token) {
			leaks = append(leaks, "the token in "+name)
		}
	}
	slices.Sort(leaks)
	return leaks
}

// everythingWritten reads all files of a workspace, plan files unzipped.
func everythingWritten(t *testing.T, dir string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path) //nolint:gosec // A file that the test itself made.
		if err != nil {
			return err
		}
		contents[path] = string(raw)
		archive, err := zip.OpenReader(path)
		if err != nil {
			return nil // It is no plan file.
		}
		defer func() { _ = archive.Close() }()
		for _, file := range archive.File {
			member, err := file.Open()
			if err != nil {
				return err
			}
			content, err := io.ReadAll(member)
			if err != nil {
				return err
			}
			contents[path+"/"+file.Name] = string(content)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return contents
}

// A value that stands in the configuration as it is, and is refused or warned
// about, is not quoted: those lines end up in the logs of CI.
func TestDiagnosticsQuoteNoValue(t *testing.T) {
	t.Parallel()
	const value = "sentinel-literal-Yp3kW8!"
	for name, arguments := range map[string]string{
		"hint":        `secret_string = "` + value + `"`,
		"hint, pairs": `secret_key_values = { a = "` + value + `" }`,
		"base64":      `secret_binary_wo = "` + value + `"`,
		"two values":  `secret_string_wo = "` + value + `"` + "\n" + `secret_string = "` + value + `"`,
		"null pair":   `secret_key_values_wo = { a = "` + value + `", b = null }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorkspace(t, acctest.NewServer(t))
			w.Write("main.tf", emptyContainer+versionOf(arguments))
			result := w.Run("plan", "-no-color")
			if said := result.Stdout + result.Stderr; strings.Contains(said, value) || !strings.Contains(said, "Warning:") && !strings.Contains(said, "Error:") {
				t.Errorf("terraform said:\n%s", said)
			}
		})
	}
}
