package provider_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// newLife is a way in which a secret comes to its next life outside Terraform. The
// first value of that life has the number that the managed version had.
type newLife struct {
	name  string
	begin func(s *acctest.Server, id string)
}

var newLives = []newLife{
	{"deleted", func(s *acctest.Server, id string) {
		s.Delete(id)
		s.Clock().Advance(time.Second)
	}},
	{"created again by another client", func(s *acctest.Server, id string) {
		s.Delete(id)
		s.Clock().Advance(time.Second)
		s.Create(client.NewSecret{ID: s.ID(id), Value: client.BytesValue([]byte("first"))})
		s.Put(id, "value of another client")
	}},
}

// Each consumer that the docs show gets the value of the secret's next life within one
// apply.
func TestGuidesFollowIntoANewLife(t *testing.T) {
	t.Parallel()
	for _, life := range newLives {
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			t.Run("several-regions", func(t *testing.T) {
				t.Parallel()
				const primary, replica = "nl-01/app/production/signing-key", "nl-02/app/production/signing-key"
				s := acctest.NewServer(t)
				s.AllowReveal()
				g := openGuide(t, s, "several-regions")
				g.Apply()
				g.copyFollows(life, primary, replica, "thalassasecrets_secret_version.primary")
			})
			t.Run("ephemeral resource", func(t *testing.T) {
				t.Parallel()
				const primary, replica = "nl-01/app/production/signing-key", "nl-02/app/production/signing-key"
				s := acctest.NewServer(t)
				s.AllowReveal()
				g := &guide{Workspace: acctest.NewWorkspace(t, s), s: s, t: t}
				example := filepath.Join("..", "..", "examples", "ephemeral-resources", "thalassasecrets_secret_value", "ephemeral-resource.tf")
				g.Write("main.tf", read(t, example))
				g.Apply()
				g.copyFollows(life, primary, replica, "thalassasecrets_secret_version.signing_key")
			})
			t.Run("rotating-a-database-password", func(t *testing.T) {
				t.Parallel()
				g, database := openDatabaseGuide(t)
				g.Apply()
				before := database.Password("app")
				life.begin(g.s, databaseID)
				g.Apply()
				g.manages(databaseAddress, 2)
				g.agree(database, true)
				if database.Password("app") == before {
					t.Error("the database keeps the old password")
				}
			})
			t.Run("externally-rotated-secrets", func(t *testing.T) {
				t.Parallel()
				const address = "terraform_data.restart"
				s := acctest.NewServer(t)
				g := openGuide(t, s, "externally-rotated-secrets")
				g.Apply()
				before := g.StateValue(address, "id")
				life.begin(s, "nl-01/app/production/storage")
				g.Apply()
				g.manages("thalassasecrets_secret_version.storage", 2)
				if g.StateValue(address, "id") == before {
					t.Error("nothing is restarted")
				}
			})
		})
	}
}

// copyFollows begins a new life of the primary and applies once.
func (g *guide) copyFollows(life newLife, primary, replica, address string) {
	g.t.Helper()
	before := g.s.Reveal(replica, g.s.Secret(replica).CurrentVersion)
	life.begin(g.s, primary)
	g.Apply()
	g.manages(address, 2)
	value, copied := g.s.Reveal(primary, 2), g.s.Reveal(replica, g.s.Secret(replica).CurrentVersion)
	if copied != value || copied == before {
		g.t.Error("the copy keeps the value of the former life")
	}
}
