package provider

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// A listing comes in any order, with more than was asked for and with a secret twice.
func TestSecretsOfAListing(t *testing.T) {
	t.Parallel()
	secret := func(at string, labels map[string]string) client.Secret {
		id, err := secretpath.NewSecretID("nl-01", at)
		if err != nil {
			t.Fatal(err)
		}
		return client.Secret{ID: id, Labels: labels}
	}
	listing := client.Listing{
		// The last three cannot be looked into: no directory, and no path at all.
		Prefixes: []string{"/app/b/", "/app/a/", "/app/b/", "/app/c", "", "/app/../"},
		Secrets: []client.Secret{
			secret("/app/z", map[string]string{"team": "db", "tier": "1"}),
			secret("/app/m", nil),
			secret("/app/z", map[string]string{"team": "db", "tier": "1"}),
			secret("/app/b", map[string]string{"team": "db", "tier": "2"}),
			secret("/app/a", map[string]string{"team": "", "tier": "1"}),
		},
	}
	for name, tc := range map[string]struct {
		labels    types.Map
		recursive types.Bool
		secrets   []string
		prefixes  []string
	}{
		"everything":      {types.MapNull(types.StringType), types.BoolNull(), []string{"/app/a", "/app/b", "/app/m", "/app/z"}, nil},
		"said so":         {types.MapNull(types.StringType), types.BoolValue(true), []string{"/app/a", "/app/b", "/app/m", "/app/z"}, nil},
		"no labels":       {mapOf(nil), types.BoolNull(), []string{"/app/a", "/app/b", "/app/m", "/app/z"}, nil},
		"one label":       {mapOf(map[string]string{"team": "db"}), types.BoolNull(), []string{"/app/b", "/app/z"}, nil},
		"every label":     {mapOf(map[string]string{"team": "db", "tier": "1"}), types.BoolNull(), []string{"/app/z"}, nil},
		"an empty label":  {mapOf(map[string]string{"team": ""}), types.BoolNull(), []string{"/app/a"}, nil},
		"nobody's label":  {mapOf(map[string]string{"owner": ""}), types.BoolNull(), []string{}, nil},
		"one level":       {types.MapNull(types.StringType), types.BoolValue(false), []string{"/app/a", "/app/b", "/app/m", "/app/z"}, []string{"/app/a/", "/app/b/"}},
		"one level, none": {mapOf(map[string]string{"team": "x"}), types.BoolValue(false), []string{}, []string{"/app/a/", "/app/b/"}},
	} {
		model := secretsModel{Labels: tc.labels, Recursive: tc.recursive}
		model.fromAPI(listing)
		secrets, prefixes := []string{}, []string(nil)
		for _, s := range model.Secrets {
			secrets = append(secrets, s.Path.ValueString())
		}
		for _, p := range model.Prefixes {
			prefixes = append(prefixes, p.ValueString())
		}
		if !slices.Equal(secrets, tc.secrets) || !slices.Equal(prefixes, tc.prefixes) || (model.Prefixes == nil) != (tc.prefixes == nil) {
			t.Errorf("%s: %q and %q, want %q and %q", name, secrets, prefixes, tc.secrets, tc.prefixes)
		}
	}
	// Null and empty are not the same to a configuration.
	model := secretsModel{Labels: types.MapNull(types.StringType), Recursive: types.BoolValue(false)}
	if model.fromAPI(client.Listing{}); model.Secrets == nil || model.Prefixes == nil {
		t.Errorf("an empty level is %v and %v", model.Secrets, model.Prefixes)
	}
}
