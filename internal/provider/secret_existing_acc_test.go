package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// A plan that would create a secret where there is one fails, and nothing is touched.

const protectedContainer = `
resource "thalassasecrets_secret" "db" {
  path       = "/app/db"
  kms_key_id = "kms-nl-01"
}
`

// destroysWithIt is a version that is destroyed with its resource.
var destroysWithIt = versionOf(firstPut("v") + "\ndeletion_policy = \"destroy\"")

// refusesPlan plans, expects the error, and checks that the plan has touched nothing.
func refusesPlan(t *testing.T, s *acctest.Server, w *acctest.Workspace, summary string, args ...string) string {
	t.Helper()
	s.Mark()
	said := w.PlanFails(args...).Failed(t, summary)
	if apply := w.Run(append([]string{"apply", "-auto-approve"}, args...)...); apply.Code == 0 {
		t.Error("the apply went through")
	}
	if s.Writes() != 0 {
		t.Errorf("the secret was touched: %v", s.Calls())
	}
	return said
}

func TestProtectedSecretSurvives(t *testing.T) {
	t.Parallel()
	const failing = "  provisioner \"local-exec\" {\n    command = \"exit 1\"\n  }\n}\n"
	renamed := strings.Replace(protectedContainer, `"db"`, `"renamed"`, 1)
	for name, tc := range map[string]struct {
		endanger func(w *acctest.Workspace)
		args     []string
		summary  string
		says     []string
	}{
		"taint": {
			func(w *acctest.Workspace) { w.Run("taint", secretAddress) }, nil, "Secret is protected from deletion",
			[]string{"terraform untaint ADDRESS", "moved block", "-replace=ADDRESS"},
		},
		"taint and no refresh": {
			func(w *acctest.Workspace) { w.Run("taint", secretAddress) },
			[]string{"-refresh=false"},
			"Secret exists already: " + dbID,
			[]string{"plan without -refresh=false"},
		},
		"replace": {
			func(*acctest.Workspace) {}, []string{"-replace=" + secretAddress}, "Secret is protected from deletion", nil,
		},
		"replace and no refresh": {
			func(*acctest.Workspace) {}, []string{"-replace=" + secretAddress, "-refresh=false"}, "Secret is protected from deletion", nil,
		},
		"renamed": {
			func(w *acctest.Workspace) {
				w.Write("main.tf", renamed+strings.ReplaceAll(destroysWithIt, "secret.db", "secret.renamed"))
			}, nil, "Secret is protected from deletion",
			[]string{"moved block"},
		},
		"lost from the state": {
			func(w *acctest.Workspace) { w.Run("state", "rm", secretAddress) }, nil, "Secret exists already: " + dbID,
			[]string{"terraform import ADDRESS " + dbID, "version 2 is current", "2026-11-01 09:00 UTC"},
		},
		"create_before_destroy and replace": {
			func(w *acctest.Workspace) {
				w.Write("main.tf", protectedContainer+strings.Replace(destroysWithIt, "\n}\n", "\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n", 1))
			}, []string{"-replace=" + secretAddress}, "Secret is protected from deletion", nil,
		},
		"failed provisioner": {
			func(w *acctest.Workspace) {
				w.Run("state", "rm", versionAddress)
				w.Run("state", "rm", secretAddress)
				w.Write("main.tf", strings.Replace(protectedContainer, "\n}\n", "\n"+failing, 1))
			}, nil, "Secret exists already: " + dbID,
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Needs(t, acctest.WriteOnly)
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", protectedContainer+destroysWithIt)
			w.Apply()
			tc.endanger(w)
			said := refusesPlan(t, s, w, tc.summary, tc.args...)
			for _, part := range tc.says {
				if !strings.Contains(said, part) {
					t.Errorf("the error says %q, want %q in it", said, part)
				}
			}
			if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{2}) {
				t.Errorf("versions %v are active, want 2", got)
			}
		})
	}
}

// A provisioner that fails taints the secret that it was run for. The advice in the
// refusal keeps it.
func TestFailedProvisionerTaints(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", strings.Replace(protectedContainer, "\n}\n", "\n  provisioner \"local-exec\" {\n    command = \"exit 1\"\n  }\n}\n", 1)+destroysWithIt)
	w.ApplyFails()
	if said := refusesPlan(t, s, w, "Secret is protected from deletion"); !strings.Contains(said, "terraform untaint ADDRESS") {
		t.Errorf("the error says %q", said)
	}
	w.Run("untaint", secretAddress)
	w.Apply()
}

// A plan may replace a tainted secret that is not protected.
func TestTaintedSecretIsReplaced(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	for name, args := range map[string][]string{"taint": nil, "replace": {"-replace=" + secretAddress}, "replace without a refresh": {"-replace=" + secretAddress, "-refresh=false"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", emptyContainer+versionOf(firstPut("v")))
			w.Apply()
			before := s.Secret(dbID)
			s.Clock().Advance(oneDay)
			if args == nil {
				w.Run("taint", secretAddress)
			}
			w.Apply(args...)
			if after := s.Secret(dbID); !after.CreatedAt.After(before.CreatedAt) {
				t.Errorf("the secret of %s was not replaced", after.CreatedAt)
			}
		})
	}
}

