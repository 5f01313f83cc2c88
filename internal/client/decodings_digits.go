package client

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// sixBits are the values of the digits of base64, in both alphabets; 64 is not a digit.
var sixBits = func() (table [256]byte) {
	for i := range table {
		table[i] = 64
	}
	for i, digit := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		table[digit] = byte(i)
	}
	table['-'], table['_'] = 62, 63
	return table
}()

// base64Undone decodes each run of digits of base64, from each of its first four digits
// on, because a run may begin with other characters. Blanks may have been plus signs.
func base64Undone(s string) []string {
	all := base64FromEach(s)
	if strings.Contains(s, " ") {
		all = append(all, base64FromEach(strings.ReplaceAll(s, " ", "+"))...)
	}
	return all
}

func base64FromEach(s string) []string {
	const least = 6 // digits for four bytes
	var out [4][]byte
	for start := 0; start < len(s); {
		end := start
		for end < len(s) && sixBits[s[end]] < 64 {
			end++
		}
		for first := 0; first < 4 && end-start-first >= least; first++ {
			out[first] = append(appendBase64(out[first], s[start+first:end]), barrier)
		}
		start = end + 1
	}
	return texts(out[:])
}

// appendBase64 decodes digits, of which any number may be there.
func appendBase64(out []byte, digits string) []byte {
	var bits uint32
	have := 0
	for i := range len(digits) {
		bits, have = bits<<6|uint32(sixBits[digits[i]]), have+6
		if have >= 8 {
			have -= 8
			out = append(out, byte(bits>>have)) //nolint:gosec // The lower eight bits are meant.
		}
	}
	return out
}

func texts(pieces [][]byte) []string {
	var all []string
	for _, piece := range pieces {
		if len(piece) > 0 {
			all = append(all, string(piece))
		}
	}
	return all
}

// betweenHex are what printers put between bytes of two hexadecimal digits.
const betweenHex = " \t\r\n,;:.-_|/\\'\"()[]{}"

// hexUndone decodes each run of hexadecimal digits, with or without separators, from
// its first and from its second digit on.
func hexUndone(s string) []string {
	const least = 8 // digits for four bytes
	var out [2][]byte
	var run []byte
	end := func() {
		for first := 0; first < 2 && len(run)-first >= least; first++ {
			for i := first; i+1 < len(run); i += 2 {
				out[first] = append(out[first], run[i]<<4|run[i+1])
			}
			out[first] = append(out[first], barrier)
		}
		run = run[:0]
	}
	for i := 0; i < len(s); i++ {
		switch digit, ok := hexDigit(s[i]); {
		case beginsHex(s[i:]):
			i++ // As before each byte in Go or C.
		case ok:
			run = append(run, digit)
		case !strings.Contains(betweenHex, s[i:i+1]):
			end()
		}
	}
	end()
	return texts(out[:])
}

// beginsHex reports the prefix of a hexadecimal number.
func beginsHex(s string) bool {
	return len(s) > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')
}

func hexDigit(b byte) (byte, bool) {
	switch {
	case b >= '0' && b <= '9':
		return b - '0', true
	case b >= 'a' && b <= 'f':
		return b - 'a' + 10, true
	case b >= 'A' && b <= 'F':
		return b - 'A' + 10, true
	}
	return 0, false
}

// numbersUndone takes lists of numbers for lists of bytes or characters: decimal,
// hexadecimal and octal ones, and each second one, where the others may count them.
func numbersUndone(s string) []string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' }) < 0 {
		return nil
	}
	var all []string
	for _, list := range numberLists(s, 10) {
		all = append(all, asText(list)...)
		for first := range 2 {
			var half []int32
			for i := first; i < len(list); i += 2 {
				half = append(half, list[i])
			}
			all = append(all, asText(half)...)
		}
	}
	for _, base := range []int{16, 8} {
		for _, list := range numberLists(s, base) {
			all = append(all, asText(list)...)
		}
	}
	return all
}

// asText are the bytes that a list of numbers may stand for, and the characters, if
// these are others.
func asText(list []int32) []string {
	var asBytes, asRunes []byte
	areBytes, isASCII := true, true
	for _, n := range list {
		areBytes, isASCII = areBytes && n <= 0xFF, isASCII && n < utf8.RuneSelf
		asBytes, asRunes = append(asBytes, byte(n)), utf8.AppendRune(asRunes, n) //nolint:gosec // It is only used if it fits.
	}
	switch {
	case len(list) < shortest:
		return nil
	case isASCII:
		return []string{string(asBytes)}
	case areBytes:
		return []string{string(asBytes), string(asRunes)}
	}
	return []string{string(asRunes)}
}

// numberLists are the numbers of a text that have only little between them, and no
// letters.
func numberLists(s string, base int) [][]int32 {
	const between = 8 // characters that are neither letters nor digits
	var lists [][]int32
	var list []int32
	end := func() {
		if len(list) >= shortest {
			lists = append(lists, list)
		}
		list = nil
	}
	last := 0 // where the number before ended
	for i := 0; i < len(s); {
		if base == 16 && beginsHex(s[i:]) {
			i += 2
		}
		length := digitsIn(s[i:], base)
		if length == 0 {
			if i < len(s) && isLetterOrDigit(s[i]) {
				end()
			}
			i++
			continue
		}
		n, ok := numberAt(s, i, length, base)
		if !ok || i-last > between {
			end()
		}
		if ok {
			list = append(list, n)
		}
		i += length
		last = i
	}
	end()
	return lists
}

// digitsIn is how many digits a text begins with.
func digitsIn(s string, base int) int {
	n := 0
	for n < len(s) && isDigit(s[n], base) {
		n++
	}
	return n
}

func isDigit(b byte, base int) bool {
	if base == 16 {
		_, ok := hexDigit(b)
		return ok
	}
	return b >= '0' && b <= '9'
}

// numberAt reads the number of a byte or character at a place in a text. One with a minus
// sign is a byte as in Java, whose bytes have a sign.
func numberAt(s string, at, length, base int) (int32, bool) {
	n, ok := characterOf(s[at:at+length], base)
	signed := base == 10 && at > 0 && s[at-1] == '-' && (at == 1 || !isDigit(s[at-2], base))
	if ok && signed && n <= 0x80 {
		n = 0x100 - n
	}
	return n, ok
}

func isLetterOrDigit(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// characterOf reads the number of a byte or character.
func characterOf(word string, base int) (int32, bool) {
	switch {
	case base == 16 && len(word) > 2:
		return 0, false
	case base == 8:
		if len(word) < 2 || len(word) > 4 {
			return 0, false
		}
	case len(word) > 7:
		return 0, false
	}
	n, err := strconv.ParseUint(word, base, 31)
	return int32(n), err == nil && n <= utf8.MaxRune
}
