package client

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"testing"

	"pgregory.net/rapid"
)

// Whatever a service does with what was sent to it before it quotes it, the quote
// is found.
func TestQuotesAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringN(8, 40, -1).Draw(t, "secret")
		before, after := rapid.StringN(0, 9, -1).Draw(t, "before"), rapid.StringN(0, 9, -1).Draw(t, "after")
		escaped, err := json.Marshal(before + secret + after)
		if err != nil {
			t.Fatal(err)
		}
		around := before + secret + after
		for form, text := range map[string]string{
			"plain": around, "JSON": string(escaped), "URL": url.QueryEscape(around), "path": url.PathEscape(around),
			"hexadecimal": hex.EncodeToString([]byte(around)),
			"base64":      base64.StdEncoding.EncodeToString([]byte(around)), "base64 for URLs": base64.RawURLEncoding.EncodeToString([]byte(around)),
		} {
			if withoutQuotes("refused: "+text, "other secret", secret) != withheld {
				t.Fatalf("%s: %q is shown", form, text)
			}
		}
	})
}

// What is no quote is shown, however short the secret is.
func TestWordsAreShown(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"", "a", "no", "key", "hunter2", "correct horse"} {
		const words = "the KMS key is not operational"
		if got := withoutQuotes(words, secret); got != words {
			t.Errorf("%q: %s", secret, got)
		}
	}
	if got := withoutQuotes(`bad base64: "YQ=="`, "a"); got != withheld {
		t.Errorf("a short value in base64: %s", got)
	}
}
