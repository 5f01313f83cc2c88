package provider_test

import (
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// What makes every request fail is explained once, however many resources there are, and
// a wrong token is not sent for each of them.
func TestOneCauseIsOneError(t *testing.T) {
	t.Parallel()
	const secrets = 30
	for name, tc := range map[string]struct {
		breaks   func(w *acctest.Workspace)
		summary  string
		explains string
		requests int
	}{
		"wrong token": {
			func(w *acctest.Workspace) { w.Env["THALASSA_API_TOKEN"] = "wrong-token" },
			"Cannot read the secret", "The service rejected the personal API token", 10,
		},
		"dead endpoint": {
			func(w *acctest.Workspace) {
				w.Env["THALASSA_API_ENDPOINT"] = "http://127.0.0.1:1"
				w.Write("retry.tf", "provider \"thalassasecrets\" {\n  retry = { max_attempts = 1 }\n}\n")
			},
			"Cannot read the secret", "could not be reached", 0,
		},
		"wrong organisation": {
			func(w *acctest.Workspace) { w.Env["THALASSA_ORGANISATION"] = "another" },
			"Wrong organisation", "the provider is configured for", 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", manySecrets(secrets))
			w.ApplyOnly()
			tc.breaks(w)
			s.Mark()
			full, brief := 0, 0
			for _, d := range w.PlanFails().Diagnostics {
				switch {
				case d.Severity != tfjson.DiagnosticSeverityError:
				case d.Summary != tc.summary:
					t.Errorf("there is an error %q: %s", d.Summary, d.Detail)
				case strings.Contains(d.Detail, "For what to do, see the error about nl-01/app/"):
					brief++
				case strings.Contains(d.Detail, tc.explains):
					full++
				}
			}
			if full != 1 || brief != secrets-1 {
				t.Errorf("%d errors in full and %d brief ones", full, brief)
			}
			if got := total(s.Calls()); got > tc.requests {
				t.Errorf("%d requests were sent, want at most %d: %v", got, tc.requests, s.Calls())
			}
		})
	}
}
