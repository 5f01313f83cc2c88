package acctest_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

func TestCLIHasFeature(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		product, version string
		feature          acctest.Feature
		reason           string
	}{
		"old enough":        {"Terraform", "1.14.0", acctest.Actions, ""},
		"a pre-release":     {"Terraform", "1.14.0-beta2", acctest.Actions, ""},
		"too old":           {"Terraform", "1.11.4", acctest.Actions, "needs actions: Terraform 1.14 or later, and this is 1.11.4"},
		"the other product": {"OpenTofu", "1.12.6-dev", acctest.WriteOnly, ""},
		"never":             {"OpenTofu", "1.12.6", acctest.Queries, "needs list resources and queries, which OpenTofu does not have"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := acctest.CLI{Product: test.product, Version: version.Must(version.NewVersion(test.version))}
			if has, reason := cli.Has(test.feature); reason != test.reason || has != (test.reason == "") {
				t.Errorf("%s has %q: %v, %q; want %q", cli, test.feature.Name, has, reason, test.reason)
			}
		})
	}
}

// README.md lists the same versions.
func TestFeaturesAreInTheREADME(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []acctest.Feature{
		acctest.Basics, acctest.Functions, acctest.MovedAcrossTypes, acctest.EphemeralValues,
		acctest.WriteOnly, acctest.ImportByIdentity, acctest.Queries, acctest.Actions,
	} {
		first := func(v string) string { return cmp.Or(strings.TrimSuffix(v, ".0"), "none yet") }
		if row := fmt.Sprintf("| %s | %s | %s |", f.Name, first(f.Terraform), first(f.OpenTofu)); !strings.Contains(string(page), row) {
			t.Errorf("README.md has no row %q", row)
		}
	}
}
