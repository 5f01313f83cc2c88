package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// Nothing in the schemas is unknown to the fast path, which would leave every request to the
// framework without a word. A new kind of attribute, default, validator or plan modifier has
// to be taught to it first.
func TestFastPathKnowsTheSchemas(t *testing.T) {
	t.Parallel()
	p, ok := provider.New("test")().(tfserver.ProviderWithFastPath)
	if !ok {
		t.Fatal("the provider has no fast path")
	}
	if err := tfserver.LeftToFramework(t.Context(), p); err != nil {
		t.Error(err)
	}
}

// The environment variable leaves every request to the framework.
func TestFastPathIsOff(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	pair := steadyPair(t, s)
	for _, setting := range []string{"", "off"} {
		environment := s.Environment()
		environment["THALASSA_FAST_PATH"] = setting
		var answers []tfserver.Answers
		server := configuredServer(t, environment, provider.WithWatchedAnswers(func(a tfserver.Answers) { answers = append(answers, a) }))
		for i := range pair.members {
			for _, ask := range pair.hear(t, s, i).asks(t, server) {
				ask()
			}
		}
		if len(answers) != 8 {
			t.Errorf("THALASSA_FAST_PATH=%q: %d requests were answered, want 8", setting, len(answers))
		}
		for _, a := range answers {
			if isFast := a.Fast != nil; isFast != (setting == "") {
				t.Errorf("THALASSA_FAST_PATH=%q: %s of %s was answered by the fast path: %t", setting, a.Method, a.Type, isFast)
			}
		}
	}
}

// steadyVersions are versions that stay as they are, by what is special about them.
var steadyVersions = map[string]map[string]any{
	"counted":       {"secret_string_wo": "v", "value_wo_version": "1"},
	"rotated":       {"secret_string_wo": "v", "rotation": map[string]any{"after": "30d"}},
	"kept":          {"secret_key_values_wo": map[string]string{"k": "v"}, "rotation": map[string]any{"keepers": map[string]string{"a": "b"}}},
	"binary":        {"secret_binary_wo": "dg==", "value_wo_version": "1"},
	"in state":      {"secret_string": "v"},
	"pairs":         {"secret_key_values": map[string]string{"k": "v"}},
	"generated":     {"generate": map[string]any{"byte_length": int64(32)}},
	"retained":      {"secret_string_wo": "v", "value_wo_version": "1", "retention": map[string]any{"keep": int64(1), "min_idle": "3d"}},
	"fingerprinted": {"secret_string_wo": "v", "detect_value_changes": true},
	"limited":       {"secret_string_wo": "v", "value_wo_version": "1", "timeouts": map[string]any{"read": "1m"}},
	"overwritten":   {"secret_string_wo": "v", "value_wo_version": "1", "on_external_version": "overwrite", "deletion_policy": "destroy"},
}

// steadySecrets are secrets that stay as they are.
var steadySecrets = map[string]map[string]any{
	"plain":       {},
	"described":   {"description": "d", "labels": map[string]string{"a": "b"}, "annotations": map[string]string{"c": "d"}},
	"unprotected": {"deletion_protection": false, "on_immutable_change": "keep"},
	"policy": {"access_policy": map[string]any{"conditions": []any{
		map[string]any{"type": "ip", "effect": "allow", "cidrs": []string{"0.0.0.0/0", "::/0"}},
	}}},
	"no policy": {"access_policy": map[string]any{"conditions": []any{}}},
	"valued":    {"initial_value": map[string]any{"secret_string_wo": "v"}},
}

// steadyFleet has a secret and a version of each kind.
func steadyFleet(tb testing.TB, s *acctest.Server) *fleet {
	tb.Helper()
	f := beginFleet(tb, s)
	add := func(template *acctest.Core, path string, config map[string]any) {
		config = maps.Clone(config)
		config["path"] = path
		if template == f.container {
			config["kms_key_id"] = acctest.KMSKey
		}
		if err := f.add(tb.Context(), template, config); err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
	}
	n := 0
	for _, config := range steadySecrets {
		add(f.container, fmt.Sprintf("/app/%d", n), config)
		n++
	}
	for _, config := range steadyVersions {
		add(f.container, fmt.Sprintf("/app/%d", n), map[string]any{})
		add(f.version, fmt.Sprintf("/app/%d", n), config)
		n++
	}
	s.Clock().Advance(time.Hour)
	return f
}

// leaves checks how many requests of each kind the fast path has left to the framework.
func leaves(t *testing.T, s *acctest.Server, want map[string]int) {
	t.Helper()
	answered := s.Answered()
	if len(answered) == 0 {
		t.Error("no request was counted")
	}
	for kind, count := range answered {
		if count.Full != want[kind] {
			t.Errorf("%s: %d of %d requests were left to the framework, want %d", kind, count.Full, count.Full+count.Fast, want[kind])
		}
	}
}

