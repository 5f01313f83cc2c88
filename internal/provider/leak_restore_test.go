package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/robustness"
)

// restorable are values that must be found nowhere, as the service has them.
func restorable() map[string]client.Value {
	return map[string]client.Value{
		"text":   client.BytesValue([]byte(sentinels["text"])),
		"binary": client.BytesValue([]byte(hunted(sentinels)["binary"])),
		"pair":   client.PairsValue(map[string]string{"password": sentinels["pair"]}),
	}
}

// restoring restores a value under a fault, and returns all diagnostics and logs.
func restoring(t *testing.T, value client.Value, timeout string, fault func(s *acctest.Server, interrupt func())) (s *acctest.Server, said string) {
	t.Helper()
	s = acctest.NewServer(t)
	s.AllowReveal()
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: value})
	s.Put(dbID, "bad")
	w := &wire{t: t, server: s}
	ctx, cancel := context.WithCancel(w.logging(t.Context()))
	defer cancel()
	fault(s, cancel)
	action := s.Action(restoreAction)
	action.Provider = map[string]any{"request_timeout": timeout, "retry": map[string]any{"max_attempts": int64(3), "min_wait": "1ms", "max_wait": "2ms"}}
	invocation, err := action.Run(ctx, map[string]any{"secret_id": dbID, "version": int64(1)})
	w.note(invocation, nil)
	w.note(fmt.Sprint(err), nil)
	return s, w.said()
}

// The value that is restored is nowhere: in no progress, no diagnostic and no log.
func TestRestoreLeaksNothing(t *testing.T) {
	t.Parallel()
	leaks := acctest.NewLeaks(t, hunted(sentinels))
	for name, value := range restorable() {
		s, said := restoring(t, value, "1m", func(*acctest.Server, func()) {})
		if got := len(s.Secret(dbID).Versions); got != 3 {
			t.Errorf("%s: %d versions", name, got)
		}
		for _, proof := range []string{"getSecretValue", "putSecretValue", "the value of version 1", "sdk.framework"} {
			if !strings.Contains(said, proof) {
				t.Errorf("%s: nothing of %q was written down, so it proves nothing", name, proof)
			}
		}
		for _, leak := range leaks.In(said) {
			t.Errorf("%s: found %s", name, leak)
		}
	}
}

// A service that quotes the put in its refusal does not make the provider show it.
func TestRestoreShowsNoEcho(t *testing.T) {
	t.Parallel()
	leaks := acctest.NewLeaks(t, hunted(sentinels))
	for name, echo := range echoes {
		for _, status := range []int{400, 403, 422, 500} {
			for input, value := range restorable() {
				_, said := restoring(t, value, "1m", func(s *acctest.Server, _ func()) {
					s.Intercept(quoting("/versions", status, "message", echo))
				})
				for _, leak := range leaks.In(said) {
					t.Errorf("%s quoted with %d, %s: found %s", name, status, input, leak)
				}
			}
		}
	}
}

// The same holds for every fault of the read and of the put.
func TestNoFaultLeaksWhatIsRestored(t *testing.T) {
	t.Parallel()
	leaks := acctest.NewLeaks(t, hunted(sentinels))
	for _, fault := range leakFaults() {
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			for _, operation := range []string{"getSecretValue", "putSecretValue"} {
				if !applies(fault, operation) {
					continue
				}
				for name, value := range restorable() {
					fired := false
					for attempt := 0; attempt < 3 && !fired; attempt++ {
						var said string
						fired, said = restoreWithFault(t, value, fault, operation)
						for _, leak := range leaks.In(said) {
							t.Errorf("%s of %s: found %s", operation, name, leak)
						}
					}
					if !fired {
						t.Errorf("%s of %s: the fault has not fired", operation, name)
					}
				}
			}
		})
	}
}

// restoreWithFault restores with a fault of an operation, and reports whether it fired.
func restoreWithFault(t *testing.T, value client.Value, fault robustness.Fault, operation string) (fired bool, said string) {
	t.Helper()
	rules, timeout := slices.Clone(fault.Rules), "1m"
	for i := range rules {
		rules[i].Operation = operation
		if wait, _ := time.ParseDuration(rules[i].Delay); wait > 100*time.Millisecond {
			rules[i].Delay, timeout = delay, patience
		}
	}
	ending := map[string]string{"getSecretValue": "/value", "putSecretValue": "/versions"}[operation]
	s, said := restoring(t, value, timeout, func(s *acctest.Server, interrupt func()) {
		if err := s.SetFaults(rules...); err != nil {
			t.Fatal(err)
		}
		if fault.Interrupt {
			s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, ending) {
					interrupt()
				}
				return false
			})
		}
	})
	return s.Faults()[0].Fired > 0, said
}
