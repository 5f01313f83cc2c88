package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// The first put of a resource knows nothing of the secret, so its own first look is
// the baseline: a put that is answered 429 although it was done is not sent again.
func TestFirstPutIsNotRepeated(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("first"))})
	core, err := acctest.NewCore(t.Context(), s, "thalassasecrets_secret_version")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := core.Plan(t.Context(), map[string]any{"secret_id": dbID, "secret_string_wo": "ours", "value_wo_version": "1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetFaults(refserver.Fault{
		Operation: "putSecretValue", Times: 1, Action: refserver.ActionStatusAfterCommit, Status: 429, RetryAfter: "0",
	}); err != nil {
		t.Fatal(err)
	}
	err = core.Apply(t.Context(), plan)
	if err == nil || !strings.Contains(err.Error(), "Since the plan, another client put version 2.") {
		t.Errorf("apply ended in %v", err)
	}
	if versions := s.ActiveVersions(dbID); len(versions) != 2 {
		t.Errorf("the active versions are %v, want the first and one of this put", versions)
	}
}
