package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// authorityName identifies the certificates of this program.
const authorityName = "Reference server of one run"

// certificateLife is longer than any run should take, and short enough for clients
// that are strict about it.
const certificateLife = 397 * 24 * time.Hour

// secure makes the certificate that the options ask for, if any, and writes that of
// its authority where they say.
func (o options) secure(now time.Time) (*tls.Config, error) {
	if !o.tls {
		return nil, nil //nolint:nilnil // No TLS is no mistake.
	}
	certificate, authority, err := newCertificate(o.hosts(), now)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	if o.caFile != "" {
		if err := writeAuthority(o.caFile, authority); err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
	}
	// HTTP/1.1 alone, because a fault that breaks a connection has to find one that
	// belongs to its call.
	return &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}, nil
}

// hosts are the names that clients may call the server by.
func (o options) hosts() []string {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	for _, addr := range []string{o.addr, o.adminAddr} {
		host, _, err := net.SplitHostPort(addr)
		ip := net.ParseIP(host)
		if err == nil && host != "" && !ip.IsUnspecified() && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// newCertificate makes a certificate for the hosts, and an authority that signs it
// and nothing else: its key is gone when this returns. No key is written anywhere.
func newCertificate(hosts []string, now time.Time) (tls.Certificate, []byte, error) {
	authority := &x509.Certificate{
		Subject:               pkix.Name{CommonName: authorityName},
		NotBefore:             now.Add(-time.Hour), // A container's clock may be a little behind.
		NotAfter:              now.Add(certificateLife),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		Subject:     pkix.Name{CommonName: hosts[0]},
		NotBefore:   authority.NotBefore,
		NotAfter:    authority.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, host)
		}
	}
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("key: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("key: %w", err)
	}
	authorityDER, err := sign(authority, authority, &authorityKey.PublicKey, authorityKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leafDER, err := sign(leaf, authority, &key.PublicKey, authorityKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authorityDER})
	return tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: key}, text, nil
}

func sign(certificate, by *x509.Certificate, of *ecdsa.PublicKey, with *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("serial number: %w", err)
	}
	certificate.SerialNumber = serial.Add(serial, big.NewInt(1))
	der, err := x509.CreateCertificate(rand.Reader, certificate, by, of, with)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return der, nil
}

// writeAuthority writes the authority's certificate, whole or not at all. It
// replaces that of an earlier run and nothing else: who takes the flag for one that
// reads their own authority must not lose it.
func writeAuthority(file string, text []byte) error {
	info, err := os.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !info.Mode().IsRegular() || !isFromEarlierRun(file):
		return fmt.Errorf("%s is there and was not written by this program; it is left as it is", file)
	}
	written, err := os.CreateTemp(filepath.Dir(file), ".refserver-ca-*")
	if err != nil {
		return err
	}
	_, err = written.Write(text)
	err = errors.Join(err, written.Chmod(0o644), written.Close())
	if err == nil {
		err = os.Rename(written.Name(), file)
	}
	if err != nil {
		_ = os.Remove(written.Name())
	}
	return err
}

func isFromEarlierRun(file string) bool {
	text, err := os.ReadFile(file) //nolint:gosec // The user names the file.
	if err != nil {
		return false
	}
	block, rest := pem.Decode(text)
	if block == nil || len(rest) > 0 {
		return false
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	return err == nil && certificate.Subject.CommonName == authorityName
}
