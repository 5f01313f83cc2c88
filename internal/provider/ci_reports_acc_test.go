package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// The README of the program shows the JSON of a real check. What one report cannot be written to keeps
// back no other, and a report may go to a pipe.
func TestDriftCheckReports(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	d := openDriftCheck(t, s)
	d.Write("more.tf", "")
	d.ApplyOnly()
	s.Put(ciAPI, ciValues["a foreign value"])

	d.Env["DRIFT_REPORTS"] = "text github json=drift.json"
	d.check(3)
	var got, want any
	readme, err := os.ReadFile(filepath.Join("..", "..", "cmd", "drift-check", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(readme), "```json\n")
	block, _, _ = strings.Cut(block, "```")
	if err := json.Unmarshal([]byte(block), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(d.Read("drift.json"), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the README does not show what a check reports:\n%s", d.Read("drift.json"))
	}

	code, said := d.bash("-c", `DRIFT_REPORTS="json=missing/drift.json sarif=/dev/stdout text" bash drift-check.sh | grep -c -e '"version": "2.1.0"' -e '^Drift check: drift$'; exit "${PIPESTATUS[0]}"`)
	if code != 3 || !strings.HasSuffix(said, "2\n") || !strings.Contains(said, "missing/drift.json") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}
