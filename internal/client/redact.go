package client

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/printable"
)

// withheld stands for the words of a service, or of something before it, that
// quote what was sent.
const withheld = "(the answer quotes the request, and is not shown)"

// redactEcho returns the printable form of a text from the service: at most so many
// characters, none that a terminal or a CI system acts on. It withholds the whole text
// if it repeats eight or more consecutive characters of a secret, or the whole of a
// shorter one, in any form. The text around the repetition may have more of the secret.
func redactEcho(text string, most int, secrets ...string) string {
	text = shorten(text, most)
	if echoes(text, secrets) {
		return withheld
	}
	return printable.Line(text)
}

// pieceLength is how many consecutive bytes of a secret make a quote, and shortest how
// long a secret has to be for that: what is very short is in many texts by chance.
const (
	pieceLength = 8
	shortest    = 4
)

// echoes reports that a text repeats a piece of a secret. It reads the text in every
// way that decodingsOf knows, notes all pieces of all decodings, and goes through each
// secret once, so that the work grows with the sum of both lengths. A secret is read in
// one other way, too: the payload of a token is as secret as the token, and so is the
// key that a value holds in base64. A text with more decodings than there is time for
// is taken for an echo.
func echoes(text string, secrets []string) bool {
	if len(text) < shortest || len(secrets) == 0 {
		return false
	}
	decodings, complete := decodingsOf(text, nesting)
	if !complete {
		return true
	}
	seen := piecesOf(decodings)
	for _, secret := range secrets {
		if len(secret) < pieceLength {
			if containsShort(text, decodings, secret) {
				return true
			}
			continue
		}
		forms, complete := decodingsOf(secret, 1)
		if !complete {
			return true
		}
		for _, form := range forms {
			if seen.inAny(form) {
				return true
			}
		}
	}
	return false
}

// containsShort searches for a whole secret that is shorter than a piece. Of a very
// short one only what the request has in its place is long enough to tell.
func containsShort(text string, decodings []string, secret string) bool {
	if len(secret) < shortest {
		for _, form := range []string{base64.StdEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret))} {
			if len(form) >= shortest && strings.Contains(text, form) {
				return true
			}
		}
		return false
	}
	for _, decoding := range decodings {
		if strings.Contains(decoding, secret) {
			return true
		}
	}
	return false
}

// pieces is the set of all pieces of eight bytes of some texts. One bit is enough to
// exclude most pieces that are not in it.
type pieces struct {
	maybe [1 << 10]uint64
	set   map[uint64]struct{}
}

func piecesOf(texts []string) *pieces {
	size := 0
	for _, text := range texts {
		size += len(text)
	}
	p := &pieces{set: make(map[uint64]struct{}, size)}
	for _, text := range texts {
		eachPiece(text, func(piece uint64) bool {
			p.set[piece] = struct{}{}
			place := hashOf(piece)
			p.maybe[place>>6] |= 1 << (place & 63)
			return true
		})
	}
	// Most links begin so, and so does the issuer in each identity token.
	eachPiece("https://", func(public uint64) bool { delete(p.set, public); return true })
	return p
}

// inAny reports that a text has one of the pieces.
func (p *pieces) inAny(text string) bool {
	found := false
	eachPiece(text, func(piece uint64) bool {
		if place := hashOf(piece); p.maybe[place>>6]&(1<<(place&63)) != 0 {
			_, found = p.set[piece]
		}
		return !found
	})
	return found
}

// eachPiece visits all that is eight bytes long in a text, until one is
// enough.
func eachPiece(text string, visit func(uint64) bool) {
	var piece uint64
	for i := range len(text) {
		piece = piece<<8 | uint64(text[i])
		if i >= pieceLength-1 && !visit(piece) {
			return
		}
	}
}

// hashOf spreads pieces over the bits of a filter.
func hashOf(piece uint64) uint64 { return piece * 0x9E3779B97F4A7C15 >> 48 }

// secrets are the parts of a value that must not be shown.
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
