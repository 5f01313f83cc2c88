package provider

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/settings"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
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
