package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const (
	vendorAddress      = "registry.terraform.io/thalassa-cloud/thalassa"
	plaintextOfVendor  = "plaintext-of-the-vendor"
	vendorSecretRow    = `{"annotations":null,"created_at":"2026-11-01T09:00:00Z","current_version":1,"description":"","generate_secret":[],"id":"nl-01/app/db","kms_key_id":"kms-nl-01","labels":{},"last_accessed_at":null,"organisation_id":null,"path":"/app/db","region":"nl-01","secret_key_values":null,"secret_string":"` + plaintextOfVendor + `","updated_at":"2026-11-01T09:00:00Z"}`
	vendorVersionRow   = `{"generate_secret":[],"id":"nl-01/app/db/2","organisation_id":null,"path":"/app/db","region":"nl-01","secret_key_values":{"user":"` + plaintextOfVendor + `"},"secret_string":null,"version":2}`
	vendorSecretType   = "thalassa_secret"
	vendorVersionType  = "thalassa_secret_version"
	thalassaSecretType = "thalassasecrets_secret"
)

// sourceOf is a state that a move starts from.
func sourceOf(typeName, row string) tfprotov6.MoveResourceStateRequest {
	return tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: vendorAddress, SourceTypeName: typeName,
		SourceState: &tfprotov6.RawState{JSON: []byte(row)}, SourcePrivate: []byte("null"),
	}
}

// movedCore is a resource whose state was moved here and not refreshed since.
func movedCore(t *testing.T, s *acctest.Server, source tfprotov6.MoveResourceStateRequest) *acctest.Core {
	t.Helper()
	target := thalassaSecretType
	if source.SourceTypeName == vendorVersionType {
		target = "thalassasecrets_secret_version"
	}
	core, err := acctest.NewCore(t.Context(), s, target)
	if err != nil {
		t.Fatal(err)
	}
	if err := core.Move(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	return core
}

// vendorsSecret makes the secret of the rows, with two versions.
func vendorsSecret(t *testing.T) *acctest.Server {
	t.Helper()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("one"))})
	s.Put(dbID, "two")
	return s
}

func expectEmpty(t *testing.T, plan *acctest.CorePlan, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !plan.IsEmpty() {
		t.Errorf("the plan changes %s", plan.Changes())
	}
}

// attributesText writes the attributes of a value that are not null.
func attributesText(t *testing.T, value tftypes.Value) string {
	t.Helper()
	attributes := map[string]tftypes.Value{}
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		var text string
		var number int64
		var yes bool
		switch v := attributes[name]; {
		case v.IsNull():
		case v.As(&text) == nil:
			lines = append(lines, name+" "+text)
		case v.As(&yes) == nil:
			lines = append(lines, fmt.Sprint(name, " ", yes))
		case len(acctest.Int64(v)) == 1:
			number = acctest.Int64(v)[0]
			lines = append(lines, fmt.Sprint(name, " ", number))
		default:
			lines = append(lines, name+" "+v.String())
		}
	}
	return strings.Join(lines, "\n")
}

// A moved state has what the vendor's says of the secret and nothing of its value,
// and the first refresh completes it without a write or a difference.
func TestMoveState(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		source tfprotov6.MoveResourceStateRequest
		config map[string]any
		moved  string
	}{
		{
			name: "secret", source: sourceOf(vendorSecretType, vendorSecretRow),
			config: map[string]any{"path": "/app/db", "kms_key_id": "kms-nl-01"},
			moved:  "created_at 2026-11-01T09:00:00Z\ndeletion_protection true\nid nl-01/app/db\nkms_key_id kms-nl-01\npath /app/db\nregion nl-01",
		},
		{
			name: "version", source: sourceOf(vendorVersionType, vendorVersionRow),
			config: map[string]any{"secret_id": dbID},
			moved:  "deletion_policy retain\nid nl-01/app/db@2\nlast_change imported\non_external_version adopt\npath /app/db\nregion nl-01\nsecret_id nl-01/app/db\nversion 2",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := vendorsSecret(t)
			core := movedCore(t, s, tc.source)
			if got := attributesText(t, core.State.Value); got != tc.moved {
				t.Errorf("the moved state is\n%s\nwant\n%s", got, tc.moved)
			}
			if kept := core.State.Value.String() + string(core.State.Private); strings.Contains(kept, plaintextOfVendor) {
				t.Error("the moved state holds the value")
			}
			identity, err := core.State.Identity.IdentityData.Unmarshal(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"region": tftypes.String, "path": tftypes.String}})
			if err != nil {
				t.Fatal(err)
			}
			if got := attributesText(t, identity); got != "path /app/db\nregion nl-01" {
				t.Errorf("the identity is %q", got)
			}
			refreshed, warnings, err := core.Refresh(t.Context())
			if err != nil || len(warnings) > 0 {
				t.Fatal(err, warnings)
			}
			plan, err := core.PlanFrom(t.Context(), refreshed, tc.config)
			expectEmpty(t, plan, err)
			if len(plan.Warnings) > 0 {
				t.Errorf("the plan warns: %q", plan.Warnings)
			}
			core.State = refreshed
			again, _, err := core.Refresh(t.Context())
			if err != nil || !again.Value.Equal(refreshed.Value) || string(again.Private) != string(refreshed.Private) {
				t.Errorf("a second refresh finds a difference: %v", err)
			}
			if tc.name == "secret" {
				if err := core.Destroy(t.Context()); err == nil || !strings.Contains(err.Error(), "Secret is protected from deletion") {
					t.Errorf("destroying the moved secret says %v", err)
				}
			}
			if s.Writes() != 0 {
				t.Errorf("it wrote: %v", s.Calls())
			}
		})
	}
}

