package client

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
)

// withheld stands for the words of a service, or of something before it, that
// quote what was sent.
const withheld = "(the answer quotes the request, and is not shown)"

// withoutQuotes returns a text unless it repeats one of the secrets that were sent,
// in whatever form. A text that does is not shown at all: what is around the quote
// is no use to a user, and may hold more of it.
func withoutQuotes(text string, secrets ...string) string {
	for _, secret := range secrets {
		if quotes(text, secret) {
			return withheld
		}
	}
	return text
}

// quotes reports that a text repeats a secret: as it is, escaped for JSON or a URL,
// in hexadecimal, or in base64, where it may be part of something longer. What is
// very short is in many texts by chance.
func quotes(text, secret string) bool {
	const shortest = 4
	escaped, _ := json.Marshal(secret) // A string can always be written.
	forms := []string{
		secret, strings.Trim(string(escaped), `"`), url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
	}
	for before := range 3 {
		// Each character stands for six bits, so that those at the ends hold bits of what is
		// around; they are left out.
		whole := append(make([]byte, before), secret...)
		whole = whole[:len(whole)/3*3]
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			if encoded := encoding.EncodeToString(whole); len(encoded) >= (before+2)/3*4+8 {
				forms = append(forms, encoded[(before+2)/3*4:])
			}
		}
	}
	for _, form := range forms {
		if len(form) >= shortest && strings.Contains(text, form) {
			return true
		}
	}
	return false
}

// secrets are the parts of a value that nobody may see.
func (v Value) secrets() []string {
	if b, ok := v.Bytes(); ok {
		return []string{string(b)}
	}
	var all []string
	for _, value := range v.Pairs() {
		all = append(all, value)
	}
	return all
}
