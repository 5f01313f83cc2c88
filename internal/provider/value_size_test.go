package provider_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// A value of the maximum size is put, and one byte more is an error of the plan, for
// every form of the value. So provider and service count alike.
func TestValueSizeIsChecked(t *testing.T) {
	t.Parallel()
	text := func(size int) any { return strings.Repeat("é", size/2) + strings.Repeat("x", size%2) }
	binary := func(size int) any { return base64.StdEncoding.EncodeToString(make([]byte, size)) }
	pairs := func(size int) any { return map[string]string{"user": "ü", "password": strings.Repeat("x", size-14)} }
	forms := map[string]func(size int) any{
		"secret_string": text, "secret_string_wo": text, "secret_binary_wo": binary, "secret_key_values": pairs, "secret_key_values_wo": pairs,
	}
	for _, input := range slices.Sorted(maps.Keys(forms)) {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
			config := func(size int) map[string]any {
				config := map[string]any{"secret_id": dbID, input: forms[input](size)}
				if strings.HasSuffix(input, "_wo") {
					config["value_wo_version"] = "1"
				}
				return config
			}
			sizeIsChecked(t, s, versionType, input, config)
			if !strings.HasSuffix(input, "_wo") {
				return
			}
			sizeIsChecked(t, s, secretType, "initial_value."+input, func(size int) map[string]any {
				return map[string]any{"path": "/app/new", "kms_key_id": acctest.KMSKey, "initial_value": map[string]any{input: forms[input](size)}}
			})
		})
	}
}

// sizeIsChecked applies a value of the limit, and plans a larger one.
func sizeIsChecked(t *testing.T, s *acctest.Server, typeName, name string, config func(size int) map[string]any) {
	t.Helper()
	core, err := acctest.NewCore(t.Context(), s, typeName)
	if err != nil {
		t.Fatal(err)
	}
	s.Mark()
	_, err = core.Plan(t.Context(), config(client.MaxValue+1))
	refusedBy(t, "the plan", err, "Value too large", name+" has 65537 bytes", "at most 65536 (64 KiB)")
	if s.Writes() != 0 {
		t.Errorf("the plan wrote: %v", s.Calls())
	}
	plan, err := core.Plan(t.Context(), config(client.MaxValue))
	if err == nil {
		err = core.Apply(t.Context(), plan)
	}
	if err != nil {
		t.Errorf("a value of the limit: %v", err)
	}
}

// A value that becomes known during apply is refused before anything is put.
func TestValueSizeDuringApply(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	core, err := acctest.NewCore(t.Context(), s, versionType)
	if err != nil {
		t.Fatal(err)
	}
	config := func(pair any) map[string]any {
		value, ok := pair.(string)
		element := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		if ok {
			element = tftypes.NewValue(tftypes.String, value)
		}
		of := tftypes.Map{ElementType: tftypes.String}
		return map[string]any{"secret_id": dbID, "value_wo_version": "1", "secret_key_values_wo": tftypes.NewValue(of, map[string]tftypes.Value{"k": element})}
	}
	plan, err := core.Plan(t.Context(), config(acctest.Unknown))
	if err != nil {
		t.Fatal(err)
	}
	plan.Resolve(config(strings.Repeat("x", client.MaxValue)))
	refusedBy(t, "the apply", core.Apply(t.Context(), plan), "Value too large", fmt.Sprint(client.MaxValue+1))
	if got := len(s.Secret(dbID).Versions); got != 1 {
		t.Errorf("%d versions", got)
	}
}
