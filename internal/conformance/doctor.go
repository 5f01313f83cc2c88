package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Doctor is what a run found out about the account.
type Doctor struct {
	Endpoint     string        `json:"endpoint"`
	Region       string        `json:"region"`
	Prefix       string        `json:"prefix"`
	Credentials  string        `json:"credentials"` // the method
	FoundIn      string        `json:"foundIn"`     // a flag or an environment variable
	Organisation string        `json:"organisation"`
	Project      string        `json:"project"`
	Permissions  []Permission  `json:"permissions"`
	KMS          string        `json:"kms"`
	KMSKey       string        `json:"kmsKey"`
	Clock        string        `json:"clock"`
	Requests     int           `json:"requests"`
	RateLimited  int           `json:"rateLimited"`
	Median       time.Duration `json:"medianNanoseconds"`
	Longest      time.Duration `json:"longestNanoseconds"`
	Leftovers    string        `json:"leftovers"`
}

// Permission is one permission and what trying it showed.
type Permission struct {
	Name  Need            `json:"name"`
	State permissionState `json:"state"`
	Said  string          `json:"said,omitempty"` // the service's answer
}

type permissionState string

const (
	permissionGranted  permissionState = "granted"
	permissionMissing  permissionState = "missing"
	permissionNotTried permissionState = "not tried"
	permissionUnclear  permissionState = "unclear"
)

// state is what is known of a permission.
func (d *Doctor) state(name Need) permissionState {
	for _, p := range d.Permissions {
		if p.Name == name {
			return p.State
		}
	}
	return permissionNotTried
}

func (d *Doctor) set(name Need, state permissionState, said string) {
	for i := range d.Permissions {
		if d.Permissions[i].Name == name {
			d.Permissions[i].State, d.Permissions[i].Said = state, said
			return
		}
	}
	d.Permissions = append(d.Permissions, Permission{name, state, said})
}

// examine finds out what the scenarios need to know, and removes what an earlier run has
// left. It fails where no scenario can run.
func (r *runner) examine(ctx context.Context) error {
	for _, name := range []Need{needList, needRead, needCreate, needPut, needReveal, needUpdate, needDelete} {
		r.doctor.set(name, permissionNotTried, "")
	}
	t := &checker{ctx: ctx, run: r, name: "examine"}
	first, err := r.send(ctx, t.list(r.home()))
	switch {
	case err != nil:
		return err
	case first.status == http.StatusUnauthorized:
		return &RefusedError{fmt.Sprintf("the service does not accept the credentials (%s): %s", r.config.Credentials, r.shown(first.said()))}
	}
	r.noteTry(needList, first)
	r.examineKMS(ctx)
	if first.status == http.StatusNotFound {
		return r.unknownRegion(first)
	}
	if err := r.tryPermissions(ctx, t); err != nil {
		return err
	}
	if r.config.TestKMSKey != "" && r.mayRemove() {
		// An earlier run may have been killed while the key was disabled.
		if err := r.restoreKey(ctx); err != nil {
			r.keyTrouble = "a usable KMS key for tests: " + err.Error()
		}
	}
	r.sweep(ctx)
	return ctx.Err()
}

// unknownRegion explains the one 404 that a list can get.
func (r *runner) unknownRegion(a answer) error {
	var slugs []string
	for _, region := range r.regions {
		slugs = append(slugs, region.text("slug"))
	}
	if slices.Contains(slugs, r.config.Region) || len(slugs) == 0 {
		return errors.New("the endpoint, the project or the region is unknown to the service: " + r.shown(a.said()))
	}
	return fmt.Errorf("the region %q does not exist; the service has %s", r.config.Region, strings.Join(slugs, ", "))
}

// tryPermissions tries each permission on a secret that does not exist, which no call
// can change. Permissions to change are tried only by runs that change something.
// That of createSecret shows with the first create.
func (r *runner) tryPermissions(ctx context.Context, t *checker) error {
	missing := t.path("missing")
	tries := []request{t.get(missing), t.reveal(missing, 0)}
	if !r.config.ReadOnly {
		tries = append(tries, t.put(missing, nil), t.policy(missing, nil), t.remove(missing))
	}
	for _, q := range tries {
		a, err := r.send(ctx, q)
		if err != nil {
			return err
		}
		r.noteTry(permissionOf(q.operation), a)
	}
	return nil
}

// noteTry concludes from an answer whether the caller has a permission.
func (r *runner) noteTry(name Need, a answer) {
	switch {
	case a.status == http.StatusForbidden:
		r.doctor.set(name, permissionMissing, r.shown(a.said()))
	case a.ok(), a.status == http.StatusNotFound:
		r.doctor.set(name, permissionGranted, "")
	default:
		r.doctor.set(name, permissionUnclear, r.shown(a.said()))
	}
}

// examineKMS looks at the keys of the region and chooses one where none is given.
// Without the permission for that, rows that need it are not checked.
func (r *runner) examineKMS(ctx context.Context) {
	summary, err := r.send(ctx, request{operation: opKMS, method: http.MethodGet, path: "/v1/kms/summary"})
	if err == nil && summary.ok() {
		r.regions, _ = summary.doc().rows("regions")
	}
	r.doctor.KMS = "unknown: the KMS summary cannot be read"
	for _, region := range r.regions {
		if region.text("slug") == r.config.Region {
			r.doctor.KMS = fmt.Sprintf("%s: %d active, %d disabled, %d pending deletion",
				counted(region.number("totalKeys"), "key"), region.number("activeKeys"), region.number("disabledKeys"), region.number("pendingDeletionKeys"))
		}
	}
	keys, err := r.send(ctx, request{operation: opKeys, method: http.MethodGet, path: r.keysURL()})
	if err == nil && keys.ok() {
		r.keys, _ = keys.list()
	}
	r.doctor.KMSKey = r.key
	if r.key != "" {
		return
	}
	for _, key := range r.keys {
		if key.text("status") == "active" && isSymmetric(key) && key.text("identity") != r.config.TestKMSKey {
			r.key = key.text("identity")
			r.doctor.KMSKey = r.key + " (chosen: the first active symmetric key of the region)"
			return
		}
	}
	r.doctor.KMSKey = "none found; name one with -kms-key"
}

// counted is a number of things in words.
func counted(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func (r *runner) keysURL() string { return "/v1/kms/" + r.config.Region + "/keys" }

func isSymmetric(key doc) bool {
	return slices.Contains([]string{"aes128-gcm96", "aes256-gcm96", "chacha20-poly1305"}, key.text("keyType"))
}

// complete fills in what only the end of a run knows.
func (d *Doctor) complete(r *runner) {
	d.Endpoint, d.Region, d.Prefix = r.config.Endpoint, r.config.Region, r.config.Prefix
	d.Credentials, d.FoundIn = r.config.Credentials.Method, r.config.Credentials.Source
	d.Organisation, d.Project = r.config.Organisation, r.config.Project
	m := &r.service.meter
	d.Clock = "unknown: no answer has a Date"
	switch {
	case m.precision == 0:
	case m.skew.Abs() <= m.precision:
		d.Clock = fmt.Sprintf("the service's clock agrees with this machine's (±%.1f s)", m.precision.Seconds())
	default:
		d.Clock = fmt.Sprintf("the service's clock differs from this machine's by %+.1f s (±%.1f s)", m.skew.Seconds(), m.precision.Seconds())
	}
	d.Requests, d.RateLimited = len(m.latencies), m.limits
	d.Median, d.Longest = m.latency()
}
