package provider_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Every query that the documentation shows is about a list resource, and configures
// what it has. Few CLIs can run one, so this is looked at everywhere.
func TestQueriesFitTheSchema(t *testing.T) {
	t.Parallel()
	_, schemas := served(t)
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "*", "*", "*.tfquery.hcl"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%d queries were found, %v", len(files), err)
	}
	for _, name := range files {
		file, diags := hclparse.NewParser().ParseHCLFile(name)
		if diags.HasErrors() {
			t.Errorf("%s: %v", name, diags)
			continue
		}
		body, ok := file.Body.(*hclsyntax.Body)
		if !ok || len(body.Blocks) == 0 {
			t.Errorf("%s holds no block", name)
			continue
		}
		for _, block := range body.Blocks {
			checkListBlock(t, name, block, schemas.ListResourceSchemas)
		}
	}
}

// checkListBlock knows the arguments that Terraform itself has for a list block.
func checkListBlock(t *testing.T, file string, block *hclsyntax.Block, schemas map[string]*tfprotov6.Schema) {
	t.Helper()
	if block.Type != "list" || len(block.Labels) != 2 || schemas[block.Labels[0]] == nil {
		t.Errorf("%s: there is no %s %q", file, block.Type, block.Labels)
		return
	}
	if block.Body.Attributes["provider"] == nil {
		t.Errorf("%s: %q names no provider", file, block.Labels)
	}
	for name := range block.Body.Attributes {
		if !slices.Contains([]string{"provider", "limit", "include_resource", "count", "for_each"}, name) {
			t.Errorf("%s: a list block has no argument %s", file, name)
		}
	}
	for _, config := range block.Body.Blocks {
		if config.Type != "config" {
			t.Errorf("%s: a list block has no block %s", file, config.Type)
		}
		for name := range config.Body.Attributes {
			if !slices.ContainsFunc(schemas[block.Labels[0]].Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name }) {
				t.Errorf("%s: %s has no %s", file, block.Labels[0], name)
			}
		}
	}
}
