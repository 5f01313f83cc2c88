package provider_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/robustness"
)

// writeInput is an input for a value, as a configuration gives it.
type writeInput struct {
	name    string // of the sentinel that it holds
	config  map[string]tftypes.Value
	inState bool
}

func wireText(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// pairOf has one pair.
func pairOf(s string) tftypes.Value {
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"password": wireText(s)})
}

// putInputs are the inputs of a version. Two of them keep the value in state.
func putInputs() []writeInput {
	detect := tftypes.NewValue(tftypes.Bool, true)
	return []writeInput{
		{"text", map[string]tftypes.Value{"secret_string_wo": wireText(sentinels["text"]), "value_wo_version": wireText("1")}, false},
		{"pair", map[string]tftypes.Value{"secret_key_values_wo": pairOf(sentinels["pair"]), "detect_value_changes": detect}, false},
		{"binary", map[string]tftypes.Value{"secret_binary_wo": wireText(sentinels["binary"]), "value_wo_version": wireText("1")}, false},
		{"kept_text", map[string]tftypes.Value{"secret_string": wireText(kept["kept_text"])}, true},
		{"kept_pair", map[string]tftypes.Value{"secret_key_values": pairOf(kept["kept_pair"])}, true},
	}
}

// createInputs are the inputs of a new secret.
func createInputs() []writeInput {
	pairs, length := tftypes.Map{ElementType: tftypes.String}, tftypes.Object{AttributeTypes: map[string]tftypes.Type{"byte_length": tftypes.Number}}
	initial := func(name, attribute string, value tftypes.Value) writeInput {
		given := map[string]tftypes.Value{
			"secret_string_wo": tftypes.NewValue(tftypes.String, nil), "secret_binary_wo": tftypes.NewValue(tftypes.String, nil),
			"secret_key_values_wo": tftypes.NewValue(pairs, nil), "generate": tftypes.NewValue(length, nil),
		}
		given[attribute] = value
		return writeInput{name: name, config: map[string]tftypes.Value{"initial_value": tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{
			"secret_string_wo": tftypes.String, "secret_binary_wo": tftypes.String, "secret_key_values_wo": pairs, "generate": length,
		}}, given)}}
	}
	return []writeInput{
		initial("initial_text", "secret_string_wo", wireText(sentinels["initial_text"])),
		initial("initial_pair", "secret_key_values_wo", pairOf(sentinels["initial_pair"])),
		initial("initial_binary", "secret_binary_wo", wireText(sentinels["initial_binary"])),
	}
}

// leakFaults are all faults of a write, and the documented answers of the service to a
// write that it does not carry out.
func leakFaults() []robustness.Fault {
	faults := robustness.Faults()
	for _, status := range []int{400, 401, 403, 404, 409, 503} {
		for _, body := range []string{"json", "html"} {
			faults = append(faults, robustness.Fault{
				Name:  fmt.Sprintf("%d in %s", status, body),
				Rules: []refserver.Fault{{Action: refserver.ActionStatus, Status: status, Body: body}},
			})
		}
	}
	return faults
}

// applies reports that a fault applies to an operation.
func applies(fault robustness.Fault, operation string) bool {
	write := map[string]robustness.Operation{"putSecretValue": robustness.PutValue, "createSecret": robustness.CreateSecret}[operation]
	return fault.Only == nil || slices.Contains(fault.Only, write)
}

// For every fault of a put or a create, nothing that the provider returns to Terraform
// or logs has the value: no diagnostic, no plan, no state, no private state.
func TestNoFaultLeaks(t *testing.T) {
	t.Parallel()
	inputs := maps.Clone(sentinels)
	maps.Copy(inputs, kept)
	leaks := acctest.NewLeaks(t, hunted(inputs))
	puts, creates := putInputs(), createInputs()
	for _, fault := range leakFaults() {
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			for operation, inputs := range map[string][]writeInput{"putSecretValue": puts, "createSecret": creates} {
				if !applies(fault, operation) {
					continue
				}
				for _, input := range inputs {
					fired := false
					for attempt := 0; attempt < 3 && !fired; attempt++ {
						fired = writeWithFault(t, leaks, fault, input, operation)
					}
					if !fired {
						t.Errorf("%s of %s: the fault has not fired", operation, input.name)
					}
				}
			}
		})
	}
}

// patience is the time limit of an attempt for the faults that delay a response, and
// delay is their delay. On a busy machine an earlier request may take that long, and
// the fault then does not fire.
const (
	patience = "250ms"
	delay    = "600ms"
)

// writeWithFault applies with a fault, and again without, until the value is there. It
// reports whether the fault fired.
func writeWithFault(t *testing.T, leaks *acctest.Leaks, fault robustness.Fault, input writeInput, operation string) bool {
	t.Helper()
	rules := slices.Clone(fault.Rules)
	timeout := "1m"
	for i := range rules {
		rules[i].Operation = operation
		if wait, _ := time.ParseDuration(rules[i].Delay); wait > 100*time.Millisecond {
			rules[i].Delay, timeout = delay, patience
		}
	}
	s := acctest.NewServer(t)
	w := &wire{t: t, server: s, config: maps.Clone(input.config), timeout: timeout}
	switch operation {
	case "createSecret":
		w.typeName = "thalassasecrets_secret"
		w.config["path"], w.config["kms_key_id"] = wireText("/app/db"), wireText(acctest.KMSKey)
	default:
		w.typeName = "thalassasecrets_secret_version"
		w.config["secret_id"] = wireText(dbID)
		s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("v"))})
	}
	ctx, cancel := context.WithCancel(w.logging(t.Context()))
	defer cancel()
	w.apply(ctx, func() {
		if err := s.SetFaults(rules...); err != nil {
			t.Fatal(err)
		}
		if fault.Interrupt {
			s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodPost {
					cancel()
				}
				return false
			})
		}
	})
	fired := s.Faults()[0].Fired > 0
	s.ClearFaults()
	s.Intercept(nil)
	w.apply(w.logging(t.Context()), nil)
	said := w.said()
	if !strings.Contains(said, "request answered") || !strings.Contains(said, `"PlannedState"`) || !strings.Contains(said, "sdk.framework") {
		t.Error("what was written down is not everything")
	}
	inState := false
	for _, leak := range leaks.In(said) {
		if input.inState && strings.HasPrefix(leak, input.name+" ") {
			inState = true
			continue
		}
		t.Errorf("%s of %s: found %s", operation, input.name, leak)
	}
	if inState != input.inState {
		t.Errorf("%s is not found in its own state", input.name)
	}
	return fired
}
