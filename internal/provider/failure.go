package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// attempt is something that the provider tried on a secret, in the words of the
// diagnostic for when it fails.
type attempt struct {
	summary    diagnostic.Error
	did        string // "put a value into"
	permission string // that the service asks for
	id         secretpath.SecretID
	// directory is where a list begins, in the region of id, for what is about no single
	// secret.
	directory secretpath.Prefix
	key       client.KMSKeyRef // as far as known, to be named where the key is the reason
	// gated says that an access policy may refuse this, not only a permission.
	gated bool
	// first says that there is no state yet that could be left as it was.
	first bool
	// stateless says that there never is one, because an action tried it.
	stateless bool
}

// diagnostic turns a failure into an error for the user.
func (a attempt) diagnostic(err error) diag.Diagnostic {
	var unknown *unknownArgumentsError
	switch {
	case errors.As(err, &unknown):
		return unknown.refusal(a.did, a.id.Region+a.place())
	case staleOf(err) != nil:
		return diagnostic.NotDone.On(a.id.String(), a.detail(err))
	}
	return a.summary.With(a.detail(err))
}

// told turns a failure into an error for the user. Where every other request fails for the
// same cause, one error of the run says it in full.
func (s *service) told(tried attempt, err error) diag.Diagnostic {
	why := causeOf(err)
	if why == "" {
		return tried.diagnostic(err)
	}
	place := tried.id.Region + tried.place()
	if s.run.causes.inFull(why, place) {
		return tried.diagnostic(err)
	}
	return tried.summary.With(s.run.causes.refer(why, fmt.Sprintf("The provider could not %s %s: %s.", tried.did, place, why)))
}

// causeOf is why every request fails, empty where the failure may be of this one alone.
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

// detail says what happened, on what, what the service said and what to do now.
func (a attempt) detail(err error) string {
	if stale := staleOf(err); stale != nil {
		return diagnostic.StaleDetail(a.did, a.id.String(), stale)
	}
	detail := fmt.Sprintf("The provider could not %s %s. %s", a.did, a.id.Region+a.place(), a.remedy(err))
	if said := serviceSaid(err); said != "" {
		detail += "\n\n" + said
	}
	return detail
}

// place is the path that the attempt is about.
func (a attempt) place() string {
	if !a.directory.IsZero() {
		return a.directory.String()
	}
	return a.id.Path.String()
}

// remedy explains the failure and names the way out.
func (a attempt) remedy(err error) string {
	var unknown *client.UnknownOutcomeError
	var gaveUp *client.GaveUpError
	var queued *client.TooSlowError
	var late *client.RequestTimeoutError
	var look *client.LookError
	switch {
	case errors.As(err, &look):
		read := attempt{did: "read", permission: "read", id: a.id}
		return "Right before a change the provider reads the secret, and that failed, so the change was not sent. " + read.remedy(look.Err)
	case errors.As(err, &unknown):
		return a.doubtRemedy(unknown)
	case errors.As(err, &gaveUp):
		return "There was no time to try again. " + a.remedy(gaveUp.Last)
	case errors.As(err, &queued):
		return fmt.Sprintf("With requests_per_second = %v in the provider block, its turn would have come only when the time for it was over. "+
			"Raise it, or %s.", queued.RequestsPerSecond, a.moreTime())
	case errors.Is(err, context.Canceled):
		return "Terraform was interrupted before an answer came."
	case credentialsRemedy(err) != "":
		return credentialsRemedy(err)
	case client.IsUnreachable(err):
		return unreachable
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("The time for it was over before an answer came. If the service is slow, %s.", a.moreTime())
	case errors.As(err, &late):
		return fmt.Sprintf("The service did not answer within %s, however often it was asked. If it is only slow, raise request_timeout in the provider block.", late.Limit)
	}
	if client.IsUnreadable(err) {
		return notTheAPI
	}
	return a.answerRemedy(err)
}

// moreTime says how to make the time suffice. Only resources have a limit to raise,
// and lists are the only others with one.
func (a attempt) moreTime() string {
	if !a.directory.IsZero() {
		return "ask for less with a longer path_prefix: a list may take 5m"
	}
	return "raise the limit in the timeouts of the resource (default 5m)"
}

const notTheAPI = "What answered does not seem to be the API of the Secrets Manager. Check endpoint (or THALASSA_API_ENDPOINT), and whether something stands in between."

const unreachable = "The service could not be reached. Check endpoint (or THALASSA_API_ENDPOINT) and the network, and try again."

// doubtRemedy is for a write that may have happened.
func (a attempt) doubtRemedy(unknown *client.UnknownOutcomeError) string {
	said := "No clear answer came, so it may have happened or not, and nothing was repeated. "
	if unknown.Known != "" {
		said += unknown.Known + " "
	}
	switch {
	case a.permission == "create":
		return said + "Run apply again: if the secret is there after all, the service says so, and the secret can be imported."
	case a.stateless:
		return said + "Look at the history of the secret before you invoke the action again, for example with the data source thalassasecrets_secret_versions: " +
			"if the version is there after all, another one would be put."
	case a.first:
		return said + fmt.Sprintf("There is no state of it yet, so look at the history of the secret first, for example with the data source thalassasecrets_secret_versions. "+
			"If version N is this put, import it with `terraform import ADDRESS %s@N`; otherwise apply again.", a.id)
	}
	return said + "The state was left as it was. Run plan again: it shows which versions the service has, and warns of one that it does not know. " +
		"If that is the value, let the plan track it before you ask for another put; otherwise apply."
}

