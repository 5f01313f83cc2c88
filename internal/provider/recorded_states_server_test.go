package provider_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// recordedService is the metadata of a reference server at one moment, without values.
// A server that starts from it gives the same answers about metadata.
type recordedService struct {
	Now     time.Time                 `json:"now"`
	Keys    []refserver.Key           `json:"keys"`
	Secrets []refserver.InitialSecret `json:"secrets"`
}

// start starts a server with that metadata, whose clock stands still at that moment.
func (w recordedService) start(t *testing.T) *acctest.Server {
	t.Helper()
	return acctest.NewServerWith(t, refserver.Config{Clock: refserver.NewClock(w.Now), Keys: w.Keys, Secrets: w.Secrets})
}

// serviceOf records the metadata of a server. It does not read values: each is replaced
// by another text in the same format.
func serviceOf(t *testing.T, s *acctest.Server) recordedService {
	t.Helper()
	service := recordedService{Now: s.Clock().Now(), Keys: s.Keys()}
	all, err := secretpath.ParseDirectory("/")
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range s.Regions() {
		secrets, err := s.Outsider().ListSecrets(t.Context(), region.Slug, all)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			service.Secrets = append(service.Secrets, initialSecretOf(t, s.Secret(secret.ID.String()), service.Now))
		}
	}
	slices.SortFunc(service.Secrets, func(a, b refserver.InitialSecret) int {
		return strings.Compare(a.Region+a.Path, b.Region+b.Path)
	})
	return service
}

func initialSecretOf(t *testing.T, secret client.Secret, now time.Time) refserver.InitialSecret {
	t.Helper()
	initial := refserver.InitialSecret{
		Organisation: acctest.Organisation, Region: secret.ID.Region, Path: secret.ID.Path.String(),
		KMSKeyIdentity: secret.KMSKey.Identity, Description: secret.Description,
		Labels: secret.Labels, Annotations: secret.Annotations, AccessPolicy: policyJSON(t, secret.AccessPolicy),
	}
	ago := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return now.Sub(at).String()
	}
	for _, v := range slices.Backward(secret.Versions) {
		version := refserver.InitialVersion{CreatedAgo: ago(v.CreatedAt), ReadAgo: ago(v.LastAccessedAt), DestroyedAgo: ago(v.DestroyedAt)}
		text := fmt.Sprintf("value of version %d", v.Number)
		if v.ValueFormat == "keyValue" {
			version.KeyValues = map[string]string{"key": text}
		} else {
			version.Text = &text
		}
		initial.Versions = append(initial.Versions, version)
	}
	return initial
}

// policyJSON is an access policy in the form that the API takes.
func policyJSON(t *testing.T, policy *client.AccessPolicy) json.RawMessage {
	t.Helper()
	if policy == nil {
		return nil
	}
	type condition struct {
		Type      string   `json:"type"`
		Effect    string   `json:"effect"`
		CIDRs     []string `json:"cidrs,omitempty"`
		StartHour *int     `json:"startHour,omitempty"`
		EndHour   *int     `json:"endHour,omitempty"`
		Timezone  string   `json:"timezone,omitempty"`
	}
	conditions := make([]condition, len(policy.Conditions))
	for i, c := range policy.Conditions {
		conditions[i] = condition(c)
	}
	raw, err := json.Marshal(map[string]any{"conditions": conditions})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
