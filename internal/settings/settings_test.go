package settings

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
)

// resolved resolves a provider block with the least that it needs from the
// environment.
func resolved(t *testing.T, b Block, env map[string]string) (Settings, []string) {
	t.Helper()
	environment := map[string]string{"THALASSA_ORGANISATION": "acme", "THALASSA_API_TOKEN": "t"}
	maps.Copy(environment, env)
	s, problems := Resolve(b, func(name string) string { return environment[name] })
	var said []string
	for _, p := range problems {
		said = append(said, string(p.Kind)+": "+p.Detail)
	}
	if len(s.Unknown) > 0 {
		said = append(said, "unknown: "+strings.Join(s.Unknown, ", "))
	}
	return s, said
}

func retryOf(attempts Value[int64], least, most Value[time.Duration]) Value[Retry] {
	return Known(Retry{attempts, least, most})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	type config = client.Config
	wait, none, usual := Known[time.Duration], Value[time.Duration]{}, Value[int64]{}
	for name, tc := range map[string]struct {
		block   Block
		want    client.Config
		refusal string
	}{
		"none":           {Block{}, config{}, ""},
		"timeout":        {Block{RequestTimeout: wait(90 * time.Second)}, config{RequestTimeout: 90 * time.Second}, ""},
		"rate":           {Block{RequestsPerSecond: Known(0.5)}, config{RequestsPerSecond: 0.5}, ""},
		"retry, whole":   {Block{Retry: retryOf(Known(int64(3)), wait(time.Second), wait(2*time.Second))}, config{Retry: client.Retry{MaxAttempts: 3, MinWait: time.Second, MaxWait: 2 * time.Second}}, ""},
		"retry, in part": {Block{Retry: retryOf(Known(int64(1)), none, none)}, config{Retry: client.Retry{MaxAttempts: 1}}, ""},
		"equal waits":    {Block{Retry: retryOf(usual, wait(time.Minute), wait(time.Minute))}, config{Retry: client.Retry{MinWait: time.Minute, MaxWait: time.Minute}}, ""},
		"waits crossed": {
			Block{Retry: retryOf(usual, wait(2*time.Second), wait(time.Second))},
			config{},
			"invalid retry: retry.min_wait (2s) is longer than retry.max_wait (1s).",
		},
		"above the default": {
			Block{Retry: retryOf(usual, wait(time.Minute), none)},
			config{},
			"invalid retry: retry.min_wait (1m0s) is longer than retry.max_wait (30s).",
		},
		"below the default": {
			Block{Retry: retryOf(usual, none, wait(100*time.Millisecond))},
			config{},
			"invalid retry: retry.min_wait (500ms) is longer than retry.max_wait (100ms).",
		},
		"unknown timeout":  {Block{RequestTimeout: Unknown[time.Duration]()}, config{}, "unknown: request_timeout"},
		"unknown rate":     {Block{RequestsPerSecond: Unknown[float64]()}, config{}, "unknown: requests_per_second"},
		"unknown retry":    {Block{Retry: Unknown[Retry]()}, config{}, "unknown: retry"},
		"unknown attempts": {Block{Retry: retryOf(Unknown[int64](), none, none)}, config{}, "unknown: retry.max_attempts"},
		"unknown wait":     {Block{Retry: retryOf(usual, Unknown[time.Duration](), none)}, config{}, "unknown: retry.min_wait"},
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
			limits := config{RequestTimeout: got.Client.RequestTimeout, RequestsPerSecond: got.Client.RequestsPerSecond, Retry: got.Client.Retry}
			if len(said) > 0 || !reflect.DeepEqual(limits, tc.want) {
				t.Errorf("got %+v, %q", limits, said)
			}
		})
	}
}

// The file of certificates is read at once, and nothing of it is repeated.
func TestCACertificateFile(t *testing.T) {
	t.Parallel()
	if s, said := resolved(t, Block{}, nil); s.Client.RootCAs != nil || len(said) > 0 {
		t.Errorf("without a file: %q", said)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := `invalid CA certificate file: ca_certificate_file (or THALASSA_CA_CERTIFICATE_FILE): the file "` + file + `" holds no certificate in PEM form`
	for name, said := range map[string][]string{
		"block":       second(resolved(t, Block{CACertificateFile: Known(file)}, nil)),
		"environment": second(resolved(t, Block{}, map[string]string{"THALASSA_CA_CERTIFICATE_FILE": file})),
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
		block   Value[string]
		env     string
		want    inventory.Strategy
		refusal []string
	}{
		"default":             {Value[string]{}, "", inventory.Auto, nil},
		"block":               {Known("individual"), "", inventory.Individual, nil},
		"environment":         {Value[string]{}, "individual", inventory.Individual, nil},
		"block beats":         {Known("auto"), "individual", inventory.Auto, nil},
		"nothing of the kind": {Value[string]{}, "lazy", inventory.Auto, []string{`invalid read strategy: read_strategy (or THALASSA_READ_STRATEGY) must be "auto" or "individual", and is "lazy".`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, said := resolved(t, Block{ReadStrategy: tc.block}, map[string]string{"THALASSA_READ_STRATEGY": tc.env})
			if got.ReadStrategy != tc.want || !slices.Equal(said, tc.refusal) {
				t.Errorf("%q, and %q", got.ReadStrategy, said)
			}
		})
	}
}
