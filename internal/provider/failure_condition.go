package provider

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// failureConditions maps a failure to its condition. The first row that matches counts: from a request
// that was never sent to what the service has answered.
var failureConditions = []struct {
	condition diagnostic.Condition
	is        func(error) bool
}{
	{diagnostic.OutcomeUnknown, isA[*client.UnknownOutcomeError]},
	{diagnostic.RateLimitOwn, isA[*client.TooSlowError]},
	{diagnostic.Interrupted, func(err error) bool { return errors.Is(err, context.Canceled) }},
	{diagnostic.CertificateUntrusted, isA[*tls.CertificateVerificationError]},
	{diagnostic.IdentityTokenMissing, isA[*client.IdentityTokenError]},
	{diagnostic.TokenEndpointFailed, hasTokenError(func(e *client.TokenError) bool { return e.Status == 0 || e.Status == 429 || e.Status >= 500 })},
	{diagnostic.TokenEndpointWrong, hasTokenError(func(e *client.TokenError) bool { return e.Status != 400 && e.Status != 401 && e.Status != 403 })},
	{diagnostic.ServiceAccountRejected, hasTokenError(func(e *client.TokenError) bool { return e.ServiceAccount != "" })},
	{diagnostic.ClientRejected, isA[*client.TokenError]},
	{diagnostic.TokenRejected, client.IsUnauthorized},
	{diagnostic.ProxyRefused, isA[*client.ProxyRefusedError]},
	{diagnostic.Unreachable, client.IsUnreachable},
	{diagnostic.TimedOut, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
	{diagnostic.AttemptsTimedOut, isA[*client.RequestTimeoutError]},
	{diagnostic.NotTheAPI, client.IsUnreadable},
	{diagnostic.FeatureDisabled, client.IsFeatureDisabled},
	{diagnostic.Forbidden, client.IsForbidden},
	{diagnostic.Conflict, client.IsConflict},
	{diagnostic.KMSUnavailable, client.IsKMSUnavailable},
	{diagnostic.KMSKeyUnusable, client.IsKMSKeyUnavailable},
	{diagnostic.NotFound, client.IsNotFound},
	{diagnostic.RateLimited, client.IsRateLimited},
	{diagnostic.RequestTooLarge, hasStatus(http.StatusRequestEntityTooLarge)},
	{diagnostic.RequestInvalid, hasStatus(http.StatusBadRequest, http.StatusUnprocessableEntity)},
	{diagnostic.NotTheAPI, func(err error) bool { e, is := errors.AsType[*client.Error](err); return is && e.Status < 500 }},
	{diagnostic.ServiceFailed, isA[*client.Error]},
}

// isA reports an error of a type.
func isA[E error](err error) bool {
	_, is := errors.AsType[E](err)
	return is
}

func hasTokenError(is func(*client.TokenError) bool) func(error) bool {
	return func(err error) bool {
		token, has := errors.AsType[*client.TokenError](err)
		return has && is(token)
	}
}

// hasStatus reports an answer with one of the given statuses, in any form.
func hasStatus(statuses ...int) func(error) bool {
	return func(err error) bool {
		api, is := errors.AsType[*client.Error](err)
		return is && slices.Contains(statuses, api.Status)
	}
}
