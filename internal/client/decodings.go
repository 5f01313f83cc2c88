package client

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nesting is how many encodings, one within the other, are undone in a text: base64 of
// percent-encoded JSON, say, is three.
const nesting = 5

// decodingsOf are a text and all texts that it becomes if encodings are undone that
// have been used in it, so many of them one within the other: percent-encoding, escapes
// of JSON and of programming languages, HTML entities, quoted-printable, base64 of both
// alphabets from any digit on, hexadecimal and lists of numbers. Each is also read
// without white space, and as if its characters were bytes. It is not complete if there
// are more than a text that means something would have.
func decodingsOf(text string, depth int) (all []string, complete bool) {
	const each = 64 // The cost of a decoding in addition to its length.
	left := 256<<10 + 64*len(text)
	known, queued := map[string]bool{}, map[string]bool{}
	note := func(decoding string) {
		if !known[decoding] {
			known[decoding] = true
			all = append(all, decoding)
			left -= len(decoding) + each
		}
	}
	var level, next []string
	goOn := func(decoding string) {
		for _, variant := range variantsOf(decoding) {
			note(variant)
			if !queued[variant] {
				queued[variant] = true
				next = append(next, variant)
			}
		}
	}
	goOn(text)
	for range depth {
		level, next = next, nil
		for _, outer := range level {
			for _, unescape := range []func(string) []string{percentUndone, backslashUndone, entitiesUndone, quotedPrintableUndone} {
				for _, inner := range unescape(outer) {
					goOn(inner)
				}
			}
			for _, decode := range []func(string) []string{base64Undone, hexUndone, numbersUndone} {
				for _, inner := range decode(outer) {
					note(inner)
					goOn(legible(inner))
				}
			}
			if left < 0 {
				return all, false
			}
		}
	}
	return all, true
}

// barrier stands between pieces of a text that do not belong together. It is in no
// text in UTF-8.
const barrier = 0xFF

// twinsOf are a text, the same without white space, and both again as if its
// characters were bytes.
func variantsOf(text string) []string {
	twins := []string{text}
	if narrow, ok := asBytes(text); ok {
		twins = append(twins, narrow)
	}
	for _, variant := range twins {
		if squeezed := squeeze(variant); len(squeezed) < len(variant) {
			twins = append(twins, squeezed)
		}
	}
	return twins
}

// squeeze takes out what shows as white space, or does not show.
func squeeze(text string) string {
	var out strings.Builder
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if isInvalid := r == utf8.RuneError && size == 1; isInvalid || !unicode.In(r, unicode.White_Space, unicode.Cc, unicode.Cf) {
			out.WriteString(rest[:size])
		}
		rest = rest[size:]
	}
	return out.String()
}

// asBytes undoes what takes each byte for a character of Latin-1.
func asBytes(text string) (string, bool) {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 && r <= 0xFF }) {
		return "", false
	}
	var out strings.Builder
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if r <= 0xFF {
			out.WriteString(oneByte(r))
		} else {
			out.WriteString(rest[:size])
		}
		rest = rest[size:]
	}
	return out.String(), true
}

// legible are the stretches of a decoded text that may be encoded text in turn. Where
// none was encoded, hardly any is left.
func legible(text string) string {
	const least = 6 // digits of base64 for four bytes
	var out []byte
	start := 0
	end := func(at int) {
		if at-start >= least {
			out = append(append(out, text[start:at]...), barrier)
		}
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if isInvalid := r == utf8.RuneError && size == 1; isInvalid || !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			end(i)
			start = i + size
		}
		i += size
	}
	end(len(text))
	return string(out)
}
