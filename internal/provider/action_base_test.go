package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// What Terraform validates before everything is known is looked at once more when
// it is, and what is not known is not judged.
func TestActionConfigurationIsChecked(t *testing.T) {
	t.Parallel()
	target := actionTarget{SecretID: types.StringValue("nl-01/app/db")}
	for name, tc := range map[string]struct {
		problems diag.Diagnostics
		want     string
	}{
		"secret":                  {target.check(), ""},
		"no secret":               {(&actionTarget{}).check(), "Missing secret"},
		"unknown secret":          {(&actionTarget{SecretID: types.StringUnknown()}).check(), ""},
		"malformed secret":        {(&actionTarget{SecretID: types.StringValue("app")}).check(), "Invalid secret id"},
		"empty secret":            {(&actionTarget{SecretID: types.StringValue("")}).check(), "Invalid secret id"},
		"length":                  {(&generatedValueModel{target, types.Int64Value(16)}).check(), ""},
		"largest length":          {(&generatedValueModel{target, types.Int64Value(4096)}).check(), ""},
		"length too small":        {(&generatedValueModel{target, types.Int64Value(15)}).check(), "Invalid number"},
		"length too large":        {(&generatedValueModel{target, types.Int64Value(4097)}).check(), "Invalid number"},
		"no length":               {(&generatedValueModel{target, types.Int64Null()}).check(), "Missing number"},
		"length of nothing":       {(&generatedValueModel{target, types.Int64Value(0)}).check(), "Invalid number"},
		"unknown length":          {(&generatedValueModel{target, types.Int64Unknown()}).check(), ""},
		"version":                 {(&restoreModel{target, types.Int64Value(1)}).check(), ""},
		"no version":              {(&restoreModel{target, types.Int64Null()}).check(), "Missing number"},
		"version 0":               {(&restoreModel{target, types.Int64Value(0)}).check(), "Invalid number"},
		"destroy a version":       {(&destroyModel{actionTarget: target, Version: types.Int64Value(1)}).check(), ""},
		"destroy version 0":       {(&destroyModel{actionTarget: target, Version: types.Int64Value(0)}).check(), "Invalid number"},
		"destroy superseded":      {(&destroyModel{actionTarget: target, Superseded: types.BoolValue(true)}).check(), ""},
		"destroy nothing":         {(&destroyModel{actionTarget: target}).check(), "No version to destroy"},
		"destroy none superseded": {(&destroyModel{actionTarget: target, Superseded: types.BoolValue(false)}).check(), "No version to destroy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, problem := range tc.problems {
				got = append(got, problem.Summary())
			}
			if strings.Join(got, ", ") != tc.want {
				t.Errorf("problems %q, want %q", got, tc.want)
			}
		})
	}
}
