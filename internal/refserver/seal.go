package refserver

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"strings"
)

// sealed is a value encrypted with one version of a KMS key.
type sealed struct {
	keyVersion int
	nonce      []byte
	ciphertext []byte
}

// seal encrypts plaintext under a data key. The label names where the
// ciphertext belongs: opened under any other label it fails.
func seal(dataKey, nonce []byte, plaintext []byte, label string) ([]byte, error) {
	gcm, err := newGCM(dataKey)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, nonce, plaintext, []byte(label)), nil
}

// open decrypts what seal made.
func open(dataKey, nonce, ciphertext []byte, label string) ([]byte, error) {
	gcm, err := newGCM(dataKey)
	if err != nil {
		return nil, err
	}
	plaintext, err := gcm.Open(nil, nonce, ciphertext, []byte(label))
	if err != nil {
		return nil, fmt.Errorf("decrypt a value: %w", err)
	}
	return plaintext, nil
}

func newGCM(dataKey []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(dataKey)
	if err != nil {
		return nil, fmt.Errorf("data key: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("AES-GCM: %w", err)
	}
	return gcm, nil
}

// sealLabel binds a ciphertext to its version. A slash-free separator keeps
// the parts from running into each other.
func sealLabel(at place, version int64) string {
	return strings.Join([]string{at.organisation, at.project, at.region, at.path, fmt.Sprint(version)}, "\x00")
}
