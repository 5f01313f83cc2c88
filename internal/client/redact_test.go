package client_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// withheld is what is shown in place of an echo.
const withheld = "(the answer quotes the request, and is not shown)"

// refusal is what is shown of a message with which the service refuses a value.
func refusal(t *testing.T, value, token, message string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"message": message})
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, func(c *client.Config) {
		c.Credentials = client.Token(token)
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			return response(r, http.StatusBadRequest, strings.NewReader(string(body))), nil
		})
	})
	_, err = c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.BytesValue([]byte(value)), client.JustSeen(mustID(t, "nl-01/app/db"), 3))
	var said *client.Error
	if !errors.As(err, &said) {
		t.Fatalf("got %v", err)
	}
	return said.Message
}

// squeezed is a text without what shows as nothing.
func squeezed(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, s)), "")
}

// However a piece of a value was encoded, once and again, it is found, and so is the
// piece of a token.
func TestEchoesAreFound(t *testing.T) {
	t.Parallel()
	encodings := acctest.Encodings()
	letters := rapid.OneOf(rapid.RuneFrom([]rune("abcXYZ0189-_.~+/=%&<>\"'\\ é€😀")), rapid.RuneFrom([]rune("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789")))
	rapid.Check(t, func(r *rapid.T) {
		piece := rapid.StringOfN(letters, 8, 12, -1).Filter(func(s string) bool { return len([]rune(squeezed(s))) >= 8 }).Draw(r, "piece")
		secret := rapid.StringOfN(letters, 0, 20, -1).Draw(r, "before") + piece + rapid.StringOfN(letters, 0, 20, -1).Draw(r, "behind")
		text := piece
		var used []string
		for len(used) < 5 {
			e := encodings[rapid.IntRange(0, len(encodings)-1).Draw(r, "encoding")]
			outer := e.Write(text)
			if len([]rune(outer)) > 900 || e.Name == "percent twice" && len(used) > 2 {
				break
			}
			if strings.Contains(e.Name, "white space") && slices.ContainsFunc(used, isSpread) {
				continue // Blanks between numbers mean something.
			}
			text, used = outer, append(used, e.Name)
			if e.Name == "percent twice" {
				used = append(used, "", "") // It counts three times.
			}
			if rapid.Bool().Draw(r, "enough") {
				break
			}
		}
		value, token := secret, "token-of-nobody"
		if rapid.Bool().Draw(r, "token") {
			value, token = "value of nobody", secret
		}
		if got := refusal(t, value, token, "refused: \""+text+"\" is bad"); got != withheld {
			r.Fatalf("%q: %q", used, got)
		}
	})
}

// isSpread reports an encoding in which a blank ends a number.
func isSpread(name string) bool {
	return name == "bytes" || name == "bytes in Java"
}

// Each part of a token counts on its own, as it is and decoded, and however a program
// would write what it decodes to.
func TestEachPartOfATokenIsFound(t *testing.T) {
	t.Parallel()
	part := base64.RawURLEncoding.EncodeToString
	header, payload, signature := `{"alg":"RS256","kid":"k-7Qm2"}`, `{"sub":"repo:acme/app","jti":"9d3c"}`, "\x01\xfe signature \x80\xff\x10"
	token := part([]byte(header)) + "." + part([]byte(payload)) + "." + part([]byte(signature))
	for name, text := range map[string]string{
		"header": part([]byte(header)), "payload": part([]byte(payload)), "signature": part([]byte(signature)),
		"decoded header": header, "decoded payload": payload, "a claim": "the subject repo:acme/app is not trusted",
		"signature in hex": fmt.Sprintf("%x", signature), "signature in base64": base64.StdEncoding.EncodeToString([]byte(signature)),
		"signature as numbers": fmt.Sprintf("%d", []byte(signature)), "the end": token[len(token)-8:],
	} {
		if got := refusal(t, "value of nobody", token, "bad token: "+text); got != withheld {
			t.Errorf("%s: %q", name, got)
		}
	}
	const words = "see https://docs.thalassa.cloud/tokens"
	if got := refusal(t, "value of nobody", "x."+part([]byte(`{"iss":"https://token.example.org"}`))+".x", words); got != words {
		t.Errorf("a link is not shown: %s", got)
	}
}

// A short value counts as a whole, and what is very short only in the form that the
// request has.
func TestShortValuesAreFound(t *testing.T) {
	t.Parallel()
	for value, text := range map[string]string{"hunter2": "is hunter2 your value?", "1234": "bad: MTIzNA==", "a": `bad base64: "YQ=="`, "s3cr": "%73%33%63%72"} {
		if got := refusal(t, value, "token-of-nobody", text); got != withheld {
			t.Errorf("%q: %q", value, got)
		}
	}
	for _, value := range []string{"a", "no", "key", "hunter2", "correct horse"} {
		const words = "the KMS key is not operational"
		if got := refusal(t, value, "token-of-nobody", words); got != words {
			t.Errorf("%q: %s", value, got)
		}
	}
}