// Two addresses cannot have one secret, whichever of them is planned first.
func TestSecretPlannedTwice(t *testing.T) {
	t.Parallel()
	another := strings.Replace(emptyContainer, `"db"`, `"another"`, 1)
	const twice, exists, isProtected = "Secret planned twice: " + dbID, "Secret exists already: " + dbID, "Secret is protected from deletion"
	for name, tc := range map[string]struct {
		before, after string
		says          []string
	}{
		"two creates":                {"", emptyContainer + another, []string{twice}},
		"one is there":               {emptyContainer, emptyContainer + another, []string{twice, exists}},
		"one is there and protected": {protectedContainer, protectedContainer + another, []string{twice, exists, isProtected}},
		"one goes":                   {emptyContainer, another, []string{twice, exists}},
		"one turns to it": {
			emptyContainer + strings.Replace(another, "/app/db", "/app/another", 1), emptyContainer + another, []string{twice, exists},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", tc.before)
			w.Apply()
			w.Write("main.tf", tc.after)
			s.Mark()
			// Which of the errors it is depends on which address is planned first.
			for _, d := range w.PlanFails().Diagnostics {
				if d.Severity == tfjson.DiagnosticSeverityError && !slices.Contains(tc.says, d.Summary) {
					t.Errorf("the plan says %q: %s", d.Summary, d.Detail)
				}
			}
			w.Run("apply", "-auto-approve")
			if s.Writes() != 0 {
				t.Errorf("something was changed: %v", s.Calls())
			}
		})
	}
}

// A state that holds a secret twice must not lose it where only one address goes.
func TestSecretKeptAndDeleted(t *testing.T) {
	t.Parallel()
	another := strings.Replace(emptyContainer, `"db"`, `"another"`, 1)
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	w.Write("main.tf", emptyContainer+another+"import {\n  to = thalassasecrets_secret.another\n  id = \""+dbID+"\"\n}\n")
	w.ApplyOnly()
	w.Write("main.tf", emptyContainer)
	said := refusesPlan(t, s, w, "Secret planned twice: "+dbID)
	if !strings.Contains(said, "removed block with destroy = false") {
		t.Errorf("the error says %q", said)
	}
	w.Write("main.tf", emptyContainer+"removed {\n  from = thalassasecrets_secret.another\n  lifecycle {\n    destroy = false\n  }\n}\n")
	w.ApplyOnly()
	w.Settled()
	if s.Writes() != 0 {
		t.Errorf("the secret was touched: %v", s.Calls())
	}
}

// Two providers of two projects have nothing in common but a path.
func TestOnePathInTwoProjects(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s).Built()
	w.Write("main.tf", `
provider "thalassasecrets" {
  alias      = "other"
  project_id = "project-2"
}
`+emptyContainer+strings.Replace(emptyContainer, "\"db\" {\n", "\"other\" {\n  provider = thalassasecrets.other\n", 1))
	w.Apply()
}

// With create_before_destroy a secret cannot be replaced, also where a version brings it
// along. The error says which resources to change, and nothing is lost.
func TestCreateBeforeDestroyCannotWork(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	const first = "\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n"
	for name, config := range map[string]string{
		"of the secret":  strings.Replace(emptyContainer, "\n}\n", first, 1),
		"of its version": emptyContainer + strings.Replace(versionOf(firstPut("v")), "\n}\n", first, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", config)
			w.Apply()
			before := s.Secret(dbID)
			said := w.ApplyFails("-replace="+secretAddress).Failed(t, "Secret exists already: "+dbID)
			if !strings.Contains(said, "remove create_before_destroy from it and from the resources that depend on it") {
				t.Errorf("the error says %q", said)
			}
			if after := s.Secret(dbID); !after.CreatedAt.Equal(before.CreatedAt) || after.CurrentVersion != before.CurrentVersion {
				t.Errorf("the service has %+v", after)
			}
			// Terraform keeps the secret as a deposed object. The advice of the next
			// plan resolves this.
			s.Mark()
			said = w.PlanFails().Failed(t, "Secret planned twice: "+dbID)
			for _, part := range []string{"remove create_before_destroy", "terraform state rm ADDRESS", "terraform import ADDRESS " + dbID} {
				if !strings.Contains(said, part) {
					t.Errorf("the error says %q, want %q in it", said, part)
				}
			}
			w.Write("main.tf", strings.Replace(config, first, "\n}\n", 1))
			w.Run("state", "rm", secretAddress)
			if result := w.Run("import", secretAddress, dbID); result.Code != 0 {
				t.Fatalf("the import failed: %s%s", result.Stdout, result.Stderr)
			}
			w.Apply()
			if s.Writes() != 0 {
				t.Errorf("something was changed: %v", s.Calls())
			}
		})
	}
}

