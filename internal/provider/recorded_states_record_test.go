package provider_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// How recordings are made: see CONTRIBUTING.md. The recorded provider runs as a program
// with the clock of the machine, so that the server's clock starts in the past and ends
// at the present.

// The provider block of a recording with default labels.
const recordedProvider = `
provider "thalassasecrets" {
  default_labels = { team = "platform" }
}
`

var recordedDefaultLabels = map[string]string{"team": "platform"}

// disabledKey is a KMS key that is disabled after the first apply of a recording.
const disabledKey = "kms-disabled"

// recordedRow is a secret and its version, which a recording takes through two applies.
// NAME in its texts is the row's.
type recordedRow struct {
	secret string // further arguments of the secret
	first  string // arguments of the version in the first apply; empty: as in the second
	second string // and in the second
	final  string // and in the recorded configuration; empty: as in the second
	// imported rows are created by someone else and imported in the first apply.
	imported bool
	// between and after are what someone else does to the secret after each apply.
	between, after func(s *acctest.Server, id string)
}

var (
	record       = flag.String("record", "", "build of the provider with which TestRecordedStates records states before it checks them; its file is called terraform-provider-thalassasecrets")
	recordCommit = flag.String("record.commit", "", "commit of that build, which names the directory of the recordings")
)

// recordStates records every state with a build of the provider.
func recordStates(t *testing.T, program, commit string) {
	t.Helper()
	if commit == "" {
		t.Fatal("-record needs -record.commit")
	}
	recordRows(t, program, commit+"/settled", recordedProvider+recordedContainers, settledRows, func(*acctest.Server) {})
	// In the second apply, the provider may not destroy what retention lets go.
	recordRows(t, program, commit+"/due", "", dueRows, func(s *acctest.Server) {
		s.Limit("create", "read", "list", "update", "putSecretValue")
	})
	recordMoved(t, program, commit+"/moved")
}

// recordRows takes rows through two applies, 50 and 20 days ago, and then to the
// present.
func recordRows(t *testing.T, program, name, config string, rows map[string]recordedRow, limit func(*acctest.Server)) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	s := acctest.NewServerWith(t, refserver.Config{
		Clock: refserver.NewClock(now.AddDate(0, 0, -50)),
		Keys:  []refserver.Key{{Region: "nl-01", Identity: acctest.KMSKey}, {Region: "nl-02", Identity: "kms-nl-02"}, {Region: "nl-01", Identity: disabledKey}},
	})
	w := acctest.NewWorkspace(t, s).Program(program)
	names := slices.Sorted(maps.Keys(rows))
	write := func(version func(recordedRow) string) string {
		main := config + recordedRowsOf(names, rows, version)
		w.Write("main.tf", main)
		return main
	}
	outside := func(act func(recordedRow) func(*acctest.Server, string)) {
		for _, name := range names {
			if f := act(rows[name]); f != nil {
				f(s, tableID(name))
			}
		}
	}

	w.Write("imports.tf", recordedImports(s, names, rows))
	write(func(r recordedRow) string {
		if r.first != "" {
			return r.first
		}
		return r.second
	})
	w.ApplyOnly()
	w.Write("imports.tf", "")
	if err := s.SetKeyStatus("nl-01", disabledKey, "disabled"); err != nil {
		t.Fatal(err)
	}
	s.Clock().Set(now.AddDate(0, 0, -25))
	outside(func(r recordedRow) func(*acctest.Server, string) { return r.between })
	s.Clock().Set(now.AddDate(0, 0, -20))
	write(func(r recordedRow) string { return r.second })
	limit(s)
	w.ApplyOnly()
	s.Clock().Set(now.AddDate(0, 0, -10))
	s.Unlimit()
	outside(func(r recordedRow) func(*acctest.Server, string) { return r.after })
	s.Clock().Set(now)
	main := write(func(r recordedRow) string {
		if r.final != "" {
			return r.final
		}
		return r.second
	})
	keepRecording(t, w, name, main)
}

// keepRecording refreshes the state of a workspace and writes it with the metadata of
// its server and with what the recorded provider plans.
func keepRecording(t *testing.T, w *acctest.Workspace, name, config string) {
	t.Helper()
	if refresh := w.Run("apply", "-refresh-only", "-auto-approve"); refresh.Code != 0 {
		t.Fatalf("%s: %s%s", name, refresh.Stdout, refresh.Stderr)
	}
	plan := w.Plan()
	recordedState{
		name: name, config: []byte(strings.TrimLeft(config, "\n")), state: w.Read(recordedFile), service: serviceOf(t, w.Server), changes: changesOf(plan.JSON().ResourceChanges),
	}.write(t)
}

func recordedRowsOf(names []string, rows map[string]recordedRow, version func(recordedRow) string) string {
	var main strings.Builder
	for _, name := range names {
		row := rows[name]
		key := ""
		if !strings.Contains(row.secret, "kms_key_id") {
			key = fmt.Sprintf("kms_key_id = %q", acctest.KMSKey)
		}
		arguments := version(row)
		if !strings.Contains(arguments, "path ") {
			arguments = "secret_id = thalassasecrets_secret.NAME.id\n  " + arguments
		}
		fmt.Fprint(&main, strings.ReplaceAll(fmt.Sprintf(`
resource "thalassasecrets_secret" "NAME" {
  path       = "/app/NAME"
  %s
  %s
}
resource "thalassasecrets_secret_version" "NAME" {
  %s
}
`, key, row.secret, arguments), "NAME", name))
	}
	return main.String()
}

// recordedImports creates the secrets of imported rows as someone else, and returns
// their import blocks.
func recordedImports(s *acctest.Server, names []string, rows map[string]recordedRow) string {
	blocks := ""
	for _, name := range names {
		if !rows[name].imported {
			continue
		}
		s.Create(client.NewSecret{ID: s.ID(tableID(name)), Value: client.BytesValue([]byte("test-value"))})
		s.Put(tableID(name), "test-value")
		blocks += fmt.Sprintf(`
import {
  to = thalassasecrets_secret.%[1]s
  id = "nl-01/app/%[1]s"
}
import {
  to = thalassasecrets_secret_version.%[1]s
  id = "nl-01/app/%[1]s@current"
}
`, name)
	}
	return blocks
}

// recordMoved moves a state of the vendor's provider.
func recordMoved(t *testing.T, program, name string) {
	t.Helper()
	state := readVendorState(t, "mixed")
	s := vendorServer(t, state)
	w := acctest.NewWorkspace(t, s, acctest.MovedAcrossTypes, acctest.WriteOnly).Program(program)
	w.UseVendor()
	w.Write(recordedFile, string(state.raw))
	w.Write("main.tf", recordedMovedConfig)
	w.Write("moved.tf", recordedMoves)
	w.ApplyOnly()
	w.Write("moved.tf", "")
	s.Clock().Set(time.Now().UTC().Truncate(time.Millisecond))
	keepRecording(t, w, name, recordedMovedConfig)
}
