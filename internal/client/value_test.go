package client_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// sentinel is a value or token that no text may hold, in any of its forms.
const sentinel = "hunter2-Sentinel/9"

// forms are the ways in which fmt and the encoders write a string or bytes.
func forms() []string {
	numbers := make([]string, 0, len(sentinel))
	hexes := make([]string, 0, len(sentinel))
	for _, b := range []byte(sentinel) {
		numbers = append(numbers, strconv.Itoa(int(b)))
		hexes = append(hexes, fmt.Sprintf("0x%x", b))
	}
	return []string{
		sentinel,
		strings.Join(numbers, " "), strings.Join(numbers, ","),
		strings.Join(hexes, ", "),
		hex.EncodeToString([]byte(sentinel)),
		base64.StdEncoding.EncodeToString([]byte(sentinel)),
	}
}

func leaks(text string) bool {
	for _, form := range forms() {
		if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
			return true
		}
	}
	return false
}

func noLeak(t *testing.T, where, text string) {
	t.Helper()
	if leaks(text) {
		t.Errorf("%s shows what must stay secret: %s", where, text)
	}
}

// printed is everything that the usual printers make of v.
func printed(t *testing.T, v any) map[string]string {
	t.Helper()
	texts := map[string]string{"Sprint": fmt.Sprint(v)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%t", "%10.3s"} {
		texts[verb] = fmt.Sprintf(verb, v)
	}
	var asJSON, asText bytes.Buffer
	slog.New(slog.NewJSONHandler(&asJSON, nil)).Info("put", "value", v)
	slog.New(slog.NewTextHandler(&asText, nil)).Info("put", "value", v)
	texts["slog JSON"], texts["slog text"] = asJSON.String(), asText.String()
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	texts["json.Marshal"] = string(encoded)
	texts["error"] = fmt.Errorf("with %v", v).Error()
	return texts
}

func TestNothingSecretPrintsItself(t *testing.T) {
	t.Parallel()
	revealedBytes := reveal(t, `{"version":2,"secretString":"`+base64.StdEncoding.EncodeToString([]byte(sentinel))+`"}`)
	revealedPairs := reveal(t, `{"version":2,"secretKeyValues":{"user":"`+base64.StdEncoding.EncodeToString([]byte(sentinel))+`"}}`)
	if string(revealedBytes.Bytes()) != sentinel || string(revealedPairs.Pairs()["user"]) != sentinel {
		t.Fatal("there is nothing to hide")
	}
	for name, v := range map[string]shapes{
		"bytes to put":        inAllShapes(client.BytesValue([]byte(sentinel))),
		"pairs to put":        inAllShapes(client.PairsValue(map[string]string{"user": sentinel})),
		"secret key of pairs": inAllShapes(client.PairsValue(map[string]string{sentinel: "x"})),
		"revealed bytes":      inAllShapes(revealedBytes),
		"revealed pairs":      inAllShapes(revealedPairs),
		"bytes to put again":  inAllShapes(revealedBytes.Value()),
		"pairs to put again":  inAllShapes(revealedPairs.Value()),
		"API token":           inAllShapes(client.Token(sentinel)),
		"access token":        inAllShapes(client.AccessToken(sentinel)),
		// What carries them in the client's own types.
		"configuration": {
			"alone":   struct{ Credentials client.Credentials }{client.Token(sentinel)},
			"pointer": &struct{ Credentials client.Credentials }{client.AccessToken(sentinel)},
		},
		"new secret": {
			"alone":   client.NewSecret{Value: client.BytesValue([]byte(sentinel))},
			"pointer": &client.NewSecret{Value: client.PairsValue(map[string]string{"user": sentinel})},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for shape, v := range v {
				for printer, text := range printed(t, v) {
					noLeak(t, shape+" by "+printer, text)
				}
			}
		})
	}
}

// shapes are the ways in which something secret comes to be printed, by name.
type shapes map[string]any