// Of a thousand harmless messages at most one is withheld, for any values.
func TestHarmlessMessagesAreShown(t *testing.T) {
	t.Parallel()
	const seed = 7
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // It is to be the same each time.
	values := valueKinds(random)
	const rounds = 40 / slowness
	messages, hidden := 0, map[string]int{}
	for kind, value := range values {
		for range rounds {
			for _, message := range harmless(random) {
				messages++
				if refusal(t, value(), "Tk-"+letters(random, 40), message) == withheld {
					hidden[kind]++
				}
			}
		}
	}
	total := 0
	for _, n := range hidden {
		total += n
	}
	t.Logf("seed %d: %d of %d harmless messages are withheld: %v", seed, total, messages, hidden)
	if total*1000 > messages {
		t.Errorf("%d of %d harmless messages are withheld: %v", total, messages, hidden)
	}
}

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func letters(random *rand.Rand, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[random.IntN(len(alphabet))]
	}
	return string(out)
}

// valueKinds are kinds of values as people put them.
func valueKinds(random *rand.Rand) map[string]func() string {
	bytesOf := func(n int) []byte {
		out := make([]byte, n)
		for i := range out {
			out[i] = byte(random.IntN(256)) //nolint:gosec // It is one.
		}
		return out
	}
	words := strings.Fields("acorn bishop copper dolphin ember falcon glacier hazel island jungle kettle lantern marble nickel orchid pepper quartz ribbon saddle timber umpire velvet walnut yonder zephyr")
	return map[string]func() string{
		"four letters":  func() string { return letters(random, 4) },
		"six digits":    func() string { return fmt.Sprintf("%06d", random.IntN(1_000_000)) },
		"password":      func() string { return letters(random, 12) + "!#" },
		"long password": func() string { return letters(random, 64) },
		"hexadecimal":   func() string { return fmt.Sprintf("%x", bytesOf(32)) },
		"key in base64": func() string { return base64.StdEncoding.EncodeToString(bytesOf(32)) },
		"bytes":         func() string { return string(bytesOf(48)) },
		"pass phrase": func() string {
			return words[random.IntN(25)] + " " + words[random.IntN(25)] + " " + words[random.IntN(25)] + "-" + letters(random, 3)
		},
		"database URL": func() string {
			return "postgres://app:" + letters(random, 16) + "@db-" + letters(random, 6) + ":5432/app"
		},
		"credential JSON": func() string { return `{"user":"` + letters(random, 8) + `","password":"` + letters(random, 24) + `"}` },
	}
}

// harmless are messages of services and gateways, with names, ids and times.
func harmless(random *rand.Rand) []string {
	id := func() string {
		return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", random.Uint32(), random.IntN(1<<16), random.IntN(1<<12), random.IntN(1<<16), random.Int64N(1<<48))
	}
	at := time.Unix(random.Int64N(2_000_000_000), 0).UTC().Format(time.RFC3339)
	path := "/" + strings.ToLower(letters(random, 5)) + "/prod/db-" + fmt.Sprint(random.IntN(100))
	return []string{
		"the KMS key is not operational", "KMS key kms-" + id() + " is disabled", "secret " + path + " already exists in region nl-01",
		"access denied by policy: condition 2 (ip) does not match 10.0." + fmt.Sprint(random.IntN(256)) + ".17/32", "version " + fmt.Sprint(random.IntN(1000)) + " of " + path + " is destroyed",
		"validation failed:\n - secretString: must be base64\n - path: must match ^/[a-z0-9/_-]+$", "rate limit exceeded: 100 requests per 60 s; retry after " + at,
		"upstream connect error or disconnect/reset before headers. reset reason: connection termination, transport failure reason: delayed connect error: 111",
		"internal error (trace " + strings.ReplaceAll(id(), "-", "") + ")", "organisation o-" + letters(random, 12) + " has not enabled the feature secrets-manager",
		"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.27.0</center></body></html>",
		`rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.96.0.1:443: connect: connection refused"`,
		"request " + id() + " took 30001 ms, more than 30000 ms", "token expired at " + at + ", now is " + at, "the user sa-" + letters(random, 10) + " lacks the permission secrets.put on " + path,
		`invalid field "secretString": illegal base64 data at input byte ` + fmt.Sprint(random.IntN(1000)), "accessPolicy.conditions[0].cidrs: 2001:db8::/32 and fe80::1 are not allowed, [10, 20, 30, 40] are",
		"Le secret n’est pas accessible : clé désactivée (code 0x" + fmt.Sprintf("%08x", random.Uint32()) + ")",
	}
}
