package provider_test

import (
	"encoding/base64"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// sentinels are values that must not appear anywhere, each in a separate input. They
// have characters that JSON, URLs and logs encode, and a unique beginning.
var sentinels = map[string]string{
	"text":           "Zq7vN2-text\"<b>&'é😀%41+/= and\n\tanother\\\"é-line-Zq7vN2",
	"binary":         base64.StdEncoding.EncodeToString([]byte("Kx4bT9-binary\"<b>&\xff\xfe\x00%41+/=")),
	"pair":           "Hw8mC3-pair\"<b>&'é😀%41+/= and\n\tanother\\\"é-line-Hw8mC3",
	"initial_text":   "Rd5jP6-initial-text\"<b>&'é😀%41+/= and\n\tanother\\\"é-line-Rd5jP6",
	"initial_binary": base64.StdEncoding.EncodeToString([]byte("Mf2sL8-initial-binary\"<b>&\xff\xfe\x00%41+/=")),
	"initial_pair":   "Gb6tX1-initial-pair\"<b>&'é😀%41+/= and\n\tanother\\\"é-line-Gb6tX1",
}

// kept are values in the inputs that are in state by design. They must be found in
// state, plan and what shows them, and nowhere else.
var kept = map[string]string{
	"kept_text": "Yc9uV4-kept-text\"<b>&'é😀%41+/= and\n\tanother\\\"é-line-Yc9uV4",
	"kept_pair": "Ps3nJ7-kept-pair\"<b>&'é😀%41+/= and\n\tanother\\\"é-line-Ps3nJ7",
}

// hunted are the values in inputs as the service gets them, and more secrets.
func hunted(inputs map[string]string, more ...string) map[string]string {
	secrets := map[string]string{"the token": acctest.Token}
	for name, value := range inputs {
		if decoded, err := base64.StdEncoding.DecodeString(value); err == nil {
			value = string(decoded)
		}
		secrets[name] = value
	}
	for _, secret := range more {
		secrets["the token "+secret[:6]] = secret
	}
	return secrets
}

// searchLeaks lists which sentinel is in which file below dir, in any form.
func searchLeaks(t *testing.T, dir string) []string {
	t.Helper()
	return leaksIn(t, dir, hunted(sentinels))
}

// leaksIn lists which secret is in which file below dir.
func leaksIn(t *testing.T, dir string, secrets map[string]string) []string {
	t.Helper()
	leaks := acctest.NewLeaks(t, secrets)
	var found []string
	for name, content := range everythingWritten(t, dir) {
		for _, leak := range leaks.In(content) {
			found = append(found, leak+" in "+name)
		}
	}
	slices.Sort(found)
	return found
}

// everythingWritten reads all files of a workspace, plan files unzipped.
func everythingWritten(t *testing.T, dir string) map[string]string {
	t.Helper()
	return acctest.Written(t, dir)
}

// leakRun is a workspace that records the trace log and all output.
type leakRun struct {
	*acctest.Workspace
	t       *testing.T
	printed strings.Builder
	shown   strings.Builder
}

func newLeakRun(t *testing.T, s *acctest.Server) *leakRun {
	t.Helper()
	w := acctest.NewWorkspace(t, s).Built()
	w.Env["TF_LOG"] = "TRACE"
	w.Env["TF_LOG_PATH"] = filepath.Join(w.Dir, "trace.log")
	return &leakRun{Workspace: w, t: t}
}

// give sets the variables of the configuration.
func (r *leakRun) give(variables map[string]string) {
	for name, value := range variables {
		r.Env["TF_VAR_"+name] = value
	}
}

// run runs the CLI and keeps what it prints.
func (r *leakRun) run(wantCode int, args ...string) {
	r.t.Helper()
	result := r.Run(args...)
	to := &r.printed
	if args[0] == "show" {
		to = &r.shown
	}
	to.WriteString(result.Stdout)
	to.WriteString(result.Stderr)
	if result.Code != wantCode {
		r.t.Fatalf("terraform %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), result.Code, wantCode, result.Stdout, result.Stderr)
	}
}

// search is leaksIn for the workspace and what it printed.
func (r *leakRun) search(secrets map[string]string) []string {
	r.t.Helper()
	r.Write("printed.txt", r.printed.String())
	r.Write("shown.txt", r.shown.String())
	if log := string(r.Read("trace.log")); !strings.Contains(log, "request answered") {
		r.t.Error("the log tells nothing of a request, so it proves nothing")
	}
	return leaksIn(r.t, r.Dir, secrets)
}

// everyInput gives a value to every input, each by another provider, which differ
// in their credentials.
const everyInput = `
variable "round" {
  type = string
}
resource "thalassasecrets_secret" "initial" {
  for_each            = toset(["text", "binary", "pair"])
  path                = "/initial/${each.key}"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
  initial_value = {
    secret_string_wo     = each.key == "text" ? var.initial_text : null
    secret_binary_wo     = each.key == "binary" ? var.initial_binary : null
    secret_key_values_wo = each.key == "pair" ? { password = var.initial_pair } : null
  }
}
resource "thalassasecrets_secret" "each" {
  for_each            = toset(["text", "binary", "pair", "kept_text", "kept_pair"])
  path                = "/${each.key}"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}
resource "thalassasecrets_secret_version" "text" {
  provider         = thalassasecrets.token
  secret_id        = thalassasecrets_secret.each["text"].id
  secret_string_wo = var.text
  value_wo_version = var.round
}
resource "thalassasecrets_secret_version" "binary" {
  provider         = thalassasecrets.access_token
  secret_id        = thalassasecrets_secret.each["binary"].id
  secret_binary_wo = var.binary
  value_wo_version = var.round
}
resource "thalassasecrets_secret_version" "pair" {
  provider             = thalassasecrets.client
  secret_id            = thalassasecrets_secret.each["pair"].id
  secret_key_values_wo = { password = var.pair }
  value_wo_version     = var.round
}
resource "thalassasecrets_secret_version" "kept_text" {
  provider         = thalassasecrets.oidc
  secret_id        = thalassasecrets_secret.each["kept_text"].id
  secret_string    = var.kept_text
  value_wo_version = var.round
}
resource "thalassasecrets_secret_version" "kept_pair" {
  provider          = thalassasecrets.oidc_file
  secret_id         = thalassasecrets_secret.each["kept_pair"].id
  secret_key_values = { password = var.kept_pair }
  value_wo_version  = var.round
}
`

// TestNoValueLeaks searches everything that Terraform and the provider leave or
// print for the values and for credentials that the provider block gives, through
// success and failure.
func TestNoValueLeaks(t *testing.T) {
	t.Parallel()
	s, issued := credentialsServer(t)
	r := newLeakRun(t, s)
	for name := range sentinels {
		r.Write("variable-"+name+".tf", "variable \""+name+"\" {\n  type      = string\n  ephemeral = true\n}\n")
	}
	for name := range kept {
		r.Write("variable-"+name+".tf", "variable \""+name+"\" {\n  type      = string\n  sensitive = true\n}\n")
	}
	r.Write("providers.tf", providersByBlock(t))
	r.Write("main.tf", everyInput)
	r.Write(identityFile, credentialSecrets["oidc_file"])
	r.give(sentinels)
	r.give(kept)
	r.give(credentialSecrets)

	round := func(number string) { r.give(map[string]string{"round": number}) }
	round("1")
	r.run(0, "plan", "-out=create.plan")
	r.run(0, "show", "-json", "create.plan")
	r.run(0, "apply", "create.plan")
	round("2")
	r.run(0, "plan", "-out=rotate.plan")
	r.run(0, "apply", "-json", "rotate.plan")
	r.run(0, "show", "-json")

	// Errors of the service, of each sort, a value of another kind than expected, and
	// answers that do not arrive.
	round("3")
	s.KeyStatus(refserver.KeyDisabled)
	r.run(1, "apply", "-auto-approve")
	s.KeyStatus(refserver.KeyActive)
	disturb := func(faults ...refserver.Fault) {
		t.Helper()
		if err := s.SetFaults(faults...); err != nil {
			t.Fatal(err)
		}
	}
	disturb(refserver.Fault{Operation: "putSecretValue", Action: refserver.ActionStatus, Status: 403})
	r.run(1, "apply", "-auto-approve", "-json")
	disturb(
		refserver.Fault{Path: "/text", Operation: "putSecretValue", Action: refserver.ActionGarbage},
		refserver.Fault{Path: "/binary", Operation: "putSecretValue", Action: refserver.ActionResetAfterCommit},
		refserver.Fault{Path: "/pair", Operation: "putSecretValue", Action: refserver.ActionStatusAfterCommit, Status: 502, Body: "html"},
		refserver.Fault{Path: "/kept_text", Operation: "putSecretValue", Action: refserver.ActionTruncate},
		refserver.Fault{Path: "/kept_pair", Operation: "putSecretValue", Action: refserver.ActionStatus, Status: 400},
	)
	r.run(1, "apply", "-auto-approve")
	s.ClearFaults()
	r.Write("bad.tf", "resource \"thalassasecrets_secret_version\" \"bad\" {\n  secret_id        = \"nl-01/bad\"\n  secret_binary_wo = var.text\n  value_wo_version = \"1\"\n}\n")
	r.run(1, "plan")
	r.Write("bad.tf", "")
	s.RevokeIssuedTokens()
	r.run(0, "destroy", "-auto-approve")

	inputs := maps.Clone(sentinels)
	maps.Copy(inputs, kept)
	maps.Copy(inputs, credentialSecrets)
	secrets := hunted(inputs, issued()...)
	var leaks []string
	for _, leak := range r.search(secrets) {
		if !isByDesign(leak) {
			leaks = append(leaks, leak)
		}
	}
	if len(leaks) > 0 {
		t.Errorf("secrets are in %q", leaks)
	}
}

// isByDesign reports a find of a value in state, in a plan, or in what shows them,
// which was given by an input that is kept there; of a sensitive variable in a plan,
// where Terraform keeps it; and of a file of the test's own.
func isByDesign(leak string) bool {
	place := leak[strings.LastIndex(leak, " in ")+len(" in "):]
	name, _, _ := strings.Cut(leak, " ")
	inPlan := strings.HasSuffix(place, ".plan/tfplan") || place == "shown.txt"
	switch {
	case strings.HasPrefix(name, "kept_"):
		return inPlan || strings.HasPrefix(place, "terraform.tfstate") || strings.Contains(place, ".plan/tfstate")
	case slices.Contains(sensitiveCredentials, name):
		return inPlan
	}
	return name == "oidc_file" && place == identityFile
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
	for _, want := range []string{"text (plain) in saved.plan/tfplan", "text (JSON) in terraform.tfstate"} {
		if !slices.Contains(leaks, want) {
			t.Errorf("the search found %q, want %q among it", leaks, want)
		}
	}
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

// A credential that stands in the provider block, wrongly, is not quoted either.
func TestDiagnosticsQuoteNoCredential(t *testing.T) {
	t.Parallel()
	const value = "sentinel-literal-Yp3kW8!"
	w := acctest.NewWorkspace(t, acctest.NewServer(t))
	for name, arguments := range map[string]string{
		"Conflicting credentials":     `access_token = "` + value + `"` + "\n" + `token = "` + value + `"`,
		"Incomplete credentials":      `client_secret = "` + value + `"`,
		"Conflicting identity tokens": `service_account_id = "s"` + "\n" + `oidc_token = "` + value + `"` + "\n" + `oidc_token_file = "f"`,
		"Invalid provider argument":   `token = " ` + value + `"`,
		"Empty provider argument":     `token = 1 == 1 ? "" : "` + value + `"`,
		"Unknown provider argument":   `token = coalesce(terraform_data.u.output, "` + value + `")`,
	} {
		w.Write("main.tf", "provider \"thalassasecrets\" {\n"+arguments+"\n}\nresource \"terraform_data\" \"u\" {\n  input = \"t\"\n}\n"+
			"data \"thalassasecrets_secrets\" \"all\" {\n  path_prefix = \"/\"\n}\n")
		result := w.Run("plan", "-no-color")
		if said := result.Stdout + result.Stderr; strings.Contains(said, value) || !strings.Contains(said, "Error: "+name) {
			t.Errorf("%s: terraform said:\n%s", name, said)
		}
	}
}
