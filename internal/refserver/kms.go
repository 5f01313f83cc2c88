package refserver

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// KeyStatus is the state of a KMS key.
type KeyStatus string

// The states of a KMS key. Only an active key encrypts and decrypts.
const (
	KeyActive          KeyStatus = "active"
	KeyDisabled        KeyStatus = "disabled"
	KeyPendingDeletion KeyStatus = "pending_deletion"
)

// Key describes a KMS key that a server is given. Keys that callers create
// over the API do not need it.
type Key struct {
	Region string `json:"region"`
	// Identity names the key in its region; empty means a drawn one.
	Identity string `json:"identity,omitempty"`
	Name     string `json:"name,omitempty"` // empty: the identity
	// Type is aes128-gcm96, aes256-gcm96 or chacha20-poly1305, which encrypt secrets,
	// or an asymmetric or hmac type, which does not. Empty means aes256-gcm96.
	Type   string    `json:"type,omitempty"`
	Status KeyStatus `json:"status,omitempty"` // empty: active
	// Organisation owns the key; empty means every organisation sees it.
	Organisation string `json:"organisation,omitempty"`
}

const defaultKeyType = "aes256-gcm96"

// dataKeySizes are the symmetric key types with the bytes of their data keys. The
// standard library has no ChaCha20-Poly1305, so AES-256 stands in for it: it matters
// only that a value is decrypted with no other key.
func dataKeySize(keyType string) (size int, symmetric bool) {
	switch keyType {
	case "aes128-gcm96":
		return 16, true
	case defaultKeyType, "chacha20-poly1305":
		return 32, true
	}
	return 32, false
}

func knownKeyType(keyType string) bool {
	_, symmetric := dataKeySize(keyType)
	return symmetric || slices.Contains([]string{
		"ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "rsa-3072", "rsa-4096",
		"hmac", "hmac-sha256", "hmac-sha512",
	}, keyType)
}

func (k Key) validate() error {
	switch k.Status {
	case "", KeyActive, KeyDisabled, KeyPendingDeletion:
	default:
		return fmt.Errorf("KMS key %q has the unknown status %q", k.Identity, k.Status)
	}
	if k.Type != "" && !knownKeyType(k.Type) {
		return fmt.Errorf("KMS key %q has the unknown type %q", k.Identity, k.Type)
	}
	if strings.ContainsAny(k.Identity, "/?#% ") {
		return fmt.Errorf("the KMS key identity %q cannot travel in a URL", k.Identity)
	}
	return nil
}

// keyID names a key: identities are unique within a region.
type keyID struct{ region, identity string }

// key is a KMS key with the data keys of its versions.
type key struct {
	id            keyID
	name          string
	slug          string
	description   string
	labels        map[string]string
	annotations   map[string]string
	organisation  string // empty: seen by every organisation
	keyType       string
	status        KeyStatus
	rotation      bool
	rotationDays  *int
	objectVersion int64
	createdAt     time.Time
	updatedAt     time.Time
	versions      []keyVersion // oldest first; version n is at n-1
}

type keyVersion struct {
	dataKey   []byte
	createdAt time.Time
}

func (k *key) changed(now time.Time) {
	k.objectVersion++
	k.updatedAt = now
}

func (k *key) visibleTo(organisation string) bool {
	return k.organisation == "" || k.organisation == organisation
}

// addKey makes a key, which must be valid and free.
func (st *store) addKey(spec Key, now time.Time) *key {
	k := &key{
		id: keyID{spec.Region, spec.Identity}, name: spec.Name, organisation: spec.Organisation,
		keyType: spec.Type, status: spec.Status, createdAt: now,
	}
	if k.id.identity == "" {
		k.id.identity = st.random.keyIdentity()
	}
	if k.name == "" {
		k.name = k.id.identity
	}
	if k.keyType == "" {
		k.keyType = defaultKeyType
	}
	if k.status == "" {
		k.status = KeyActive
	}
	k.slug = slugOf(k.name)
	st.rotateKey(k, now)
	st.keys[k.id] = k
	return k
}

