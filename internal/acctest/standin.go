package acctest

import (
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Database is what stands in for a PostgreSQL server: it knows roles and their
// passwords.
type Database struct {
	t   testing.TB
	dir string
}

// UseDatabase gives the workspace stand-ins for the providers hashicorp/random and
// cyrilgdn/postgresql, and the second one a database.
func (w *Workspace) UseDatabase() *Database {
	w.t.Helper()
	w.useStandIns("hashicorp/random", "cyrilgdn/postgresql")
	d := &Database{t: w.t, dir: w.t.TempDir()}
	w.Env["STANDIN_DATABASE"] = d.dir
	return d
}

// UseVendor gives the workspace a stand-in for the vendor's general provider, which
// has to be installed where a state is moved away from it.
func (w *Workspace) UseVendor() { w.UseVendorAs("thalassa-cloud/thalassa") }

// UseVendorAs installs the same provider under another address, as a fork has it.
func (w *Workspace) UseVendorAs(address string) {
	w.t.Helper()
	w.useStandIns(address)
}

// LaterVendor gives a resource of that provider, such as "secret", a version of its
// schema that is not known yet.
func (w *Workspace) LaterVendor(resource string) { w.Env["STANDIN_LATER"] = resource }

// useStandIns adds overrides to the CLI configuration.
func (w *Workspace) useStandIns(addresses ...string) {
	w.t.Helper()
	if err := buildStandIns(); err != nil {
		w.t.Fatal(err)
	}
	for _, address := range addresses {
		w.override(address, standInBuild)
	}
}

// WithoutStandIns uninstalls every stand-in.
func (w *Workspace) WithoutStandIns() {
	w.t.Helper()
	maps.DeleteFunc(w.builds, func(_, build string) bool { return build == standInBuild })
	w.writeSettings()
}

// Password is the password of a role.
func (d *Database) Password(role string) string {
	d.t.Helper()
	password, err := os.ReadFile(filepath.Join(d.dir, role)) //nolint:gosec // The test names its own file.
	if err != nil {
		d.t.Fatal(err)
	}
	return string(password)
}

// FailOnce makes the next change of a role fail. Recorded says that the provider
// keeps the planned state all the same, as those do that are built with the older
// SDK.
func (d *Database) FailOnce(recorded bool) {
	d.t.Helper()
	how := "unrecorded"
	if recorded {
		how = "recorded"
	}
	if err := os.WriteFile(filepath.Join(d.dir, "fail"), []byte(how), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

const standInBuild = "standin"

// buildStandIns builds one program and gives it the name of each provider.
var buildStandIns = sync.OnceValue(func() error {
	built, err := compile(standInBuild, "./internal/acctest/standin")
	if err != nil {
		return err
	}
	for _, name := range []string{"random", "postgresql", "thalassa"} {
		linked := built + "." + name
		if err := os.Link(built, linked); err != nil {
			return err
		}
		if err := os.Rename(linked, filepath.Join(filepath.Dir(built), "terraform-provider-"+name)); err != nil {
			return err
		}
	}
	return os.Remove(built)
})
