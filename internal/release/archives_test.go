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

const (
	project = "terraform-provider-thalassasecrets"
	tools   = "thalassasecrets-tools"
)

// archive is a zip of a release.
type archive struct {
	name, kind, goos, goarch string
	programs                 []string // that it has to hold, without .exe
	content                  []byte
}

// archives are those of a directory, all of one version.
type archives struct {
	dir, version string
	zips         []archive
}

// named are the names of archives: those that registries take for a provider, and those
// of the tools, which they pass over.
var named = regexp.MustCompile(`^(` + project + `|` + tools + `)_(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)_([a-z]+)_([a-z0-9]+)\.zip$`)

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
		if found.version != "" && parts[2] != found.version {
			t.Fatalf("%s holds the versions %s and %s", dir, found.version, parts[2])
		}
		found.version = parts[2]
		programs := []string{project + "_v" + parts[2]}
		if parts[1] == tools {
			programs = []string{"conformance", "drift-check", "refserver"}
		}
		found.zips = append(found.zips, archive{filepath.Base(file), parts[1], parts[3], parts[4], programs, readFile(t, file)})
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

func (a archives) of(kind, goos, goarch string) *archive {
	for i := range a.zips {
		if a.zips[i].kind == kind && a.zips[i].goos == goos && a.zips[i].goarch == goarch {
			return &a.zips[i]
		}
	}
	return nil
}

// files are the names of the archive's programs as they are in it.
func (z archive) files() []string {
	files := slices.Clone(z.programs)
	for i := range files {
		if z.goos == "windows" {
			files[i] += ".exe"
		}
	}
	return files
}

// check looks into each archive: the programs and the licences, nothing else, and the
// programs built for their platform without anything of the machine that built them.
func (a archives) check(t *testing.T) {
	t.Helper()
	for _, z := range a.zips {
		held := z.held(t)
		want := slices.Sorted(slices.Values(append(z.files(), "LICENSE", "THIRD_PARTY_LICENSES.md")))
		if !slices.Equal(slices.Sorted(maps.Keys(held)), want) {
			t.Fatalf("%s holds %q, want %q", z.name, slices.Sorted(maps.Keys(held)), want)
		}
		for _, text := range []string{"LICENSE", "THIRD_PARTY_LICENSES.md"} {
			if !bytes.Equal(held[text], readFile(t, filepath.Join(root(t), text))) {
				t.Errorf("%s: %s is not the repository's", z.name, text)
			}
		}
		for _, program := range z.files() {
			a.checkProgram(t, z, program, held[program])
		}
	}
}

// held are the files of an archive. The programs may be run.
func (z archive) held(t *testing.T) map[string][]byte {
	t.Helper()
	reader, err := zip.NewReader(bytes.NewReader(z.content), int64(len(z.content)))
	if err != nil {
		t.Fatalf("%s: %v", z.name, err)
	}
	held := map[string][]byte{}
	for _, file := range reader.File {
		held[file.Name] = unpack(t, file)
		if slices.Contains(z.files(), file.Name) && file.Mode() != 0o755 {
			t.Errorf("%s: %s has the mode %v", z.name, file.Name, file.Mode())
		}
	}
	return held
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

func (a archives) checkProgram(t *testing.T, z archive, name string, program []byte) {
	t.Helper()
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Errorf("%s: %s: %v", z.name, name, err)
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
			t.Errorf("%s: %s was built with %s=%s, want %q", z.name, name, key, settings[key], want)
		}
	}
	if path := []byte(root(t)); bytes.Contains(program, path) {
		t.Errorf("%s: %s holds the path %s", z.name, name, path)
	}
	// The reference server has no version to tell.
	if !bytes.Contains(program, []byte(a.version)) && !strings.HasPrefix(name, "refserver") {
		t.Errorf("%s: %s does not know its version", z.name, name)
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
		for _, bill := range z.bills() {
			if whole {
				want[bill] = readFile(t, filepath.Join(a.dir, bill))
			}
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

// checkPlatforms is about those on which Terraform and OpenTofu run, and about those
// of the tools.
func (a archives) checkPlatforms(t *testing.T) {
	t.Helper()
	platforms := map[string][]string{}
	for _, z := range a.zips {
		platforms[z.kind] = append(platforms[z.kind], z.goos+"_"+z.goarch)
	}
	for kind, want := range map[string][]string{
		project: {
			"darwin_amd64", "darwin_arm64", "freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
			"linux_386", "linux_amd64", "linux_arm", "linux_arm64", "windows_386", "windows_amd64", "windows_arm64",
		},
		tools: {"darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64"},
	} {
		if got := slices.Sorted(slices.Values(platforms[kind])); !slices.Equal(got, want) {
			t.Errorf("the platforms of %s are %q, want %q", kind, got, want)
		}
	}
}

// bills are the names of the bills of materials, one for each of the archive's programs.
func (z archive) bills() []string {
	if z.kind == project {
		return []string{strings.TrimSuffix(z.name, ".zip") + ".cdx.json"}
	}
	var bills []string
	for _, program := range z.programs {
		name := strings.Replace(z.name, tools, "thalassasecrets-"+program, 1)
		bills = append(bills, strings.TrimSuffix(name, ".zip")+".cdx.json")
	}
	return bills
}

// checkBills holds each bill against what its program says of itself.
func (a archives) checkBills(t *testing.T) {
	t.Helper()
	for _, z := range a.zips {
		held := z.held(t)
		for i, program := range z.files() {
			a.checkBill(t, z.bills()[i], held[program])
		}
	}
}

func (a archives) checkBill(t *testing.T, name string, program []byte) {
	t.Helper()
	var bill struct {
		Format     string `json:"bomFormat"`
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(readFile(t, filepath.Join(a.dir, name)), &bill); err != nil || bill.Format != "CycloneDX" {
		t.Errorf("%s: a bill in %q, %v", name, bill.Format, err)
		return
	}
	var billed []string
	for _, c := range bill.Components {
		billed = append(billed, fmt.Sprintf("%s@%s", c.Name, c.Version))
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	for _, module := range info.Deps {
		if linked := module.Path + "@" + module.Version; !slices.Contains(billed, linked) {
			t.Errorf("%s: %s is linked and not in the bill", name, linked)
		}
	}
	// The standard library is the one component that is not a module.
	if len(billed) != len(info.Deps)+1 {
		t.Errorf("%s: the bill has %d components for %d modules: %q", name, len(billed), len(info.Deps), billed)
	}
}
