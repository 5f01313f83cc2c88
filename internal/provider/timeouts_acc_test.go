package provider_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// neverAnswer lets the caller wait for an answer to the given method and end of
// the path until the caller gives up. The service may have done the work all the
// same.
func neverAnswer(t *testing.T, s *acctest.Server, method, suffix string, done bool) {
	t.Helper()
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != method || !strings.HasSuffix(r.URL.Path, suffix) {
			return false
		}
		if done {
			s.Server.ServeHTTP(httptest.NewRecorder(), r)
		}
		// Only a request that was read to its end notices that its caller is gone.
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
		case <-over:
		}
		return true
	})
}

// answerWithout takes a field, which may lie within others, out of what the service
// answers to a GET.
func answerWithout(t *testing.T, s *acctest.Server, suffix string, field ...string) {
	t.Helper()
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, suffix) {
			return false
		}
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, r)
		var body map[string]any
		if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
			t.Error(err)
		}
		within := body
		for _, name := range field[:len(field)-1] {
			within, _ = within[name].(map[string]any)
		}
		delete(within, field[len(field)-1])
		w.WriteHeader(answer.Code)
		return json.NewEncoder(w).Encode(body) == nil
	})
}

// limited gives the container of these tests a limit for one operation. A second
// is enough for a machine that is busy.
func limited(config, operation string) string {
	return strings.Replace(config, "deletion_protection", "timeouts = { "+operation+" = \"1s\" }\n  deletion_protection", 1)
}

// Each operation gives up after its limit, says what it knows and leaves a state
// that is true: the next run goes on from there.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	const (
		first  = "secret_string_wo = \"one\"\nvalue_wo_version = \"1\"\n"
		second = "secret_string_wo = \"two\"\nvalue_wo_version = \"2\"\n"
	)
	timed := func(arguments, operation string) string {
		return emptyContainer + versionOf(arguments+"timeouts = { "+operation+" = \"1s\" }")
	}
	for name, tc := range map[string]struct {
		before, after string // configurations; nothing before is a create
		method, path  string // what is never answered, nor done
		command       []string
		summary, says string
		state         string // resources in the state afterwards
	}{
		"create of a secret": {
			"", limited(emptyContainer, "create"), http.MethodPost, "/secrets",
			[]string{"apply"},
			"Cannot create the secret", "So far it has not happened, but the service may still be at work on it. Run plan again. If the secret was created", "",
		},
		"change of a policy": {
			emptyContainer, limited(withPolicy(fromNobody), "update"), http.MethodPut, "/policy",
			[]string{"apply"},
			"Cannot change the access policy", "could not change the access policy of nl-01/app/db", secretAddress,
		},
		"delete of a secret": {
			limited(emptyContainer, "delete"), limited(emptyContainer, "delete"), http.MethodDelete, "/secret/app/db",
			[]string{"destroy"},
			"Cannot delete the secret", "could not delete nl-01/app/db", secretAddress,
		},
		"read of a secret": {
			limited(emptyContainer, "read"), limited(emptyContainer, "read"), http.MethodGet, "/secret/app/db",
			[]string{"apply"},
			"Cannot read the secret", "could not read nl-01/app/db", secretAddress,
		},
		"first put": {
			emptyContainer, timed(first, "create"), http.MethodPost, "/versions",
			[]string{"apply"},
			"Cannot write the secret value", "So far it has not happened, but the service may still be at work on it. The state does not have this version yet. Check the history", secretAddress,
		},
		"put of a new value": {
			timed(first, "update"), timed(second, "update"), http.MethodPost, "/versions",
			[]string{"apply"},
			"Cannot write the secret value", "So far it has not happened, but the service may still be at work on it. The state did not change", secretAddress + " " + versionAddress,
		},
		"destroy of a version": {
			timed(first+"deletion_policy = \"destroy\"\n", "delete"), timed(first+"deletion_policy = \"destroy\"\n", "delete"),
			http.MethodDelete, "/versions",
			[]string{"destroy"},
			"Cannot destroy the version", "could not destroy version 2 of nl-01/app/db", secretAddress + " " + versionAddress,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			s.AllowNoCurrent()
			w := acctest.NewWorkspace(t, s)
			if tc.before != "" {
				w.Write("main.tf", tc.before)
				w.Apply()
			}
			neverAnswer(t, s, tc.method, tc.path, false)
			w.Write("main.tf", tc.after)
			began := time.Now()
			result := w.Run(append(tc.command, "-auto-approve", "-json")...)
			if waited := time.Since(began); waited > time.Minute { // Without a configured limit it is five.
				t.Errorf("the command gave up after %v", waited)
			}
			said := result.Failed(t, tc.summary)
			if result.Code != 1 || !strings.Contains(said, tc.says) || !strings.Contains(said, "context deadline exceeded") {
				t.Errorf("exit code %d, the error says %q, want %q in it", result.Code, said, tc.says)
			}
			if got := strings.Join(strings.Fields(w.Run("state", "list").Stdout), " "); got != tc.state {
				t.Errorf("the state has %q, want %q", got, tc.state)
			}

			s.Intercept(nil)
			if tc.command[0] != "destroy" {
				w.Apply()
			} else if again := w.Run("destroy", "-auto-approve"); again.Code != 0 {
				t.Errorf("destroy: %s%s", again.Stdout, again.Stderr)
			}
		})
	}
}

