package refserver

import (
	"errors"
	"fmt"
	"time"
)

// store is everything a server knows. The server's mutex guards it, and
// nothing in it leaves the server except as a copy.
type store struct {
	random       *random
	principals   principals
	oidc         OIDC
	issued       map[string]issuedToken
	regions      map[string]Region
	slugs        []string // of the regions, in the order they were given
	featureGates map[FeatureGate]bool
	keys         map[keyID]*key
	secrets      map[place]*secret
	previous     map[place]*secret // each as it was before its latest change
	faults       faultRules
	late         []lateCommit // answered, and not yet carried out
	journal      journal
	audit        []Event
	meter        meter
}

// newStore makes the store that a valid configuration, with its defaults
// filled, describes.
func newStore(c Config, seed uint64, now time.Time) *store {
	st := &store{
		random: newRandom(seed), oidc: c.OIDC.clone(), issued: map[string]issuedToken{},
		regions: map[string]Region{}, featureGates: map[FeatureGate]bool{}, keys: map[keyID]*key{},
		secrets: map[place]*secret{}, previous: map[place]*secret{}, faults: newFaultRules(c.Faults),
		journal: journal{limit: c.JournalEntries},
	}
	for _, r := range c.Regions {
		st.regions[r.Slug] = r
		st.slugs = append(st.slugs, r.Slug)
	}
	for _, p := range c.Principals {
		if err := st.principals.add(p); err != nil {
			panic(err) // The configuration was validated.
		}
	}
	for _, g := range c.FeatureGates {
		st.featureGates[g] = true
	}
	for _, k := range c.Keys {
		st.addKey(k, now)
	}
	st.addInitialSecrets(c.Secrets, now)
	return st
}

// featureOff reports whether a feature is switched off for the organisation.
func (st *store) featureOff(organisation, feature string) bool {
	return st.featureGates[FeatureGate{organisation, feature}] || st.featureGates[FeatureGate{everyOrganisation, feature}]
}

// setKeyStatus sets the status of a key, from any status.
func (st *store) setKeyStatus(region, identity string, status KeyStatus, now time.Time) error {
	if status == "" {
		return errors.New("a KMS key needs a status")
	}
	if err := (Key{Identity: identity, Status: status}).validate(); err != nil {
		return err
	}
	k := st.keys[keyID{region, identity}]
	if k == nil {
		return fmt.Errorf("KMS key %q not found in the region %q", identity, region)
	}
	k.status = status
	k.changed(now)
	return nil
}
