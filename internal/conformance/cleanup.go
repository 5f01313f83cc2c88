package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

const (
	// markAnnotation marks the secrets of this program. Its value is the id of
	// the run.
	markAnnotation = "thalassasecrets/conformance"
	// runDirectory begins the name of a run's directory, which ends with its id.
	runDirectory = "run-"
)

// finish removes what the run created and restores the test key. It has a separate
// time limit, because an interrupt may have ended the context of the run. It returns
// what is left.
func (r *runner) finish(ctx context.Context) (left []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.config.CleanupTimeout)
	defer cancel()
	if r.touched {
		if err := r.restoreKey(ctx); err != nil {
			left = append(left, fmt.Sprintf("the KMS key %s in another state: %s", r.config.TestKMSKey, r.shown(err.Error())))
		}
	}
	if len(r.created) == 0 {
		return left
	}
	remaining := r.removeCreated(ctx)
	// A create whose answer was lost may still be under way, and a list may lag. So the
	// directory is listed until it stays empty.
	for _, wait := range append([]time.Duration{0}, r.pauses()...) {
		if r.service.sleep(ctx, wait) != nil {
			break
		}
		found, err := r.marked(ctx, r.home(), r.id)
		if err != nil {
			break
		}
		for _, at := range found {
			if err := r.removeAt(ctx, at); err != nil {
				remaining = append(remaining, at)
			}
		}
	}
	for _, at := range remaining {
		if !r.isGone(ctx, at) {
			left = append(left, at.region+at.path)
		}
	}
	return left
}

// pauses are the waits between further looks at the directory of the run. A run whose
// answers all came needs none.
func (r *runner) pauses() []time.Duration {
	if !r.lost {
		return nil
	}
	return lookAgain[1:]
}

// removeCreated deletes every secret that the run may have created. The random id in
// its path ensures that no other client has a secret there. It returns those that it
// could not delete.
func (r *runner) removeCreated(ctx context.Context) (remaining []place) {
	for _, at := range r.created {
		if err := r.removeAt(ctx, at); err != nil {
			remaining = append(remaining, at)
		}
	}
	return remaining
}

// removeAt deletes one secret of the program. That it is not there is no failure, and
// neither is that it can be nowhere, because its path is illegal.
func (r *runner) removeAt(ctx context.Context, at place) error {
	a, err := r.service.send(ctx, at.request(opDelete, http.MethodDelete))
	switch {
	case err != nil:
		return err
	case !a.ok() && !at.isNowhere(a):
		return fmt.Errorf("%s got %s", opDelete, a.said())
	}
	return nil
}

// isGone reports a secret that is not there any more, or never was.
func (r *runner) isGone(ctx context.Context, at place) bool {
	a, err := r.service.send(ctx, at.request(opGet, http.MethodGet))
	return err == nil && at.isNowhere(a)
}

// isNowhere reports an answer that says that no secret is at the place.
func (at place) isNowhere(a answer) bool {
	return a.status == http.StatusNotFound || a.status == http.StatusBadRequest && !isPlain(at.path)
}

// request is a request about the secret at the place. An odd path travels in the query:
// in the path of the URL it could mean another secret, or a part of one.
func (at place) request(operation, method string) request {
	q := request{operation: operation, method: method, path: "/v1/secrets/" + at.region + "/secret"}
	if isPlain(at.path) {
		q.path += at.path
	} else {
		q.query = url.Values{"path": {at.path}}
	}
	return q
}

// isPlain reports a path that a URL cannot take for anything else.
func isPlain(path string) bool {
	_, err := secretpath.ParsePath(path)
	return err == nil
}

// marked finds the program's secrets below a directory: at a path of a run, and with
// the mark of that run, by a read of each. Only those of one run where an id is given.
func (r *runner) marked(ctx context.Context, directory, id string) ([]place, error) {
	region := r.config.Region
	a, err := r.service.send(ctx, request{
		operation: opList, method: http.MethodGet, path: secretsURL(region), query: url.Values{"pathPrefix": {directory}},
	})
	if err != nil {
		return nil, err
	}
	entries, ok := a.list()
	if !a.ok() || !ok {
		return nil, fmt.Errorf("%s got %s", opList, a.said())
	}
	var found []place
	for _, entry := range entries {
		path := entry.text("path")
		owner, ok := r.ownerOf(path)
		if !ok || id != "" && owner != id {
			continue
		}
		at := place{region, path}
		read, err := r.service.send(ctx, at.request(opGet, http.MethodGet))
		if err != nil {
			return found, err
		}
		d := read.doc()
		if read.ok() && d.text("path") == path && d.pairs("annotations")[markAnnotation] == owner {
			found = append(found, at)
		}
	}
	return found, nil
}

// ownerOf is the id of the run that a path belongs to.
func (r *runner) ownerOf(path string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(path, r.config.Prefix+runDirectory)
	if !ok {
		return "", false
	}
	id, _, ok = strings.Cut(rest, "/")
	return id, ok && id != ""
}

// sweep removes what a killed run has left: only what has its mark, and only below the
// prefix. In a run that changes nothing it only counts.
func (r *runner) sweep(ctx context.Context) {
	found, err := r.marked(ctx, r.config.Prefix, "")
	if err != nil {
		r.doctor.Leftovers = "not looked for: " + r.shown(err.Error())
		return
	}
	removed := 0
	for _, at := range found {
		if r.mayRemove() && ctx.Err() == nil && r.removeAt(ctx, at) == nil {
			removed++
		}
	}
	r.doctor.Leftovers = fmt.Sprintf("%s of earlier runs found, %d removed", counted(int64(len(found)), "secret"), removed)
}
