package refserver

import (
	"bytes"
	"strings"
	"testing"
)

func TestConfigMistakes(t *testing.T) {
	for _, tc := range []struct {
		config Config
		fault  string
	}{
		{Config{Regions: []Region{{Slug: "NL"}}}, "must be a region's slug"},
		{Config{Regions: []Region{{Slug: "nl-01"}, {Slug: "nl-01"}}}, `region "nl-01" is there twice`},
		{Config{Keys: []Key{{Region: "xx-09", Identity: "k"}}}, `unknown region "xx-09"`},
		{Config{Keys: []Key{{Region: "nl-01", Identity: "k"}, {Region: "nl-01", Identity: "k"}}}, "is there twice"},
		{Config{Keys: []Key{{Region: "nl-01", Type: "des"}}}, `unknown type "des"`},
		{Config{Keys: []Key{{Region: "nl-01", Status: "lost"}}}, `unknown status "lost"`},
		{Config{FeatureGates: []FeatureGate{{Organisation: "acme", Feature: "dns"}}}, `unknown feature "dns"`},
		{Config{Principals: []Principal{{Name: "a"}, {Name: "a"}}}, `principal "a" is there twice`},
		{Config{Principals: []Principal{{Name: "a", Token: "x"}, {Name: "b", Token: "x"}}}, "the same token"},
		{Config{OIDC: OIDC{Clients: []OIDCClient{{ID: "c"}}}}, "needs an id and a secret"},
		{Config{OIDC: OIDC{Clients: []OIDCClient{{ID: "c", Secret: "s", Principal: "nobody"}}}}, `unknown principal "nobody"`},
		{Config{OIDC: OIDC{ServiceAccounts: []ServiceAccount{{ID: "a"}}}}, "needs an id and subject tokens"},
		{Config{OIDC: OIDC{ServiceAccounts: []ServiceAccount{{ID: "a", SubjectTokens: []string{"t"}, Principal: "nobody"}}}}, `unknown principal "nobody"`},
		{Config{OIDC: OIDC{TokenLifetimeSeconds: -1}}, "negative"},
	} {
		if err := tc.config.Validate(); err == nil || !strings.Contains(err.Error(), tc.fault) {
			t.Errorf("%+v: %v, want %s", tc.config, err, tc.fault)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("New accepted a configuration with a mistake")
		}
	}()
	New(Config{FeatureGates: []FeatureGate{{}}})
}

func TestDefaults(t *testing.T) {
	s := New(Config{})
	if keys := s.Keys(); len(keys) != 2 || keys[0].Identity != "kms-nl-01" || keys[1].Identity != "kms-nl-02" {
		t.Errorf("keys %+v", keys)
	}
	if s.Seed() == 0 || s.Clock() == nil {
		t.Error("no seed or no clock")
	}
	if none := New(Config{Keys: []Key{}}); len(none.Keys()) != 0 {
		t.Error("an empty list of keys means no keys")
	}
}

func TestTheServerKeepsACopyOfItsConfiguration(t *testing.T) {
	c := Config{Principals: []Principal{{Name: "a", Organisations: []string{"acme"}}}}
	s := New(c)
	c.Principals[0].Organisations[0] = "changed"
	s.Reset()
	s.Principals()[0].Organisations[0] = "changed"
	if got := s.Principals()[0].Organisations[0]; got != "acme" {
		t.Errorf("organisation %q", got)
	}
}

func TestSealedValuesOpenOnlyWhereTheyBelong(t *testing.T) {
	key, nonce := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 12)
	at := place{organisation: "acme", region: "nl-01", path: "/app/db"}
	box, err := encrypt(key, nonce, []byte("value"), additionalData(at, 1))
	if err != nil || bytes.Contains(box, []byte("value")) {
		t.Fatalf("sealed to %q, %v", box, err)
	}
	if plain, err := decrypt(key, nonce, box, additionalData(at, 1)); err != nil || string(plain) != "value" {
		t.Errorf("opened to %q, %v", plain, err)
	}
	moved := at
	moved.project = "p1"
	for name, label := range map[string]string{"another version": additionalData(at, 2), "another project": additionalData(moved, 1)} {
		if _, err := decrypt(key, nonce, box, label); err == nil {
			t.Errorf("opened as %s", name)
		}
	}
	if _, err := decrypt(bytes.Repeat([]byte{3}, 32), nonce, box, additionalData(at, 1)); err == nil {
		t.Error("opened with another key")
	}
	if _, err := encrypt(key[:5], nonce, nil, ""); err == nil {
		t.Error("sealed with a key of five bytes")
	}
}