// A state that cannot be moved is refused, and the error does not quote it.
func TestMoveStateRefuses(t *testing.T) {
	t.Parallel()
	secret, version := sourceOf(vendorSecretType, vendorSecretRow), sourceOf(vendorVersionType, vendorVersionRow)
	with := func(source tfprotov6.MoveResourceStateRequest, change func(*tfprotov6.MoveResourceStateRequest)) tfprotov6.MoveResourceStateRequest {
		change(&source)
		return source
	}
	row := func(source tfprotov6.MoveResourceStateRequest, row string) tfprotov6.MoveResourceStateRequest {
		return with(source, func(r *tfprotov6.MoveResourceStateRequest) { r.SourceState = &tfprotov6.RawState{JSON: []byte(row)} })
	}
	from := func(address string) tfprotov6.MoveResourceStateRequest {
		return with(secret, func(r *tfprotov6.MoveResourceStateRequest) { r.SourceProviderAddress = address })
	}
	const wrongSource = "Only a thalassa_secret of the provider thalassa-cloud/thalassa can become a thalassasecrets_secret"
	for name, tc := range map[string]struct {
		target string
		source tfprotov6.MoveResourceStateRequest
		says   string // empty: it is moved
	}{
		"OpenTofu's registry":            {thalassaSecretType, from("registry.opentofu.org/thalassa-cloud/thalassa"), ""},
		"a mirror":                       {thalassaSecretType, from("mirror.example.org/thalassa-cloud/thalassa"), ""},
		"an older OpenTofu":              {thalassaSecretType, from("thalassa"), ""},
		"OpenTofu, with count":           {thalassaSecretType, from("registry.opentofu.org/thalassasecrets/thalassasecrets"), ""},
		"another namespace":              {thalassaSecretType, from("registry.terraform.io/somebody/thalassa"), wrongSource},
		"a namespace that ends the same": {thalassaSecretType, from("registry.terraform.io/not-thalassa-cloud/thalassa"), wrongSource},
		"another provider":               {thalassaSecretType, from("registry.terraform.io/hashicorp/random"), "starts from a thalassa_secret of registry.terraform.io/hashicorp/random"},
		"a version as a secret":          {thalassaSecretType, version, wrongSource},
		"a secret as a version":          {"thalassasecrets_secret_version", secret, "Only a thalassa_secret_version of"},
		"an access policy": {thalassaSecretType, with(secret, func(r *tfprotov6.MoveResourceStateRequest) {
			r.SourceTypeName = "thalassa_secret_access_policy"
		}), wrongSource},
		"a later schema":       {thalassaSecretType, with(secret, func(r *tfprotov6.MoveResourceStateRequest) { r.SourceSchemaVersion = 1 }), "has version 1 of its schema"},
		"no JSON":              {thalassaSecretType, row(secret, plaintextOfVendor), "cannot be read"},
		"another kind of JSON": {thalassaSecretType, row(secret, `["`+plaintextOfVendor+`"]`), "cannot be read"},
		"a field of a wrong type": {
			"thalassasecrets_secret_version", row(version, strings.Replace(vendorVersionRow, `"version":2`, `"version":"`+plaintextOfVendor+`"`, 1)), "cannot be read",
		},
		"the oldest form of a state": {thalassaSecretType, with(secret, func(r *tfprotov6.MoveResourceStateRequest) {
			r.SourceState = &tfprotov6.RawState{Flatmap: map[string]string{"path": "/app/db", "secret_string": plaintextOfVendor}}
		}), "cannot be read"},
		"no region":         {thalassaSecretType, row(secret, `{"path":"/app/db"}`), "names no secret"},
		"no path":           {thalassaSecretType, row(secret, `{"region":"nl-01"}`), "names no secret"},
		"nothing":           {thalassaSecretType, row(secret, `{}`), "names no secret"},
		"no version":        {"thalassasecrets_secret_version", row(version, `{"path":"/app/db","region":"nl-01"}`), "does not say which version of nl-01/app/db it is about"},
		"the least it says": {thalassaSecretType, row(secret, `{"path":"/app/db","region":"nl-01"}`), ""},
		"a time that is none": {
			thalassaSecretType, row(secret, strings.ReplaceAll(vendorSecretRow, "2026-11-01T09:00:00Z", "yesterday")), "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := vendorsSecret(t)
			core, err := acctest.NewCore(t.Context(), s, tc.target)
			if err != nil {
				t.Fatal(err)
			}
			err = core.Move(t.Context(), tc.source)
			if tc.says != "" {
				if err == nil || !strings.Contains(err.Error(), "Cannot move the state") || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), plaintextOfVendor) {
					t.Errorf("it says %v, want %q in it", err, tc.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			plan, err := core.Plan(t.Context(), map[string]any{"path": "/app/db", "kms_key_id": "kms-nl-01"})
			expectEmpty(t, plan, err)
		})
	}
}
