package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// What works with every CLI that the provider supports: a value that is kept in
// state, one that the service generates, rotation, and the data source.
func TestOlderCLI(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s, acctest.Basics).Built()
	config := func(value, round string) string {
		return `
resource "thalassasecrets_secret" "db" {
  for_each            = toset(["kept", "generated"])
  path                = "/app/${each.key}"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}

resource "thalassasecrets_secret_version" "kept" {
  secret_id     = thalassasecrets_secret.db["kept"].id
  secret_string = "` + value + `"
}

resource "thalassasecrets_secret_version" "generated" {
  secret_id = thalassasecrets_secret.db["generated"].id
  generate  = { byte_length = 32 }
  rotation  = { keepers = { round = "` + round + `" } }
  retention = { keep = 0 }
}

data "thalassasecrets_secret_versions" "kept" {
  secret_id = thalassasecrets_secret_version.kept.secret_id
}

output "current" {
  value = data.thalassasecrets_secret_versions.kept.current_version
}
`
	}
	w.Write("main.tf", config("first", "1"))
	w.Apply()
	w.Write("main.tf", config("second", "2"))
	w.Apply()
	if got := s.Reveal("nl-01/app/kept", 3); got != "second" {
		t.Errorf("the value is %q", got)
	}
	if active := s.ActiveVersions("nl-01/app/generated"); len(active) != 1 || active[0] != 3 {
		t.Errorf("the active versions are %v", active)
	}
	w.Run("destroy", "-auto-approve")
	if w.Server.Calls()["deleteSecret"] != 2 {
		t.Errorf("not everything was deleted: %v", w.Server.Calls())
	}
}

// For a CLI without write-only arguments, the error names the argument, and leaving it
// out is enough.
func TestWriteOnlyOnAnOlderCLI(t *testing.T) {
	t.Parallel()
	server, err := providerserver.NewProtocol6WithError(provider.New("test")())()
	if err != nil {
		t.Fatal(err)
	}
	for typeName, test := range map[string]struct {
		argument string
		config   map[string]any
	}{
		"thalassasecrets_secret":         {"initial_value", map[string]any{"path": "/app/db", "kms_key_id": "k", "initial_value": map[string]any{"secret_string_wo": "hidden-value"}}},
		"thalassasecrets_secret_version": {"secret_string_wo", map[string]any{"path": "/app/db", "secret_string_wo": "hidden-value"}},
	} {
		core, err := acctest.NewCore(t.Context(), acctest.NewServer(t), typeName)
		if err != nil {
			t.Fatal(err)
		}
		given, err := core.Dynamic(test.config)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: typeName, Config: given, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{},
		})
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, d := range resp.Diagnostics {
			if d.Severity == tfprotov6.DiagnosticSeverityError {
				said += d.Summary + ": " + d.Detail + "\n"
			}
		}
		if !strings.Contains(said, test.argument) || !strings.Contains(said, "1.11") || strings.Contains(said, "hidden-value") {
			t.Errorf("%s is refused with %q", typeName, said)
		}
	}
}
