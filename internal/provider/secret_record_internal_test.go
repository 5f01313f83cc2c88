package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// privateMap is a private state.
type privateMap map[string][]byte

func (p privateMap) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

func (p privateMap) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if value == nil {
		delete(p, key)
	} else {
		p[key] = value
	}
	return nil
}

// fullSecretRecord is a record with something in every field.
func fullSecretRecord() secretRecord {
	return secretRecord{Protected: "nl-01/app/db", DefaultLabels: map[string]string{"team": "a"}, Mark: "MARK"}
}

// A record is in the state files of users, where a changed byte is drift.
func TestSecretRecordGolden(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/secret_record.json")
	if err != nil {
		t.Fatal(err)
	}
	record := fullSecretRecord()
	for i, v := 0, reflect.ValueOf(record); i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("%s is not in the golden file", v.Type().Field(i).Name)
		}
	}
	private := privateMap{}
	if diags := writeSecretRecord(t.Context(), private, record); diags.HasError() || len(private) != 1 {
		t.Fatalf("%v: %v", private, diags)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, private[privateSecret], "", "  "); err != nil {
		t.Fatal(err)
	}
	if got := indented.String() + "\n"; got != string(golden) {
		t.Errorf("the record is written as\n%s\nwant\n%s", got, golden)
	}
	read, diags := readSecretRecord(t.Context(), privateMap{privateSecret: golden})
	if diags.HasError() || !read.isSame(record) {
		t.Errorf("the record is read as %+v: %v", read, diags)
	}
}

// Every field counts.
func TestSecretRecordIsSame(t *testing.T) {
	t.Parallel()
	record := fullSecretRecord()
	if !record.isSame(fullSecretRecord()) || !(secretRecord{}).isSame(secretRecord{DefaultLabels: map[string]string{}}) {
		t.Error("a record differs from itself")
	}
	for i := range reflect.TypeFor[secretRecord]().NumField() {
		other := fullSecretRecord()
		reflect.ValueOf(&other).Elem().Field(i).SetZero()
		if record.isSame(other) {
			t.Errorf("a record is the same without %s", reflect.TypeFor[secretRecord]().Field(i).Name)
		}
	}
}

// What commits before format 1 wrote is read as the same record, and goes when it is
// written again. A record of a format that is not known is an error and stays.
func TestSecretRecordOfOtherCommits(t *testing.T) {
	t.Parallel()
	former := privateMap{
		privateProtected: []byte(`"nl-01/app/db"`), privateDefaultLabels: []byte(`{"team":"a"}`), privateMark: []byte(`"MARK"`),
	}
	read, diags := readSecretRecord(t.Context(), former)
	if diags.HasError() || !read.isSame(fullSecretRecord()) {
		t.Errorf("a former record is read as %+v: %v", read, diags)
	}
	if diags := writeSecretRecord(t.Context(), former, read); diags.HasError() || len(former) != 1 {
		t.Errorf("beside the record there is %v: %v", former, diags)
	}
	if diags := clearSecretRecord(t.Context(), former); diags.HasError() || len(former) != 0 {
		t.Errorf("%v is left: %v", former, diags)
	}
	for _, broken := range []string{`{"format":2}`, `{}`, `[`} {
		_, diags := readSecretRecord(t.Context(), privateMap{privateSecret: []byte(broken)})
		if !diags.HasError() || !strings.Contains(diags[0].Detail(), "(secret)") {
			t.Errorf("%s is read: %v", broken, diags)
		}
	}
}
