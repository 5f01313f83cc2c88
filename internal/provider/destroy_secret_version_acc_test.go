package provider_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// The action destroys only the versions that it was asked for, after one read of the
// history, and reports its progress.
func TestDestroyVersion(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments map[string]any
		prepare   func(s *acctest.Server)
		active    []int64
		progress  []string
		warning   string
		destroys  int
	}{
		"one": {
			map[string]any{"version": int64(2)},
			nil,
			[]int64{4, 3, 1},
			[]string{"Destroying version 2 of nl-01/app/db (1 of 1).", "Destroyed of nl-01/app/db: version 2."},
			"", 1,
		},
		"superseded": {
			map[string]any{"superseded": true},
			func(s *acctest.Server) { s.Destroy(dbID, 2) },
			[]int64{4},
			[]string{
				"Destroying version 1 of nl-01/app/db (1 of 2).", "Destroying version 3 of nl-01/app/db (2 of 2).",
				"Destroyed of nl-01/app/db: versions 1, 3.",
			},
			"", 2,
		},
		"superseded, after a rollback": {
			map[string]any{"superseded": true, "allow_current": false},
			func(s *acctest.Server) { s.Destroy(dbID, 4); s.Destroy(dbID, 3) },
			[]int64{2},
			[]string{"Destroying version 1 of nl-01/app/db (1 of 1).", "Destroyed of nl-01/app/db: version 1."},
			"", 1,
		},
		"current": {
			map[string]any{"version": int64(4), "allow_current": true},
			nil,
			[]int64{3, 2, 1},
			[]string{"Destroying version 4 of nl-01/app/db (1 of 1).", "Destroyed of nl-01/app/db: version 4."},
			"Version 4 of nl-01/app/db was the current version and was destroyed. Version 3 is current now.", 1,
		},
		"the last one": {
			map[string]any{"version": int64(4), "superseded": false, "allow_current": true},
			func(s *acctest.Server) {
				s.AllowNoCurrent()
				s.Destroy(dbID, 1)
				s.Destroy(dbID, 2)
				s.Destroy(dbID, 3)
			}, nil,
			[]string{"Destroying version 4 of nl-01/app/db (1 of 1).", "Destroyed of nl-01/app/db: version 4."},
			"No other version is active, so the secret cannot be read until a value is put.", 1,
		},
		"with a disabled key": {
			map[string]any{"version": int64(1)},
			func(s *acctest.Server) { s.KeyStatus(refserver.KeyDisabled) },
			[]int64{4, 3, 2},
			[]string{"Destroying version 1 of nl-01/app/db (1 of 1).", "Destroyed of nl-01/app/db: version 1."},
			"", 1,
		},
		"destroyed before": {
			map[string]any{"version": int64(2)},
			func(s *acctest.Server) { s.Destroy(dbID, 2) },
			[]int64{4, 3, 1},
			[]string{"Version 2 of nl-01/app/db was destroyed before: nothing to destroy."},
			"", 0,
		},
		"none superseded": {
			map[string]any{"superseded": true},
			func(s *acctest.Server) { s.Destroy(dbID, 1); s.Destroy(dbID, 2); s.Destroy(dbID, 3) },
			[]int64{4},
			[]string{"No active version of nl-01/app/db is older than the current one: nothing to destroy."},
			"", 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := withVersions(t, 4)
			if tc.prepare != nil {
				tc.prepare(s)
			}
			s.Mark()
			config := map[string]any{"secret_id": dbID}
			maps.Copy(config, tc.arguments)
			said := invoked(t, s, destroyAction, config, tc.progress...)
			if got := s.ActiveVersions(dbID); !slices.Equal(got, tc.active) {
				t.Errorf("versions %v are active, want %v", got, tc.active)
			}
			detail, found := said.Warned("Current version destroyed: " + dbID)
			if found != (tc.warning != "") || !strings.Contains(detail, tc.warning) || len(said.Diagnostics) > 1 {
				t.Errorf("diagnostics %v, want %q", said.Diagnostics, tc.warning)
			}
			want := map[string]int{"getSecret": 1 + tc.destroys, "destroySecretVersion": tc.destroys}
			if tc.destroys == 0 {
				delete(want, "destroySecretVersion")
			}
			if got := s.Calls(); !maps.Equal(got, want) {
				t.Errorf("asked for %v, want %v", got, want)
			}
		})
	}
}

