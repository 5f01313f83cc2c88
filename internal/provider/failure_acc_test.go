package provider_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// TestFailedRotation refuses a put for each reason: the state keeps its version, the
// error says what to do, and the next plan proposes the same again.
func TestFailedRotation(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		hinder, allow func(s *acctest.Server)
		says          []string
	}{
		"403": {
			func(s *acctest.Server) { s.Limit("read") }, (*acctest.Server).Unlimit,
			[]string{"The caller needs the permission putSecretValue on /app/db", "Cause: 403"},
		},
		"feature gate": {
			func(s *acctest.Server) { s.Gate(false) },
			func(s *acctest.Server) { s.Gate(true) },
			[]string{"A feature that secrets need is disabled for the organisation", "Cause: 403"},
		},
		"key disabled": {
			func(s *acctest.Server) { s.KeyStatus(refserver.KeyDisabled) },
			func(s *acctest.Server) { s.KeyStatus(refserver.KeyActive) },
			[]string{`The KMS key "kms-nl-01" is disabled. Enable the key and try again.`, "Cause: 400"},
		},
		"key pending deletion": {
			func(s *acctest.Server) { s.KeyStatus(refserver.KeyPendingDeletion) },
			func(s *acctest.Server) { s.KeyStatus(refserver.KeyActive) },
			[]string{`The KMS key "kms-nl-01" is pending deletion.`, "Cause: 400"},
		},
		"503": {
			func(s *acctest.Server) { s.KMS(false) },
			func(s *acctest.Server) { s.KMS(true) },
			[]string{"The region nl-01 has no KMS available at present.", "Cause: 503"},
		},
		"401": {
			func(s *acctest.Server) { s.Token("another-token") },
			func(s *acctest.Server) { s.Token(acctest.Token) },
			[]string{"The service rejected the personal API token", "Cause: 401"},
		},
		"404": {
			func(s *acctest.Server) { s.Delete(dbID) }, nil,
			[]string{`The secret does not exist in the region nl-01 for the organisation "o-acc", without a project.`, "Cause: 404"},
		},
		"413": {
			func(s *acctest.Server) { answerPosts(s, "/versions", http.StatusRequestEntityTooLarge) }, func(s *acctest.Server) { s.Intercept(nil) },
			[]string{"rejected the request as too large. A value may have 64 KiB (65,536 bytes).", "Cause: 413"},
		},
		"422": {
			func(s *acctest.Server) { answerPosts(s, "/versions", http.StatusUnprocessableEntity) }, func(s *acctest.Server) { s.Intercept(nil) },
			[]string{"The service rejected the request as invalid.", "Cause: 422 Unprocessable Entity: refused"},
		},
		"409": {
			func(s *acctest.Server) { answerPosts(s, "/versions", http.StatusConflict) }, func(s *acctest.Server) { s.Intercept(nil) },
			[]string{"The request conflicts with another change of the secret. Run plan again", "Cause: 409"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", container+versionOf(firstPut("one")))
			w.Apply()
			w.Write("main.tf", container+versionOf("secret_string_wo = \"two\"\nvalue_wo_version = \"2\""))
			w.Plan()
			tc.hinder(s)
			said := w.ApplyFails("saved.plan").Failed(t, "Cannot write the secret value")
			for _, part := range tc.says {
				if !strings.Contains(said, part) {
					t.Errorf("the error says %q, want %q in it", said, part)
				}
			}
			if got := stateVersion(t, w); got != 2 {
				t.Errorf("the state has version %d, want 2 still", got)
			}
			if tc.allow == nil {
				return
			}
			tc.allow(s)
			if change := w.Plan().Change(versionAddress); !change.Actions.Update() {
				t.Errorf("the next plan proposes %v, want the same update", change.Actions)
			}
			w.Apply("saved.plan")
			if got := stateVersion(t, w); got != 3 || s.Reveal(dbID, 3) != "two" {
				t.Errorf("version %d is managed, want 3 with the new value", got)
			}
		})
	}
}

