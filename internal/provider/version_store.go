package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// versionStore is one secret at the service, as the engine uses it for one apply. It is
// for one goroutine, and closed in the end.
type versionStore struct {
	*service

	id    secretpath.SecretID
	value client.Value // to put
	seen  client.Secret
	ended func()
}

var _ version.Store = (*versionStore)(nil)

// close ends what the first change has begun.
func (s *versionStore) close() {
	if s.ended != nil {
		s.ended()
	}
}

func (s *versionStore) begin() {
	if s.ended == nil {
		s.ended = s.writing(s.id)
	}
}

// Look implements version.Store.
func (s *versionStore) Look(ctx context.Context) (version.Snapshot, error) {
	return s.see(s.client.GetSecret(ctx, s.id))
}

// Put implements version.Store.
func (s *versionStore) Put(ctx context.Context, newest int64, guard version.Guard) (version.Written, error) {
	if s.value.IsZero() {
		return version.Written{}, &reportedError{diag.Diagnostics{nothingToPut(s.id)}}
	}
	s.begin()
	s.run.note(s.id, func(now *inRun) { now.Put = true })
	guarded := s.asking(guard)
	guarded.Known = newest
	written, err := s.client.PutValue(ctx, s.id, s.value, guarded)
	return version.Written(written), err
}

// Confirm implements version.Store.
func (s *versionStore) Confirm(ctx context.Context, n int64) (version.Snapshot, error) {
	return s.see(s.client.Confirm(ctx, s.id, n))
}

// Destroy implements version.Store.
func (s *versionStore) Destroy(ctx context.Context, n int64, guard version.Guard) error {
	s.begin()
	guarded := s.asking(guard)
	// What was seen is good for one change only: any later one has an attempt before it.
	guarded.Seen, s.seen = s.seen, client.Secret{}
	err := s.client.DestroyVersion(ctx, s.id, n, guarded)
	if client.IsForbidden(err) {
		return fmt.Errorf("%w: %w", version.ErrForbidden, err)
	}
	return err
}

func (s *versionStore) see(secret client.Secret, err error) (version.Snapshot, error) {
	s.seen = secret
	return s.snapshotOf(secret), err
}

// asking makes a guard of the client of one about snapshots.
func (s *service) asking(guard version.Guard) client.Guard {
	return client.Guard{Ask: func(fresh client.Secret) error { return guard(s.snapshotOf(fresh)) }}
}

// removalStore looks at a secret as a refresh does, which can tell that it is gone.
type removalStore struct{ *versionStore }

// Look implements version.Store.
func (s removalStore) Look(ctx context.Context) (version.Snapshot, error) {
	secret, found, diags := s.read(ctx, s.id)
	switch {
	case diags.HasError():
		return version.Snapshot{}, &reportedError{diags}
	case !found:
		return version.Snapshot{}, version.ErrGone
	}
	return s.snapshotOf(secret), nil
}

// reportedError is a failure that is in words already.
type reportedError struct{ diags diag.Diagnostics }

func (e *reportedError) Error() string { return e.diags[0].Summary() }

// stopped explains why the engine stopped. tried says what the put was for.
func (s *versionStore) stopped(ctx context.Context, tried attempt, err error) (diags diag.Diagnostics) {
	var joined interface{ Unwrap() []error }
	var reported *reportedError
	var key *version.KeyRefusedError
	var step *version.StepError
	switch {
	case err == nil:
	case errors.As(err, &reported):
		return reported.diags
	case errors.As(err, &key):
		diags.Append(diagnostic.KMSKeyRefusesVersion.With(diagnostic.KeyRefusal(s.id.String(), key.Key)))
	case errors.As(err, &step):
		return s.stoppedAt(ctx, tried, step)
	case errors.As(err, &joined):
		for _, one := range joined.Unwrap() {
			diags.Append(s.stopped(ctx, tried, one)...)
		}
	}
	return diags
}

func (s *versionStore) stoppedAt(ctx context.Context, tried attempt, step *version.StepError) (diags diag.Diagnostics) {
	stale := staleOf(step.Err)
	switch {
	case step.Step == version.StepLook:
		diags.Append(s.failure(ctx, readAttempt(s.id), step.Err))
	case step.Step == version.StepPut:
		tried.id = s.id
		tried.key = s.keyAfter(ctx, step.Err, s.id, tried.key)
		diags.Append(s.failure(ctx, tried, step.Err))
	case step.Step == version.StepRetire:
		errors.As(step.Err, &stale)
		diags.Append(diagnostic.NotDone.On(s.id.String(), diagnostic.StaleDetail("destroy versions of", s.id.String(), stale)))
	case stale != nil:
		diags.Append(diagnostic.NotDone.On(s.id.String(), s.notDestroyed(step)))
	default:
		diags.Append(diagnostic.VersionDestroyFailed.With(s.notDestroyed(step)))
	}
	return diags
}

// notDestroyed explains why a version was not destroyed.
func (s *versionStore) notDestroyed(step *version.StepError) string {
	detail := s.by(attempt{op: diagnostic.Destroy, version: step.Version, id: s.id}).detail(step.Err)
	return detail + remainder(step.Done, step.Left)
}

// warned puts what the engine warns of into words.
func (s *versionStore) warned(warnings []version.Warning, isAction bool) diag.Diagnostics {
	return diagnostic.VersionTerms{ID: s.id.String(), Action: isAction, Failure: s.notDestroyed}.Warnings(warnings)
}

// snapshotOf hands a secret's metadata to the engine. Only where the service does not
// tell the time does the machine's clock count.
func (s *service) snapshotOf(secret client.Secret) version.Snapshot {
	h := historyOf(secret)
	if h.AsOf.IsZero() {
		h.LocalTime = s.now()
	}
	return h
}

// remainder lists the versions that are gone and those that are not. The first of
// those may be gone all the same, if it was only the answer that did not come. There is
// nothing to list where only one version was to go.
func remainder(gone, left []int64) string {
	if len(left) == 0 {
		return ""
	}
	text := "\n\nLeft: " + diagnostic.VersionList(left) + "."
	if len(gone) > 0 {
		text = "\n\nDestroyed: " + diagnostic.VersionList(gone) + ". Left: " + diagnostic.VersionList(left) + "."
	}
	return text
}