// A refused action destroys nothing.
func TestDestroyRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments map[string]any
		prepare   func(t *testing.T, s *acctest.Server)
		summary   string
		says      []string
	}{
		"current": {
			map[string]any{"secret_id": dbID, "version": int64(3)},
			nil,
			"Version is not destroyed",
			[]string{
				"Version 3 of nl-01/app/db is current: it is what readers get. Without it, version 2 would be current.",
				"set allow_current = true", "Nothing was destroyed.",
			},
		},
		"current, not allowed": {
			map[string]any{"secret_id": dbID, "version": int64(3), "allow_current": false}, nil, "Version is not destroyed", []string{"is current"},
		},
		"never put": {
			map[string]any{"secret_id": dbID, "version": int64(4), "allow_current": true},
			nil,
			"Version is not destroyed",
			[]string{"nl-01/app/db has no version 4. Its current version is 3."},
		},
		"no history": {
			map[string]any{"secret_id": dbID, "superseded": true},
			func(t *testing.T, s *acctest.Server) { t.Helper(); answerWithout(t, s, "/secret/app/db", "versions") },
			"Version is not destroyed",
			[]string{"The service did not return the history of nl-01/app/db"},
		},
		"missing": {
			map[string]any{"path": "/app/none", "version": int64(1)}, nil, "Cannot read the secret", []string{"The secret does not exist in the region nl-01"},
		},
		"may not destroy": {
			map[string]any{"secret_id": dbID, "superseded": true},
			func(_ *testing.T, s *acctest.Server) { s.Limit("read") },
			"Cannot destroy the version",
			[]string{
				"could not destroy version 1 of nl-01/app/db. The caller needs the permission delete on /app/db", "Cause: 403", "Left: versions 1, 2.",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := withVersions(t, 3)
			if tc.prepare != nil {
				tc.prepare(t, s)
			}
			_, err := s.Action(destroyAction).Run(t.Context(), tc.arguments)
			refusedBy(t, "the action", err, tc.summary, tc.says...)
			s.Intercept(nil)
			if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{3, 2, 1}) {
				t.Errorf("versions %v are active", got)
			}
		})
	}
}

// A run that fails half-way stops there, and says what is gone and what is left. The
// next run goes on.
func TestDestroyHalfway(t *testing.T) {
	t.Parallel()
	for name, hinder := range map[string]func(t *testing.T, s *acctest.Server, interrupt func()){
		"refused": func(t *testing.T, s *acctest.Server, _ func()) {
			t.Helper()
			if err := s.SetFaults(refserver.Fault{Operation: "destroySecretVersion", Nth: 2, Action: refserver.ActionStatus, Status: 403}); err != nil {
				t.Fatal(err)
			}
		},
		"interrupted": func(t *testing.T, s *acctest.Server, interrupt func()) {
			t.Helper()
			var destroyed atomic.Int64
			s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodDelete || destroyed.Add(1) < 2 {
					return false
				}
				interrupt()
				<-r.Context().Done()
				return true
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := withVersions(t, 4)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			hinder(t, s, cancel)
			config := map[string]any{"secret_id": dbID, "superseded": true}
			said, err := s.Action(destroyAction).Run(ctx, config)
			refusedBy(t, "the action", err, "Cannot destroy the version", "could not destroy version 2 of nl-01/app/db", "Destroyed: version 1. Left: versions 2, 3.")
			want := []string{"Destroying version 1 of nl-01/app/db (1 of 3).", "Destroying version 2 of nl-01/app/db (2 of 3)."}
			if !slices.Equal(said.Progress, want) {
				t.Errorf("progress %q, want %q", said.Progress, want)
			}
			if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{4, 3, 2}) {
				t.Errorf("versions %v are active", got)
			}
			s.ClearFaults()
			s.Intercept(nil)
			invoked(t, s, destroyAction, config,
				"Destroying version 2 of nl-01/app/db (1 of 2).", "Destroying version 3 of nl-01/app/db (2 of 2).", "Destroyed of nl-01/app/db: versions 2, 3.")
		})
	}
}

// A destroy whose answer is lost is repeated, and is done.
func TestDestroyWithALostAnswer(t *testing.T) {
	t.Parallel()
	s := withVersions(t, 3)
	if err := s.SetFaults(refserver.Fault{Operation: "destroySecretVersion", Times: 1, Action: refserver.ActionResetAfterCommit}); err != nil {
		t.Fatal(err)
	}
	action := s.Action(destroyAction)
	action.Provider = map[string]any{"retry": map[string]any{"min_wait": "1ms", "max_wait": "2ms"}}
	said, err := action.Run(t.Context(), map[string]any{"secret_id": dbID, "superseded": true})
	if err != nil || len(said.Diagnostics) > 0 {
		t.Errorf("%v, %v", err, said.Diagnostics)
	}
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{3}) || s.Faults()[0].Fired != 1 {
		t.Errorf("versions %v are active", got)
	}
}