// The advice of the error for a lost state leads to an empty plan.
func TestExistingSecretIsImported(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", protectedContainer)
	w.Apply()
	w.Run("state", "rm", secretAddress)
	said := w.PlanFails().Failed(t, "Secret exists already: "+dbID)
	command := regexp.MustCompile(`terraform (import) ADDRESS (\S+)`).FindStringSubmatch(said)
	if command == nil {
		t.Fatalf("the error names no command: %q", said)
	}
	if result := w.Run(command[1], secretAddress, command[2]); result.Code != 0 {
		t.Fatalf("the import failed: %s%s", result.Stdout, result.Stderr)
	}
	w.Settled()
}

// A lost state of many secrets is one cause: it costs a handful of requests, and only the
// first errors explain it.
func TestManyExistingSecrets(t *testing.T) {
	t.Parallel()
	const secrets = 60
	s := acctest.NewServer(t)
	for i := range secrets {
		s.Create(client.NewSecret{ID: s.ID(fmt.Sprintf("nl-01/app/%d", i)), Value: client.BytesValue([]byte("theirs"))})
	}
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", manySecrets(secrets))
	s.Mark()
	full, lines := 0, 0
	for _, d := range w.PlanFails().Diagnostics {
		if !strings.HasPrefix(d.Summary, "Secret exists already: nl-01/app/") {
			continue
		}
		switch {
		case strings.Contains(d.Detail, "\n"):
			full++
		case strings.Contains(d.Detail, "terraform import ADDRESS nl-01/app/"):
			lines++
		}
	}
	if full != 10 || lines != secrets-10 {
		t.Errorf("%d errors in full and %d in a line", full, lines)
	}
	if got := total(s.Calls()); got > 25 {
		t.Errorf("the plan asked for %v", s.Calls())
	}
}

func manySecrets(n int) string {
	return fmt.Sprintf(`
resource "thalassasecrets_secret" "db" {
  count               = %d
  path                = "/app/${count.index}"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}
`, n)
}

func total(calls map[string]int) (sum int) {
	for _, n := range calls {
		sum += n
	}
	return sum
}

// New secrets cost a list, not a read each, and at most a few reads where there is none.
func TestManyNewSecrets(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]func(s *acctest.Server){
		"with list":    func(*acctest.Server) {},
		"without list": func(s *acctest.Server) { s.Limit("read", "create", "putSecretValue", "delete") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			limit(s)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", manySecrets(1000))
			s.Mark()
			w.Plan()
			t.Logf("planning 1,000 new secrets asked for %v", s.Calls())
			if got := total(s.Calls()); got > 20 {
				t.Errorf("%d requests are more than 20: %v", got, s.Calls())
			}
		})
	}
}

// The plan of a first version names the value that it supersedes, and how to keep it.
func TestFirstVersionOverAnotherValue(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	s.Put(dbID, "newer")
	w := acctest.NewWorkspace(t, s)
	byID := strings.Replace(versionOf(firstPut("v")), "thalassasecrets_secret.db.id", `"`+dbID+`"`, 1)
	w.Write("main.tf", byID)
	said := w.Plan().Warned(t, "Existing value superseded: "+dbID)
	for _, part := range []string{"Version 2", "2026-11-01 09:00 UTC", "stays readable", "terraform import ADDRESS " + dbID + "@2"} {
		if !strings.Contains(said, part) {
			t.Errorf("the warning says %q, want %q in it", said, part)
		}
	}
	w.Run("import", versionAddress, dbID+"@2")
	if got := w.Plan().Warnings(); slices.Contains(got, "Existing value superseded: "+dbID) {
		t.Errorf("after the import the plan warns %q", got)
	}
	// A value that this state has put is not another client's, also after a
	// replacement.
	w.Write("main.tf", strings.Replace(byID, `value_wo_version = "1"`, `value_wo_version = "2"`, 1))
	w.Apply()
	w.Run("taint", versionAddress)
	if got := w.Plan().Warnings(); slices.Contains(got, "Existing value superseded: "+dbID) {
		t.Errorf("the plan of a tainted version warns %q", got)
	}
	s.Put(dbID, "theirs")
	w.Plan().Warned(t, "Existing value superseded: "+dbID)
}

// Nothing to respect: a placeholder, and what this very plan creates.
func TestFirstVersionOverNothing(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	byPath := strings.Replace(versionOf(firstPut("v")), "secret_id = thalassasecrets_secret.db.id", "path = thalassasecrets_secret.db.path", 1)
	for _, config := range []string{emptyContainer + versionOf(firstPut("v")), emptyContainer + byPath, emptyContainer, emptyContainer + versionOf(firstPut("v"))} {
		w.Write("main.tf", config)
		if got := w.Plan().Warnings(); slices.Contains(got, "Existing value superseded: "+dbID) {
			t.Errorf("the plan warns %q", got)
		}
		if config == emptyContainer {
			w.Apply()
		}
	}
}

// Two resources cannot manage the versions of one secret.
func TestVersionsPlannedTwice(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	w.Write("main.tf", emptyContainer+versionOf(firstPut("v"))+strings.Replace(versionOf(firstPut("w")), `"db"`, `"another"`, 1))
	w.Plan().Warned(t, "Versions of one secret planned twice: "+dbID)
}