func inAllShapes[T any](v T) shapes {
	return shapes{
		"alone":      v,
		"pointer":    &v,
		"in struct":  struct{ Field T }{v},
		"in pointed": &struct{ Field *T }{&v},
		"in slice":   []any{v, &v},
		"in map":     map[string]T{"key": v},
	}
}

// Without redaction the printers do show the text that the test above searches for.
// Otherwise that test could not fail.
func TestPrintersShowWhatIsNotHidden(t *testing.T) {
	t.Parallel()
	for printer, text := range printed(t, sentinel) {
		// These two verbs cut or refuse a string.
		if printer != "%10.3s" && printer != "% x" && !leaks(text) {
			t.Errorf("%s of a string goes unnoticed: %s", printer, text)
		}
	}
	for printer, text := range printed(t, []byte(sentinel)) {
		if printer != "%10.3s" && printer != "% x" && printer != "%t" && printer != "%#v" && !leaks(text) {
			t.Errorf("%s of bytes goes unnoticed: %s", printer, text)
		}
	}
	if text := fmt.Sprintf("%#v", []byte(sentinel)); !leaks(text) {
		t.Errorf("%%#v of bytes goes unnoticed: %s", text)
	}
}

// Each printer uses another method, so each needs a case.
func TestPlaceholder(t *testing.T) {
	t.Parallel()
	for _, v := range []any{client.BytesValue(nil), client.Revealed{}, client.Token(""), client.AccessToken("")} {
		if got := fmt.Sprint(v); got != "(sensitive)" {
			t.Errorf("%T prints as %q", v, got)
		}
		if got := slog.AnyValue(v).Resolve(); !got.Equal(slog.StringValue("(sensitive)")) {
			t.Errorf("%T is logged as %q", v, got)
		}
		if got, err := json.Marshal(v); err != nil || string(got) != `"(sensitive)"` {
			t.Errorf("%T is encoded as %s, %v", v, got, err)
		}
	}
}

func TestIsZero(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		value client.Value
		zero  bool
	}{
		"nothing":               {client.Value{}, true},
		"pairs that are nil":    {client.PairsValue(nil), true},
		"no bytes to generate":  {client.GeneratedValue(0), true},
		"empty string":          {client.BytesValue([]byte{}), false},
		"empty string from nil": {client.BytesValue(nil), false},
		"no pairs":              {client.PairsValue(map[string]string{}), false},
		"bytes to generate":     {client.GeneratedValue(32), false},
	} {
		if got := tc.value.IsZero(); got != tc.zero {
			t.Errorf("%s: %v, want %v", name, got, tc.zero)
		}
	}
}

func TestValueGivesBackWhatItHolds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		value client.Value
		bytes []byte
		plain bool
		pairs map[string]string
	}{
		"nothing":      {value: client.Value{}},
		"bytes":        {value: client.BytesValue([]byte("s3cret")), bytes: []byte("s3cret"), plain: true},
		"empty string": {value: client.BytesValue(nil), plain: true},
		"pairs":        {value: client.PairsValue(map[string]string{"user": "app"}), pairs: map[string]string{"user": "app"}},
		"generated":    {value: client.GeneratedValue(32)},
	} {
		b, ok := tc.value.Bytes()
		if ok != tc.plain || !bytes.Equal(b, tc.bytes) || !maps.Equal(tc.value.Pairs(), tc.pairs) {
			t.Errorf("%s: %q, %v and %q", name, b, ok, tc.value.Pairs())
		}
	}
}

// The caller's map may change between making a value and putting it.
func TestPairsAreCopied(t *testing.T) {
	t.Parallel()
	pairs := map[string]string{"user": "app"}
	value := client.PairsValue(pairs)
	pairs["user"], pairs["more"] = "changed", "x"
	s := serve(t, says(http.StatusOK, `{"version":2}`))
	if _, err := s.client().PutValue(t.Context(), mustID(t, "nl-01/app/db"), value, client.JustSeen(mustID(t, "nl-01/app/db"), 1)); err != nil {
		t.Fatal(err)
	}
	s.sent(http.MethodPost, "/v1/secrets/nl-01/secret/app/db/versions", `{"path":"/app/db","secretKeyValues":{"user":"YXBw"}}`)
}

