package release

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const project = "terraform-provider-thalassasecrets"

// archive is a zip of a release.
type archive struct {
	name, goos, goarch string
	content            []byte
}

// archives are those of a directory, all of one version.
type archives struct {
	dir, version string
	zips         []archive
}

// named are the names that registries take for archives of a provider.
var named = regexp.MustCompile(`^` + project + `_(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)_([a-z]+)_([a-z0-9]+)\.zip$`)

func open(t *testing.T, dir string) archives {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.zip"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has the archives %v, %v", dir, files, err)
	}
	found := archives{dir: dir}
	for _, file := range files {
		parts := named.FindStringSubmatch(filepath.Base(file))
		if parts == nil {
			t.Fatalf("no registry would take %s", filepath.Base(file))
		}
		if found.version != "" && parts[1] != found.version {
			t.Fatalf("%s holds the versions %s and %s", dir, found.version, parts[1])
		}
		found.version = parts[1]
		found.zips = append(found.zips, archive{filepath.Base(file), parts[2], parts[3], readFile(t, file)})
	}
	return found
}

func readFile(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file) //nolint:gosec // A file of the release under test.
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (a archives) of(goos, goarch string) *archive {
	for i := range a.zips {
		if a.zips[i].goos == goos && a.zips[i].goarch == goarch {
			return &a.zips[i]
		}
	}
	return nil
}

// check looks into each archive: the program and the licences, nothing else, and the
// program built for its platform without anything of the machine that built it.
func (a archives) check(t *testing.T) {
	t.Helper()
	for _, z := range a.zips {
		reader, err := zip.NewReader(bytes.NewReader(z.content), int64(len(z.content)))
		if err != nil {
			t.Fatalf("%s: %v", z.name, err)
		}
		program := project + "_v" + a.version
		if z.goos == "windows" {
			program += ".exe"
		}
		held := map[string][]byte{}
		for _, file := range reader.File {
			held[file.Name] = unpack(t, file)
			if file.Name == program && file.Mode() != 0o755 {
				t.Errorf("%s: the program has the mode %v", z.name, file.Mode())
			}
		}
		if want := []string{"LICENSE", "THIRD_PARTY_LICENSES.md", program}; !slices.Equal(slices.Sorted(maps.Keys(held)), want) {
			t.Fatalf("%s holds %q, want %q", z.name, slices.Sorted(maps.Keys(held)), want)
		}
		for _, text := range []string{"LICENSE", "THIRD_PARTY_LICENSES.md"} {
			if !bytes.Equal(held[text], readFile(t, filepath.Join(root(t), text))) {
				t.Errorf("%s: %s is not the repository's", z.name, text)
			}
		}
		a.checkProgram(t, z, held[program])
	}
}

func unpack(t *testing.T, file *zip.File) []byte {
	t.Helper()
	reader, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (a archives) checkProgram(t *testing.T, z archive, program []byte) {
	t.Helper()
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Errorf("%s: %v", z.name, err)
		return
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	// Without -trimpath, which leaves no other trace, the flags of the linker are there.
	for key, want := range map[string]string{
		"GOOS": z.goos, "GOARCH": z.goarch, "CGO_ENABLED": "0", "-trimpath": "true", "-ldflags": "", "vcs.revision": "",
	} {
		if settings[key] != want {
			t.Errorf("%s: the program was built with %s=%s, want %q", z.name, key, settings[key], want)
		}
	}
	if path := []byte(root(t)); bytes.Contains(program, path) {
		t.Errorf("%s: the program holds the path %s", z.name, path)
	}
	if !bytes.Contains(program, []byte(a.version)) {
		t.Errorf("%s: the program does not know its version", z.name)
	}
}

// checkSums compares the checksums with the files, and with the manifest, which a
// registry gets beside them under another name.
func (a archives) checkSums(t *testing.T, whole bool) {
	t.Helper()
	sums := map[string]string{}
	for line := range strings.Lines(string(readFile(t, filepath.Join(a.dir, project+"_"+a.version+"_SHA256SUMS")))) {
		sum, name, found := strings.Cut(strings.TrimSpace(line), "  ")
		if !found || sums[name] != "" {
			t.Fatalf("the checksums hold %q", line)
		}
		sums[name] = sum
	}
	manifest := readFile(t, filepath.Join(root(t), "terraform-registry-manifest.json"))
	want := map[string][]byte{project + "_" + a.version + "_manifest.json": manifest}
	for _, z := range a.zips {
		want[z.name] = z.content
		if whole {
			want[z.bill()] = readFile(t, filepath.Join(a.dir, z.bill()))
		}
	}
	for name, content := range want {
		sum := sha256.Sum256(content)
		if sums[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("the checksum of %s is %q, want %x", name, sums[name], sum)
		}
		delete(sums, name)
	}
	if len(sums) > 0 {
		t.Errorf("there are checksums of what is not there: %v", sums)
	}
}

// checkPlatforms is about those on which Terraform and OpenTofu run.
func (a archives) checkPlatforms(t *testing.T) {
	t.Helper()
	var platforms []string
	for _, z := range a.zips {
		platforms = append(platforms, z.goos+"_"+z.goarch)
	}
	slices.Sort(platforms)
	want := []string{
		"darwin_amd64", "darwin_arm64", "freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
		"linux_386", "linux_amd64", "linux_arm", "linux_arm64", "windows_386", "windows_amd64", "windows_arm64",
	}
	if !slices.Equal(platforms, want) {
		t.Errorf("the platforms are %q, want %q", platforms, want)
	}
}

// bill is the name of an archive's bill of materials.
func (z archive) bill() string { return strings.TrimSuffix(z.name, ".zip") + ".cdx.json" }

// checkBills holds the bill of each archive against what its program says of itself.
func (a archives) checkBills(t *testing.T) {
	t.Helper()
	for _, z := range a.zips {
		var bill struct {
			Format     string `json:"bomFormat"`
			Components []struct{ Name, Version string }
		}
		if err := json.Unmarshal(readFile(t, filepath.Join(a.dir, z.bill())), &bill); err != nil || bill.Format != "CycloneDX" {
			t.Errorf("%s: a bill in %q, %v", z.bill(), bill.Format, err)
			continue
		}
		var billed []string
		for _, c := range bill.Components {
			billed = append(billed, fmt.Sprintf("%s@%s", c.Name, c.Version))
		}
		linked := z.modules(t)
		for _, module := range linked {
			if !slices.Contains(billed, module) {
				t.Errorf("%s: %s is linked and not in the bill", z.name, module)
			}
		}
		// The standard library is the one component that is no module.
		if len(billed) != len(linked)+1 {
			t.Errorf("%s: the bill has %d components for %d modules: %q", z.name, len(billed), len(linked), billed)
		}
	}
}

// modules are those that the program was linked of, by its own account.
func (z archive) modules(t *testing.T) []string {
	t.Helper()
	reader, err := zip.NewReader(bytes.NewReader(z.content), int64(len(z.content)))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range reader.File {
		if !strings.HasPrefix(file.Name, project) {
			continue
		}
		info, err := buildinfo.Read(bytes.NewReader(unpack(t, file)))
		if err != nil {
			t.Fatal(err)
		}
		var modules []string
		for _, module := range info.Deps {
			modules = append(modules, module.Path+"@"+module.Version)
		}
		return modules
	}
	t.Fatalf("%s holds no program", z.name)
	return nil
}
