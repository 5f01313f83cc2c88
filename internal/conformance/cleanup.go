package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// markAnnotation tells the program's secrets from all others. Its value is the id of
	// the run.
	markAnnotation = "thalassasecrets/conformance"
	// runDirectory begins the name of a run's directory, which ends with its id.
	runDirectory = "run-"
)

// finish removes what the run created and restores the test key. It has a time limit
// of its own, because an interrupt has often ended the context of the run. It returns
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
// its path makes sure that nobody else's secret is there. It returns those that it
// could not delete.
func (r *runner) removeCreated(ctx context.Context) (remaining []place) {
	for _, at := range r.created {
		if err := r.removeAt(ctx, at); err != nil {
			remaining = append(remaining, at)
		}
	}
	return remaining
}

// removeAt deletes one secret of the program. That it is not there is no failure.
func (r *runner) removeAt(ctx context.Context, at place) error {
	q := request{operation: opDelete, method: http.MethodDelete, path: "/v1/secrets/" + at.region + "/secret" + at.path}
	if !isPlain(at.path) {
		// In the URL's path it could mean another secret, or a part of one.
		q.path, q.query = "/v1/secrets/"+at.region+"/secret", url.Values{"path": {at.path}}
	}
	a, err := r.service.send(ctx, q)
	switch {
	case err != nil:
		return err
	case !a.ok() && a.status != http.StatusNotFound && a.status != http.StatusBadRequest:
		return fmt.Errorf("%s got %s", q.operation, a.said())
	}
	return nil
}

// isGone reports a secret that cannot be found any more, or that never could be.
func (r *runner) isGone(ctx context.Context, at place) bool {
	a, err := r.service.send(ctx, request{
		operation: opGet, method: http.MethodGet, path: "/v1/secrets/" + at.region + "/secret", query: url.Values{"path": {at.path}},
	})
	return err == nil && (a.status == http.StatusNotFound || a.status == http.StatusBadRequest)
}

// isPlain reports a path that travels in a URL without being taken for anything else.
func isPlain(path string) bool {
	for _, ending := range []string{"/versions", "/value", "/policy", "/"} {
		if strings.HasSuffix(path, ending) {
			return false
		}
	}
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if segment == "" || segment == "." || segment == ".." || url.PathEscape(segment) != segment {
			return false
		}
	}
	return strings.HasPrefix(path, "/")
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
		read, err := r.service.send(ctx, request{
			operation: opGet, method: http.MethodGet, path: "/v1/secrets/" + region + "/secret", query: url.Values{"path": {path}},
		})
		if err != nil {
			return found, err
		}
		d := read.doc()
		if read.ok() && d.text("path") == path && d.pairs("annotations")[markAnnotation] == owner {
			found = append(found, place{region, path})
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
