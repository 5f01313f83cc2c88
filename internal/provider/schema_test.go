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

// Every schema that the provider serves is valid, and says of each attribute what
// it is for: the documentation is made of it.
func TestSchemasAreDescribed(t *testing.T) {
	t.Parallel()
	server, err := providerserver.NewProtocol6WithError(provider.New("test")())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
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
	if len(schemas.ResourceSchemas) == 0 || len(schemas.DataSourceSchemas) == 0 {
		t.Error("the provider serves nothing")
	}
}

// checkPage looks for the description, the example and the page of documentation.
func checkPage(t *testing.T, kind, name string, schema *tfprotov6.Schema) {
	t.Helper()
	if schema.Block.Description == "" {
		t.Errorf("%s is not described", name)
	}
	checkAttributes(t, name, schema.Block.Attributes)
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