// A revealed value is put again unchanged, also with bytes that are not text.
func TestRevealedIsPutAgain(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"text":       `"secretString":"YXBw"`,
		"not text":   `"secretString":"AP/+wyg="`,
		"nothing":    `"secretString":""`,
		"pairs":      `"secretKeyValues":{"a":"AP/+wyg=","ü":"YXBw"}`,
		"empty pair": `"secretKeyValues":{"a":""}`,
		"no pairs":   `"secretKeyValues":{}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, says(http.StatusOK, `{"version":3}`))
			if _, err := s.client().PutValue(t.Context(), mustID(t, "nl-01/app/db"), reveal(t, `{"version":2,`+value+`}`).Value(), client.JustSeen(mustID(t, "nl-01/app/db"), 2)); err != nil {
				t.Fatal(err)
			}
			s.sent(http.MethodPost, "/v1/secrets/nl-01/secret/app/db/versions", `{"path":"/app/db",`+value+`}`)
		})
	}
	if !(client.Revealed{}).Value().IsZero() {
		t.Error("what was never revealed can be put")
	}
}

// reveal is what the client makes of an answer to getSecretValue.
func reveal(t *testing.T, body string) client.Revealed {
	t.Helper()
	revealed, err := newClient(t, inMemory(http.StatusOK, body)).RevealValue(t.Context(), mustID(t, "nl-01/app/db"), 2)
	if err != nil {
		t.Fatal(err)
	}
	return revealed
}

// The size of a value is what counts against the limit: bytes before they are encoded,
// and the keys of pairs.
func TestValueSize(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		value client.Value
		want  int
	}{
		"nothing":   {client.Value{}, 0},
		"bytes":     {client.BytesValue([]byte{0, 1, 2}), 3},
		"text":      {client.BytesValue([]byte("é")), 2},
		"pairs":     {client.PairsValue(map[string]string{"user": "ü", "p": ""}), 7},
		"generated": {client.GeneratedValue(32), 0},
	} {
		if got := tc.value.Size(); got != tc.want {
			t.Errorf("%s: %d bytes, want %d", name, got, tc.want)
		}
	}
}

// fmt does not call methods on unexported fields.
func TestUnexportedFieldsLeak(t *testing.T) {
	t.Parallel()
	type holder struct{ v any }
	pairs := client.PairsValue(map[string]string{"user": sentinel})
	for name, v := range map[string]any{
		"client":    newClient(t, func(c *client.Config) { c.Credentials = client.Token(sentinel) }),
		"token":     holder{client.Token(sentinel)},
		"access":    holder{client.AccessToken(sentinel)},
		"pairs":     holder{pairs},
		"bytes":     holder{client.BytesValue([]byte(sentinel))},
		"revealed":  holder{reveal(t, `{"version":2,"secretString":"aHVudGVyMi1TZW50aW5lbC85"}`)},
		"revealed2": holder{reveal(t, `{"version":2,"secretKeyValues":{"a":"aHVudGVyMi1TZW50aW5lbC85"}}`)},
	} {
		for _, verb := range []string{"%v", "%+v", "%s"} {
			noLeak(t, name+" by "+verb, fmt.Sprintf(verb, v))
		}
	}
}

// Verb %p, and a verb that does not fit a pointer inside something.
func TestVerbs(t *testing.T) {
	t.Parallel()
	p := "%p"
	noLeak(t, "%p of a token", fmt.Sprintf(p, client.Token(sentinel)))
	noLeak(t, "%p of pairs", fmt.Sprintf(p, client.PairsValue(map[string]string{"user": sentinel})))
	noLeak(t, "%s of pointers", fmt.Sprintf("%s", []any{&client.NewSecret{Value: client.PairsValue(map[string]string{"user": sentinel})}}))
}
