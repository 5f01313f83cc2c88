package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// write puts a value, unless another client has put one since the plan, and says how
// certain it is that the version is ours. Without a version nothing was written, and
// an error says why, in the words of the attempt.
func (s *service) write(ctx context.Context, value client.Value, known knownVersions, tried attempt) (number int64, diags diag.Diagnostics) {
	s.run.note(tried.id, func(now *inRun) { now.Put = true })
	tried.did, tried.permission, tried.gated = "put a value into", "putSecretValue", true
	written, err := s.client.PutValue(ctx, tried.id, value, known.putGuard())
	if err != nil {
		tried.key = s.keyAfter(ctx, err, tried.id, tried.key)
		diags.Append(s.failure(ctx, tried, err))
		return 0, diags
	}
	switch {
	case written.ReadBack:
		diags.Append(diagnostic.VersionAnswerLost.On(tried.id.String(), fmt.Sprintf(
			"The service did the put, but its answer was lost or could not be used. Reading back the history found it as version %d: "+
				"the only new one, made while the request was under way. It was not sent again. "+
				"If somebody else puts values into %s, make sure that this one is not theirs.", written.Version, tried.id)))
	case written.Gap && written.Resent:
		diags.Append(diagnostic.VersionUnknownOrigin.On(tried.id.String(), fmt.Sprintf(
			"The answer of a put was lost and nothing of it was to be seen, so it was sent again and became version %d. "+
				"But there is another new version just below: either another client put it, or it is the first put, come late. "+
				"Nothing reads it, and it can be destroyed.", written.Version)))
	case written.Gap:
		diags.Append(diagnostic.VersionUnknownOrigin.On(tried.id.String(), fmt.Sprintf(
			"Another client put a value in the same moment: between the last look at the secret and this put, which became version %d, there was another new version. "+
				"This put supersedes it. It can still be read. If it was meant to be current, restore it.", written.Version)))
	}
	return written.Version, diags
}

// confirm reads the history until it holds a version that was put.
func (s *service) confirm(ctx context.Context, id secretpath.SecretID, number int64) (secret client.Secret, row client.Version, err error) {
	secret, err = s.client.Confirm(ctx, id, number)
	row, found := rowOf(secret, number)
	if err == nil && !found {
		err = errors.New("the history that came back does not hold it")
	}
	return secret, row, err
}

// destroy destroys versions, each as far as its guard lets it. What the caller has seen
// is good for the first one only: any later one has an attempt before it. It returns
// those that are gone, and for each of the others why it is not.
func (s *service) destroy(ctx context.Context, id secretpath.SecretID, numbers []int64, guards func(number int64) client.Guard) (retired []int64, failed []destroyFailure) {
	defer s.writing(id)()
	for i, number := range numbers {
		guard := guards(number)
		if i > 0 {
			guard.Seen = client.Secret{}
		}
		if err := s.client.DestroyVersion(ctx, id, number, guard); err != nil {
			failed = append(failed, destroyFailure{id, number, err})
			continue
		}
		retired = append(retired, number)
	}
	return retired, failed
}

// destroyFailure is a version that could not be destroyed.
type destroyFailure struct {
	id     secretpath.SecretID
	number int64
	err    error
}

func (f destroyFailure) diagnostic() diag.Diagnostic { return f.stopping("") }

// stopping is the error with what else there is to say of the versions after it.
func (f destroyFailure) stopping(remainder string) diag.Diagnostic {
	if staleOf(f.err) != nil {
		return diagnostic.NotDone.On(f.id.String(), f.detail()+remainder)
	}
	return diagnostic.VersionDestroyFailed.With(f.detail() + remainder)
}

func (f destroyFailure) detail() string {
	return attempt{did: fmt.Sprintf("destroy version %d of", f.number), permission: "delete", id: f.id}.detail(f.err)
}

// warning is for a superseded version, where something else was asked for.
func (f destroyFailure) warning() diag.Diagnostic {
	return diagnostic.RetentionFailed.On(f.id.String(), f.detail())
}
