package acctest

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// unknownText stands for what is not known yet.
const unknownText = "(unknown)"

// Render shows a value as JSON with its attributes in order. Attributes that are null
// are left out, because a Terraform state does not tell them from missing ones.
func Render(v tftypes.Value) string {
	plain, err := plainOf(v)
	if err != nil {
		return err.Error()
	}
	return renderPlain(plain)
}

// plainOf turns a value into what JSON has for it. Numbers keep all their digits.
func plainOf(v tftypes.Value) (any, error) {
	switch {
	case !v.IsKnown():
		return unknownText, nil
	case v.IsNull():
		return nil, nil //nolint:nilnil // Null is a value here.
	}
	switch typ := v.Type(); {
	case typ.Is(tftypes.String):
		var s string
		return s, v.As(&s)
	case typ.Is(tftypes.Bool):
		var b bool
		return b, v.As(&b)
	case typ.Is(tftypes.Number):
		var n big.Float
		err := v.As(&n)
		return json.Number(n.Text('f', -1)), err
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		var attributes map[string]tftypes.Value
		if err := v.As(&attributes); err != nil {
			return nil, err
		}
		object := map[string]any{}
		for name, attribute := range attributes {
			plain, err := plainOf(attribute)
			if err != nil {
				return nil, err
			}
			if plain != nil {
				object[name] = plain
			}
		}
		return object, nil
	default:
		return plainElements(v)
	}
}

// plainElements is plainOf for lists, tuples and sets. Those of a set are in the order
// of how they look.
func plainElements(v tftypes.Value) (any, error) {
	var elements []tftypes.Value
	if err := v.As(&elements); err != nil {
		return nil, err
	}
	list := make([]any, len(elements))
	for i, element := range elements {
		plain, err := plainOf(element)
		if err != nil {
			return nil, err
		}
		list[i] = plain
	}
	if v.Type().Is(tftypes.Set{}) {
		slices.SortFunc(list, func(a, b any) int { return slices.Compare([]byte(renderPlain(a)), []byte(renderPlain(b))) })
	}
	return list, nil
}

// renderPlain shows what plainOf returns.
func renderPlain(plain any) string {
	text, err := json.Marshal(plain)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// RenderJSON shows decoded JSON as Render shows the value that it stands for.
func RenderJSON(plain any) string { return renderPlain(withoutNulls(plain)) }

// withoutNulls leaves out the attributes that are null.
func withoutNulls(plain any) any {
	switch plain := plain.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, attribute := range plain {
			if attribute != nil {
				object[name] = withoutNulls(attribute)
			}
		}
		return object
	case []any:
		list := make([]any, len(plain))
		for i, element := range plain {
			list[i] = withoutNulls(element)
		}
		return list
	}
	return plain
}

// creationMark is the random text by which a provider knows a secret that it created.
var creationMark = regexp.MustCompile(`"[A-Z2-7]{26}"`)

// RenderPrivate shows the private state of a provider of the framework: its keys in
// order, each with its JSON. Empty is none.
func RenderPrivate(private []byte) string {
	var keys map[string][]byte
	if len(private) == 0 {
		return ""
	}
	if err := json.Unmarshal(private, &keys); err != nil {
		return string(private)
	}
	shown := map[string]json.RawMessage{}
	for key, value := range keys {
		shown[key] = creationMark.ReplaceAll(value, []byte(`"(random)"`))
	}
	return renderPlain(shown)
}

// renderIdentity shows an identity, all of whose attributes are texts. CLIs send none
// in different ways, which are all the same here.
func renderIdentity(identity *tfprotov6.ResourceIdentityData) string {
	if texts := IdentityOf(identity); len(texts) > 0 {
		return fmt.Sprint(texts)
	}
	return ""
}

// RenderDiagnostics shows diagnostics, each as severity, summary and detail.
func RenderDiagnostics(diagnostics []*tfprotov6.Diagnostic) []string {
	var texts []string
	for _, d := range diagnostics {
		severity := "warning"
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			severity = "error"
		}
		texts = append(texts, RenderDiagnostic(severity, d.Summary, d.Detail))
	}
	return texts
}

// RenderDiagnostic shows a diagnostic whose severity is "error" or "warning", as CLIs
// name them.
func RenderDiagnostic(severity, summary, detail string) string {
	return severity + ": " + summary + ": " + detail
}
