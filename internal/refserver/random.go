package refserver

import (
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
)

// random generates all random data from one seed, so that a run can be repeated. Each
// purpose has a separate stream: an extra request shifts the request ids, but not the
// values that the server generates. It is not safe for concurrent use.
type random struct {
	requests, identities, values, keys, faults, otherClients *rand.ChaCha8
}

func newRandom(seed uint64) *random {
	stream := func(purpose string) *rand.ChaCha8 {
		return rand.NewChaCha8(sha256.Sum256(binary.BigEndian.AppendUint64([]byte(purpose), seed)))
	}
	return &random{
		requests: stream("requests"), identities: stream("identities"),
		values: stream("values"), keys: stream("keys"), faults: stream("faults"),
		otherClients: stream("other clients"),
	}
}

// drawSeed returns a random seed. It is never zero, which in a Config means "draw one".
func drawSeed() uint64 {
	var b [8]byte
	if _, err := crand.Read(b[:]); err != nil {
		panic(fmt.Sprintf("no randomness: %v", err)) // crypto/rand never fails on a supported system.
	}
	return binary.BigEndian.Uint64(b[:]) | 1
}

func (c *random) requestID() string { return "req-" + hexOf(c.requests, 8) }

func (c *random) keyIdentity() string { return "kms-" + hexOf(c.identities, 8) }

func (c *random) accessToken() string { return "at-" + hexOf(c.identities, 24) }

// value returns n bytes for a generated secret.
func (c *random) value(n int) []byte { return draw(c.values, n) }

// keyMaterial returns n bytes for a data key or a nonce.
func (c *random) keyMaterial(n int) []byte { return draw(c.keys, n) }

// fault returns a number from 0 up to, but not including, 1 for a fault rule.
func (c *random) fault() float64 { return float64(c.faults.Uint64()>>11) / (1 << 53) }

// otherClientValue returns n bytes for a value that another client puts.
func (c *random) otherClientValue(n int) []byte { return draw(c.otherClients, n) }

func hexOf(from *rand.ChaCha8, n int) string { return hex.EncodeToString(draw(from, n)) }

func draw(from *rand.ChaCha8, n int) []byte {
	b := make([]byte, n)
	_, _ = from.Read(b) // ChaCha8.Read never fails.
	return b
}
