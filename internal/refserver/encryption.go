package refserver

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"strings"
)

// encryptedValue is a value encrypted with one version of a KMS key.
type encryptedValue struct {
	keyVersion int
	nonce      []byte
	ciphertext []byte
}

// encrypt encrypts plaintext with a data key. The additional data binds the ciphertext
// to its version: decryption with other data fails.
func encrypt(dataKey, nonce []byte, plaintext []byte, label string) ([]byte, error) {
	gcm, err := newGCM(dataKey)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, nonce, plaintext, []byte(label)), nil
}

// decrypt decrypts a ciphertext of encrypt.
func decrypt(dataKey, nonce, ciphertext []byte, label string) ([]byte, error) {
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

// additionalData identifies the version that a ciphertext belongs to. A separator that
// no part contains keeps the parts unambiguous.
func additionalData(at place, version int64) string {
	return strings.Join([]string{at.organisation, at.project, at.region, at.path, fmt.Sprint(version)}, "\x00")
}
