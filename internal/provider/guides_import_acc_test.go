package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// databases are the secrets that the guide imports.
func databases(t *testing.T) *acctest.Server {
	t.Helper()
	s := acctest.NewServer(t)
	for _, name := range []string{"ledger", "orders"} {
		s.Create(client.NewSecret{
			ID: s.ID("nl-01/app/production/" + name), Value: client.BytesValue([]byte("theirs")), Labels: map[string]string{"team": "payments"},
		})
	}
	return s
}

// The guide's secrets come under management without a write, a wrong label is
// refused, and a value beside an import is recorded.
func TestGuideImportingWhatExists(t *testing.T) {
	t.Parallel()
	const id = "nl-01/app/production/ledger"
	s := databases(t)
	g := openGuide(t, s, "importing-what-exists")
	g.edit(`"payments"`, `"ledger"`)
	g.quotesError(g.PlanFails(), "Secret is protected from replacement")
	g.edit(`team = "ledger"`, `team = "payments"`)
	s.Mark()
	plan := g.Plan()
	for _, change := range plan.JSON().ResourceChanges {
		if !change.Change.Actions.NoOp() || change.Change.Importing == nil {
			t.Errorf("%s: %v", change.Address, change.Change.Actions)
		}
	}
	if warnings := plan.Warnings(); len(plan.JSON().ResourceChanges) != 4 || len(warnings) > 0 {
		t.Errorf("the plan has %d resources and warns %q", len(plan.JSON().ResourceChanges), warnings)
	}
	g.edit("secret_id = thalassasecrets_secret.database[each.key].id", "secret_id = thalassasecrets_secret.database[each.key].id\nsecret_string_wo = \"ours\"\nvalue_wo_version = \"1\"")
	g.quotesWarning(g.Plan().Result, "Configured value not written: "+id)
	g.edit("secret_string_wo = \"ours\"\nvalue_wo_version = \"1\"", "")
	g.Apply()
	if s.Writes() != 0 {
		t.Errorf("an import wrote: %v", s.Calls())
	}
	s.Put(id, "newer")
	g.due(`thalassasecrets_secret_version.database["ledger"]`, "adopted")
}

// The guide's query finds the same secrets, and what it generates imports them.
func TestGuideQuery(t *testing.T) {
	t.Parallel()
	s := databases(t)
	w := acctest.NewWorkspace(t, s, acctest.Queries)
	content, err := os.ReadFile(filepath.Join("..", "..", "examples", "guides", "importing-what-exists", "find.tfquery.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	w.Write("find.tfquery.hcl", string(content))
	s.Mark()
	if result := w.Run("query", "-no-color", "-generate-config-out=generated.tf"); result.Code != 0 || s.Calls()["listSecrets"] != 2 {
		t.Fatalf("query: %v %s%s", s.Calls(), result.Stdout, result.Stderr)
	}
	plan := w.Plan()
	for _, change := range plan.JSON().ResourceChanges {
		if !change.Change.Actions.NoOp() {
			t.Errorf("%s: %v\n%s", change.Address, change.Change.Actions, w.Read("generated.tf"))
		}
	}
	w.Apply("saved.plan")
	if len(plan.JSON().ResourceChanges) != 4 || s.Writes() != 0 {
		t.Errorf("%d resources are imported by %v", len(plan.JSON().ResourceChanges), s.Calls())
	}
}
