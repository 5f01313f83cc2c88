package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// changePrivate makes of an instance what another commit would have left behind.
func changePrivate(t *testing.T, instance *acctest.Instance, change func(map[string][]byte)) {
	t.Helper()
	var private map[string][]byte
	if err := json.Unmarshal(instance.Private, &private); err != nil {
		t.Fatal(err)
	}
	change(private)
	raw, err := json.Marshal(private)
	if err != nil {
		t.Fatal(err)
	}
	instance.Private = raw
}

// asFormer writes a record as commits before format 1 did.
func asFormer(t *testing.T, private map[string][]byte) {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(private["version"], &fields); err != nil {
		t.Fatal(err)
	}
	private["verdict"] = fields["seen"]
	delete(fields, "seen")
	delete(fields, "format")
	var err error
	if private["managed"], err = json.Marshal(fields); err != nil {
		t.Fatal(err)
	}
	delete(private, "version")
}

// asFormerSecret does the same with the record of a secret.
func asFormerSecret(t *testing.T, private map[string][]byte) {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(private["secret"], &fields); err != nil {
		t.Fatal(err)
	}
	private["protected"], private["default_labels"], private["creation_mark"] = []byte(`""`), []byte(`{}`), fields["creation_mark"]
	delete(private, "secret")
}

// A record of an earlier commit is converted in memory. It costs a steady plan no request
// and changes no state, and the next apply replaces it.
func TestFormerRecordsCostNothing(t *testing.T) {
	t.Parallel()
	const secrets = 100
	s := acctest.NewServer(t)
	f := beginFleet(t, s)
	for i := range secrets {
		path := fmt.Sprintf("/app/%d", i)
		if err := f.add(t.Context(), f.container, map[string]any{"path": path, "kms_key_id": acctest.KMSKey, "deletion_protection": false}); err != nil {
			t.Fatal(err)
		}
		if err := f.add(t.Context(), f.version, map[string]any{"path": path, "secret_string_wo": "v", "value_wo_version": "1"}); err != nil {
			t.Fatal(err)
		}
		changePrivate(t, f.members[2*i].State, func(private map[string][]byte) { asFormerSecret(t, private) })
		changePrivate(t, f.members[2*i+1].State, func(private map[string][]byte) { asFormer(t, private) })
	}
	s.Clock().Advance(time.Hour)
	run, err := f.run(t.Context(), "auto")
	if err != nil {
		t.Fatal(err)
	}
	s.Mark()
	for i, g := range f.look(t.Context(), run, f.inOrder(), true) {
		had := f.members[i].State
		if g.err != nil || !g.plan.IsEmpty() || !bytes.Equal(g.refreshed.Private, had.Private) {
			t.Fatalf("resource %d: %v\nhad %s\nhas %s", i, g.err, had.Private, g.refreshed.Private)
		}
	}
	requests := 0
	for _, n := range s.Calls() {
		requests += n
	}
	if requests > 20 {
		t.Errorf("%d requests for a steady plan of %d former records: %v", requests, secrets, s.Calls())
	}
	member, config := f.members[1], f.configs[1]
	config["value_wo_version"] = "2"
	plan, err := member.Plan(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if err := member.Apply(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	changePrivate(t, member.State, func(private map[string][]byte) {
		if private["managed"] != nil || private["verdict"] != nil || !bytes.Contains(private["version"], []byte(`"previous_put":2`)) {
			t.Errorf("the apply leaves %q", private)
		}
	})
}

// A record that cannot be read is an error of every step, and it stays as it is: a newer
// provider can still read it.
func TestRecordThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, record := range map[string]string{"newer": `{"format":2}`, "none": `{}`, "broken": `{"format":1,"put":"x"}`, "fingerprint": `{"format":1,"fingerprint":"x"}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := follow(t, nil)
			changePrivate(t, f.core.State, func(private map[string][]byte) { private["version"] = []byte(record) })
			before := bytes.Clone(f.core.State.Private)
			f.s.Mark()
			_, _, refreshed := f.core.Refresh(t.Context())
			f.config["value_wo_version"] = "2"
			_, planned := f.core.PlanFrom(t.Context(), f.core.State, f.config)
			for step, err := range map[string]error{"refresh": refreshed, "plan": planned} {
				if err == nil || !strings.Contains(err.Error(), "The provider cannot read its private state of this resource (version)") {
					t.Errorf("%s: %v", step, err)
				}
			}
			if writes := f.s.Writes(); writes != 0 || !bytes.Equal(before, f.core.State.Private) {
				t.Errorf("%d writes, private state is %s, want %s", writes, f.core.State.Private, before)
			}
		})
	}
}
