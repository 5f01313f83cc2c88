package provider_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// From an empty plan of the vendor's provider to an empty plan of this one, back,
// there again, and then without the other.
func TestGuideMigratingFromThalassa(t *testing.T) {
	t.Parallel()
	const (
		example = "migrating-from-thalassa"
		text    = "nl-01/app/production/db/password"
		pairs   = "nl-01/app/production/db/credentials"
	)
	state := readVendorState(t, "mixed")
	s := vendorServer(t, state)
	g := openGuide(t, s, example+"/before", acctest.MovedAcrossTypes, acctest.WriteOnly)
	g.UseVendor()
	g.Write("terraform.tfstate", strings.ReplaceAll(string(state.raw), "sa-fixture", "sa-example"))
	g.Env["TF_VAR_first_password"] = "plaintext-in-vendor-state-secret"
	g.Env["TF_VAR_password"] = "plaintext-in-vendor-state-version"
	g.Env["TF_VAR_credentials_password"] = "plaintext-in-vendor-state"
	if plan := g.Plan(); plan.Code != 0 {
		t.Fatalf("the state is not that of the example:\n%s", plan.Text())
	}
	needsProgram(t, "jq")
	g.shows("terraform state pull > before.tfstate")
	g.Write("before.tfstate", g.Run("state", "pull").Stdout)
	g.storedEncoding(pairs)

	g.example(example + "/after")
	plan := g.Plan()
	checkMigration(t, plan)
	g.quotesWarning(plan.Result, "Configured value not written: "+text)
	if holdsVendorsValue(t, g.Workspace, "saved.plan") {
		t.Error("the plan holds a value")
	}
	g.Apply("saved.plan")
	if strings.Contains(string(g.Read("terraform.tfstate")), "plaintext-in-vendor-state") {
		t.Error("the state still holds a value")
	}
	if !strings.Contains(string(g.Read("terraform.tfstate.backup")), "plaintext-in-vendor-state") {
		t.Error("the backup holds no value any more")
	}

	// Back, as long as nothing has been written. What else was applied meanwhile stays.
	g.Write("meanwhile.tf", meanwhile)
	g.ApplyOnly()
	g.goesBack(example)
	g.example(example + "/before")
	if plan := g.Plan(); plan.Code != 0 {
		t.Errorf("the way back leaves something to do:\n%s", plan.Text())
	}
	g.example(example + "/after")
	g.ApplyOnly()
	if s.Writes() != 0 {
		t.Errorf("the moves wrote: %v", s.Calls())
	}

	// Without the vendor's provider, with a policy, and with new values.
	g.withoutVendor()
	const policy = `access_policy = {
    conditions = [{ type = "ip", effect = "allow", cidrs = ["10.0.0.0/8"] }]
  }`
	g.shows(policy)
	const annotations = `annotations = { "example.org/ticket" = "OPS-1" }`
	g.edit(annotations, annotations+"\n  "+strings.Replace(policy, "10.0.0.0/8", "127.0.0.0/8", 1)) // From where the test puts.
	g.edit(`value_wo_version = "1"`, `value_wo_version = "2"`)
	g.Env["TF_VAR_password"], g.Env["TF_VAR_credentials_password"] = "rotated-text", "rotated-pair"
	g.Apply()
	if got := s.Reveal(text, 3); got != "rotated-text" {
		t.Errorf("version 3 holds %q", got)
	}
	revealed, err := s.Outsider().RevealValue(t.Context(), s.ID(pairs), 2)
	if err != nil {
		t.Fatal(err)
	}
	if got := revealed.Pairs(); string(got["username"]) != "dbadmin" || string(got["password"]) != "rotated-pair" {
		t.Error("version 2 does not hold the configured pairs as they are")
	}
	if policy := s.Secret(text).AccessPolicy; policy == nil || len(policy.Conditions) != 1 {
		t.Errorf("the policy is %+v", policy)
	}
	// Now there is no way back any more, and the script says so.
	code, said := g.script("back.sh")
	if code == 0 || !strings.Contains(said, "changed since the move: "+pairs+"@2, "+text+"@3") {
		t.Errorf("the way back ends with %d after a put: %s", code, said)
	}
	if g.Plan().Code != 0 {
		t.Error("it changed the state")
	}
}

