package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Mirror makes a CLI configuration with which init installs the provider as it was
// built, from a directory that stands in for the registries. It is for tests of what
// users run, init included; a Workspace needs none.
func Mirror(t testing.TB) (configuration string) {
	t.Helper()
	if err := buildProvider(); err != nil {
		t.Fatal(err)
	}
	root, err := sourceRoot()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		const name, version = "terraform-provider-thalassasecrets", "0.1.0"
		to := filepath.Join(dir, registry, "thalassasecrets", "thalassasecrets", version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(to, 0o750); err != nil {
			t.Fatal(err)
		}
		// A copy: the build may be replaced while an installed one is in use.
		built, err := os.ReadFile(filepath.Join(buildDir(root, realBuild), name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name+"_v"+version), built, 0o700); err != nil { //nolint:gosec // A program has to run.
			t.Fatal(err)
		}
	}
	configuration = filepath.Join(dir, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", dir)
	if err := os.WriteFile(configuration, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return configuration
}
