package provider_test

import (
	"encoding/base64"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// A move happens without the provider's configuration and does not know the owner of
// the secret, so the first refresh checks it.
func TestMovedStateOfSomebodyElse(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		row, typeName string
		provider      map[string]any
		refused       string
	}{
		"secret of another organisation":  {strings.Replace(vendorSecretRow, `"organisation_id":null`, `"organisation_id":"o-other"`, 1), vendorSecretType, nil, "Wrong organisation"},
		"version of another organisation": {strings.Replace(vendorVersionRow, `"organisation_id":null`, `"organisation_id":"o-other"`, 1), vendorVersionType, nil, "Wrong organisation"},
		"secret of this organisation":     {strings.Replace(vendorSecretRow, `"organisation_id":null`, `"organisation_id":"o-acc"`, 1), vendorSecretType, nil, ""},
		"version of this organisation":    {strings.Replace(vendorVersionRow, `"organisation_id":null`, `"organisation_id":"o-acc"`, 1), vendorVersionType, nil, ""},
		// Its row names no organisation, so that all that shows is that it is not there.
		"secret that is elsewhere":         {vendorSecretRow, vendorSecretType, map[string]any{"organisation_id": "o-other"}, "Moved secret not found"},
		"version that is elsewhere":        {vendorVersionRow, vendorVersionType, map[string]any{"organisation_id": "o-other"}, "Moved secret not found"},
		"secret that is another project's": {vendorSecretRow, vendorSecretType, map[string]any{"project_id": "p-other"}, "Moved secret not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			core := movedCore(t, vendorsSecret(t), sourceOf(tc.typeName, tc.row))
			core.Provider = tc.provider
			refreshed, _, err := core.Refresh(t.Context())
			var refused *acctest.RefusedError
			if tc.refused != "" {
				if !errors.As(err, &refused) || !strings.Contains(err.Error(), tc.refused) || !strings.Contains(err.Error(), dbID) {
					t.Errorf("it says %v, want %q", err, tc.refused)
				}
				return
			}
			if err != nil || refreshed == nil {
				t.Fatalf("refreshed to %v: %v", refreshed, err)
			}
			var organisation string
			if err := acctest.Attribute(refreshed.Value, "organisation_id").As(&organisation); err != nil || organisation != acctest.Organisation {
				t.Errorf("the organisation is %q: %v", organisation, err)
			}
			if strings.Contains(string(refreshed.Private), "moved") {
				t.Error("the refreshed state is still marked as moved")
			}
		})
	}
}

// A deleted secret of a moved state is not silently created again, and there is no plan
// before the first refresh.
func TestMovedStateIsLookedForFirst(t *testing.T) {
	t.Parallel()
	for typeName, row := range map[string]string{vendorSecretType: vendorSecretRow, vendorVersionType: vendorVersionRow} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			s := vendorsSecret(t)
			core := movedCore(t, s, sourceOf(typeName, row))
			config := map[string]any{"path": "/app/db", "kms_key_id": "kms-nl-01"}
			if typeName == vendorVersionType {
				config = map[string]any{"path": "/app/db"}
			}
			if _, err := core.PlanFrom(t.Context(), core.State, config); err == nil || !strings.Contains(err.Error(), "Moved secret not refreshed") {
				t.Errorf("a plan without a refresh says %v", err)
			}
			if _, err := core.Plan(t.Context(), nil, acctest.NoRefresh); err == nil || !strings.Contains(err.Error(), "Moved secret not refreshed") ||
				!strings.Contains(err.Error(), "has no instance at this address") || strings.Contains(err.Error(), "NAME[INDEX]") != (typeName == vendorVersionType) {
				t.Errorf("a plan without a place for it says %v", err)
			}
			s.Delete(dbID)
			if _, err := core.Plan(t.Context(), config); err == nil || !strings.Contains(err.Error(), "Moved secret not found") {
				t.Errorf("a plan for a secret that is gone says %v", err)
			}
		})
	}
}

// The vendor's state identifies a secret that was created again by its time, and a
// version of a former life by its number.
func TestMovedStateOfAFormerLife(t *testing.T) {
	t.Parallel()
	s := vendorsSecret(t)
	s.Delete(dbID)
	s.Clock().Advance(time.Hour)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("another"))})

	secret := movedCore(t, s, sourceOf(vendorSecretType, vendorSecretRow))
	if _, warnings, err := secret.Refresh(t.Context()); err != nil || len(warnings) != 1 || !strings.HasPrefix(warnings[0], "Secret re-created outside Terraform: "+dbID) {
		t.Errorf("the secret's refresh warns %q: %v", warnings, err)
	}
	version := movedCore(t, s, sourceOf(vendorVersionType, vendorVersionRow))
	plan, err := version.Plan(t.Context(), map[string]any{"secret_id": dbID, "secret_string_wo": "configured", "value_wo_version": "1", "on_external_version": "overwrite"})
	if err != nil {
		t.Fatal(err)
	}
	if got := acctest.Int64(acctest.Attribute(plan.Value, "version")); !slices.Equal(got, []int64{1}) {
		t.Errorf("the plan tracks version %v, want 1", got)
	}
	if err := version.Apply(t.Context(), plan); err != nil || s.Writes() != 0 {
		t.Errorf("%v, and %v", err, s.Calls())
	}
	plan, err = version.Plan(t.Context(), map[string]any{"secret_id": dbID, "secret_string_wo": "configured", "value_wo_version": "1", "on_external_version": "overwrite"})
	expectEmpty(t, plan, err)
}

