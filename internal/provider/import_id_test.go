package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// An id that names nothing to import is refused with what is wrong about it, the form
// that is expected and an example, and costs no request.
func TestImportIDInvalid(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	forms := map[string]string{ //nolint:gosec // They name secrets only.
		secretType:  "A secret is imported by its region and path, such as nl-01/app/db",
		versionType: "A version is imported by its secret and its number, such as nl-01/app/db@4",
	}
	for typeName, form := range forms {
		core, err := acctest.NewCore(t.Context(), s, typeName)
		if err != nil {
			t.Fatal(err)
		}
		for id, says := range map[string]string{
			"":               "The import id is empty.",
			"  ":             "The import id is empty.",
			" nl-01/app/db":  `" nl-01/app/db" begins or ends with white space`,
			"nl-01/app/db\n": "begins or ends with white space",
			"nl-01/app db@1": "' '",
			"nl-01/app db":   "The import id",
			"/app/db":        "The import id \"/app/db\"",
			"nl-01":          "The import id \"nl-01\"",
			"NL/app/db@1":    "",
		} {
			err := core.Import(t.Context(), id)
			refusedBy(t, typeName+" "+id, err, "Invalid import id", form, "terraform import ADDRESS nl-01/app/db")
			if typeName == versionType && !strings.Contains(id, "@") {
				says = "The import id" // A version is missing before anything else is.
			}
			if err != nil && !strings.Contains(err.Error(), says) {
				t.Errorf("%s: the id %q is refused with %q, want %q in it", typeName, id, err, says)
			}
		}
	}
	for typeName, wrong := range map[string][2]string{
		secretType:  {dbID + "@4", `is the id of a version, and this resource is a secret. Use "nl-01/app/db" here`},
		versionType: {dbID, `is the id of a secret, and this resource is a version. Use "nl-01/app/db@current" here`},
	} {
		core, err := acctest.NewCore(t.Context(), s, typeName)
		if err != nil {
			t.Fatal(err)
		}
		refusedBy(t, typeName, core.Import(t.Context(), wrong[0]), "Invalid import id", wrong[1], forms[typeName])
	}
	if calls := s.Calls(); len(calls) > 0 {
		t.Errorf("asked for %v", calls)
	}
}

// An identity without a region needs the provider's.
func TestImportIdentityWithoutRegion(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	environment := s.Environment()
	delete(environment, "THALASSA_REGION")
	factory := providerserver.NewProtocol6WithError(provider.New("test", provider.WithEnvironment(func(name string) string { return environment[name] }))())
	for _, typeName := range []string{secretType, versionType} {
		core, err := acctest.NewCoreOf(t.Context(), func() (tfprotov6.ProviderServer, error) { return factory() }, typeName)
		if err != nil {
			t.Fatal(err)
		}
		refusedBy(t, typeName, core.ImportIdentity(t.Context(), identityOf(t, "", "/app/db")), "Invalid import identity",
			"The identity has no region, and the provider has no default", `{ region = "nl-01", path = "/app/db" }`)
	}
}

// The error for an empty id.
func TestImportCommandWithoutID(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer+versionOf(firstPut("v")))
	for _, address := range []string{secretAddress, versionAddress} {
		result := w.Run("import", "-no-color", address, "")
		if said := strings.Join(strings.Fields(result.Stdout+result.Stderr), " "); result.Code == 0 || strings.Contains(said, "always an error in the provider") || !strings.Contains(said, "The import id is empty.") {
			t.Errorf("%s: exit %d, %s", address, result.Code, said)
		}
	}
}
