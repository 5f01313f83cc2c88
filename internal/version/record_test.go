package version_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// fullRecord is a record with something in every field.
func fullRecord() version.Record {
	at := november(3)
	return version.Record{
		Life: version.Life{CreatedAt: born, Mark: "MARK"}, Input: "secret_string_wo", Pending: true, Put: 4, PreviousPut: 2,
		Fingerprint: json.RawMessage(`{"salt":"c2FsdA==","hash":"aGFzaA=="}`),
		Retained: &version.Retained{ObjectVersion: 6, Versions: []version.RetainedVersion{
			{Number: 2, PutAt: born, ReadAt: at}, {Number: 3},
		}},
		Seen: version.Observation{
			Drift: version.Superseded, ManagedActive: true, CurrentVersion: 5, CurrentCreatedAt: at, CurrentFormat: "string",
			ActiveVersions: []int64{2, 4, 5}, OnlyPlaceholder: true, Life: version.Life{CreatedAt: at, Mark: version.Unmarked},
			DueAt: at, DueByRotateBefore: true, Retire: []int64{1}, RetireOnPut: []int64{1, 2}, PlaceholderGoes: true,
			Key: version.Key{ID: "kms-1", Status: "disabled"},
		},
	}
}

// A record is in the state files of users. A changed byte is drift for all of them, and a
// field that is read differently is a wrong decision.
func TestRecordGolden(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/record.json")
	if err != nil {
		t.Fatal(err)
	}
	record := fullRecord()
	for _, part := range []any{record, record.Seen} {
		for i, v := 0, reflect.ValueOf(part); i < v.NumField(); i++ {
			if v.Field(i).IsZero() {
				t.Errorf("%T.%s is in no golden file", part, v.Type().Field(i).Name)
			}
		}
	}
	raw, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	if got := indented.String() + "\n"; got != string(golden) {
		t.Errorf("the record is written as\n%s\nwant\n%s", got, golden)
	}
	var read version.Record
	if err := json.Unmarshal(golden, &read); err != nil {
		t.Fatal(err)
	}
	read.Fingerprint = compacted(t, read.Fingerprint)
	if !reflect.DeepEqual(read, record) {
		t.Errorf("the record is read as\n%+v\nwant\n%+v", read, record)
	}
}

func compacted(t *testing.T, raw json.RawMessage) json.RawMessage {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, raw); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What commit e3c157f wrote is read as the same record.
func TestFormerRecord(t *testing.T) {
	t.Parallel()
	record, err := version.FormerRecord(
		[]byte(`{"secret_created_at":"2026-10-07T00:58:35.074Z","input":"secret_string_wo","put":3,"previous_put":2,"fingerprint":{"salt":"c2FsdA==","hash":"aGFzaA=="}}`),
		[]byte(`{"finding":"superseded","managed_active":true,"current_version":4,"active_versions":[1,2,3,4],"retire":[1,2],"retire_on_put":[1,2,3]}`))
	if err != nil {
		t.Fatal(err)
	}
	if record.Put != 3 || record.PreviousPut != 2 || record.Input != "secret_string_wo" || record.Life.CreatedAt.IsZero() || record.Fingerprint == nil {
		t.Errorf("the record is %+v", record)
	}
	if seen := record.Seen; seen.Drift != version.Superseded || seen.CurrentVersion != 4 || len(seen.RetireOnPut) != 3 {
		t.Errorf("the record has seen %+v", seen)
	}
	raw, err := json.Marshal(record)
	var again version.Record
	if err != nil || json.Unmarshal(raw, &again) != nil || !again.IsSame(record) {
		t.Errorf("%s is another record, %v", raw, err)
	}
	for _, part := range []string{`{`, `[]`, `{"put":"x"}`} {
		if _, err := version.FormerRecord([]byte(part), nil); err == nil {
			t.Errorf("%s is read", part)
		}
		if _, err := version.FormerRecord(nil, []byte(`{"finding":1}`)); err == nil {
			t.Error("a finding that is a number is read")
		}
	}
	if empty, err := version.FormerRecord(nil, nil); err != nil || !empty.IsSame(version.Record{}) {
		t.Errorf("no record is read as %+v, %v", empty, err)
	}
}

// A record that this version of the provider cannot read is an error.
func TestRecordOfAnotherFormat(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`{"format":2,"put":4}`: "format is 2", `{"put":4}`: "format is 0", `{"format":1,"put":"4"}`: "cannot unmarshal", `[1]`: "cannot unmarshal",
	} {
		record := version.Imported(7)
		if err := json.Unmarshal([]byte(raw), &record); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", raw, err, want)
		}
		if record.Put != 7 && !strings.Contains(raw, `"4"`) {
			t.Errorf("%s: the record became %+v", raw, record)
		}
	}
}
