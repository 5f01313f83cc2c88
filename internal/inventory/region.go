package inventory

import (
	"context"
	"strings"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Entry is what a list says of a secret. It may confirm that nothing has changed,
// and is good for nothing else: fields may be missing, and it may lag behind.
type Entry struct{ client.Secret }

// region is what is known of one region's lists.
type region struct {
	planner listPlanner
	lists   []*listing // that are under way or have come
	// closed says that no list is requested or used any more.
	closed bool
}

// listing is a list that is under way or has come.
type listing struct {
	prefix string
	done   chan struct{} // closed when the rest is there
	// entries are by path; those that the list names twice are left out.
	entries map[string]client.Secret
}

// listWait is how long a list may take with the wait for its turn, where the
// provider's own limit of requests makes it wait.
const listWait = 5 * time.Minute

// covering is the list that there is for a path.
func (r *region) covering(path string) *listing {
	for _, l := range r.lists {
		if strings.HasPrefix(path, l.prefix) {
			return l
		}
	}
	return nil
}

// wait reports that the list is there, in good time.
func (l *listing) wait(ctx context.Context) bool {
	patience := listWait
	if deadline, bounded := ctx.Deadline(); bounded {
		patience = time.Until(deadline) / 2
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-l.done:
		return true
	case <-ctx.Done():
	case <-timer.C:
	}
	return false
}

// close ends the use of lists for this run.
func (r *region) close() { r.closed, r.lists = true, nil }

func without(lists []*listing, gone *listing) []*listing {
	var left []*listing
	for _, l := range lists {
		if l != gone {
			left = append(left, l)
		}
	}
	return left
}
