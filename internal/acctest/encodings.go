package acctest

import (
	"encoding/base64"
	"fmt"
	"html"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Encoding is a way in which a text may come to be written within another.
type Encoding struct {
	Name  string
	Write func(string) string
}

// Encodings are the ways to write a text that an echo may use, each of which says all
// of it.
func Encodings() []Encoding {
	all := []Encoding{
		{"percent, each byte", func(s string) string { return eachByte(s, "%%%02X", "") }},
		{"percent, each byte, lower case", func(s string) string { return eachByte(s, "%%%02x", "") }},
		{"percent twice", func(s string) string { return url.QueryEscape(url.QueryEscape(eachByte(s, "%%%02X", ""))) }},
		{"JSON, each character", func(s string) string { return eachUnit(s, `\u%04x`) }},
		{"JSON with slashes escaped", func(s string) string { return strings.ReplaceAll(inJSON(s, false), "/", `\/`) }},
		{"backslash and hexadecimal", func(s string) string { return eachByte(s, `\x%02x`, "") }},
		{"backslash and octal", func(s string) string { return eachByte(s, `\%03o`, "") }},
		{"entities, decimal", func(s string) string { return eachRune(s, "&#%d;") }},
		{"entities, hexadecimal", func(s string) string { return eachRune(s, "&#x%x;") }},
		{"entities, by name", func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "&#39;", "&apos;") }},
		{"quoted-printable", quotedPrintable},
		{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
		{"base64 for URLs", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }},
		{"base64 behind a byte", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("x" + s + "yz")) }},
		{"base64 behind two bytes", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("ab" + s)) }},
		{"base64 without its first digit", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("abc" + s))[1:] }},
		{"base64 behind a word", func(s string) string { return "value" + base64.StdEncoding.EncodeToString([]byte(s)) }},
		{"base64 in lines", func(s string) string { return inLines(base64.StdEncoding.EncodeToString([]byte(s)), 8) }},
		{"hex with dashes, upper case", func(s string) string { return eachByte(s, "%02X", "-") }},
		{"bytes in JSON, counted", counted},
		{"bytes in Java", func(s string) string { return fmt.Sprint(signed(s)) }},
		{"white space inserted", func(s string) string { return inLines(s, 1) }},
	}
	for _, known := range append(escapes(), numbers()...) {
		all = append(all, Encoding{known.name, known.write})
	}
	return all
}

func eachByte(s, format, separator string) string {
	var out []string
	for _, b := range []byte(s) {
		out = append(out, fmt.Sprintf(format, b))
	}
	return strings.Join(out, separator)
}

// eachRune leaves what HTML's numbers do not stand for as it is.
func eachRune(s, format string) string {
	var out strings.Builder
	for _, r := range s {
		if unicode.IsControl(r) {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, format, r)
		}
	}
	return out.String()
}

func eachUnit(s, format string) string {
	var out strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&out, format, unit)
	}
	return out.String()
}

func quotedPrintable(s string) string {
	var out strings.Builder
	w := quotedprintable.NewWriter(&out)
	_, _ = w.Write([]byte(s)) // A builder takes everything.
	_ = w.Close()
	return out.String()
}

func inLines(s string, width int) string {
	var lines []string
	runes := []rune(s)
	for len(runes) > width {
		lines, runes = append(lines, string(runes[:width])), runes[width:]
	}
	return strings.Join(append(lines, string(runes)), "\n")
}

// counted is how JavaScript writes a list of bytes.
func counted(s string) string {
	var out []string
	for i, b := range []byte(s) {
		out = append(out, fmt.Sprintf(`"%d":%d`, i, b))
	}
	return "{" + strings.Join(out, ",") + "}"
}

func signed(s string) []int8 {
	out := make([]int8, 0, len(s))
	for _, b := range []byte(s) {
		out = append(out, int8(b)) //nolint:gosec // Java's bytes have a sign.
	}
	return out
}
