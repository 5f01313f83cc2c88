package provider_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// recordedStates is where states are that earlier commits of the provider have left
// behind. Each directory below a commit is one recording.
const recordedStates = "testdata/states"

// recordedState is a state of an earlier commit, with the metadata of the service. Each
// resource in it is a separate fixture, named after what it shows.
type recordedState struct {
	name    string // of the commit and the recording
	config  []byte
	state   []byte
	service recordedService
	// defaultLabels are those of the provider block.
	defaultLabels map[string]string
	// changes is what the commit's own plan proposed, by address. It is empty where
	// nothing was due.
	changes map[string]recordedChange
}

// recordedChange is a planned change of a resource: what is done, and each attribute
// that changes, as "before -> after".
type recordedChange struct {
	Actions    []string          `json:"actions"`
	Attributes map[string]string `json:"attributes"`
}

// The files of a recording.
const (
	recordedConfig      = "main.tf.txt" // not .tf: it is kept as it was applied, and not formatted
	recordedFile        = "terraform.tfstate"
	recordedServiceFile = "service.json"
	recordedChanges     = "changes.json"
)

// everyRecordedState reads all recordings.
func everyRecordedState(t *testing.T) []recordedState {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(recordedStates, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) < 3 {
		t.Fatalf("only %d recordings are in %s", len(dirs), recordedStates)
	}
	recordings := make([]recordedState, len(dirs))
	for i, dir := range dirs {
		recordings[i] = readRecordedState(t, dir)
	}
	return recordings
}

func readRecordedState(t *testing.T, dir string) recordedState {
	t.Helper()
	name, err := filepath.Rel(recordedStates, dir)
	if err != nil {
		t.Fatal(err)
	}
	r := recordedState{
		name: filepath.ToSlash(name), config: []byte(read(t, filepath.Join(dir, recordedConfig))), state: []byte(read(t, filepath.Join(dir, recordedFile))),
	}
	for file, target := range map[string]any{recordedServiceFile: &r.service, recordedChanges: &r.changes} {
		if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, file))), target); err != nil {
			t.Fatalf("%s/%s: %v", name, file, err)
		}
	}
	if strings.Contains(string(r.config), recordedProvider) {
		r.defaultLabels = recordedDefaultLabels
	}
	return r
}

// write stores a recording.
func (r recordedState) write(t *testing.T) {
	t.Helper()
	dir := filepath.Join(recordedStates, filepath.FromSlash(r.name))
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string][]byte{
		recordedConfig: r.config, recordedFile: r.state,
		recordedServiceFile: indented(t, r.service), recordedChanges: indented(t, r.changes),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func indented(t *testing.T, v any) []byte {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// recordedInstance is a resource of a state file.
type recordedInstance struct {
	address, typeName string
	version           int64
	attributes        json.RawMessage
	private           []byte
}

// protected reports a secret that is protected from deletion.
func (i recordedInstance) protected(t *testing.T) bool {
	t.Helper()
	var attributes struct {
		DeletionProtection bool `json:"deletion_protection"`
	}
	if err := json.Unmarshal(i.attributes, &attributes); err != nil {
		t.Fatalf("%s: %v", i.address, err)
	}
	return attributes.DeletionProtection
}

// instances are the resources of the state, one instance each.
func (r recordedState) instances(t *testing.T) []recordedInstance {
	t.Helper()
	var file struct {
		Resources []struct {
			Mode, Type, Name string
			Instances        []struct {
				SchemaVersion int64           `json:"schema_version"`
				Attributes    json.RawMessage `json:"attributes"`
				Private       []byte          `json:"private"`
			}
		}
	}
	if err := json.Unmarshal(r.state, &file); err != nil {
		t.Fatalf("%s: %v", r.name, err)
	}
	var instances []recordedInstance
	for _, resource := range file.Resources {
		if resource.Mode != "managed" || len(resource.Instances) != 1 {
			t.Fatalf("%s: %s.%s is not one instance of a managed resource", r.name, resource.Type, resource.Name)
		}
		one := resource.Instances[0]
		instances = append(instances, recordedInstance{
			resource.Type + "." + resource.Name, resource.Type, one.SchemaVersion, one.Attributes, one.Private,
		})
	}
	return instances
}

// A server that starts from a recording gives the answers that the recorded one gave:
// the plans of the other tests are about the same facts.
func TestRecordedServices(t *testing.T) {
	t.Parallel()
	for _, r := range everyRecordedState(t) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			got, want := indented(t, serviceOf(t, r.service.start(t))), indented(t, r.service)
			if !bytes.Equal(got, want) {
				t.Errorf("%s: the server has\n%s\nwant\n%s", r.name, got, want)
			}
		})
	}
}

// The provider refreshes each resource of a recorded state: no attribute that the
// commit had changes, nothing is written, and the next refresh leaves everything as it
// is.
func TestRecordedStatesRefresh(t *testing.T) {
	t.Parallel()
	for _, r := range everyRecordedState(t) {
		s := r.service.start(t)
		for _, instance := range r.instances(t) {
			t.Run(r.name+"/"+instance.address, func(t *testing.T) {
				t.Parallel()
				core, err := acctest.NewCore(t.Context(), s, instance.typeName)
				if err != nil {
					t.Fatal(err)
				}
				if r.defaultLabels != nil {
					core.Provider = map[string]any{"default_labels": r.defaultLabels}
				}
				if err := core.Restore(t.Context(), instance.version, instance.attributes, instance.private); err != nil {
					t.Fatalf("the recorded attributes cannot be read: %v", err)
				}
				refreshTwice(t, core, instance.knew(t))
			})
		}
		t.Cleanup(func() {
			if writes := s.Writes(); writes != 0 {
				t.Errorf("%s: refreshing wrote %d times: %v", r.name, writes, s.Calls())
			}
		})
	}
}

// knew are the attributes that the commit had. Those that came later are null in the
// recorded state, and the first refresh may fill them.
func (i recordedInstance) knew(t *testing.T) (known map[string]json.RawMessage) {
	t.Helper()
	if err := json.Unmarshal(i.attributes, &known); err != nil {
		t.Fatalf("%s: %v", i.address, err)
	}
	return known
}

func refreshTwice(t *testing.T, core *acctest.Core, known map[string]json.RawMessage) {
	t.Helper()
	had := core.State
	for round := range 2 {
		refreshed, _, err := core.Refresh(t.Context())
		switch {
		case err != nil:
			t.Fatalf("the refresh fails: %v\nrecorded private state: %s", err, had.Private)
		case refreshed == nil:
			t.Fatal("the refresh finds nothing")
		case round > 0 && !bytes.Equal(refreshed.Private, had.Private):
			t.Errorf("the second refresh changes the private state\nfrom %s\nto   %s", had.Private, refreshed.Private)
		}
		before := attributes(t, had.Value)
		for name, after := range attributes(t, refreshed.Value) {
			_, held := known[name]
			if fills := round == 0 && !held && before[name].IsNull(); !fills && !after.Equal(before[name]) {
				t.Errorf("refresh %d changes %s from %s to %s", round+1, name, before[name], after)
			}
		}
		had, core.State = refreshed, refreshed
	}
}
