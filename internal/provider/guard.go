package provider

import (
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// asking makes a guard of a decision about the history as it is right before a change.
func asking(decide func(version.Snapshot) error) client.Guard {
	return client.Guard{Ask: func(fresh client.Secret) error { return decide(historyOf(fresh)) }}
}

// knownVersions is what a plan knew of a secret: in which life, and up to which version.
// The zero value is a plan that knew nothing, such as that of a first version.
type knownVersions struct {
	life   version.Life
	newest int64
}

// putGuard lets a put go as long as no other client has put a version since the plan.
// Where the plan knew nothing, the first look says what was there, so that a put that
// is sent again does not go over one that came in between, which may be its own.
func (k knownVersions) putGuard() client.Guard {
	known := k
	guard := asking(func(fresh version.Snapshot) error {
		if known == (knownVersions{}) {
			known = knownVersions{life: fresh.Life, newest: fresh.Current}
			for _, v := range fresh.Versions {
				known.newest = max(known.newest, v.Number)
			}
			return nil
		}
		return version.MayPut(fresh, known.life, known.newest)
	})
	guard.Known = k.newest
	return guard
}

// retireGuards let retention destroy what the fresh history still lets go. What the
// caller has just read takes the place of the first look.
func (s *service) retireGuards(seen client.Secret, m version.Managed, r *version.Retention) func(number int64) client.Guard {
	return func(number int64) client.Guard {
		return client.Guard{Seen: seen, Ask: func(fresh client.Secret) error {
			return version.MayRetire(s.historyAsOf(fresh), m, r, number)
		}}
	}
}
