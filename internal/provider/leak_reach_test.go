package provider

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
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
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(redacted), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, env := range map[string]map[string]string{
		"token":        {"THALASSA_API_TOKEN": redacted},
		"access token": {"THALASSA_ACCESS_TOKEN": redacted},
		"client":       {"THALASSA_CLIENT_ID": "ci", "THALASSA_CLIENT_SECRET": redacted},
		"oidc token":   {"THALASSA_OIDC_TOKEN": redacted, "THALASSA_SERVICE_ACCOUNT_ID": "sa-1"},
		"oidc file":    {"THALASSA_OIDC_TOKEN_FILE": file, "THALASSA_SERVICE_ACCOUNT_ID": "sa-1"},
	} {
		env["THALASSA_ORGANISATION"] = "acme"
		s, problems := settings.Resolve(settings.Block{}, func(name string) string { return env[name] })
		if len(problems) > 0 {
			t.Fatal(problems)
		}
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

// The search does find what can be reached.
func TestReachIsWide(t *testing.T) {
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

// Whoever adds credentials adds them to the list above.
func TestEveryCredentialsTypeIsListed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../client/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	listed := []string{"unavailable"} // It holds the reason, and no secret.
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Authorization" {
				continue
			}
			receiver := f.Recv.List[0].Type
			if star, ok := receiver.(*ast.StarExpr); ok {
				receiver = star.X
			}
			declared = append(declared, fmt.Sprint(receiver))
		}
	}
	for _, v := range holders(t) {
		of := reflect.TypeOf(v)
		if of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		if _, ok := v.(client.Credentials); ok {
			listed = append(listed, of.Name())
		}
	}
	slices.Sort(declared)
	slices.Sort(listed)
	if listed = slices.Compact(listed); !slices.Equal(declared, listed) {
		t.Errorf("the client declares %q, and the list has %q", declared, listed)
	}
}
