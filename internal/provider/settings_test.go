package provider

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
)

// resolved resolves a provider block with the least that it needs from the
// environment.
func resolved(t *testing.T, m providerModel, env map[string]string) (settings, []string) {
	t.Helper()
	environment := map[string]string{"THALASSA_ORGANISATION": "acme", "THALASSA_API_TOKEN": "t"}
	maps.Copy(environment, env)
	m.DefaultLabels = types.MapNull(types.StringType)
	if m.Retry.IsNull() && len(m.Retry.AttributeTypes(t.Context())) == 0 {
		m.Retry = types.ObjectNull(retryTypes)
	}
	s, diags := resolveSettings(t.Context(), m, func(name string) string { return environment[name] })
	var said []string
	for _, d := range diags {
		said = append(said, d.Summary()+": "+d.Detail())
	}
	if s.unknown != nil {
		said = append(said, "Unknown: "+strings.Join(s.unknown.names, ", "))
	}
	return s, said
}

var retryTypes = map[string]attr.Type{"max_attempts": types.Int64Type, "min_wait": types.StringType, "max_wait": types.StringType}

func retryOf(attempts types.Int64, least, most types.String) types.Object {
	return types.ObjectValueMust(retryTypes, map[string]attr.Value{"max_attempts": attempts, "min_wait": least, "max_wait": most})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	text, none := types.StringValue, types.StringNull()
	for name, tc := range map[string]struct {
		block   providerModel
		want    settings
		refusal string
	}{
		"none":           {providerModel{}, settings{}, ""},
		"timeout":        {providerModel{RequestTimeout: text("90s")}, settings{requestTimeout: 90 * time.Second}, ""},
		"timeout, days":  {providerModel{RequestTimeout: text("1d")}, settings{requestTimeout: day}, ""},
		"rate":           {providerModel{RequestsPerSecond: types.Float64Value(0.5)}, settings{requestsPerSecond: 0.5}, ""},
		"retry, whole":   {providerModel{Retry: retryOf(types.Int64Value(3), text("1s"), text("2s"))}, settings{retry: client.Retry{MaxAttempts: 3, MinWait: time.Second, MaxWait: 2 * time.Second}}, ""},
		"retry, in part": {providerModel{Retry: retryOf(types.Int64Value(1), none, none)}, settings{retry: client.Retry{MaxAttempts: 1}}, ""},
		"equal waits":    {providerModel{Retry: retryOf(types.Int64Null(), text("1m"), text("1m"))}, settings{retry: client.Retry{MinWait: time.Minute, MaxWait: time.Minute}}, ""},
		"waits crossed": {
			providerModel{Retry: retryOf(types.Int64Null(), text("2s"), text("1s"))},
			settings{},
			"Invalid retry: retry.min_wait (2s) is longer than retry.max_wait (1s).",
		},
		"above the default": {
			providerModel{Retry: retryOf(types.Int64Null(), text("1m"), none)},
			settings{},
			"Invalid retry: retry.min_wait (1m0s) is longer than retry.max_wait (30s).",
		},
		"below the default": {
			providerModel{Retry: retryOf(types.Int64Null(), none, text("100ms"))},
			settings{},
			"Invalid retry: retry.min_wait (500ms) is longer than retry.max_wait (100ms).",
		},
		"unknown timeout":  {providerModel{RequestTimeout: types.StringUnknown()}, settings{}, "Unknown: request_timeout"},
		"unknown rate":     {providerModel{RequestsPerSecond: types.Float64Unknown()}, settings{}, "Unknown: requests_per_second"},
		"unknown retry":    {providerModel{Retry: types.ObjectUnknown(retryTypes)}, settings{}, "Unknown: retry"},
		"unknown attempts": {providerModel{Retry: retryOf(types.Int64Unknown(), none, none)}, settings{}, "Unknown: retry.max_attempts"},
		"unknown wait":     {providerModel{Retry: retryOf(types.Int64Null(), types.StringUnknown(), none)}, settings{}, "Unknown: retry.min_wait"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, said := resolved(t, tc.block, nil)
			if tc.refusal != "" {
				if len(said) != 1 || !strings.HasPrefix(said[0], tc.refusal) {
					t.Errorf("said %q, want %q", said, tc.refusal)
				}
				return
			}
			limits := settings{requestTimeout: got.requestTimeout, requestsPerSecond: got.requestsPerSecond, retry: got.retry}
			if len(said) > 0 || !reflect.DeepEqual(limits, tc.want) {
				t.Errorf("got %+v, %q", limits, said)
			}
		})
	}
}

// The file of certificates is read at once, and nothing of it is repeated.
func TestCACertificateFile(t *testing.T) {
	t.Parallel()
	if s, said := resolved(t, providerModel{}, nil); s.rootCAs != nil || len(said) > 0 {
		t.Errorf("without a file: %q", said)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := `Invalid CA certificate file: ca_certificate_file (or THALASSA_CA_CERTIFICATE_FILE): the file "` + file + `" holds no certificate in PEM form`
	for name, said := range map[string][]string{
		"block":       second(resolved(t, providerModel{CACertificateFile: types.StringValue(file)}, nil)),
		"environment": second(resolved(t, providerModel{}, map[string]string{"THALASSA_CA_CERTIFICATE_FILE": file})),
	} {
		if len(said) != 1 || !strings.HasPrefix(said[0], want) {
			t.Errorf("%s: said %q", name, said)
		}
	}
}

func second[A, B any](_ A, b B) B { return b }

func TestReadStrategy(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		block   types.String
		env     string
		want    inventory.Strategy
		refusal []string
	}{
		"default":             {types.StringNull(), "", inventory.Auto, nil},
		"block":               {types.StringValue("individual"), "", inventory.Individual, nil},
		"environment":         {types.StringNull(), "individual", inventory.Individual, nil},
		"block beats":         {types.StringValue("auto"), "individual", inventory.Auto, nil},
		"nothing of the kind": {types.StringNull(), "lazy", inventory.Auto, []string{`Invalid read strategy: read_strategy (or THALASSA_READ_STRATEGY) must be "auto" or "individual", and is "lazy".`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, said := resolved(t, providerModel{ReadStrategy: tc.block}, map[string]string{"THALASSA_READ_STRATEGY": tc.env})
			if got.readStrategy != tc.want || !slices.Equal(said, tc.refusal) {
				t.Errorf("%q, and %q", got.readStrategy, said)
			}
		})
	}
}
