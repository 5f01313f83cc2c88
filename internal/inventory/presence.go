package inventory

import (
	"context"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Presence is what a run can say about a path at which a plan would create a secret.
type Presence int

const (
	// Unchecked says that no list covers the path, and that the run has no single reads
	// left for such checks or that the read failed.
	Unchecked Presence = iota
	// Absent says that there is no secret.
	Absent
	// Listed says that a list shows a secret. A list may lag behind.
	Listed
	// Present says that the secret was read.
	Present
)

// mostProbes bounds the single reads of a run that only check whether a path is free.
// Lists cover the rest.
const mostProbes = 12

// Presence checks whether there is a secret at a path, and returns what is known of it. A
// list answers where there is one or where it is worth making one, so that many new
// secrets cost a handful of requests.
func (i *Inventory) Presence(ctx context.Context, id secretpath.SecretID) (client.Secret, Presence) {
	switch entry, found, answered := i.listed(ctx, id); {
	case found:
		return entry.Secret, Listed
	case answered:
		return client.Secret{}, Absent
	case !i.mayProbe():
		return client.Secret{}, Unchecked
	}
	return i.Probe(ctx, id)
}

// Probe checks by a single read whether there is a secret at a path.
func (i *Inventory) Probe(ctx context.Context, id secretpath.SecretID) (client.Secret, Presence) {
	switch secret, err := i.readOnce(ctx, id); {
	case err == nil:
		return secret, Present
	case client.IsNotFound(err):
		return client.Secret{}, Absent
	}
	return client.Secret{}, Unchecked
}

// mayProbe takes one of the run's single reads, as long as there are any.
func (i *Inventory) mayProbe() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.probes++
	return i.probes <= mostProbes
}
