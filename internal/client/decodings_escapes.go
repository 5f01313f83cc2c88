package client

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// percentUndone undoes percent-encoding, once with a plus as it is and once for a
// blank.
func percentUndone(s string) []string {
	var all []string
	if plain := unescape(s, '%', percentSequence); plain != s {
		all = append(all, plain)
	}
	if strings.Contains(s, "+") {
		all = append(all, unescape(strings.ReplaceAll(s, "+", " "), '%', percentSequence))
	}
	return all
}

// backslashUndone undoes the escapes of JSON, JavaScript, C, Go and shells.
func backslashUndone(s string) []string {
	if !strings.Contains(s, `\`) {
		return nil
	}
	return []string{unescape(s, '\\', backslashSequence)}
}

// entitiesUndone undoes HTML's entities, by name and by number.
func entitiesUndone(s string) []string {
	if !strings.Contains(s, "&") {
		return nil
	}
	if plain := html.UnescapeString(s); plain != s {
		return []string{plain}
	}
	return nil
}

// quotedPrintableUndone undoes the encoding of mails.
func quotedPrintableUndone(s string) []string {
	if plain := unescape(s, '=', quotedPrintableSequence); plain != s {
		return []string{plain}
	}
	return nil
}

// unescape replaces each sequence that begins with a sign. A function reads the text
// behind the sign. It returns the decoded text and the length of the sequence, zero for
// no sequence.
func unescape(s string, sign byte, sequence func(behind string) (string, int)) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(s, sign)
		if at < 0 {
			break
		}
		out.WriteString(s[:at])
		s = s[at+1:]
		plain, length := sequence(s)
		if length == 0 {
			out.WriteByte(sign)
			continue
		}
		out.WriteString(plain)
		s = s[length:]
	}
	out.WriteString(s)
	return out.String()
}

func percentSequence(s string) (string, int) {
	if strings.HasPrefix(s, "u") || strings.HasPrefix(s, "U") { // As old versions of JavaScript write it.
		if unit, ok := number(s[1:], 4, 16); ok {
			return string(unit), 5
		}
	}
	return byteSequence(s)
}

func quotedPrintableSequence(s string) (string, int) {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return "", 2
	case strings.HasPrefix(s, "\n"):
		return "", 1
	}
	return byteSequence(s)
}

// byteSequence reads a byte of two digits.
func byteSequence(s string) (string, int) {
	if b, ok := number(s, 2, 16); ok {
		return oneByte(b), 2
	}
	return "", 0
}

// control are the letters that stand for a control character.
var control = map[byte]string{'a': "\a", 'b': "\b", 'e': "\x1b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v"}

func backslashSequence(s string) (string, int) {
	switch {
	case s == "":
		return "", 0
	case s[0] == 'u' || s[0] == 'U':
		if r, length := unicodeSequence(s); length > 0 {
			return string(r), length
		}
	case s[0] == 'x' || s[0] == 'X':
		if b, ok := number(s[1:], 2, 16); ok {
			return oneByte(b), 3
		}
	case s[0] >= '0' && s[0] <= '3':
		if b, ok := number(s, 3, 8); ok {
			return oneByte(b), 3
		}
	}
	if plain, ok := control[s[0]]; ok {
		return plain, 1
	}
	return s[:1], 1 // As \" and \/, or not a known sequence.
}

// unicodeSequence reads \u with four digits or two such halves, \u with braces, and
// \U with eight digits, from the letter on.
func unicodeSequence(s string) (rune, int) {
	if inner, _, closed := strings.Cut(s[1:], "}"); closed && strings.HasPrefix(inner, "{") {
		if r, ok := number(inner[1:], len(inner)-1, 16); ok {
			return r, len(inner) + 2
		}
	}
	if s[0] == 'U' {
		if r, ok := number(s[1:], 8, 16); ok {
			return r, 9
		}
	}
	first, ok := number(s[1:], 4, 16)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(first) && len(s) > 7 && s[5] == '\\' && (s[6] == 'u' || s[6] == 'U') {
		if second, ok := number(s[7:], 4, 16); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return r, 11
			}
		}
	}
	return first, 5
}

// number reads a number of exactly so many digits, which a text begins with.
func number(s string, digits, base int) (rune, bool) {
	if len(s) < digits || digits < 1 || digits > 8 {
		return 0, false
	}
	n, err := strconv.ParseUint(s[:digits], base, 31)
	return rune(n), err == nil
}

// oneByte is a text of one byte, which need not be a character.
func oneByte(n rune) string { return string([]byte{byte(n)}) } //nolint:gosec // It has two digits.
