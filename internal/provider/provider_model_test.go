package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// The settings have all arguments of the provider block.
func TestProviderBlock(t *testing.T) {
	t.Parallel()
	retryTypes := map[string]attr.Type{"max_attempts": types.Int64Type, "min_wait": types.StringType, "max_wait": types.StringType}
	text := types.StringValue
	given := func(change func(*providerModel)) providerModel {
		m := providerModel{
			OrganisationID: text("acme"), Token: text("t"),
			RequestTimeout: text("1d"), RequestsPerSecond: types.Float64Value(0.5),
			DefaultLabels: types.MapValueMust(types.StringType, map[string]attr.Value{"team": text("a")}),
			Retry: types.ObjectValueMust(retryTypes, map[string]attr.Value{
				"max_attempts": types.Int64Value(3), "min_wait": text("1s"), "max_wait": types.StringNull(),
			}),
		}
		change(&m)
		return m
	}
	for name, tc := range map[string]struct {
		model   providerModel
		unknown []string
		refusal string
	}{
		"complete": {model: given(func(*providerModel) {})},
		"unknown label": {
			model: given(func(m *providerModel) {
				m.DefaultLabels = types.MapValueMust(types.StringType, map[string]attr.Value{"team": types.StringUnknown()})
			}),
			unknown: []string{"default_labels"},
		},
		"unknown parts": {
			model: given(func(m *providerModel) {
				m.RequestTimeout = types.StringUnknown()
				m.Retry = types.ObjectValueMust(retryTypes, map[string]attr.Value{
					"max_attempts": types.Int64Unknown(), "min_wait": types.StringUnknown(), "max_wait": types.StringNull(),
				})
			}),
			unknown: []string{"request_timeout", "retry.max_attempts", "retry.min_wait"},
		},
		"no duration": {
			model:   given(func(m *providerModel) { m.RequestTimeout = text("soon") }),
			refusal: `Invalid duration: request_timeout: "soon" must be a duration`,
		},
		"no strategy": {
			model:   given(func(m *providerModel) { m.ReadStrategy = text("lazy") }),
			refusal: "Invalid read strategy: read_strategy",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, diags := tc.model.resolve(t.Context(), func(string) string { return "" })
			switch {
			case tc.refusal != "":
				if len(diags) != 1 || !strings.HasPrefix(diags[0].Summary()+": "+diags[0].Detail(), tc.refusal) {
					t.Errorf("said %v, want %q", diags, tc.refusal)
				}
			case len(diags) > 0 || !slices.Equal(got.Unknown, tc.unknown):
				t.Errorf("unknown are %q, want %q; said %v", got.Unknown, tc.unknown, diags)
			case tc.unknown == nil:
				c := got.Client
				if c.RequestTimeout != 24*time.Hour || c.RequestsPerSecond != 0.5 || c.Retry != (client.Retry{MaxAttempts: 3, MinWait: time.Second}) ||
					c.Organisation != "acme" || !maps.Equal(got.DefaultLabels, map[string]string{"team": "a"}) {
					t.Errorf("the settings are %+v", got)
				}
			}
		})
	}
}