// rotateKey adds a key version. Earlier values stay readable with their key version.
func (st *store) rotateKey(k *key, now time.Time) {
	size, _ := dataKeySize(k.keyType)
	k.versions = append(k.versions, keyVersion{dataKey: st.random.keyMaterial(size), createdAt: now})
	k.changed(now)
}

// encryptionKey finds the key that encrypts and decrypts a secret's values, or the
// reason why there is none. The region is checked first: without KMS a region has no
// keys.
func (st *store) encryptionKey(c *call, identity string) (*key, *problem) {
	if p := st.kmsAvailable(c.route.region); p != nil {
		return nil, p
	}
	k, p := st.findKey(c, identity)
	if p != nil {
		return nil, p
	}
	if _, symmetric := dataKeySize(k.keyType); !symmetric {
		return nil, badRequest("KMS key %q has the type %s, and secrets need a symmetric key", identity, k.keyType)
	}
	if k.status != KeyActive {
		return nil, badRequest("KMS key %q is not operational: its status is %s", identity, k.status)
	}
	return k, nil
}

func (st *store) kmsAvailable(region string) *problem {
	if st.regions[region].NoKMS {
		return refuse(http.StatusServiceUnavailable, "KMS is not available in the region %q", region)
	}
	return nil
}

func (st *store) findKey(c *call, identity string) (*key, *problem) {
	k := st.keys[keyID{c.route.region, identity}]
	if k == nil || !k.visibleTo(c.organisation) {
		return nil, notFound("KMS key %q not found in the region %q", identity, c.route.region)
	}
	return k, nil
}

// keyRef describes a secret's key in the secret's metadata.
func (st *store) keyRef(region, identity string) keyRefJSON {
	ref := keyRefJSON{Identity: identity}
	if k := st.keys[keyID{region, identity}]; k != nil {
		ref.Name, ref.KeyType, ref.Status = k.name, k.keyType, string(k.status)
	}
	return ref
}

// encrypt encrypts a version's value with the newest version of the key.
func (st *store) encrypt(k *key, at place, number int64, v value) (encryptedValue, *problem) {
	s := encryptedValue{keyVersion: len(k.versions), nonce: st.random.keyMaterial(12)}
	ciphertext, err := encrypt(k.versions[s.keyVersion-1].dataKey, s.nonce, v.plaintext(), additionalData(at, number))
	if err != nil {
		return encryptedValue{}, refuse(http.StatusInternalServerError, "encrypt the value of %s: %s", at.path, err)
	}
	s.ciphertext = ciphertext
	return s, nil
}

// decrypt decrypts a version's value with the key version that encrypted it.
func (st *store) decrypt(k *key, at place, v *version) (value, *problem) {
	plaintext, err := decrypt(k.versions[v.encrypted.keyVersion-1].dataKey, v.encrypted.nonce, v.encrypted.ciphertext, additionalData(at, v.number))
	if err != nil {
		return value{}, refuse(http.StatusInternalServerError, "open the value of %s: %s", at.path, err)
	}
	opened, err := valueFromPlaintext(plaintext)
	if err != nil {
		return value{}, refuse(http.StatusInternalServerError, "open the value of %s: %s", at.path, err)
	}
	return opened, nil
}

// sortedKeys are the keys of a region that the organisation sees, by identity.
func (st *store) sortedKeys(region, organisation string) []*key {
	var keys []*key
	for k := range maps.Values(st.keys) {
		if k.id.region == region && k.visibleTo(organisation) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b *key) int { return strings.Compare(a.id.identity, b.id.identity) })
	return keys
}

// slugOf turns a name into a slug for URLs.
func slugOf(name string) string {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, name)
	return strings.Trim(slug, "-")
}
