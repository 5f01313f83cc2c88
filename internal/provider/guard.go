package provider

import (
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

// asking makes a guard of a decision about the history as it is right before a change.
func asking(decide func(rotation.History) error) client.Guard {
	return client.Guard{Ask: func(fresh client.Secret) error { return decide(historyOf(fresh)) }}
}

// knownVersions is what a plan knew of a secret: in which life, and up to which version.
// The zero value is a plan that knew nothing, such as that of a first version.
type knownVersions struct {
	life   time.Time
	newest int64
}

// putGuard lets a put go as long as no other client has put a version since.
func (k knownVersions) putGuard() client.Guard {
	if k == (knownVersions{}) {
		return client.Unguarded
	}
	return asking(func(fresh rotation.History) error { return rotation.MayPut(fresh, k.life, k.newest) })
}

// retireGuards let retention destroy what the fresh history still lets go. What the
// caller has just read takes the place of the first look.
func (s *service) retireGuards(seen client.Secret, m rotation.Managed, r *rotation.Retention) func(number int64) client.Guard {
	return func(number int64) client.Guard {
		return client.Guard{Seen: seen, Ask: func(fresh client.Secret) error {
			return rotation.MayRetire(s.historyAsOf(fresh), m, r, number)
		}}
	}
}