// A steady state is refreshed and planned by the fast path alone, by either strategy.
func TestSteadyFleetTakesTheFastPath(t *testing.T) {
	t.Parallel()
	for _, strategy := range []string{"auto", "individual"} {
		t.Run(strategy, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			f := steadyFleet(t, s)
			run, err := f.run(t.Context(), strategy)
			if err != nil {
				t.Fatal(err)
			}
			s.Answered()
			for i, g := range f.look(t.Context(), run, f.inOrder(), true) {
				if g.err != nil || !g.plan.IsEmpty() {
					t.Errorf("the plan of %v is not empty: %v", f.configs[i], g.err)
				}
			}
			leaves(t, s, map[string]int{
				"ValidateResourceConfig thalassasecrets_secret_version": 2, // A value in state has a warning.
			})
		})
	}
}

// What waits for something takes the fast path as far as there is nothing to say about it:
// the second refresh finds what the first has recorded, and only a plan that proposes or
// warns is left to the framework.
func TestWaitingVersionsAndTheFastPath(t *testing.T) {
	t.Parallel()
	const (
		id   = "nl-01/app/db"
		read = "ReadResource thalassasecrets_secret_version"
		plan = "PlanResourceChange thalassasecrets_secret_version"
	)
	value := func(more map[string]any) map[string]any {
		config := map[string]any{"path": "/app/db", "secret_string_wo": "v", "value_wo_version": "1"}
		maps.Copy(config, more)
		return config
	}
	theirs := func(s *acctest.Server) { s.Put(id, "theirs") }
	for name, test := range map[string]struct {
		config   map[string]any
		imported bool
		wait     func(s *acctest.Server)
		leaves   map[string]int
	}{
		"ignores another client's version": {config: value(map[string]any{"on_external_version": "ignore"}), wait: theirs},
		"imported, without a value":        {config: map[string]any{"path": "/app/db"}, imported: true},
		"a disabled key":                   {config: value(nil), wait: func(s *acctest.Server) { s.KeyStatus(refserver.KeyDisabled) }},
		"idle versions are not old enough": {
			config: value(map[string]any{"retention": map[string]any{"keep": int64(0), "min_idle": "3d"}}), imported: true,
			wait: theirs, leaves: map[string]int{read: 1, plan: 1}, // A refresh warns of it.
		},
		"imported, with a value":          {config: value(nil), imported: true, leaves: map[string]int{plan: 1}},
		"adopts another client's version": {config: value(nil), wait: theirs, leaves: map[string]int{read: 1, plan: 1}},
		"due for rotation": {
			config: value(map[string]any{"rotation": map[string]any{"after": "1h"}}),
			wait:   func(s *acctest.Server) { s.Clock().Advance(2 * time.Hour) }, leaves: map[string]int{plan: 1},
		},
		"due, and the key is disabled": {
			config: value(map[string]any{"rotation": map[string]any{"after": "1h"}}),
			wait: func(s *acctest.Server) {
				s.Clock().Advance(2 * time.Hour)
				s.KeyStatus(refserver.KeyDisabled)
			},
			leaves: map[string]int{plan: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			f := beginFleet(t, s)
			if err := f.add(t.Context(), f.container, map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey}); err != nil {
				t.Fatal(err)
			}
			waiting := f.version.Fork(nil)
			if test.imported {
				s.Put(id, "v")
				if err := waiting.Import(t.Context(), id+"@current"); err != nil {
					t.Fatal(err)
				}
			} else if err := f.add(t.Context(), f.version, test.config); err != nil {
				t.Fatal(err)
			} else {
				waiting = f.members[1]
			}
			if test.wait != nil {
				test.wait(s)
			}
			for refresh := range 2 {
				run, err := f.run(t.Context(), "auto")
				if err != nil {
					t.Fatal(err)
				}
				now := waiting.In(run)
				s.Answered()
				if waiting.State, _, err = now.Refresh(t.Context()); err != nil {
					t.Fatal(err)
				}
				if _, err := now.PlanFrom(t.Context(), waiting.State, test.config); err != nil {
					t.Fatal(err)
				}
				if refresh > 0 {
					leaves(t, s, test.leaves)
				}
			}
		})
	}
}

// When Terraform stops the provider, a read of the fast path ends as one of the framework
// does, and is not made again by the framework.
func TestStopEndsAFastRead(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	read := steadyPair(t, s).hear(t, s, 0).read
	server := configuredServer(t, s.Environment())
	entered, stopped := make(chan struct{}, 10), make(chan struct{})
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		entered <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-stopped:
		}
		return false
	})
	ended := make(chan *tfprotov6.ReadResourceResponse)
	go func() {
		resp, _ := server.ReadResource(t.Context(), read)
		ended <- resp
	}()
	<-entered
	if _, err := server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	close(stopped)
	resp := <-ended
	if resp == nil || len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Errorf("the read answers %v", resp)
	}
	if again := len(entered); again > 0 {
		t.Errorf("%d more requests were sent after the stop", again)
	}
}
