package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// What would refuse the create anyway does not hide that there is something to import: a
// key that is disabled, or a version without a value.
func TestExistingSecretThatCannotBeCreated(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", protectedContainer)
	s.KeyStatus(refserver.KeyDisabled)
	w.PlanFails().Failed(t, "Secret exists already: "+dbID)
	w.Write("main.tf", strings.Replace(versionOf(""), "thalassasecrets_secret.db.id", `"`+dbID+`"`, 1))
	said := w.PlanFails().Failed(t, "Missing value")
	if want := "terraform import ADDRESS " + dbID + "@current."; !strings.HasSuffix(said, want) {
		t.Errorf("the error says %q, want %q at its end", said, want)
	}
}
