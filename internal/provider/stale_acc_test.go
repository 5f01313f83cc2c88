package provider_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// takePath deletes a secret and lets another team create its own at the path.
func takePath(s *acctest.Server, id string) client.Secret {
	s.Delete(id)
	s.Clock().Advance(time.Minute)
	return s.Create(client.NewSecret{ID: s.ID(id), Value: client.BytesValue([]byte("another team's"))})
}

// A saved destroy plan is applied after the path has become the secret of another team.
// Nothing of theirs is deleted.
func TestSavedDestroyPlanAndAnotherTeamsSecret(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	w.Plan("-destroy")
	theirs := takePath(s, dbID)
	said := w.ApplyFails("saved.plan").Failed(t, "Not done: "+dbID)
	if !strings.Contains(said, "deleted and created again") {
		t.Errorf("the error says %q", said)
	}
	if now := s.Secret(dbID); !now.CreatedAt.Equal(theirs.CreatedAt) {
		t.Errorf("the secret at the path is of %s, want that of the other team, of %s", now.CreatedAt, theirs.CreatedAt)
	}
	if got := s.Reveal(dbID, 1); got != "another team's" {
		t.Errorf("its value is %q", got)
	}
}

// The destroy of a superseded version is answered 429. While the provider waits, an
// operator destroys the current version, so that the superseded one is current: it stays.
func TestRetentionWaitsWhileAnOperatorRollsBack(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	config := func(number string) string {
		return emptyContainer + versionOf("secret_string_wo = \"value "+number+"\"\nvalue_wo_version = \""+number+"\"\nretention = { keep = 0 }")
	}
	w.Write("main.tf", config("1"))
	w.Apply()
	s.Clock().Advance(time.Hour)
	if err := s.SetFaults(refserver.Fault{
		Operation: "destroySecretVersion", Principal: "terraform", Nth: 1, Action: refserver.ActionStatus, Status: 429, RetryAfter: "1",
	}); err != nil {
		t.Fatal(err)
	}
	var looks int
	var operator sync.Once
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		// The first look after the 429 is the guard's.
		if strings.HasSuffix(r.Header.Get("Authorization"), acctest.Token) && r.Method == http.MethodGet && firedOnce(s) {
			looks++
			operator.Do(func() { s.Destroy(dbID, 3) })
		}
		return false
	})
	w.Write("main.tf", config("2"))
	result := w.ApplyOnly()
	s.Intercept(nil)
	if said := result.Warned(t, "Version not retired: "+dbID); !strings.Contains(said, "version 2 became the current version") {
		t.Errorf("the warning says %q", said)
	}
	if looks == 0 {
		t.Error("nobody looked after the 429")
	}
	if active := s.ActiveVersions(dbID); !slices.Equal(active, []int64{2}) {
		t.Errorf("the active versions are %v, want version 2, which the operator went back to", active)
	}
}

func firedOnce(s *acctest.Server) bool {
	rules := s.Faults()
	return len(rules) > 0 && rules[0].Fired > 0
}

// The answer of a delete is lost, and another team takes the path before the provider
// looks again. The delete is done, and is not sent again.
func TestLostAnswerOfADeleteAndATakenPath(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	if err := s.SetFaults(refserver.Fault{Operation: "deleteSecret", Principal: "terraform", Action: refserver.ActionResetAfterCommit}); err != nil {
		t.Fatal(err)
	}
	var taken sync.Once
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.Header.Get("Authorization"), acctest.Token) && r.Method == http.MethodGet && firedOnce(s) {
			taken.Do(func() {
				s.Clock().Advance(time.Minute)
				s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("another team's"))})
			})
		}
		return false
	})
	s.Mark()
	result := w.Run("destroy", "-auto-approve", "-json")
	s.Intercept(nil)
	if result.Code != 0 {
		t.Errorf("destroy failed: %v", result.Diagnostics)
	}
	if sent := s.Calls()["deleteSecret"]; sent != 1 {
		t.Errorf("%d deletes were sent, want 1", sent)
	}
	if got := s.Reveal(dbID, 1); got != "another team's" {
		t.Errorf("the value at the path is %q", got)
	}
}

// A stale response is not taken for a secret that was created again.
func TestStaleHistory(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", container+versionOf(firstPut("v")))
	w.Apply()
	stale := httptest.NewRecorder()
	get := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/secrets/nl-01/secret/app/db?includeVersions=true", nil)
	get.Header.Set("Authorization", "Token "+acctest.Token)
	get.Header.Set("X-Organisation-Identity", acctest.Organisation)
	s.ServeHTTP(stale, get)
	withoutHistory := map[string]any{}
	if err := json.Unmarshal(stale.Body.Bytes(), &withoutHistory); err != nil {
		t.Fatal(err)
	}
	delete(withoutHistory, "versions")

	answerWith := func(body []byte) {
		s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/secret/app/db") {
				return false
			}
			_, err := w.Write(body)
			return err == nil
		})
	}
	answerWith(stale.Body.Bytes())
	w.Write("main.tf", container+versionOf("secret_string_wo = \"w\"\nvalue_wo_version = \"2\""))
	w.ApplyOnly().Warned(t, "Version not confirmed: "+dbID)
	if got := stateVersion(t, w); got != 3 || w.StateValue(versionAddress, "status") != "active" {
		t.Errorf("version %d is managed with the status %v", got, w.StateValue(versionAddress, "status"))
	}
	if plan := w.Plan(); plan.Code != 0 {
		t.Errorf("a stale answer makes a plan:\n%s", plan.Text())
	} else {
		plan.Warned(t, "History incomplete")
	}
	body, err := json.Marshal(withoutHistory)
	if err != nil {
		t.Fatal(err)
	}
	answerWith(body)
	if plan := w.Plan(); plan.Code != 0 {
		t.Errorf("an answer without a history makes a plan:\n%s", plan.Text())
	}
	s.Intercept(nil)
	w.Apply("-refresh-only")
	if w.StateValue(versionAddress, "created_at") == nil {
		t.Error("the refresh did not complete the state")
	}
}