// meanwhile is something that is applied between the move and the way back.
const meanwhile = `
resource "terraform_data" "meanwhile" {
  input = "kept"
}
`

// goesBack runs the script of the guide that takes the old resources back.
func (g *guide) goesBack(example string) {
	g.t.Helper()
	g.shell(example, "back.sh")
	if code, said := g.script("back.sh"); code != 0 {
		g.t.Fatalf("the way back ends with %d: %s", code, said)
	}
	if got := g.Run("state", "list").Stdout; !strings.Contains(got, "terraform_data.meanwhile\n") || strings.Contains(got, "thalassasecrets_") {
		g.t.Errorf("the way back leaves this in the state:\n%s", got)
	}
}

// shell copies a script of an example, which the guide has to show, into the workspace.
func (g *guide) shell(example, name string) {
	g.t.Helper()
	file := "examples/guides/" + example + "/" + name
	g.shows(`{{ codefile "shell" "` + file + `" }}`)
	g.Write(name, read(g.t, "../../"+file))
}

// holdsVendorsValue reports that a file, or one that is packed into it, holds a value
// of the vendor's state.
func holdsVendorsValue(t *testing.T, w *acctest.Workspace, file string) bool {
	t.Helper()
	found := false
	for name, content := range acctest.Written(t, w.Dir) {
		found = found || strings.HasPrefix(name, file) && strings.Contains(content, "plaintext-in-vendor-state")
	}
	return found
}

// checkMigration checks that a plan creates, replaces and deletes nothing: it moves,
// imports, forgets, and records what stands beside a value.
func checkMigration(t *testing.T, plan acctest.Plan) {
	t.Helper()
	moves := 0
	for _, change := range plan.JSON().ResourceChanges {
		actions := change.Change.Actions
		forgotten := change.Address == "thalassa_secret_access_policy.db" && actions.Forget()
		records := actions.Update() && strings.HasPrefix(change.Address, "thalassasecrets_secret_version.")
		if !actions.NoOp() && !forgotten && !records {
			t.Errorf("%s: %v", change.Address, actions)
		}
		if change.PreviousAddress != "" {
			moves++
		}
	}
	if moves != 4 {
		t.Errorf("%d resources are moved, want 4:\n%s", moves, plan.Text())
	}
}

// storedEncoding looks at the stored pairs as the guide's call does: once decoded,
// they are plain text.
func (g *guide) storedEncoding(id string) {
	g.t.Helper()
	g.s.AllowReveal()
	path := strings.Replace(id, "nl-01", "/v1/secrets/nl-01/secret", 1) + "/value"
	g.shows("$THALASSA_API_ENDPOINT" + path)
	request, err := http.NewRequestWithContext(g.t.Context(), http.MethodPost, g.s.URL+path, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Token "+acctest.Token)
	request.Header.Set("X-Organisation-Identity", acctest.Organisation)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var revealed struct {
		Pairs map[string]string `json:"secretKeyValues"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&revealed); err != nil {
		g.t.Fatal(err)
	}
	if decoded, err := base64.StdEncoding.DecodeString(revealed.Pairs["username"]); err != nil || string(decoded) != "dbadmin" {
		g.t.Errorf("the service holds %q: %v", decoded, err)
	}
}

// withoutVendor takes out of the example what the guide says to take out once it
// was applied everywhere, and the vendor's provider from the machine.
func (g *guide) withoutVendor() {
	g.t.Helper()
	var kept []string
	inside := false
	for line := range strings.Lines(string(g.Read("main.tf"))) {
		for _, block := range []string{`provider "thalassa" {`, "moved {", "removed {", "import {"} {
			inside = inside || strings.HasPrefix(line, block)
		}
		if !inside {
			kept = append(kept, line)
		}
		inside = inside && !strings.HasPrefix(line, "}")
	}
	g.Write("main.tf", strings.Join(kept, ""))
	g.Write("terraform.tf", acctest.Header)
	g.WithoutStandIns()
}
