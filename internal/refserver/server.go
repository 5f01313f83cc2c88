package refserver

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Server is a reference server: an http.Handler that serves the API. It is
// safe for concurrent use, and any number of servers live in one process.
type Server struct {
	config    Config
	clock     *Clock
	ownsClock bool
	seed      uint64
	logger    *slog.Logger
	chain     handler
	large     chan struct{} // as long as the number of large bodies in memory

	mu       sync.Mutex // guards store and all that it holds, and throttle
	store    *store
	throttle throttle
}

// New makes a server from a configuration, of which it keeps a copy. It panics
// if the configuration has a mistake that Config.Validate reports.
func New(c Config) *Server {
	if err := c.Validate(); err != nil {
		panic(fmt.Sprintf("refserver: %v", err))
	}
	c = c.withDefaults()
	s := &Server{config: c, clock: c.Clock, seed: c.Seed, logger: c.Logger, large: make(chan struct{}, largeBodies)}
	if s.clock == nil {
		s.clock, s.ownsClock = RealClock(), true
	}
	if s.seed == 0 {
		s.seed = drawSeed()
	}
	// The chain, outermost first. The throttle and the faults are between the journal,
	// which must see every request, and the API.
	s.chain = s.journaled(s.throttled(s.countingLate(s.withFaults(s.api))))
	s.Reset()
	return s
}

// api answers a call from the store. One mutex makes every call atomic, and
// the time is read under it, so that what is stored later is never older.
func (s *Server) api(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	c.now = s.clock.Now()
	return c.store.answer(c)
}

// begin sets the store, the time and the request id of a call.
func (s *Server) begin(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	c.store, c.now = s.store, s.clock.Now()
	c.requestID = c.store.random.requestID()
}

// catchUp carries out the late commits that are due. The mutex is held.
func (s *Server) catchUp() { s.store.commitDue(s.clock.Now(), realNow()) }

// Reset takes the server back to the configuration it was made with: its secrets and
// its pace, an empty journal, and the same ids in the same order as before. A clock
// that came with the configuration is its owner's and stays as it is. Calls under way
// do not change the new store.
func (s *Server) Reset() {
	if s.ownsClock {
		s.clock.realign()
	}
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store, s.throttle = newStore(s.config, s.seed, now), newThrottle(s.config.Pace)
}

// Seed returns the seed that all randomness is drawn from.
func (s *Server) Seed() uint64 { return s.seed }

// Clock returns the server's clock, by which a test moves time.
func (s *Server) Clock() *Clock { return s.clock }

// AddPrincipal lets p call the API. A principal of the same name is replaced,
// and access tokens issued to it earlier keep what they were issued with.
func (s *Server) AddPrincipal(p Principal) error {
	return s.change(func(st *store, _ time.Time) error { return st.principals.add(p) })
}

// Principals returns the principals without their tokens.
func (s *Server) Principals() []Principal {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := make([]Principal, 0, len(s.store.principals))
	for _, p := range s.store.principals {
		p = p.clone()
		p.Token = ""
		known = append(known, p)
	}
	return known
}

// RevokeIssuedTokens makes every access token that the token endpoint issued so far
// invalid. Callers can get new ones at once.
func (s *Server) RevokeIssuedTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.store.issued)
}

// SetFeatureGate switches a feature, "secrets" or "kms", on or off for an organisation,
// or for every organisation with "*".
func (s *Server) SetFeatureGate(organisation, feature string, on bool) error {
	return s.change(func(st *store, _ time.Time) error {
		g := FeatureGate{Organisation: organisation, Feature: feature}
		if err := g.validate(); err != nil {
			return err
		}
		if on {
			delete(st.featureGates, g)
		} else {
			st.featureGates[g] = true
		}
		return nil
	})
}

// FeatureGates returns the features that are switched off.
func (s *Server) FeatureGates() []FeatureGate {
	s.mu.Lock()
	defer s.mu.Unlock()
	gates := make([]FeatureGate, 0, len(s.store.featureGates))
	for g := range s.store.featureGates {
		gates = append(gates, g)
	}
	slices.SortFunc(gates, func(a, b FeatureGate) int {
		return slices.Compare([]string{a.Organisation, a.Feature}, []string{b.Organisation, b.Feature})
	})
	return gates
}

// AddKey adds a KMS key and returns its identity.
func (s *Server) AddKey(k Key) (identity string, err error) {
	err = s.change(func(st *store, now time.Time) error {
		if err := k.validate(); err != nil {
			return err
		}
		if _, ok := st.regions[k.Region]; !ok {
			return fmt.Errorf("unknown region %q", k.Region)
		}
		if st.keys[keyID{k.Region, k.Identity}] != nil {
			return fmt.Errorf("KMS key %q exists already in the region %q", k.Identity, k.Region)
		}
		identity = st.addKey(k, now).id.identity
		return nil
	})
	return identity, err
}

// Keys returns the KMS keys by region and identity, without their material.
func (s *Server) Keys() []Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	keys := make([]Key, 0, len(s.store.keys))
	for _, k := range s.store.keys {
		keys = append(keys, Key{
			Region: k.id.region, Identity: k.id.identity, Name: k.name,
			Type: k.keyType, Status: k.status, Organisation: k.organisation,
		})
	}
	slices.SortFunc(keys, func(a, b Key) int {
		return slices.Compare([]string{a.Region, a.Identity}, []string{b.Region, b.Identity})
	})
	return keys
}

// SetKeyStatus sets the status of a KMS key, from any status.
func (s *Server) SetKeyStatus(region, identity string, status KeyStatus) error {
	return s.change(func(st *store, now time.Time) error { return st.setKeyStatus(region, identity, status, now) })
}

// SetRegionKMS says whether KMS is available in a region.
func (s *Server) SetRegionKMS(region string, available bool) error {
	return s.change(func(st *store, _ time.Time) error {
		r, ok := st.regions[region]
		if !ok {
			return fmt.Errorf("unknown region %q", region)
		}
		r.NoKMS = !available
		st.regions[region] = r
		return nil
	})
}

// Regions returns the regions.
func (s *Server) Regions() []Region {
	s.mu.Lock()
	defer s.mu.Unlock()
	regions := make([]Region, 0, len(s.store.slugs))
	for _, slug := range s.store.slugs {
		regions = append(regions, s.store.regions[slug])
	}
	return regions
}

func (s *Server) change(f func(st *store, now time.Time) error) error {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	return f(s.store, now)
}
