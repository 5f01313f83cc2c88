package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// nullLabel is what "labels = { team = null }" means.
var nullLabel = tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"team": tftypes.NewValue(tftypes.String, nil)})

// A bad configuration is an error before any request, and a list that fails is an error
// that says what to do.
func TestListFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config map[string]any
		before func(s *acctest.Server)
		says   []string
		asked  int // lists
	}{
		"no slash first":  {config: map[string]any{"path_prefix": "app/"}, says: []string{"Invalid path prefix", `path_prefix: "app/" must start with "/"`}},
		"two slashes":     {config: map[string]any{"path_prefix": "/app//db"}, says: []string{"Invalid path prefix", `must not contain "//"`}},
		"no slash last":   {config: map[string]any{"path_prefix": "/app"}, says: []string{"Invalid path prefix", `must end with "/"`}},
		"an empty prefix": {config: map[string]any{"path_prefix": ""}, says: []string{"Invalid path prefix", "must not be empty"}},
		"no region":       {config: map[string]any{"region": "NL 01"}, says: []string{"Invalid region"}},
		"a null label":    {config: map[string]any{"labels": nullLabel}, says: []string{"Null value in a map"}},
		"an unknown region": {
			config: map[string]any{"region": "nl-09"}, asked: 1,
			says: []string{"Unknown region", `There is no region "nl-09"`, "nl-01, nl-02"},
		},
		"denied": {
			before: func(s *acctest.Server) { s.Limit("read") }, asked: 1, config: map[string]any{"path_prefix": "/app/"},
			says: []string{"Cannot list the secrets", "could not list the secrets below nl-01/app/.", "needs the permission list on /app/", "403"},
		},
		"switched off": {
			before: func(s *acctest.Server) { s.Gate(false) }, asked: 1,
			says: []string{"Cannot list the secrets", "A feature that secrets need is disabled for the organisation"},
		},
		"a bad token": {
			before: func(s *acctest.Server) { s.Token("another") }, asked: 0,
			says: []string{"Cannot list the secrets", "token"},
		},
	} {
		for _, typeName := range []string{secretType, versionType} {
			t.Run(typeName+"/"+name, func(t *testing.T) {
				t.Parallel()
				s, core := listing(t, typeName)
				if test.before != nil {
					test.before(s)
				}
				found, _, err := core.List(t.Context(), acctest.Query{Config: test.config})
				if err == nil || len(found) > 0 {
					t.Fatalf("found %q, %v", namesOf(found), err)
				}
				for _, words := range test.says {
					if !strings.Contains(err.Error(), words) {
						t.Errorf("the error does not say %q:\n%v", words, err)
					}
				}
				if got := s.Calls()["listSecrets"]; got != test.asked {
					t.Errorf("%d lists were asked for, want %d", got, test.asked)
				}
			})
		}
	}
}

// Only what the caller may read is listed.
func TestListShowsWhatMayBeRead(t *testing.T) {
	t.Parallel()
	s, core := listing(t, secretType)
	if err := s.AddPrincipal(refserver.Principal{Name: "terraform", Token: acctest.Token, Grants: []refserver.Grant{
		{Permissions: []string{"list"}, Paths: []string{"*"}}, {Permissions: []string{"read"}, Paths: []string{"/app/deep/*"}},
	}}); err != nil {
		t.Fatal(err)
	}
	found, _, err := core.List(t.Context(), acctest.Query{})
	if err != nil || fmt.Sprint(namesOf(found)) != "[nl-01/app/deep/er]" {
		t.Errorf("found %q, %v", namesOf(found), err)
	}
}
