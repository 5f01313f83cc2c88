package refserver

import (
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
)

// chance draws everything random from one seed, so that a run replays. Each
// purpose has a stream of its own: an extra request shifts the request ids but
// not the values that the server generates. It is not safe for concurrent use.
type chance struct {
	requests, identities, values, keys, faults, otherClients *rand.ChaCha8
}

func newChance(seed uint64) *chance {
	stream := func(purpose string) *rand.ChaCha8 {
		return rand.NewChaCha8(sha256.Sum256(binary.BigEndian.AppendUint64([]byte(purpose), seed)))
	}
	return &chance{
		requests: stream("requests"), identities: stream("identities"),
		values: stream("values"), keys: stream("keys"), faults: stream("faults"),
		otherClients: stream("other clients"),
	}
}

// drawSeed returns a seed nobody chose. It is never zero, which in a Config
// means "draw one".
func drawSeed() uint64 {
	var b [8]byte
	if _, err := crand.Read(b[:]); err != nil {
		panic(fmt.Sprintf("no randomness: %v", err)) // crypto/rand never fails on a supported system.
	}
	return binary.BigEndian.Uint64(b[:]) | 1
}

func (c *chance) requestID() string { return "req-" + hexOf(c.requests, 8) }

func (c *chance) keyIdentity() string { return "kms-" + hexOf(c.identities, 8) }

func (c *chance) accessToken() string { return "at-" + hexOf(c.identities, 24) }

// value draws n bytes for a generated secret.
func (c *chance) value(n int) []byte { return draw(c.values, n) }

// keyMaterial draws n bytes for a data key or a nonce.
func (c *chance) keyMaterial(n int) []byte { return draw(c.keys, n) }

// fault draws a number from 0 up to, but not including, 1 for a fault rule.
func (c *chance) fault() float64 { return float64(c.faults.Uint64()>>11) / (1 << 53) }

// otherClientValue draws n bytes for a value that another client puts.
func (c *chance) otherClientValue(n int) []byte { return draw(c.otherClients, n) }

func hexOf(from *rand.ChaCha8, n int) string { return hex.EncodeToString(draw(from, n)) }

func draw(from *rand.ChaCha8, n int) []byte {
	b := make([]byte, n)
	_, _ = from.Read(b) // ChaCha8.Read never fails.
	return b
}