// A write that was done, and whose answer did not come in time, is found by reading
// back: the apply succeeds, and nothing was written twice.
func TestTimeoutOfAWriteThatHappened(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	neverAnswer(t, s, http.MethodPost, "/secrets", true)
	w.Write("main.tf", limited(emptyContainer, "create"))
	w.Apply()
	neverAnswer(t, s, http.MethodPost, "/versions", true)
	w.Write("main.tf", limited(emptyContainer, "create")+versionOf("secret_string_wo = \"one\"\nvalue_wo_version = \"1\"\ntimeouts = { create = \"1s\" }"))
	w.Apply()
	w.Write("main.tf", limited(emptyContainer, "create")+versionOf("secret_string_wo = \"two\"\nvalue_wo_version = \"2\"\ntimeouts = { update = \"1s\" }"))
	w.Apply()
	if got := stateVersion(t, w); got != 3 || s.Reveal(dbID, got) != "two" {
		t.Errorf("version %d is managed and holds %q", got, s.Reveal(dbID, got))
	}
	if calls := s.Calls(); calls["createSecret"] != 1 || calls["putSecretValue"] != 2 {
		t.Errorf("Terraform sent %v", calls)
	}
}

// A version that could not be confirmed in time is in the state all the same, and
// the next run completes it.
func TestTimeoutOfConfirmation(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"one\"\nvalue_wo_version = \"1\"\ntimeouts = { create = \"2s\" }"))
	w.Plan()
	afterPut(s, func() { neverAnswer(t, s, http.MethodGet, "/secret/app/db", false) })
	if said := w.ApplyOnly("saved.plan").Warned(t, "Version not confirmed: "+dbID); !strings.Contains(said, "Version 2 of nl-01/app/db was put") {
		t.Errorf("the warning says %q", said)
	}
	s.Intercept(nil)
	if got := stateVersion(t, w); got != 2 {
		t.Errorf("version %d is managed, want 2", got)
	}
	w.Apply("-refresh-only")
	if got := w.StateValue(versionAddress, "created_at"); got == nil {
		t.Error("the next run did not complete the state")
	}
}

// Limits are the configuration's own: an import with them writes nothing and is
// settled afterwards, as is adding or taking them away.
func TestTimeoutsAndImport(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	const imports = `
import {
  to = thalassasecrets_secret.db
  id = "nl-01/app/db"
}
import {
  to = thalassasecrets_secret_version.db
  id = "nl-01/app/db@current"
}
`
	const all = "timeouts = { create = \"1m\", read = \"90s\", update = \"1h30m\", delete = \"10s\" }\n"
	plain := strings.Replace(emptyContainer, "  deletion_protection = false\n", "", 1) + versionOf("")
	withLimits := strings.Replace(strings.Replace(plain, "  path ", all+"  path ", 1), "secret_id", all+"secret_id", 1)
	for name, config := range map[string]string{"with limits": withLimits, "without": plain} {
		w := acctest.NewWorkspace(t, s)
		w.Write("main.tf", config+imports)
		plan := w.Plan()
		for _, address := range []string{secretAddress, versionAddress} {
			if actions := plan.Change(address).Actions; name == "without" && !actions.NoOp() || actions.Create() || actions.Replace() {
				t.Errorf("%s: the import of %s plans %v", name, address, actions)
			}
		}
		w.Apply("saved.plan")
		for _, later := range []string{plain, withLimits, plain} {
			w.Write("main.tf", later)
			w.Apply()
		}
	}
	if s.Writes() != 0 {
		t.Errorf("something was written: %v", s.Calls())
	}
}

// A text that is not a duration is refused in the plan, for both resources.
func TestTimeoutsInvalid(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"soon", "10", "", "1 minute"} {
		t.Run(bad, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", strings.Replace(emptyContainer, "deletion_", "timeouts = { create = \""+bad+"\" }\n  deletion_", 1))
			w.PlanFails().Failed(t, "Invalid Attribute Value Time Duration")
			w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\ntimeouts = { update = \""+bad+"\" }"))
			w.PlanFails().Failed(t, "Invalid Attribute Value Time Duration")
		})
	}
}

// A limit that is over before it begins can only be a mistake, and is refused
// before it makes every apply fail.
func TestTimeoutsThatNeverLast(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"0s", "-5m"} {
		t.Run(bad, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", strings.Replace(emptyContainer, "deletion_", "timeouts = { create = \""+bad+"\" }\n  deletion_", 1))
			w.PlanFails().Failed(t, "Invalid timeout")
			w.ApplyFails().Failed(t, "Invalid timeout")
			w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\ntimeouts = { update = \""+bad+"\" }"))
			w.PlanFails().Failed(t, "Invalid timeout")
		})
	}
}

// The error of a configured timeout names the timeout, so that the user does not search
// for a mistake in the endpoint or the network.
func TestTimeoutIsNamed(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", limited(emptyContainer, "read"))
	w.Apply()
	neverAnswer(t, s, http.MethodGet, "/secret/app/db", false)
	if said := w.PlanFails().Failed(t, "Cannot read the secret"); !strings.Contains(said, "timeouts") || strings.Contains(said, "Check endpoint") {
		t.Errorf("the error says %q, want the limit in it and no other reason", said)
	}
}
