package client

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// maxRootCAs is some hundred times what the authorities of a system take.
const maxRootCAs = 32 << 20

// RootCAs are the system's certificate authorities and those in a PEM file.
func RootCAs(file string) (*x509.CertPool, error) { return rootCAs(context.Background(), file) }

func rootCAs(ctx context.Context, file string) (*x509.CertPool, error) {
	content, err := readFile(ctx, file, maxRootCAs)
	if err != nil {
		return nil, fmt.Errorf("the file %q cannot be read: %w", file, err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the certificates of the system cannot be read: %w", err)
	}
	if err := addCertificates(pool, content); err != nil {
		return nil, fmt.Errorf("the file %q %w", file, err)
	}
	return pool, nil
}

// addCertificates skips everything that is not a certificate: such files have comments,
// and some have a key. Errors do not quote the file.
func addCertificates(pool *x509.CertPool, content []byte) error {
	added, hasKey := 0, false
	for rest := content; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		hasKey = hasKey || strings.HasSuffix(block.Type, "PRIVATE KEY")
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fmt.Errorf("holds a certificate that cannot be read, number %d", added+1)
		}
		pool.AddCert(certificate)
		added++
	}
	if added > 0 {
		return nil
	}
	if _, err := x509.ParseCertificate(content); err == nil {
		return errors.New("holds a certificate in DER form: convert it to PEM")
	}
	if hasKey {
		return errors.New("holds a private key and no certificate: the certificate authority's certificate is needed, and its key does not belong here")
	}
	return errors.New("holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----")
}