// Configured values of a moved version are recorded and not written, of every kind,
// until the first update. The advice of the warning puts them.
func TestMovedVersionRecordsTheValue(t *testing.T) {
	t.Parallel()
	binary := base64.StdEncoding.EncodeToString([]byte("new"))
	for name, tc := range map[string]struct {
		input map[string]any
		says  string // what to change after the first update, empty where nothing is recorded
	}{
		"none":                  {map[string]any{}, ""},
		"a counter alone":       {map[string]any{"value_wo_version": "1"}, "give the value, change value_wo_version"},
		"write-only, counted":   {map[string]any{"secret_string_wo": "new", "value_wo_version": "1"}, "change value_wo_version"},
		"write-only, pairs":     {map[string]any{"secret_key_values_wo": map[string]string{"user": "new"}, "value_wo_version": "1"}, "change value_wo_version"},
		"write-only, binary":    {map[string]any{"secret_binary_wo": binary, "value_wo_version": "1"}, "change value_wo_version"},
		"write-only, watched":   {map[string]any{"secret_string_wo": "new", "detect_value_changes": true}, `set value_wo_version = "1" in place of detect_value_changes`},
		"write-only, by age":    {map[string]any{"secret_string_wo": "new", "rotation": map[string]any{"after": "90d"}}, `set value_wo_version = "1"`},
		"in state":              {map[string]any{"secret_string": "new"}, `set value_wo_version = "1"`},
		"in state, pairs":       {map[string]any{"secret_key_values": map[string]string{"user": "new"}}, `set value_wo_version = "1"`},
		"generated":             {map[string]any{"generate": map[string]any{"byte_length": 32}}, `set value_wo_version = "1"`},
		"generated, counted":    {map[string]any{"generate": map[string]any{"byte_length": 32}, "value_wo_version": "1"}, "change value_wo_version"},
		"generated, not by age": {map[string]any{"generate": map[string]any{"byte_length": 32}, "rotation": map[string]any{"after": "90d"}}, `set value_wo_version = "1"`},
		"of others, overwrite":  {map[string]any{"secret_string_wo": "new", "value_wo_version": "1", "on_external_version": "overwrite"}, "change value_wo_version"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := vendorsSecret(t)
			core := movedCore(t, s, sourceOf(vendorVersionType, vendorVersionRow))
			config := map[string]any{"secret_id": dbID}
			maps.Copy(config, tc.input)
			plan, err := core.Plan(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			if plan.IsEmpty() == (tc.says != "") {
				t.Errorf("the plan is %s", plan.Changes())
			}
			const recorded = "Configured value not written: " + dbID
			if got, want := slices.Contains(plan.Warnings, recorded), tc.says != ""; got != want {
				t.Errorf("the warnings are %q", plan.Warnings)
			}
			advice := detailOf(plan, recorded)
			if err := core.Apply(t.Context(), plan); err != nil {
				t.Fatal(err)
			}
			plan, err = core.Plan(t.Context(), config)
			expectEmpty(t, plan, err)
			if slices.Contains(plan.Warnings, recorded) {
				t.Errorf("the next warnings are %q", plan.Warnings)
			}
			if s.Writes() != 0 || s.Secret(dbID).CurrentVersion != 2 {
				t.Errorf("it wrote: %v", s.Calls())
			}
			if tc.says == "" {
				return
			}

			if !strings.HasSuffix(advice, ", apply this plan, then "+tc.says+" and apply again.") {
				t.Errorf("the advice is %q, want %q", advice, tc.says)
			}
			config["value_wo_version"] = "1"
			if strings.HasSuffix(tc.says, "change value_wo_version") {
				config["value_wo_version"] = "2"
			}
			if strings.HasPrefix(tc.says, "give the value") {
				config["secret_string_wo"] = "new"
			}
			if strings.HasSuffix(tc.says, "in place of detect_value_changes") {
				delete(config, "detect_value_changes")
			}
			if plan, err = core.Plan(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			if err := core.Apply(t.Context(), plan); err != nil {
				t.Fatal(err)
			}
			if s.Writes() != 1 || s.Secret(dbID).CurrentVersion != 3 {
				t.Errorf("the advice did not put one version: %v", s.Calls())
			}
		})
	}
}

// detailOf is what the diagnostic with a summary says, empty where there is none.
func detailOf(plan *acctest.CorePlan, summary string) string {
	for _, d := range plan.Diagnostics {
		if d.Summary == summary {
			return d.Detail
		}
	}
	return ""
}
