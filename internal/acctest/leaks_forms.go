package acctest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
)

// formsOf are the ways to write a secret: as it is, escaped for text of some kind
// once and again (a message within a JSON log), as numbers, and all of that within
// something that was put into base64 as a whole, as private state is.
func formsOf(secret string) []form {
	var forms []form
	known := map[string]bool{}
	add := func(name, text string) {
		if !known[text] {
			known[text] = true
			forms = append(forms, form{name: name, text: text})
		}
	}
	add("plain", secret)
	for _, once := range escapes() {
		text := once.write(secret)
		add(once.name, text)
		for _, twice := range escapes() {
			add(once.name+", then "+twice.name, twice.write(text))
		}
	}
	add("base64 in a URL", url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(secret))))
	for alignment := range 3 {
		add("base64", inBase64(base64.RawStdEncoding, secret, alignment))
	}
	for _, inner := range forms {
		for alignment := range 3 {
			add(inner.name+" in base64", inBase64(base64.RawStdEncoding, inner.text, alignment))
			add(inner.name+" in URL base64", inBase64(base64.RawURLEncoding, inner.text, alignment))
		}
	}
	for _, n := range numbers() {
		add(n.name, n.write(secret))
	}
	return forms
}

// inBase64 is what is sure to be in the base64 of any text that holds the secret, of
// whose characters as many stand before it as the alignment says, modulo three. The
// first and last digit may be made of a neighbour's bits, and the padding may be
// left out.
func inBase64(encoding *base64.Encoding, secret string, alignment int) string {
	digits := encoding.EncodeToString([]byte(strings.Repeat("\x00", alignment) + secret))
	first := (alignment*8 + 5) / 6
	return digits[first : (alignment+len(secret))*8/6]
}

// writer is a way to write text.
type writer struct {
	name  string
	write func(string) string
}

// escapes are the ways to write text within other text.
func escapes() []writer {
	return []writer{
		{"JSON", func(s string) string { return inJSON(s, true) }},
		{"JSON, nothing escaped for HTML", func(s string) string { return inJSON(s, false) }},
		{"JSON in ASCII", func(s string) string { return inASCII(s, `\u%04x`) }},
		{"JSON in ASCII, upper case", func(s string) string { return inASCII(s, `\u%04X`) }},
		{"%q", func(s string) string { return unquoted(strconv.Quote(s)) }},
		{"%+q", func(s string) string { return unquoted(strconv.QuoteToASCII(s)) }},
		{"URL query", url.QueryEscape},
		{"URL path", url.PathEscape},
		{"URL query, lower case", func(s string) string { return lowerPercent(url.QueryEscape(s)) }},
		{"URL path, lower case", func(s string) string { return lowerPercent(url.PathEscape(s)) }},
		{"HTML", html.EscapeString},
	}
}

// numbers are the ways in which printers write bytes.
func numbers() []writer {
	each := func(format, separator string) func(string) string {
		return func(s string) string {
			var out []string
			for _, b := range []byte(s) {
				out = append(out, fmt.Sprintf(format, b))
			}
			return strings.Join(out, separator)
		}
	}
	return []writer{
		{"hex", func(s string) string { return hex.EncodeToString([]byte(s)) }},
		{"hex, upper case", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }},
		{"hex with blanks", each("%02x", " ")},
		{"hex with colons", each("%02x", ":")},
		{"bytes", each("%d", " ")},
		{"bytes with commas", each("%d", ",")},
		{"bytes with commas and blanks", each("%d", ", ")},
		{"bytes in Go", each("0x%x", ", ")},
	}
}

// inJSON is the inside of a JSON string.
func inJSON(s string, forHTML bool) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(forHTML)
	_ = encoder.Encode(s) // A string always can be encoded.
	return unquoted(strings.TrimSuffix(out.String(), "\n"))
}

// inASCII is what encoders write that escape everything else.
func inASCII(s, format string) string {
	var out strings.Builder
	for _, r := range inJSON(s, false) {
		switch {
		case r < 0x80:
			out.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&out, format, unit)
			}
		}
	}
	return out.String()
}

func unquoted(s string) string { return s[1 : len(s)-1] }

// lowerPercent writes the digits after each percent sign in lower case.
func lowerPercent(s string) string {
	out := []byte(s)
	for i := 0; i+2 < len(out); i++ {
		if out[i] == '%' {
			copy(out[i+1:], bytes.ToLower(out[i+1:i+3]))
		}
	}
	return string(out)
}
