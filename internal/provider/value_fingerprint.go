package provider

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"encoding/json"
	"maps"
	"slices"

	"golang.org/x/crypto/argon2"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Parameters of the fingerprint: 19 MiB and two passes, the least that OWASP
// recommends for Argon2id. More would make a plan of many secrets slow.
const (
	fingerprintTime    = 2
	fingerprintMemory  = 19 * 1024 // KiB
	fingerprintThreads = 1
	fingerprintLength  = 32
	fingerprintSalt    = 16
)

// fingerprint lets a plan tell whether a write-only value changed, without
// keeping it. It is salted, so equal values look different, and memory-hard, so
// that guessing a value from a stolen state is slow.
type fingerprint struct {
	Salt []byte `json:"salt"`
	Hash []byte `json:"hash"`
}

// fingerprintSlots bounds how much memory the fingerprints of a large plan take
// at one time.
var fingerprintSlots = make(chan struct{}, 2)

// newFingerprint takes the fingerprint of a value with a new salt.
func newFingerprint(v client.Value) *fingerprint {
	salt := make([]byte, fingerprintSalt)
	_, _ = rand.Read(salt) // Never fails: it ends the program instead.
	return &fingerprint{Salt: salt, Hash: fingerprintHash(v, salt)}
}

// matchesFingerprint reports whether v is the value of a fingerprint as it was recorded.
func matchesFingerprint(recorded json.RawMessage, v client.Value) bool {
	var f fingerprint
	return json.Unmarshal(recorded, &f) == nil && f.matches(v)
}

// matches reports whether v is the value whose fingerprint this is.
func (f *fingerprint) matches(v client.Value) bool {
	return subtle.ConstantTimeCompare(f.Hash, fingerprintHash(v, f.Salt)) == 1
}

func fingerprintHash(v client.Value, salt []byte) []byte {
	fingerprintSlots <- struct{}{}
	defer func() { <-fingerprintSlots }()
	return argon2.IDKey(canonicalBytes(v), salt, fingerprintTime, fingerprintMemory, fingerprintThreads, fingerprintLength)
}

// canonicalBytes writes a value so that different values are different bytes: its
// format, then every part with its length before it, pairs in the order of their
// keys.
func canonicalBytes(v client.Value) []byte {
	var out []byte
	part := func(b []byte) {
		out = binary.BigEndian.AppendUint64(out, uint64(len(b)))
		out = append(out, b...)
	}
	if b, ok := v.Bytes(); ok {
		out = append(out, 's')
		part(b)
	}
	pairs := v.Pairs()
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		out = append(out, 'k')
		part([]byte(key))
		part([]byte(pairs[key]))
	}
	return out
}
