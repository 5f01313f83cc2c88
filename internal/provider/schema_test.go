package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// served is a provider that is not configured, and its schemas.
func served(t *testing.T, options ...provider.Option) (tfprotov6.ProviderServer, *tfprotov6.GetProviderSchemaResponse) {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(provider.New("test", options...)())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return server, schemas
}

// Every schema and function that the provider serves is valid, which the framework
// judges when it is asked for them, and says of each attribute and parameter what it
// is for: the documentation is made of it.
func TestSchemasAreDescribed(t *testing.T) {
	t.Parallel()
	_, schemas := served(t)
	for _, d := range schemas.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	checkAttributes(t, "provider", schemas.Provider.Block.Attributes)
	for name, schema := range schemas.ResourceSchemas {
		checkPage(t, "resources", name, schema)
		if _, err := os.Stat(filepath.Join("..", "..", "examples", "resources", name, "import.sh")); err != nil {
			t.Errorf("%s has no example of an import: %v", name, err)
		}
	}
	for name, schema := range schemas.DataSourceSchemas {
		checkPage(t, "data-sources", name, schema)
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		checkPage(t, "ephemeral-resources", name, schema)
	}
	for name, function := range schemas.Functions {
		checkFunction(t, name, function)
	}
	for name, action := range schemas.ActionSchemas {
		checkPage(t, "actions", name, action.Schema)
	}
	for name, schema := range schemas.ListResourceSchemas {
		checkPage(t, "list-resources", name, schema)
		if schemas.ResourceSchemas[name] == nil {
			t.Errorf("%s is listed, and no resource", name)
		}
	}
	for name := range schemas.ResourceSchemas {
		if schemas.ListResourceSchemas[name] == nil {
			t.Errorf("%s cannot be listed", name)
		}
	}
	for kind, n := range map[string]int{
		"resources": len(schemas.ResourceSchemas), "data sources": len(schemas.DataSourceSchemas), "ephemeral resources": len(schemas.EphemeralResourceSchemas),
		"functions": len(schemas.Functions), "actions": len(schemas.ActionSchemas), "list resources": len(schemas.ListResourceSchemas),
	} {
		if n == 0 {
			t.Errorf("the provider serves no %s", kind)
		}
	}
}

// checkPage looks for the description, the example and the page of documentation.
func checkPage(t *testing.T, kind, name string, schema *tfprotov6.Schema) {
	t.Helper()
	if schema.Block.Description == "" {
		t.Errorf("%s is not described", name)
	}
	checkAttributes(t, name, schema.Block.Attributes)
	checkFiles(t, kind, name)
}

// checkFunction looks for the same of a function.
func checkFunction(t *testing.T, name string, function *tfprotov6.Function) {
	t.Helper()
	if !strings.HasSuffix(function.Summary, ".") || !strings.HasSuffix(function.Description, ".") {
		t.Errorf("%s is not described in sentences: %q, %q", name, function.Summary, function.Description)
	}
	for _, parameter := range function.Parameters {
		if !strings.HasSuffix(parameter.Description, ".") {
			t.Errorf("%s(%s) is not described in a sentence: %q", name, parameter.Name, parameter.Description)
		}
	}
	checkFiles(t, "functions", name)
}

func checkFiles(t *testing.T, kind, name string) {
	t.Helper()
	pattern := "*.tf"
	if kind == "list-resources" {
		pattern = "*.tfquery.hcl"
	}
	if examples, _ := filepath.Glob(filepath.Join("..", "..", "examples", kind, name, pattern)); len(examples) == 0 {
		t.Errorf("%s has no example", name)
	}
	page := filepath.Join("..", "..", "docs", kind, strings.TrimPrefix(name, "thalassasecrets_")+".md")
	if _, err := os.Stat(page); err != nil {
		t.Errorf("%s has no page: %v", name, err)
	}
}

func checkAttributes(t *testing.T, at string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, attribute := range attributes {
		if !strings.HasSuffix(attribute.Description, ".") {
			t.Errorf("%s.%s is not described in a sentence: %q", at, attribute.Name, attribute.Description)
		}
		if attribute.NestedType != nil {
			checkAttributes(t, at+"."+attribute.Name, attribute.NestedType.Attributes)
		}
	}
}
