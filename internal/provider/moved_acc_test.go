package provider_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// vendorState is a state file of the vendor's provider.
type vendorState struct {
	raw  []byte
	rows []vendorResource
}

type vendorResource struct {
	Type, Name string
	Instances  []struct {
		Attributes vendorAttributes `json:"attributes"`
	}
}

type vendorAttributes struct {
	Region      string            `json:"region"`
	Path        string            `json:"path"`
	Description string            `json:"description"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	CreatedAt   time.Time         `json:"created_at"`
	String      string            `json:"secret_string"`
	KeyValues   map[string]string `json:"secret_key_values"`
}

// value is what that provider has sent: text encoded, and pairs as they are.
func (a vendorAttributes) value(t *testing.T) client.Value {
	t.Helper()
	switch {
	case a.KeyValues != nil:
		pairs := map[string]string{}
		for key, encoded := range a.KeyValues {
			decoded, err := base64.StdEncoding.DecodeString(encoded)
			if err != nil {
				t.Fatal(err)
			}
			pairs[key] = string(decoded)
		}
		return client.PairsValue(pairs)
	case a.String != "":
		return client.BytesValue([]byte(a.String))
	}
	return client.GeneratedValue(32)
}

// readVendorState reads one of the state files in testdata, for secrets that the key of
// a test server encrypts.
func readVendorState(t *testing.T, name string) vendorState {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "vendor-0.26.3", name+".tfstate")) //nolint:gosec // A file of the source tree.
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.ReplaceAll(raw, []byte("kms-fixture-1"), []byte(acctest.KMSKey))
	var file struct {
		Resources []vendorResource `json:"resources"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return vendorState{raw, file.Resources}
}

// attributes are the rows of a type.
func (v vendorState) attributes(typeName string) []vendorAttributes {
	var rows []vendorAttributes
	for _, resource := range v.rows {
		for _, instance := range resource.Instances {
			if resource.Type == typeName {
				rows = append(rows, instance.Attributes)
			}
		}
	}
	return rows
}

// vendorServer has the secrets that the state is about, made at the time that the
// state says but for the fraction of a second that it leaves out.
func vendorServer(t *testing.T, state vendorState) *acctest.Server {
	t.Helper()
	s := acctest.NewServer(t)
	for _, row := range state.attributes("thalassa_secret") {
		s.Clock().Set(row.CreatedAt.Add(350 * time.Millisecond))
		s.Create(client.NewSecret{
			ID: s.ID(row.Region + row.Path), Description: row.Description, Labels: row.Labels, Annotations: row.Annotations,
			Value: row.value(t),
		})
	}
	for _, row := range state.attributes("thalassa_secret_version") {
		if _, err := s.Outsider().PutValue(t.Context(), s.ID(row.Region+row.Path), row.value(t), client.Unguarded); err != nil {
			t.Fatal(err)
		}
	}
	s.Clock().Advance(24 * time.Hour)
	return s
}

// movedFleet is the configuration of the fifty once it was rewritten.
const movedFleet = `
resource "thalassasecrets_secret" "app" {
  count      = 50
  path       = "/fleet/app-${count.index}/token"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret_version" "app" {
  count     = 50
  secret_id = thalassasecrets_secret.app[count.index].id
}
moved {
  from = thalassa_secret.app
  to   = thalassasecrets_secret.app
}
moved {
  from = thalassa_secret_version.app
  to   = thalassasecrets_secret_version.app
}
`

// A state with fifty secrets moves over: nothing is created, replaced, deleted or
// written, and what that provider kept in plain text is in the state no more.
func TestMovedFleet(t *testing.T) {
	t.Parallel()
	state := readVendorState(t, "fifty")
	s := vendorServer(t, state)
	w := acctest.NewWorkspace(t, s, acctest.MovedAcrossTypes)
	w.UseVendor()
	w.Write("terraform.tfstate", string(state.raw))
	w.Write("main.tf", movedFleet)

	plan := w.Plan()
	checkMoves(t, plan, 100)
	if warnings := plan.Warnings(); len(warnings) > 0 {
		t.Errorf("warnings: %q", warnings)
	}
	w.Apply("saved.plan")
	if writes := s.Writes(); writes != 0 {
		t.Errorf("moving wrote %d times: %v", writes, s.Calls())
	}
	if strings.Contains(string(w.Read("terraform.tfstate")), "plaintext-") {
		t.Error("the state still holds a value")
	}
	if !strings.Contains(string(w.Read("terraform.tfstate.backup")), "plaintext-") {
		t.Error("the backup holds no value any more, and the guide says that it does")
	}
}

// checkMoves checks that a plan moves resources and changes none of them.
func checkMoves(t *testing.T, plan acctest.Plan, want int) {
	t.Helper()
	moves := 0
	for _, change := range plan.JSON().ResourceChanges {
		if !change.Change.Actions.NoOp() {
			t.Errorf("%s: %v", change.Address, change.Change.Actions)
		}
		if change.PreviousAddress != "" {
			moves++
		}
	}
	if moves != want {
		t.Errorf("%d resources are moved, want %d:\n%s", moves, want, plan.Text())
	}
}
