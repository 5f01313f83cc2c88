package refserver

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// How much a page shows at most, so that no store makes it too long to load.
const (
	surveyedSecrets  = 200
	surveyedVersions = 25 // of each secret
	surveyedEvents   = 100
)

// survey is a server's metadata at one moment. It is made of copies, and has no
// values.
type survey struct {
	now     time.Time
	secrets []surveyedSecret // by organisation, project, region and path
	omitted int              // secrets that are there and not among them
	events  []Event          // newest first
	earlier int              // events before those
	bill    Bill
}

type surveyedSecret struct {
	at place
	secretJSON
	earlier int // versions before those that are listed
}

// survey takes a look at everything.
func (s *Server) survey() survey {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	st := s.store
	out := survey{now: now, bill: st.meter.bill(now)}
	places := slices.SortedFunc(maps.Keys(st.secrets), place.compare)
	for _, at := range places[:min(len(places), surveyedSecrets)] {
		one := surveyedSecret{at: at, secretJSON: st.metadata(st.secrets[at], true)}
		one.earlier = max(0, len(one.Versions)-surveyedVersions)
		one.Versions = one.Versions[:len(one.Versions)-one.earlier]
		out.secrets = append(out.secrets, one)
	}
	out.omitted = len(places) - len(out.secrets)
	out.earlier = max(0, len(st.audit)-surveyedEvents)
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

// home is what the secrets of one place in the cloud have in common.
func (p place) home() place {
	p.path = ""
	return p
}

// folder is a directory of secrets. A directory with nothing but another directory
// in it is one with that.
type folder struct {
	path    string // with a slash at its end
	folders []*folder
	secrets []surveyedSecret
}

// folderOf sorts secrets of one home, which are in the order of their paths, into
// directories.
func folderOf(secrets []surveyedSecret) *folder {
	root := &folder{path: "/"}
	for _, s := range secrets {
		in := root
		for i, r := range s.at.path {
			if r == '/' && i > 0 {
				in = in.sub(s.at.path[:i+1])
			}
		}
		in.secrets = append(in.secrets, s)
	}
	return root.shortened()
}

// sub is the folder's sub-folder with a path, made where it is not there yet. In the
// order of paths it is the last one, unless a name that sorts before the slash stands
// between: those are few, and found by looking.
func (f *folder) sub(path string) *folder {
	for _, known := range slices.Backward(f.folders) {
		if known.path == path {
			return known
		}
	}
	made := &folder{path: path}
	f.folders = append(f.folders, made)
	return made
}

func (f *folder) shortened() *folder {
	for len(f.secrets) == 0 && len(f.folders) == 1 {
		f = f.folders[0]
	}
	for i := range f.folders {
		f.folders[i] = f.folders[i].shortened()
	}
	return f
}

// below is the path as it reads under a folder.
func below(folder, path string) string { return strings.TrimPrefix(path, folder) }
