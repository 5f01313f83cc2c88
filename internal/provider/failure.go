package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/settings"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// attempt is an operation on a secret that failed.
type attempt struct {
	summary diagnostic.Error
	op      diagnostic.Operation
	id      secretpath.SecretID
	version int64 // of a reveal or a destroy
	// directory is where a list begins, in the region of id.
	directory secretpath.Prefix
	key       client.KMSKeyRef // as far as known, to be named if it is the reason
	caller    diagnostic.Caller
	method    settings.Method
}

// by names the caller of an attempt.
func (s *service) by(a attempt) attempt {
	a.method = s.caller.Method
	a.caller = diagnostic.Caller{
		Organisation: s.client.Organisation(), Project: s.client.Project(),
		Credentials: s.caller.Source, IdentityToken: s.caller.IdentityToken,
	}
	return a
}

// request is the attempt in the terms of the diagnostics.
func (a attempt) request() diagnostic.Request {
	r := diagnostic.Request{Operation: a.op, Region: a.id.Region, Path: a.id.Path.String(), Version: a.version, Key: a.key.Identity, Caller: a.caller}
	if !a.directory.IsZero() {
		r.Path = a.directory.String()
	}
	return r
}

// diagnostic turns a failure into an error for the user.
func (a attempt) diagnostic(err error) diag.Diagnostic {
	var unknown *unknownArgumentsError
	switch {
	case errors.As(err, &unknown):
		return unknown.refusal(a.request().Did(), a.request().Place())
	case staleOf(err) != nil:
		return diagnostic.NotDone.On(a.id.String(), a.detail(err))
	}
	return a.summary.With(a.detail(err))
}

// report turns a failure into an error for the user. If every other request fails for the same
// cause, one error of the run explains it in full.
func (s *service) report(tried attempt, err error) diag.Diagnostic {
	tried = s.by(tried)
	why := causeOf(err)
	if why == "" {
		return tried.diagnostic(err)
	}
	did, place := tried.request().Did(), tried.request().Place()
	if s.run.causes.inFull(why, place) {
		return tried.diagnostic(err)
	}
	return tried.summary.With(s.run.causes.refer(why, fmt.Sprintf("The provider could not %s %s: %s.", did, place, why)))
}

// causeOf is why every request fails, empty if the failure may be of this one alone.
func causeOf(err error) cause {
	var unknown *client.UnknownOutcomeError
	var identity *client.IdentityTokenError
	var token *client.TokenError
	switch {
	case errors.As(err, &unknown):
		return ""
	case client.IsUnauthorized(err), errors.As(err, &identity), errors.As(err, &token):
		return causeCredentials
	case client.IsUnreachable(err):
		return causeUnreachable
	}
	return ""
}

// staleOf is why a guard has refused a change, nil where none did.
func staleOf(err error) *version.StaleError {
	var stale *version.StaleError
	errors.As(client.Refusal(err), &stale)
	return stale
}

// detail says what happened, on what, what to do now, and what the service said.
func (a attempt) detail(err error) string {
	did, place := a.request().Did(), a.request().Place()
	if stale := staleOf(err); stale != nil {
		return diagnostic.StaleDetail(did, a.id.String(), stale)
	}
	return fmt.Sprintf("The provider could not %s %s. %s\n\n%s", did, place, a.remedy(err), causeText(err))
}

// remedy explains the failure and says what to do now.
func (a attempt) remedy(err error) string {
	if look, is := errors.AsType[*client.LookError](err); is {
		a.op = diagnostic.Read
		return "The provider reads the secret right before it changes it. This read failed, so the change was not sent. " + a.remedy(look.Err)
	}
	if gaveUp, is := errors.AsType[*client.GaveUpError](err); is && !isA[*client.UnknownOutcomeError](err) {
		return "There was no time for another attempt. " + a.remedy(gaveUp.Last)
	}
	text := a.request().Remedy(a.why(err))
	if isA[*client.UnknownOutcomeError](err) && hasStatus(http.StatusRequestEntityTooLarge)(err) {
		text += " " + a.request().Remedy(diagnostic.Cause{Condition: diagnostic.RequestTooLarge})
	}
	return text
}