// answerPosts answers every POST to a sub-resource of a secret with a status, in the form of the API.
func answerPosts(s *acctest.Server, to string, status int) {
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, to) {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"message":"refused"}`)
		return true
	})
}

func TestFailedCreate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		hinder  func(s *acctest.Server)
		config  string
		summary string
		says    []string
	}{
		"409": {
			func(s *acctest.Server) {
				s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
				s.Limit("create") // Without read the provider cannot look before.
			}, emptyContainer, "Cannot create the secret",
			[]string{"A secret already exists at this path.", "terraform import ADDRESS nl-01/app/db", "Cause: 409"},
		},
		"403": {
			func(s *acctest.Server) { s.Limit("read") }, emptyContainer, "Cannot create the secret",
			[]string{"The caller needs the permission create on /app/db", "Cause: 403"},
		},
		"no such secret": {
			func(*acctest.Server) {},
			strings.Replace(versionOf(firstPut("v")), "thalassasecrets_secret.db.id", `"nl-01/app/none"`, 1), "Cannot write the secret value",
			[]string{"could not put a value into nl-01/app/none", "does not exist", "Cause: 404"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", tc.config)
			w.Plan()
			tc.hinder(s)
			said := w.ApplyFails("saved.plan").Failed(t, tc.summary)
			for _, part := range tc.says {
				if !strings.Contains(said, part) {
					t.Errorf("the error says %q, want %q in it", said, part)
				}
			}
			if state := w.Run("state", "list").Stdout; state != "" {
				t.Errorf("the state holds %q after a failed create", state)
			}
		})
	}
}

// A read that is refused is an error and leaves the state alone: taking it for a
// deleted secret would create everything again.
func TestFailedRead(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", container+versionOf(firstPut("v")))
	w.Apply()
	s.Limit("putSecretValue")
	if said := w.PlanFails().Failed(t, "Cannot read the secret"); !strings.Contains(said, "The caller needs the permission read on /app/db") {
		t.Errorf("the error says %q", said)
	}
}

// A region that the service does not know says nothing about the secret in it.
func TestRegionGone(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", container)
	w.Apply()
	elsewhere := acctest.NewServerWith(t, refserver.Config{Regions: []refserver.Region{{Slug: "de-01"}}})
	w.Env["THALASSA_API_ENDPOINT"] = elsewhere.URL
	if said := w.PlanFails().Failed(t, "Unknown region"); !strings.Contains(said, `The service has no region "nl-01"`) {
		t.Errorf("the error says %q", said)
	}
}

// What happens after the service has the new version is a warning: the version
// comes into the state, and a later plan fills what is missing.
func TestUnconfirmedAndUnretired(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()

	w.Write("main.tf", emptyContainer+versionOf(firstPut("one")))
	w.Plan()
	s.Limit("read", "putSecretValue")
	if said := w.ApplyOnly("saved.plan").Warned(t, "Version not retired: "+dbID); !strings.Contains(said, "The caller needs the permission delete on /app/db") {
		t.Errorf("the warning says %q", said)
	}
	s.Unlimit()
	w.Settled()

	w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"two\"\nvalue_wo_version = \"2\""))
	w.Plan()
	afterPut(s, func() { s.Limit("putSecretValue") })
	w.ApplyOnly("saved.plan").Warned(t, "Version not confirmed: "+dbID)
	s.Unlimit()
	if got := stateVersion(t, w); got != 3 {
		t.Errorf("the state has version %d, want 3", got)
	}
	if w.StateValue(versionAddress, "created_at") != nil || w.StateValue(versionAddress, "version_uid") != nil || w.StateValue(versionAddress, "version_serial") != nil {
		t.Error("created_at or a trigger is known without a confirmation")
	}
	w.Apply("-refresh-only")
	if w.StateValue(versionAddress, "created_at") == nil || w.StateValue(versionAddress, "version_uid") == nil || w.StateValue(versionAddress, "version_serial") == nil {
		t.Error("the refresh did not fill created_at and the triggers")
	}
}

// A path that contains the name of a reason is not taken for the reason.
func TestPathIsNoReason(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", `
resource "thalassasecrets_secret_version" "kms" {
  path             = "/app/kms/db"
  secret_string_wo = "v"
  value_wo_version = "1"
}
`)
	if said := w.ApplyFails().Failed(t, "Cannot write the secret value"); !strings.Contains(said, "The secret does not exist in the region nl-01") {
		t.Errorf("the error says %q", said)
	}
	s.Limit("read")
	w.Write("main.tf", `
resource "thalassasecrets_secret" "feature" {
  path       = "/app/feature"
  kms_key_id = "kms-nl-01"
}
`)
	if said := w.ApplyFails().Failed(t, "Cannot create the secret"); !strings.Contains(said, "The caller needs the permission create on /app/feature") {
		t.Errorf("the error says %q", said)
	}
}

// A request that was never sent is not reported as an unknown outcome.
func TestNeverSent(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	tls := httptest.NewUnstartedServer(s)
	tls.Config.ErrorLog = log.New(io.Discard, "", 0) // It would log each refused handshake.
	tls.StartTLS()
	t.Cleanup(tls.Close)
	w := acctest.NewWorkspace(t, s)
	w.Env["THALASSA_API_ENDPOINT"] = tls.URL
	w.Write("main.tf", emptyContainer)
	if said := w.ApplyFails().Failed(t, "Cannot create the secret"); !strings.Contains(said, "The service could not be reached, because its certificate is not trusted.") || !strings.Contains(said, "certificate") {
		t.Errorf("the error says %q", said)
	}
	w.Env["THALASSA_API_ENDPOINT"] = s.URL
	w.Env["THALASSA_API_TOKEN"] = acctest.Token + "\n"
	w.ApplyFails().Failed(t, "Invalid provider argument")
}
