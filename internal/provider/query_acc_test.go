package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const queryProvider = "provider \"thalassasecrets\" {}\n"

// A query finds both resources of every secret, and what it generates imports them
// without a change to the service.
func TestQuery(t *testing.T) {
	t.Parallel()
	s := importable(t)
	s.Create(client.NewSecret{ID: s.ID("nl-01/other"), Value: client.BytesValue([]byte("v"))})
	w := acctest.NewWorkspace(t, s, acctest.Queries)
	w.Write("find.tfquery.hcl", queryProvider+`
list "thalassasecrets_secret" "found" {
  provider = thalassasecrets
  config {
    path_prefix = "/app/"
  }
}

list "thalassasecrets_secret_version" "found" {
  provider = thalassasecrets
  config {
    path_prefix = "/app/"
  }
}
`)
	s.Mark()
	result := w.Run("query", "-no-color")
	for _, words := range []string{"region=nl-01", "path=/app/db", "nl-01/app/db@2"} {
		if !strings.Contains(strings.ReplaceAll(result.Stdout, " ", ""), words) {
			t.Errorf("the query does not show %q", words)
		}
	}
	if result.Code != 0 || s.Calls()["listSecrets"] != 2 || s.Calls()["getSecret"] != 0 {
		t.Errorf("the query asked for %v and said\n%s%s", s.Calls(), result.Stdout, result.Stderr)
	}
	if result := w.Run("query", "-no-color", "-generate-config-out=generated.tf"); result.Code != 0 {
		t.Fatalf("query: %s%s", result.Stdout, result.Stderr)
	}
	plan := w.Plan()
	if len(plan.JSON().ResourceChanges) != 2 {
		t.Errorf("the plan is about %d resources", len(plan.JSON().ResourceChanges))
	}
	for _, change := range plan.JSON().ResourceChanges {
		if !change.Change.Actions.NoOp() {
			t.Errorf("%s: %v\n%s", change.Address, change.Change.Actions, w.Read("generated.tf"))
		}
	}
	w.Apply("saved.plan")
	if s.Writes() != 0 {
		t.Errorf("an import wrote: %v", s.Calls())
	}
}

// Every example of a list resource is a query as it stands.
func TestQueryExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "*", "*", "*.tfquery.hcl"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%d examples were found, %v", len(files), err)
	}
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID("nl-01/app/production/database"), Value: client.BytesValue([]byte("v")), Labels: map[string]string{"team": "payments"}})
	acctest.Needs(t, acctest.Queries)
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file) //nolint:gosec // A file of this repository.
			if err != nil {
				t.Fatal(err)
			}
			w := acctest.NewWorkspace(t, s)
			w.Write("example.tfquery.hcl", queryProvider+string(content))
			if result := w.Run("query", "-no-color"); result.Code != 0 || !strings.Contains(result.Stdout, "/app/production/database") {
				t.Errorf("query: %s%s", result.Stdout, result.Stderr)
			}
		})
	}
}