// causeText is the last paragraph of a detail: what the service said, for the user who asks the
// vendor.
func causeText(err error) string {
	var unknown *client.UnknownOutcomeError
	if errors.As(err, &unknown) {
		err = unknown.Err // What reading back has shown is in the remedy.
	}
	if identity, is := errors.AsType[*client.IdentityTokenError](err); is {
		return "Cause: " + identity.Error()
	}
	if token, is := errors.AsType[*client.TokenError](err); is {
		if token.Status != 0 {
			return "Cause: the token endpoint responded " + token.Said()
		}
		return "Cause: " + token.Error()
	}
	var api *client.Error
	if !errors.As(err, &api) {
		return "Cause: " + err.Error()
	}
	text := strings.TrimSpace(fmt.Sprintf("Cause: %d %s", api.Status, http.StatusText(api.Status)))
	if api.Message != "" {
		text += ": " + api.Message
	}
	text += fmt.Sprintf(" (%s %s", api.Method, strings.SplitN(api.URL, "?", 2)[0])
	if api.RequestID != "" {
		text += ", request " + api.RequestID
	}
	return text + ")"
}

// failure is the error about something that was tried. A 404 may be about the region.
func (s *service) failure(ctx context.Context, tried attempt, err error) diag.Diagnostic {
	at := tried.directory
	if at.IsZero() {
		at = tried.id.Path.Prefix()
	}
	if !client.IsNotFoundByAnyone(err) || !s.isRegionGone(ctx, tried.id.Region, at) {
		return s.report(tried, err)
	}
	return diagnostic.RegionUnknown.With(fmt.Sprintf("The provider could not %s %s. %s Check region, and that endpoint (or THALASSA_API_ENDPOINT) names the installation that you mean.\n\n%s",
		tried.request().Did(), tried.request().Place(), unknownRegionDetail(tried.id.Region, s.inventory.Regions(ctx)), causeText(err)))
}

// why is the cause of a failed attempt.
func (a attempt) why(err error) diagnostic.Cause {
	cause := diagnostic.Cause{Condition: diagnostic.ConnectionLost}
	for _, row := range failureConditions {
		if row.is(err) {
			cause.Condition = row.condition
			break
		}
	}
	if token, is := errors.AsType[*client.TokenError](err); is {
		cause.Account = token.ClientID + token.ServiceAccount // One of them is empty.
	}
	if own, is := errors.AsType[*client.TooSlowError](err); is {
		cause.Limit = fmt.Sprint(own.RequestsPerSecond)
	}
	if late, is := errors.AsType[*client.RequestTimeoutError](err); is {
		cause.Limit = late.Limit.String()
	}
	if unknown, is := errors.AsType[*client.UnknownOutcomeError](err); is {
		cause.Known = unknown.Known
	}
	cause.Condition = a.refine(cause.Condition, err)
	return cause
}

// rejectedTokens is what a 401 means by the method in use.
var rejectedTokens = map[settings.Method]diagnostic.Condition{
	settings.MethodAccessToken:    diagnostic.AccessTokenRejected,
	settings.MethodClient:         diagnostic.IssuedTokenRejected,
	settings.MethodServiceAccount: diagnostic.ExchangedTokenRejected,
}

// refine decides a condition by what the attempt knows beside the error: the method of the caller,
// and the state of the KMS key.
func (a attempt) refine(condition diagnostic.Condition, err error) diagnostic.Condition {
	if rejected, has := rejectedTokens[a.method]; has && condition == diagnostic.TokenRejected {
		return rejected
	}
	aboutKey := condition == diagnostic.KMSKeyUnusable
	key := keyOf(a.key)
	switch {
	case aboutKey && client.IsNotFound(err):
		return diagnostic.KMSKeyMissing
	case !aboutKey && (condition != diagnostic.RequestInvalid || !hasStatus(http.StatusBadRequest)(err)), !key.Blocked():
		// The message of a 400 need not name the key, although its state explains the failure.
		return condition
	case key.Status == version.KeyPendingDeletion:
		return diagnostic.KMSKeyPendingDeletion
	}
	return diagnostic.KMSKeyDisabled
}
