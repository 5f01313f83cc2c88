// Package inventory is a region's metadata as one run of Terraform sees it. The
// provider reads through it, so that resources share requests, and so that thousands of
// secrets that have not changed cost a handful of requests.
//
// A list of secrets may only confirm that nothing has changed. Everything that is reported
// comes from reading that one secret. Nothing outlives the process.
package inventory

import (
	"sync"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Strategy is how secrets are read.
type Strategy string

const (
	// Auto reads the first few secrets singly and lists where that saves requests.
	Auto Strategy = "auto"
	// Individual reads each secret on its own.
	Individual Strategy = "individual"
)

// Inventory is safe for concurrent use. It lives as long as one provider process.
type Inventory struct {
	client   *client.Client
	strategy Strategy

	mu      sync.Mutex
	secrets map[secretpath.SecretID]*record
	regions map[string]*region
	keys    map[keyID]*shared[client.KMSKeyRef]
	browsed map[directory]*shared[map[secretpath.SecretID]bool]
	probes  int // single reads that only checked whether a path is free

	summary shared[[]client.KMSRegion]
}

// record is what this run knows of a secret.
type record struct {
	// read is the single read that serves every resource of the secret, under way or done.
	read *shared[client.Secret]
	// written says that this run wrote to the secret: no list counts for it.
	written bool
	// counted says that the list planner has it.
	counted bool
	// key is as it was read last. Of a secret that an entry has confirmed it is
	// known only while it is active. Of any other status, confirmed says that an entry had it.
	key       *client.KMSKeyRef
	confirmed bool
}

// New makes an empty inventory.
func New(c *client.Client, strategy Strategy) *Inventory {
	return &Inventory{
		client:   c,
		strategy: strategy,
		secrets:  map[secretpath.SecretID]*record{},
		regions:  map[string]*region{},
		keys:     map[keyID]*shared[client.KMSKeyRef]{},
		browsed:  map[directory]*shared[map[secretpath.SecretID]bool]{},
	}
}

// record is what is known of a secret. The mutex is held.
func (i *Inventory) record(id secretpath.SecretID) *record {
	r := i.secrets[id]
	if r == nil {
		r = &record{}
		i.secrets[id] = r
	}
	return r
}

type keyID struct{ region, identity string }

// directory is a level of the tree of paths in a region.
type directory struct{ region, prefix string }
