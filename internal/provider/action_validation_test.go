package provider_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// A configuration that can mean nothing, or two things, is refused before anything is
// planned. Unknown values are checked again when the action is invoked, before any
// request.
func TestActionBadInput(t *testing.T) {
	t.Parallel()
	unknown := acctest.Unknown
	target := map[string]any{"secret_id": dbID}
	for _, tc := range []struct {
		action  string
		config  map[string]any // besides the target, nil takes it out
		summary string
		says    string
		// late is the summary when it shows later, where that is another.
		late string
	}{
		{putAction, map[string]any{"byte_length": int64(16), "secret_id": nil}, "Missing secret", "One of secret_id and path is needed", ""},
		{putAction, map[string]any{"byte_length": int64(16), "path": "/app/other"}, "Conflicting names of the secret", `secret_id names nl-01/app/db, but path is "/app/other"`, ""},
		{putAction, map[string]any{"byte_length": int64(16), "secret_id": "app/db/"}, "Invalid secret id", "secret_id", ""},
		{putAction, map[string]any{"byte_length": int64(16), "secret_id": nil, "path": "app"}, "Invalid secret path", `must start with "/"`, ""},
		{putAction, map[string]any{"byte_length": int64(16), "secret_id": nil, "path": "/app", "region": "NL 1"}, "Invalid region", "region", ""},
		{putAction, map[string]any{"byte_length": int64(15)}, "Invalid number", "byte_length must be from 16 to 4096, and is 15.", "Invalid number"},
		{restoreAction, map[string]any{"version": int64(0)}, "Invalid Attribute Value", "version value must be at least 1", "Invalid number"},
		{restoreAction, map[string]any{"version": nil}, "Missing Configuration for Required Attribute", "version", "Missing number"},
		{restoreAction, map[string]any{"version": int64(1), "secret_id": nil}, "Missing secret", "One of secret_id and path is needed", ""},
		{destroyAction, map[string]any{"version": int64(1), "secret_id": nil}, "Missing secret", "One of secret_id and path is needed", ""},
		{destroyAction, map[string]any{"version": int64(-1)}, "Invalid Attribute Value", "version value must be at least 1", "Invalid number"},
		{destroyAction, map[string]any{}, "No version to destroy", "One of version and superseded = true is needed", ""},
		{destroyAction, map[string]any{"superseded": false}, "No version to destroy", "One of version and superseded = true is needed", ""},
		{destroyAction, map[string]any{"version": int64(1), "superseded": true}, "Conflicting selection of versions", "version names version 1, and superseded = true all", ""},
		{destroyAction, map[string]any{"superseded": true, "allow_current": true}, "Conflicting allow_current and superseded", "there is nothing to allow", ""},
	} {
		t.Run(fmt.Sprint(tc.action, tc.config), func(t *testing.T) {
			t.Parallel()
			s := withVersions(t, 2)
			config := maps.Clone(target)
			maps.Copy(config, tc.config)
			action := s.Action(tc.action)
			refusedBy(t, "the validation", action.Validate(t.Context(), config), tc.summary, tc.says)
			if tc.late == "" {
				tc.late = tc.summary
			}
			refusedBy(t, "the plan", action.Plan(t.Context(), config), tc.late)
			said, err := action.Invoke(t.Context(), config)
			refusedBy(t, "the invocation", err, tc.late)
			if len(said.Progress) > 0 {
				t.Errorf("progress %q", said.Progress)
			}
			if calls := s.Calls(); len(calls) > 0 {
				t.Errorf("asked for %v", calls)
			}
		})
	}
	for _, tc := range []struct {
		action string
		config map[string]any
	}{
		{putAction, map[string]any{"secret_id": unknown, "byte_length": unknown}},
		{putAction, map[string]any{"region": unknown, "path": unknown, "byte_length": int64(16)}},
		{putAction, map[string]any{"secret_id": unknown, "path": "/app/other", "byte_length": int64(16)}},
		{restoreAction, map[string]any{"secret_id": dbID, "version": unknown}},
		{destroyAction, map[string]any{"secret_id": dbID, "version": unknown}},
		{destroyAction, map[string]any{"secret_id": dbID, "version": unknown, "superseded": true}},
		{destroyAction, map[string]any{"secret_id": dbID, "version": int64(1), "superseded": unknown}},
		{destroyAction, map[string]any{"secret_id": dbID, "superseded": unknown}},
		{destroyAction, map[string]any{"secret_id": dbID, "superseded": true, "allow_current": unknown}},
	} {
		s := withVersions(t, 2)
		if err := s.Action(tc.action).Validate(t.Context(), tc.config); err != nil {
			t.Errorf("%s with %v: %v", tc.action, tc.config, err)
		}
		if err := s.Action(tc.action).Plan(t.Context(), tc.config); err != nil {
			t.Errorf("the plan of %s with %v: %v", tc.action, tc.config, err)
		}
	}
}