// answerRemedy is for what the service has answered.
func (a attempt) answerRemedy(err error) string {
	path := a.place()
	var api *client.Error
	switch {
	case client.IsFeatureDisabled(err):
		return "A feature that secrets need is switched off for the organisation. Ask the administrators of the organisation to enable it."
	case client.IsForbidden(err) && a.gated:
		return fmt.Sprintf("The caller needs the permission %s on %s, and the secret's access policy has to allow the caller's address and the time of day.", a.permission, path)
	case client.IsForbidden(err):
		return fmt.Sprintf("The caller needs the permission %s on %s.", a.permission, path)
	case client.IsConflict(err) && a.permission == "create":
		return fmt.Sprintf("A secret exists at this path already. To manage it, import it with `terraform import ADDRESS %s` or an import block with id = %q. "+
			"If Terraform is replacing it, remove create_before_destroy from it and from the resources that depend on it: a path holds one secret, so the new one cannot exist beside the old one. "+
			"Otherwise choose another path.", a.id, a.id)
	case client.IsConflict(err):
		return "The request conflicts with another change of the secret. Run plan again."
	case client.IsKMSUnavailable(err):
		return fmt.Sprintf("The region %s has no KMS available at present. Try again later, or use another region.", a.id.Region)
	case client.IsKMSKeyUnavailable(err), a.keyBlocks(err):
		return a.keyRemedy(err)
	case client.IsNotFound(err) && a.permission == "create":
		return fmt.Sprintf("Check that the region %s exists, and that kms_key_id is the identity of a symmetric key of that region.", a.id.Region)
	case client.IsNotFound(err) && !a.directory.IsZero():
		return fmt.Sprintf("The service has the region %s, but answered a list in it with 404. Check endpoint (or THALASSA_API_ENDPOINT) and any proxy in between, and try again.", a.id.Region)
	case client.IsNotFound(err):
		return fmt.Sprintf("The secret does not exist in the region %s for this organisation and project. "+
			"Create it first, for example with a thalassasecrets_secret resource whose id is given as secret_id.", a.id.Region)
	case client.IsRateLimited(err):
		return "The service kept asking to slow down. Try again later, or run Terraform with a lower -parallelism."
	case errors.As(err, &api) && api.Status == 400:
		return "The service refuses the request as it is. What it said names the reason."
	case errors.As(err, &api) && api.Status < 500:
		return notTheAPI
	case errors.As(err, &api):
		return "The service failed. Try again; if it keeps failing, give the vendor the request below."
	}
	return unreachable
}

// keyBlocks reports a refusal whose message does not name the key although the
// key's state explains it.
func (a attempt) keyBlocks(err error) bool {
	var api *client.Error
	return errors.As(err, &api) && api.Status == 400 && keyOf(a.key).Blocked()
}

func (a attempt) keyRemedy(err error) string {
	name := "The KMS key of the secret"
	if a.key.Identity != "" {
		name = fmt.Sprintf("The KMS key %q", a.key.Identity)
	}
	switch {
	case client.IsNotFound(err):
		return name + " does not exist in the region " + a.id.Region + ". Check kms_key_id: it takes the identity of a symmetric key of the same region."
	case keyOf(a.key).Blocked():
		return diagnostic.KeyBlocks(name, keyOf(a.key))
	}
	return name + " cannot be used for this. It has to be active and symmetric, in the region " + a.id.Region + "."
}

// serviceSaid quotes the service for the user who asks the vendor.
func serviceSaid(err error) string {
	var unknown *client.UnknownOutcomeError
	if errors.As(err, &unknown) {
		err = unknown.Err // What is known of it is said already.
	}
	var api *client.Error
	if said := credentialsSaid(err); said != "" {
		return said
	}
	if !errors.As(err, &api) {
		return "Error: " + err.Error()
	}
	said := fmt.Sprintf("The service said: %d", api.Status)
	if api.Message != "" {
		said += " " + api.Message
	}
	said += fmt.Sprintf(" (%s %s", api.Method, strings.SplitN(api.URL, "?", 2)[0])
	if api.RequestID != "" {
		said += ", request " + api.RequestID
	}
	return said + ")"
}

// failure is the error about something that was tried. A 404 may be about the region.
func (s *service) failure(ctx context.Context, tried attempt, err error) diag.Diagnostic {
	at := tried.directory
	if at.IsZero() {
		at = tried.id.Path.Prefix()
	}
	if !client.IsNotFoundByAnyone(err) || !s.isRegionGone(ctx, tried.id.Region, at) {
		return s.told(tried, err)
	}
	return diagnostic.RegionUnknown.With(fmt.Sprintf("The provider could not %s %s. %s Check region, and that endpoint (or THALASSA_API_ENDPOINT) names the installation that you mean.\n\n%s",
		tried.did, tried.id.Region+tried.place(), unknownRegionDetail(tried.id.Region, s.inventory.Regions(ctx)), serviceSaid(err)))
}
