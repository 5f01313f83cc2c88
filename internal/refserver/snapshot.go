package refserver

import (
	"maps"
	"slices"
	"time"
)

// The limits of a snapshot, so that the page always loads.
const (
	maxSnapshotSecrets  = 200
	maxSnapshotVersions = 25 // of each secret
	maxSnapshotEvents   = 100
)

// snapshot is the metadata of a server at one moment. It has copies only, and no
// values.
type snapshot struct {
	now     time.Time
	secrets []secretSnapshot // by organisation, project, region and path
	omitted int              // the number of further secrets
	events  []Event          // newest first
	earlier int              // events before those
	bill    Bill
}

type secretSnapshot struct {
	at place
	secretJSON
	earlier int // versions before those that are listed
}

// snapshot copies the metadata.
func (s *Server) snapshot() snapshot {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	st := s.store
	out := snapshot{now: now, bill: st.meter.bill(now)}
	places := slices.SortedFunc(maps.Keys(st.secrets), place.compare)
	for _, at := range places[:min(len(places), maxSnapshotSecrets)] {
		one := secretSnapshot{at: at, secretJSON: st.metadata(st.secrets[at], true)}
		one.earlier = max(0, len(one.Versions)-maxSnapshotVersions)
		one.Versions = one.Versions[:len(one.Versions)-one.earlier]
		out.secrets = append(out.secrets, one)
	}
	out.omitted = len(places) - len(out.secrets)
	out.earlier = max(0, len(st.audit)-maxSnapshotEvents)
	out.events = slices.Clone(st.audit[out.earlier:])
	slices.Reverse(out.events)
	return out
}

func (p place) compare(other place) int {
	return slices.Compare(
		[]string{p.organisation, p.project, p.region, p.path},
		[]string{other.organisation, other.project, other.region, other.path},
	)
}

// home is the place without the path: organisation, project and region.
func (p place) home() place {
	p.path = ""
	return p
}
