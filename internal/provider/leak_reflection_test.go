package provider

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/settings"
)

// That nothing prints a secret does not hang on the printer: no field that reflection
// reaches holds it, not even one that is not exported, in the whole client, in the
// settings that it is made of, and in what the resources get.
func TestSecretsAreOutOfReach(t *testing.T) {
	t.Parallel()
	for name, v := range holders(t) {
		if path := findSecret(reflect.ValueOf(v), name, map[uintptr]bool{}); path != "" {
			t.Errorf("the secret is at %s", path)
		}
	}
	for name, env := range credentialMethods(t) {
		s := settingsOf(t, env)
		api := connected(t, s.Client.Credentials)
		for where, v := range map[string]any{"the settings": s, "the client": api, "the service": &service{client: api}} {
			if path := findSecret(reflect.ValueOf(v), where, map[uintptr]bool{}); path != "" {
				t.Errorf("%s: the secret is at %s", name, path)
			}
			for printer, show := range printers(t) {
				if printer == "JSON" || printer == "slog, JSON" {
					continue // They cannot encode what holds functions, and show no field that is not exported.
				}
				if form := leaked(show(v)); form != "" {
					t.Errorf("%s: %s of %s prints it (%s)", name, printer, where, form)
				}
			}
		}
	}
}

// credentialMethods are the environments that choose each method of credentials, by the
// provider's argument that holds the secret.
func credentialMethods(t *testing.T) map[string]map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(redacted), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]map[string]string{
		"token":           {"THALASSA_API_TOKEN": redacted},
		"access_token":    {"THALASSA_ACCESS_TOKEN": redacted},
		"client_secret":   {"THALASSA_CLIENT_ID": "ci", "THALASSA_CLIENT_SECRET": redacted},
		"oidc_token":      {"THALASSA_OIDC_TOKEN": redacted, "THALASSA_SERVICE_ACCOUNT_ID": "sa-1"},
		"oidc_token_file": {"THALASSA_OIDC_TOKEN_FILE": file, "THALASSA_SERVICE_ACCOUNT_ID": "sa-1"},
	}
}

// settingsOf are the settings of an environment, with an empty provider block.
func settingsOf(t *testing.T, env map[string]string) settings.Settings {
	t.Helper()
	env["THALASSA_ORGANISATION"] = "acme"
	s, problems := settings.Resolve(settings.Block{}, func(name string) string { return env[name] })
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s
}

// Every argument of the provider for a secret has a method in the table above, and the
// credentials of each method are among the holders. So a new method fails here until the
// leak tests have it.
func TestEveryCredentialMethodIsTested(t *testing.T) {
	t.Parallel()
	var block frameworkprovider.SchemaResponse
	New("test")().Schema(t.Context(), frameworkprovider.SchemaRequest{}, &block)
	methods := credentialMethods(t)
	sensitive := 0
	for name, attribute := range block.Schema.Attributes {
		if attribute.IsSensitive() {
			if sensitive++; methods[name] == nil {
				t.Errorf("%s is sensitive, and no method here has it", name)
			}
		}
	}
	if sensitive == 0 {
		t.Error("no argument of the provider is sensitive")
	}
	held := map[reflect.Type]bool{}
	for _, v := range holders(t) {
		held[reflect.TypeOf(v)] = true
	}
	for name, env := range methods {
		s := settingsOf(t, env)
		bound := field(t, connected(t, s.Client.Credentials), "credentials")
		for _, v := range []any{s.Client.Credentials, bound} {
			if !held[reflect.TypeOf(v)] {
				t.Errorf("%s: %T is not among the holders", name, v)
			}
		}
	}
}

// findSecret looks through everything that a value leads to, but for functions, and
// names the way to the secret.
func findSecret(v reflect.Value, path string, seen map[uintptr]bool) string {
	switch v.Kind() {
	case reflect.String:
		if leaked(v.String()) != "" {
			return path
		}
	case reflect.Interface:
		return findSecret(v.Elem(), path, seen)
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return ""
		}
		seen[v.Pointer()] = true
		return findSecret(v.Elem(), path, seen)
	case reflect.Struct:
		for i := range v.NumField() {
			if found := findSecret(v.Field(i), path+"."+v.Type().Field(i).Name, seen); found != "" {
				return found
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && leaked(string(v.Bytes())) != "" {
			return path
		}
		for i := range v.Len() {
			if found := findSecret(v.Index(i), fmt.Sprintf("%s[%d]", path, i), seen); found != "" {
				return found
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			for _, part := range []reflect.Value{entries.Key(), entries.Value()} {
				if found := findSecret(part, path+"[…]", seen); found != "" {
					return found
				}
			}
		}
	default: // Numbers hold no text, and functions do not show what they hold.
	}
	return ""
}

// The search finds a secret in every kind of field.
func TestFindSecretFindsEveryField(t *testing.T) {
	t.Parallel()
	type hiding struct{ deep any }
	for _, v := range []any{
		redacted, []byte(redacted), &hiding{[]any{map[string]any{"k": hiding{types.StringValue(redacted)}}}}, map[string]int{redacted: 1}, errors.New(redacted),
	} {
		if findSecret(reflect.ValueOf(v), "it", map[uintptr]bool{}) == "" {
			t.Errorf("it is not found in %T", v)
		}
	}
}
