package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// exampleNeeds is what the examples of a kind ask of a CLI.
var exampleNeeds = map[string][]acctest.Feature{
	"functions": {acctest.Functions},
	"actions":   {acctest.Actions},
}

// Every example of the documentation applies as it stands, settles, and leaves no
// warning.
func TestExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "*", "*", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	quickstart, err := filepath.Glob(filepath.Join("..", "..", "examples", "quickstart", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	examples := map[string][]string{"quickstart": quickstart}
	for _, file := range files {
		switch kind := filepath.Base(filepath.Dir(filepath.Dir(file))); {
		case kind == "guides", kind == "ci": // They have separate tests.
		case strings.HasPrefix(filepath.Base(file), "import-by-"): // They need a secret that exists.
		default:
			name := filepath.Base(filepath.Dir(file))
			examples[kind+"/"+name] = append(examples[kind+"/"+name], file)
		}
	}
	if len(examples) < 5 {
		t.Errorf("only %d examples were found", len(examples))
	}
	for name, files := range examples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			s.AllowReveal() // Only an ephemeral resource does.
			w := acctest.NewWorkspace(t, s, exampleNeeds[strings.Split(name, "/")[0]]...).Built()
			for _, file := range files {
				content, err := os.ReadFile(file) //nolint:gosec // A file of this repository.
				if err != nil {
					t.Fatal(err)
				}
				w.Write(filepath.Base(file), string(content))
			}
			for _, variable := range []string{"database_password", "mail_password"} {
				w.Env["TF_VAR_"+variable] = "an example"
			}
			if warnings := w.Apply().Warnings(); len(warnings) > 0 {
				t.Errorf("warnings: %q", warnings)
			}
		})
	}
}
