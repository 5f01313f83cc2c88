package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// KeyStatus says whether a KMS key can encrypt and decrypt values.
type KeyStatus string

// The documented states of a key. Only an active key creates, puts and reveals.
const (
	KeyActive          KeyStatus = "active"
	KeyDisabled        KeyStatus = "disabled"
	KeyPendingDeletion KeyStatus = "pending_deletion"
)

// IsSymmetric reports a key of a type that can encrypt secrets, or of an unknown type.
func (k KMSKeyRef) IsSymmetric() bool {
	switch k.Type {
	case "", "aes128-gcm96", "aes256-gcm96", "chacha20-poly1305":
		return true
	}
	return false
}

// KMSRegion is a region as the KMS summary knows it.
type KMSRegion struct {
	Slug            string
	Available       bool // whether the region has a KMS, without which it has no secrets
	Disabled        int  // number of keys in that state
	PendingDeletion int  // number of keys in that state
}

// KMSRegions reads which regions exist and which of them have a KMS.
func (c *Client) KMSRegions(ctx context.Context) ([]KMSRegion, error) {
	type summary struct {
		Regions wireRegions `json:"regions"`
	}
	answer, _, err := send(ctx, c, request{operation: "getKMSSummary", method: http.MethodGet, path: "v1/kms/summary"}, decoded[summary](maxBody))
	if err != nil {
		return nil, err
	}
	regions := make([]KMSRegion, 0, len(answer.Regions))
	for _, region := range answer.Regions {
		regions = append(regions, KMSRegion{region.Slug, region.KMSAvailable, region.Disabled, region.Pending})
	}
	return regions, nil
}

// GetKMSKey reads a key of a region.
func (c *Client) GetKMSKey(ctx context.Context, region, identity string) (KMSKeyRef, error) {
	region, err := secretpath.ParseRegion(region)
	if err != nil {
		return KMSKeyRef{}, err
	}
	if !isKeyIdentity(identity) {
		return KMSKeyRef{}, errors.New("getKMSKey: the key's identity has characters that cannot be part of a URL")
	}
	get := request{operation: "getKMSKey", method: http.MethodGet, path: "v1/kms/" + region + "/keys/" + identity}
	answer, _, err := send(ctx, c, get, func(body io.Reader, _ *attempt) (wireKey, error) {
		var answer wireKey
		err := decode(body, maxBody, &answer)
		if err == nil && answer.Identity == "" {
			err = notAbout(identity) // It may be asked for by its slug, so the text can differ.
		}
		return answer, err
	})
	if err != nil {
		return KMSKeyRef{}, err
	}
	return KMSKeyRef{Identity: answer.Identity, Name: answer.Name, Type: answer.KeyType, Status: KeyStatus(answer.Status)}, nil
}

// isKeyIdentity accepts what travels in a URL as one segment that nothing
// rewrites.
func isKeyIdentity(s string) bool {
	_, err := secretpath.ParsePrefix("/" + s)
	return err == nil && s != "" && !strings.Contains(s, "/")
}

type wireRegion struct {
	Slug         string `json:"slug"`
	KMSAvailable bool   `json:"kmsAvailable"`
	Disabled     int    `json:"disabledKeys"`
	Pending      int    `json:"pendingDeletionKeys"`
}

type wireKey struct {
	Identity string `json:"identity"`
	Name     string `json:"name"`
	KeyType  string `json:"keyType"`
	Status   string `json:"status"`
}
