package release

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// root is the top of the repository, as an absolute path.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// release runs tools/release.sh. It skips the test where GoReleaser would have to be
// built first, which takes minutes.
func release(t *testing.T, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "bash", append([]string{filepath.Join(root(t), "tools", "release.sh")}, args...)...) //nolint:gosec // The arguments are this test's.
	said, err := command.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 3 {
		t.Skip(strings.TrimSpace(string(said)))
	}
	if err != nil {
		t.Fatalf("tools/release.sh %s: %v\n%s", strings.Join(args, " "), err, said)
	}
}

// TestRelease looks at the archives that "make snapshot" has built, which names their
// directory in RELEASE_DIST, or else builds the one for this machine as that does.
func TestRelease(t *testing.T) {
	t.Parallel()
	dir, whole := os.Getenv("RELEASE_DIST"), true
	if dir == "" {
		dir, whole = t.TempDir(), false
		release(t, "single", dir)
	}
	archives := open(t, dir)
	for _, kind := range []string{project, tools} {
		if archives.of(kind, runtime.GOOS, runtime.GOARCH) == nil {
			t.Fatalf("%s has no archive of %s for %s_%s", dir, kind, runtime.GOOS, runtime.GOARCH)
		}
	}
	if !whole && len(archives.zips) != 2 {
		t.Errorf("%d archives were built for one machine, want that of the provider and that of the tools", len(archives.zips))
	}

	run := func(name string, check func(t *testing.T)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t)
		})
	}
	run("what is in the archives", archives.check)
	run("checksums", func(t *testing.T) {
		t.Helper()
		archives.checkSums(t, whole)
	})
	run("installation", func(t *testing.T) {
		t.Helper()
		install(t, dir, archives.version)
	})
	run("tools", func(t *testing.T) {
		t.Helper()
		useTools(t, archives)
	})
	if whole {
		run("platforms", archives.checkPlatforms)
		run("bills of materials", archives.checkBills)
		run("built again elsewhere", func(t *testing.T) {
			t.Helper()
			again := t.TempDir()
			release(t, "again", again)
			twins := open(t, again)
			for _, kind := range []string{project, tools} {
				here, twin := archives.of(kind, runtime.GOOS, runtime.GOARCH), twins.of(kind, runtime.GOOS, runtime.GOARCH)
				if twin == nil || !bytes.Equal(twin.content, here.content) {
					t.Errorf("%s has other bytes when it is built at another place", here.name)
				}
			}
		})
	}
}

// install does what README.md says from the archives on, and applies.
func install(t *testing.T, dist, version string) {
	t.Helper()
	s := acctest.NewServer(t)
	w := acctest.NewBareWorkspace(t, s, acctest.Basics)
	readme := readInstallation(t)

	// The commands run in a checkout; here it is one with these archives.
	checkout := t.TempDir()
	if err := os.MkdirAll(filepath.Join(checkout, ".build"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dist, filepath.Join(checkout, ".build", "dist")); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	command := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", readme.mirror) //nolint:gosec // The commands are README.md's.
	command.Dir = checkout
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("the commands of README.md: %v\n%s", err, said)
	}

	w.Write(".tfrc", strings.ReplaceAll(readme.settings, "/home/you", home))
	w.Write("terraform.tf", strings.ReplaceAll(readme.configuration, readme.version, version))
	w.Write("main.tf", `
resource "thalassasecrets_secret" "key" {
  path                = "/installed/key"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}

resource "thalassasecrets_secret_version" "key" {
  secret_id = thalassasecrets_secret.key.id
  generate  = { byte_length = 32 }
}
`)
	if said := w.Run("init", "-no-color"); said.Code != 0 {
		t.Fatalf("init: %s%s", said.Stdout, said.Stderr)
	}
	lock := string(w.Read(".terraform.lock.hcl"))
	for _, part := range []string{"/thalassasecrets/thalassasecrets\"", "version     = \"" + version + "\"", "\"h1:"} {
		if !strings.Contains(lock, part) {
			t.Errorf("the lock file has no %s:\n%s", part, lock)
		}
	}
	if said := w.Run("version"); !strings.Contains(said.Stdout, "/thalassasecrets/thalassasecrets v"+version) {
		t.Errorf("the CLI does not say that it has %s:\n%s", version, said.Stdout)
	}
	if warnings := w.Apply().Warnings(); len(warnings) > 0 {
		t.Errorf("warnings: %q", warnings)
	}
	if secret := s.Secret("nl-01/installed/key"); len(secret.Versions) != 2 {
		t.Errorf("the service has %d versions, want the placeholder and the key", len(secret.Versions))
	}
	if said := w.Run("destroy", "-auto-approve", "-no-color"); said.Code != 0 {
		t.Fatalf("destroy: %s%s", said.Stdout, said.Stderr)
	}
}
