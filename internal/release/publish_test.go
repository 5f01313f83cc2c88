package release

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// checkout is a repository with a tag, as a job of the release has it, and the files
// that are to be released.
type checkout struct {
	t          *testing.T
	dir, files string
	env        []string
}

// checkedOut makes one whose changelog has a version, with files as a build leaves them.
func checkedOut(t *testing.T, version string) *checkout {
	t.Helper()
	c := &checkout{t: t, dir: t.TempDir(), files: t.TempDir()}
	c.env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GNUPGHOME="+t.TempDir())
	script := readFile(t, filepath.Join(root(t), "tools", "release.sh"))
	c.write(filepath.Join(c.dir, "tools", "release.sh"), string(script))
	c.write(filepath.Join(c.dir, "CHANGELOG.md"), "## "+version+" (1 November 2026)\n\nNOTES:\n\n* What is new\n")
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a"}, {"tag", "v" + version}} {
		c.must("git", append([]string{"-C", c.dir}, args...)...)
	}
	var sums strings.Builder
	for _, name := range []string{version + "_linux_amd64.zip", version + "_linux_amd64.cdx.json", version + "_manifest.json"} {
		content := "content of " + name
		c.write(filepath.Join(c.files, project+"_"+name), content)
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256([]byte(content)), project+"_"+name)
	}
	c.write(c.sums(version), sums.String())
	return c
}

func (c *checkout) sums(version string) string {
	return filepath.Join(c.files, project+"_"+version+"_SHA256SUMS")
}

func (c *checkout) write(name, content string) {
	c.t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c *checkout) must(name string, args ...string) string {
	c.t.Helper()
	said, err := c.run(name, args...)
	if err != nil {
		c.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, said)
	}
	return said
}

func (c *checkout) run(name string, args ...string) (string, error) {
	c.t.Helper()
	command := exec.CommandContext(c.t.Context(), name, args...) //nolint:gosec // The arguments are this test's.
	command.Env = c.env
	said, err := command.CombinedOutput()
	return string(said), err
}

// script runs tools/release.sh.
func (c *checkout) script(args ...string) (string, error) {
	c.t.Helper()
	return c.run("bash", append([]string{filepath.Join(c.dir, "tools", "release.sh")}, args...)...)
}

// The checksums are signed if they hold, and by the key that was named.
func TestSigning(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("gpg"); err != nil {
		t.Skip("needs gpg, which is not on the PATH")
	}
	c := checkedOut(t, "1.2.3")
	c.must("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "release@example.com", "rsa2048", "sign", "never")
	t.Cleanup(func() { _, _ = c.run("gpgconf", "--kill", "all") })
	if said, err := c.script("sign", c.files); err == nil {
		t.Errorf("signed without a key:\n%s", said)
	}
	c.env = append(c.env, "GPG_FINGERPRINT=release@example.com")
	if said, err := c.script("sign", c.files); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	// As SECURITY.md tells users.
	c.must("gpg", "--verify", c.sums("1.2.3")+".sig", c.sums("1.2.3"))

	c = checkedOut(t, "1.2.3")
	c.env = append(c.env, "GPG_FINGERPRINT=release@example.com")
	c.write(filepath.Join(c.files, project+"_1.2.3_linux_amd64.zip"), "something else")
	if said, err := c.script("sign", c.files); err == nil || !strings.Contains(said, "do not match") {
		t.Errorf("what was changed is signed: %v\n%s", err, said)
	}
	if _, err := os.Stat(c.sums("1.2.3") + ".sig"); err == nil {
		t.Error("there is a signature")
	}
}

// What is signed and whole becomes the release of its tag, and nothing else does.
func TestPublishing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		version string
		spoil   func(c *checkout)
		says    string // what stops it
		with    string // what gh is told besides
	}{
		"a release":   {"1.2.3", func(*checkout) {}, "", ""},
		"a candidate": {"1.2.3-rc.1", func(*checkout) {}, "", "--prerelease "},
		"not signed":  {"1.2.3", func(c *checkout) { _ = os.Remove(c.sums("1.2.3") + ".sig") }, "are not signed", ""},
		"another version": {"1.2.3", func(c *checkout) {
			c.must("git", "-C", c.dir, "tag", "-d", "v1.2.3")
			c.must("git", "-C", c.dir, "tag", "v1.2.4")
		}, "are not of v1.2.4", ""},
		"no tag":         {"1.2.3", func(c *checkout) { c.must("git", "-C", c.dir, "tag", "-d", "v1.2.3") }, "none is checked out", ""},
		"a file is gone": {"1.2.3", func(c *checkout) { _ = os.Remove(filepath.Join(c.files, project+"_1.2.3_manifest.json")) }, "do not match", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := checkedOut(t, tc.version)
			c.write(c.sums(tc.version)+".sig", "signature")
			bin := t.TempDir()
			told := filepath.Join(bin, "told")
			gh := filepath.Join(bin, "gh")
			c.write(gh, "#!/bin/sh\nprintf '%s ' \"$@\" >'"+told+"'\n")
			if err := os.Chmod(gh, 0o700); err != nil { //nolint:gosec // It has to be run.
				t.Fatal(err)
			}
			c.env = append(c.env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			tc.spoil(c)
			said, err := c.script("publish", c.files)
			asked, _ := os.ReadFile(told) //nolint:gosec // The test's own.
			if tc.says != "" {
				if err == nil || !strings.Contains(said, tc.says) || len(asked) > 0 {
					t.Errorf("%v, with %q:\n%s", err, asked, said)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			begin := fmt.Sprintf("release create v%[1]s --repo thalassasecrets/%[2]s --verify-tag --title v%[1]s --notes-file .build/release-notes.md %[3]s%[4]s/", tc.version, project, tc.with, c.files)
			if !bytes.HasPrefix(asked, []byte(begin)) || bytes.Count(asked, []byte(project+"_"+tc.version+"_")) != 5 {
				t.Errorf("gh is told %q, want %q and five files", asked, begin)
			}
			if notes := string(readFile(t, filepath.Join(c.dir, ".build", "release-notes.md"))); !strings.Contains(notes, "What is new") {
				t.Errorf("the notes are %q", notes)
			}
		})
	}
}
