package refserver

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Config is what a server starts from. Every field is optional.
type Config struct {
	// Clock is the server's clock; nil means a new clock that runs with real time.
	Clock *Clock `json:"-"`
	// Logger gets one record per request, never with a value or a token; nil
	// means no log.
	Logger *slog.Logger `json:"-"`
	// Seed makes runs replay: ids, generated values and nonces are drawn from it. Zero
	// means a random seed, which Server.Seed returns.
	Seed uint64 `json:"seed,omitempty"`
	// Principals are those who may call the API.
	Principals []Principal `json:"principals,omitempty"`
	// Regions that exist; nil means nl-01 and nl-02.
	Regions []Region `json:"regions,omitempty"`
	// Keys are the KMS keys that exist at the start; nil means one active
	// symmetric key per region, with the identity "kms-" and the region's slug,
	// that every organisation sees.
	Keys []Key `json:"keys,omitempty"`
	// OIDC says whom the token endpoint issues tokens to.
	OIDC OIDC `json:"oidc,omitzero"`
	// FeatureGates are features that are switched off at the start.
	FeatureGates []FeatureGate `json:"gates,omitempty"`
	// Faults are the fault rules at the start.
	Faults []Fault `json:"faults,omitempty"`
	// Pace is how fast the server answers at the start.
	Pace Pace `json:"pace,omitzero"`
	// JournalEntries is how many entries the journal holds at most; zero means
	// 100,000. Beyond these the oldest are dropped.
	JournalEntries int `json:"journalEntries,omitempty"`
	// Secrets are there from the start. Unlike Seed, the source of random data, they
	// are data.
	Secrets []InitialSecret `json:"secrets,omitempty"`
}

// Region is a region of the cloud.
type Region struct {
	Slug     string `json:"slug"`
	Identity string `json:"identity,omitempty"` // empty: "region-" and the slug
	Name     string `json:"name,omitempty"`     // empty: the slug
	NoKMS    bool   `json:"noKms,omitempty"`    // KMS is not available here
}

func (r Region) json() regionJSON {
	return regionJSON{Identity: r.Identity, Slug: r.Slug, Name: r.Name}
}

// FeatureGate is a feature of an organisation that is switched off.
type FeatureGate struct {
	Organisation string `json:"organisation"` // "*" means every organisation
	Feature      string `json:"feature"`      // "secrets" or "kms"
}

const (
	featureSecrets     = "secrets"
	featureKMS         = "kms"
	everyOrganisation  = "*"
	defaultKeyPrefix   = "kms-"
	defaultRegionIdent = "region-"
)

func (g FeatureGate) validate() error {
	if g.Feature != featureSecrets && g.Feature != featureKMS {
		return fmt.Errorf("unknown feature %q: it must be %q or %q", g.Feature, featureSecrets, featureKMS)
	}
	if g.Organisation == "" {
		return errors.New(`a gate needs an organisation, or "*" for every one`)
	}
	return nil
}

// Validate reports the first mistake in the configuration, or nil. New panics
// on a configuration with a mistake, so check one that comes from outside.
func (c Config) Validate() error {
	c = c.withDefaults()
	slugs := map[string]bool{}
	for _, r := range c.Regions {
		if _, err := secretpath.ParseRegion(r.Slug); err != nil {
			return fmt.Errorf("region: %w", err)
		}
		if slugs[r.Slug] {
			return fmt.Errorf("region %q is there twice", r.Slug)
		}
		slugs[r.Slug] = true
	}
	if err := c.validateKeys(slugs); err != nil {
		return err
	}
	for _, g := range c.FeatureGates {
		if err := g.validate(); err != nil {
			return err
		}
	}
	if err := validateFaults(c.Faults); err != nil {
		return err
	}
	if err := c.Pace.validate(); err != nil {
		return err
	}
	if c.JournalEntries < 0 {
		return fmt.Errorf("journalEntries is negative: %d", c.JournalEntries)
	}
	if err := c.validateSecrets(); err != nil {
		return err
	}
	var known principals
	for _, p := range c.Principals {
		if known.has(p.Name) {
			return fmt.Errorf("principal %q is there twice", p.Name)
		}
		if err := known.add(p); err != nil {
			return err
		}
	}
	return c.OIDC.validate(known)
}

func (c Config) validateKeys(regions map[string]bool) error {
	keys := map[keyID]bool{}
	for _, k := range c.Keys {
		if err := k.validate(); err != nil {
			return err
		}
		if !regions[k.Region] {
			return fmt.Errorf("KMS key %q is in the unknown region %q", k.Identity, k.Region)
		}
		id := keyID{k.Region, k.Identity}
		if k.Identity != "" && keys[id] {
			return fmt.Errorf("KMS key %q is there twice in the region %q", k.Identity, k.Region)
		}
		keys[id] = true
	}
	return nil
}

// withDefaults fills what was left out. The result shares no slices with c.
func (c Config) withDefaults() Config {
	if c.Regions == nil {
		c.Regions = []Region{{Slug: "nl-01"}, {Slug: "nl-02"}}
	}
	c.Regions = slices.Clone(c.Regions)
	for i := range c.Regions {
		if c.Regions[i].Identity == "" {
			c.Regions[i].Identity = defaultRegionIdent + c.Regions[i].Slug
		}
		if c.Regions[i].Name == "" {
			c.Regions[i].Name = c.Regions[i].Slug
		}
	}
	if c.Keys == nil {
		for _, r := range c.Regions {
			c.Keys = append(c.Keys, Key{Region: r.Slug, Identity: defaultKeyPrefix + r.Slug})
		}
	}
	c.Keys = slices.Clone(c.Keys)
	c.FeatureGates = slices.Clone(c.FeatureGates)
	c.Faults = slices.Clone(c.Faults)
	c.Secrets = slices.Clone(c.Secrets)
	for i := range c.Secrets {
		c.Secrets[i] = c.Secrets[i].clone()
	}
	c.OIDC = c.OIDC.clone()
	c.Principals = slices.Clone(c.Principals)
	for i := range c.Principals {
		c.Principals[i] = c.Principals[i].clone()
	}
	if c.JournalEntries == 0 {
		c.JournalEntries = defaultJournalEntries
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}
