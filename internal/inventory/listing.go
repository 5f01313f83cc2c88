package inventory

import (
	"context"
	"errors"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// listFor is the list that answers for a secret: one that there is, or a new one if
// it is worth it. Nil: the secret has to be read singly. The mutex is held.
func (i *Inventory) listFor(ctx context.Context, id secretpath.SecretID, r *record) *listing {
	at := i.regions[id.Region]
	if at == nil {
		at = &region{planner: newListPlanner()}
		i.regions[id.Region] = at
	}
	if at.closed {
		return nil
	}
	path := id.Path.String()
	covering := at.covering(path)
	if !r.counted {
		r.counted = true
		at.planner.recordRead(path)
	}
	if covering != nil {
		return covering
	}
	prefix, worth := at.planner.choose(path)
	if !worth {
		return nil
	}
	parsed, err := secretpath.ParsePrefix(prefix)
	if err != nil {
		return nil // Not every directory is a legal place: its last segment may be odd.
	}
	begun := &listing{prefix: prefix, done: make(chan struct{})}
	budget := at.planner.started(prefix)
	at.lists = append(at.lists, begun)
	// The caller's cancellation must not end what others wait for.
	go i.list(context.WithoutCancel(ctx), id.Region, at, begun, parsed, budget)
	return begun
}

// list requests a list and records its outcome.
func (i *Inventory) list(ctx context.Context, slug string, at *region, l *listing, prefix secretpath.Prefix, budget client.Budget) {
	ctx, cancel := context.WithTimeout(ctx, listWait)
	defer cancel()
	entries, twice := map[string]client.Secret{}, map[string]bool{}
	err := i.client.WalkSecrets(ctx, slug, prefix, budget, func(entry client.Secret) {
		path := entry.ID.Path.String()
		if _, again := entries[path]; again {
			twice[path] = true
		}
		entries[path] = entry
	})
	for path := range twice {
		delete(entries, path)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	defer close(l.done)
	var tooLarge *client.OverBudgetError
	switch {
	case err == nil:
		l.entries = entries
		at.planner.succeeded(l.prefix)
		i.compareAll(slug, at)
		return
	case errors.As(err, &tooLarge): // The planner tries it again later.
	case client.IsForbidden(err), client.IsNotFound(err):
		at.close()
	default:
		at.planner.failed()
	}
	at.lists = without(at.lists, l)
}

// entry is what a list says of a secret, if there is a list to believe.
func (i *Inventory) entry(ctx context.Context, id secretpath.SecretID) (Entry, bool) {
	entry, found, _ := i.listed(ctx, id)
	return entry, found
}

// listed is what a list says of a secret. Without an answer there is no list to believe.
// It waits for one that is under way, but leaves the caller time to read the secret
// singly.
func (i *Inventory) listed(ctx context.Context, id secretpath.SecretID) (entry Entry, found, answered bool) {
	i.mu.Lock()
	r := i.record(id)
	if i.strategy == Individual || r.written || r.read != nil {
		i.mu.Unlock()
		return Entry{}, false, false
	}
	l := i.listFor(ctx, id, r)
	i.mu.Unlock()
	if l == nil || !l.wait(ctx) {
		return Entry{}, false, false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if l.entries == nil || r.written || i.regions[id.Region].closed {
		return Entry{}, false, false
	}
	secret, found := l.entries[id.Path.String()]
	return Entry{secret}, found, true
}

// compare compares a list with a secret that was read singly. A list that lacks something,
// or lags behind, is not used again in this run. The mutex is held.
func (i *Inventory) compare(secret client.Secret, at *region) {
	if at == nil || at.closed || i.record(secret.ID).written {
		return
	}
	path := secret.ID.Path.String()
	l := at.covering(path)
	if l == nil || l.entries == nil { // None, or under way.
		return
	}
	entry, found := l.entries[path]
	if !found || disagrees(entry, secret) {
		at.close()
	}
}

// absent compares a list with a single read that has not found the secret. The mutex is
// held.
func (i *Inventory) absent(id secretpath.SecretID, at *region) {
	if at == nil || at.closed || i.record(id).written {
		return
	}
	if l := at.covering(id.Path.String()); l != nil {
		if _, found := l.entries[id.Path.String()]; found {
			at.close()
		}
	}
}

// compareAll compares a list that has just come with all secrets that were read before.
func (i *Inventory) compareAll(slug string, at *region) {
	for id, r := range i.secrets {
		if id.Region != slug || r.read == nil {
			continue
		}
		if read := r.read.peek(); read != nil {
			i.compare(read.value, at)
		}
	}
}
