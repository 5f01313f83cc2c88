package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"unsafe"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// redacted is a secret that nothing may print, in any of its forms.
const redacted = "Qz3mK8-redacted-value"

// placeholder is what stands for it.
const placeholder = "(sensitive)"

// holders are all that holds a secret for longer than a call, by name. Bound
// credentials are those of a client that has got a token.
func holders(t *testing.T) map[string]any {
	t.Helper()
	account := client.ServiceAccount{Organisation: "acme", ID: "sa-1"}
	identity := func(context.Context) (string, error) { return redacted, nil }
	held := map[string]any{
		"bytes to put":       client.BytesValue([]byte(redacted)),
		"pairs to put":       client.PairsValue(map[string]string{"password": redacted, redacted: "v"}),
		"revealed bytes":     revealed(t, `{"version":1,"secretString":"UXozbUs4LXJlZGFjdGVkLXZhbHVl"}`),
		"revealed pairs":     revealed(t, `{"version":1,"secretKeyValues":{"password":"UXozbUs4LXJlZGFjdGVkLXZhbHVl"}}`),
		"token":              client.Token(redacted),
		"access token":       client.AccessToken(redacted),
		"client credentials": client.ClientCredentials("ci", redacted),
		"token exchange":     client.TokenExchange(account, identity),
	}
	for name, credentials := range map[string]client.Credentials{
		"client credentials": client.ClientCredentials("ci", redacted), "token exchange": client.TokenExchange(account, identity),
		"token": client.Token(redacted), "access token": client.AccessToken(redacted),
	} {
		held["bound "+name] = field(t, connected(t, credentials), "credentials")
	}
	return held
}

// connected makes a client of a service that has handed out the secret for a token.
// It comes back when nothing of it is at work any more, so that it can be looked at.
func connected(t *testing.T, credentials client.Credentials) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{Organisation: "acme", Credentials: credentials, Transport: transport(func(*http.Request) string {
		return `{"access_token":"` + redacted + `","regions":[]}`
	})})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		if _, err := c.KMSRegions(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
	})
	return c
}

func revealed(t *testing.T, answer string) client.Revealed {
	t.Helper()
	c, err := client.New(client.Config{Organisation: "acme", Credentials: client.Token("t"), Transport: transport(func(*http.Request) string { return answer })})
	if err != nil {
		t.Fatal(err)
	}
	id, err := secretpath.ParseSecretID("nl-01/app/db")
	if err != nil {
		t.Fatal(err)
	}
	value, err := c.RevealValue(t.Context(), id, 1)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// field reads a field that is not exported.
func field(t *testing.T, of any, name string) any {
	t.Helper()
	f := reflect.ValueOf(of).Elem().FieldByName(name)
	if !f.IsValid() {
		t.Fatalf("%T has no %s", of, name)
	}
	return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().Interface() //nolint:gosec // The field is only read.
}

// leaked is the form in which a text has the secret, empty for none.
func leaked(text string) string {
	var numbers, hexes []string
	for _, b := range []byte(redacted) {
		numbers, hexes = append(numbers, fmt.Sprint(b)), append(hexes, fmt.Sprintf("0x%x", b))
	}
	for name, form := range map[string]string{
		"plain": redacted, "hex": fmt.Sprintf("%x", redacted), "HEX": fmt.Sprintf("%X", redacted), "spread hex": fmt.Sprintf("% x", redacted),
		"base64": "UXozbUs4LXJlZGFjdGVkLXZhbHVl", "bytes": strings.Join(numbers, " "), "bytes in JSON": strings.Join(numbers, ","), "bytes in Go": strings.Join(hexes, ", "),
	} {
		if strings.Contains(text, form) {
			return name
		}
	}
	return ""
}

// printers are all that makes text of anything.
func printers(t *testing.T) map[string]func(any) string {
	t.Helper()
	all := map[string]func(any) string{
		"Sprint":  func(v any) string { return fmt.Sprint(v) },
		"wrapped": func(v any) string { return fmt.Errorf("put: %w", fmt.Errorf("cannot encode %v", v)).Error() },
		"joined":  func(v any) string { return errors.Join(fmt.Errorf("%+v", v), fmt.Errorf("%#v", v)).Error() },
		"slog, JSON": func(v any) string {
			var out bytes.Buffer
			slog.New(slog.NewJSONHandler(&out, nil)).With("held", v).Info("put", slog.Group("of", slog.Any("value", v)))
			return out.String()
		},
		"slog, text": func(v any) string {
			var out bytes.Buffer
			slog.New(slog.NewTextHandler(&out, nil)).Info("put", "value", v, "error", fmt.Errorf("of %v", v))
			return out.String()
		},
		"JSON": func(v any) string {
			encoded, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			return string(encoded)
		},
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%+q", "%x", "%X", "% x", "%d", "%o", "%b", "%e", "%f", "%t", "%c", "%U", "%p", "%8.3v", "%-20s"} {
		all[verb] = func(v any) string { return fmt.Sprintf(verb, v) }
	}
	return all
}

// Every printer shows the placeholder for a holder of a secret, also inside of other
// values.
func TestHoldersPrintAPlaceholder(t *testing.T) {
	t.Parallel()
	type envelope struct {
		Exported any
		inner    any
	}
	for name, v := range holders(t) {
		for printer, show := range printers(t) {
			text := show(v)
			// %p calls no method of the value, and prints addresses.
			if !strings.Contains(text, placeholder) && printer != "%p" {
				t.Errorf("%s: %s prints %q, and no placeholder", name, printer, text)
			}
			for _, around := range []any{v, &v, []any{v}, map[string]any{"k": v}, envelope{v, v}, &envelope{v, v}} {
				if form := leaked(show(around)); form != "" {
					t.Errorf("%s: %s prints it in a %T (%s)", name, printer, around, form)
				}
			}
		}
	}
}

// The printers above do print what is not redacted; otherwise they would prove
// nothing.
func TestPrintersPrint(t *testing.T) {
	t.Parallel()
	for printer, show := range printers(t) {
		switch printer {
		case "%8.3v", "%t", "%e", "%f", "%o", "%b", "%c", "%U", "%p", "%d":
			continue // They cut a string, or have no use for it.
		}
		if leaked(show(redacted)) == "" {
			t.Errorf("%s does not print %q", printer, show(redacted))
		}
	}
}

type transport func(*http.Request) string

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(f(r))), Request: r,
	}, nil
}
