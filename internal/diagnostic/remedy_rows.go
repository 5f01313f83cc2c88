package diagnostic

// Condition is why the service did not do what it was asked for.
type Condition string

// The conditions, from the way to the service to what it answers.
const (
	Interrupted          Condition = "interrupted"
	RateLimitOwn         Condition = "rate-limit-own"
	TimedOut             Condition = "timed-out"
	AttemptsTimedOut     Condition = "attempts-timed-out"
	CertificateUntrusted Condition = "certificate-untrusted"
	ProxyRefused         Condition = "proxy-refused"
	Unreachable          Condition = "unreachable"
	ConnectionLost       Condition = "connection-lost"
	OutcomeUnknown       Condition = "outcome-unknown"
	NotTheAPI            Condition = "not-the-api"

	IdentityTokenMissing   Condition = "identity-token-missing"
	TokenEndpointFailed    Condition = "token-endpoint-failed"
	TokenEndpointWrong     Condition = "token-endpoint-wrong"
	ClientRejected         Condition = "client-rejected"
	ServiceAccountRejected Condition = "service-account-rejected"
	TokenRejected          Condition = "token-rejected"
	AccessTokenRejected    Condition = "access-token-rejected"
	IssuedTokenRejected    Condition = "issued-token-rejected" //nolint:gosec // An id.
	ExchangedTokenRejected Condition = "exchanged-token-rejected"
	FeatureDisabled        Condition = "feature-disabled"
	Forbidden              Condition = "forbidden"
	Conflict               Condition = "conflict"
	NotFound               Condition = "not-found"
	KMSUnavailable         Condition = "kms-unavailable"
	KMSKeyMissing          Condition = "kms-key-missing"
	KMSKeyDisabled         Condition = "kms-key-disabled"
	KMSKeyPendingDeletion  Condition = "kms-key-pending-deletion"
	KMSKeyUnusable         Condition = "kms-key-unusable"
	RateLimited            Condition = "rate-limited"
	RequestInvalid         Condition = "request-invalid"
	RequestTooLarge        Condition = "request-too-large"
	ServiceFailed          Condition = "service-failed"
)

const (
	checkEndpoint = "Check endpoint (or THALASSA_API_ENDPOINT)"
	maybeDone     = "The response was lost or unusable, so the request may or may not have succeeded. It was not retried. {known} "
	lookFirst     = "Check the history of the secret, for example with the data source thalassasecrets_secret_versions. "
)

// remedies is the whole advice about failed requests: a row for each condition, and further rows
// for operations that need other advice. Each text begins with what happened, and then says what
// to do. Words in braces are those of Request and Cause.
var remedies = []struct {
	condition  Condition
	operations []Operation // nil for all
	text       string
}{
	{Interrupted, nil, "Terraform was interrupted before the service responded."},
	{RateLimitOwn, nil, "With requests_per_second = {limit} in the provider block, this request would have been sent only after the operation timed out. " +
		"Raise it, or raise the limit in the timeouts of the resource (default 5m)."},
	{RateLimitOwn, []Operation{List}, "With requests_per_second = {limit} in the provider block, this request would have been sent only after the list timed out. " +
		"Raise it, or set a longer path_prefix: a list may take 5m."},
	{TimedOut, nil, "The operation timed out before the service responded. If the service is slow, raise the limit in the timeouts of the resource (default 5m)."},
	{TimedOut, []Operation{List}, "The list timed out before the service responded. If the service is slow, set a longer path_prefix: a list may take 5m."},
	{AttemptsTimedOut, nil, "Every attempt timed out after {limit}. If the service is slow, raise request_timeout in the provider block."},
	{CertificateUntrusted, nil, "The service could not be reached, because its certificate is not trusted. If your own authority issued it, " +
		"set ca_certificate_file (or THALASSA_CA_CERTIFICATE_FILE) to the certificate of the authority. Otherwise check endpoint (or THALASSA_API_ENDPOINT)."},
	{ProxyRefused, nil, "The HTTP proxy refused the connection to the service. Check HTTPS_PROXY and NO_PROXY, and whether the proxy allows the host of endpoint."},
	{Unreachable, nil, "The service could not be reached. " + checkEndpoint + " and the network, and try again."},
	{ConnectionLost, nil, "The connection was lost before a complete response arrived. Check the network and any proxy in between, and try again."},
	{NotTheAPI, nil, "The response did not come from the Secrets Manager API. " + checkEndpoint + " and any proxy in between."},

	{OutcomeUnknown, nil, maybeDone + "Run plan again: it shows the secret as it is now."},
	{OutcomeUnknown, []Operation{Create}, maybeDone + "Run plan again. If the secret was created, the plan reports it with the import command."},
	{OutcomeUnknown, []Operation{ActionPut}, maybeDone + lookFirst + "Invoke the action again only if the version is missing: otherwise it puts a second one."},
	{OutcomeUnknown, []Operation{FirstPut}, maybeDone + "The state does not have this version yet. " + lookFirst +
		"If version N is this put, import it with `terraform import ADDRESS {secret}@N`. Otherwise apply again."},
	{OutcomeUnknown, []Operation{Put}, maybeDone + "The state did not change. Run plan again: it shows the versions at the service, and warns of one that the state does not have. " +
		"If that version is this put, apply the plan to track it before you request another put."},

	{IdentityTokenMissing, nil, "The provider could not get an access token, because there is no identity token. " +
		"Check oidc_token_file (or THALASSA_OIDC_TOKEN_FILE): the file must contain only the token, and must exist before Terraform runs. {identity_token}"},
	{TokenEndpointFailed, nil, "The provider could not get an access token, because the token endpoint of the service gave no usable response. " + checkEndpoint + " and the network, and try again."},
	{TokenEndpointWrong, nil, "The provider could not get an access token, because the response did not come from the token endpoint of the service. " + checkEndpoint + "."},
	{ClientRejected, nil, "The provider could not get an access token, because the service rejected the client {account}. " +
		"Check client_id and client_secret (or THALASSA_CLIENT_ID and THALASSA_CLIENT_SECRET), and whether the secret was replaced."},
	{ServiceAccountRejected, nil, "The provider could not get an access token, because the service rejected the identity token for the service account {account} in the organisation {organisation}. " +
		"Check service_account_id (or THALASSA_SERVICE_ACCOUNT_ID) and organisation_id, that the account trusts the issuer, subject and audience of the token, and that the token has not expired."},
	{TokenRejected, nil, "The service rejected the personal API token from {credentials}. It is wrong, expired or revoked. Set a valid token there."},
	{AccessTokenRejected, nil, "The service rejected the access token from {credentials}. Access tokens expire, and the provider cannot renew this one. Set a new token there."},
	{IssuedTokenRejected, nil, "The service rejected the access token that it issued to the client of {credentials}. " +
		"Check that the client may act in the organisation {organisation}, and that endpoint (or THALASSA_API_ENDPOINT) names the right installation."},
	{ExchangedTokenRejected, nil, "The service rejected the access token that it issued to the service account for the identity token from {credentials}. " +
		"Check that the service account may act in the organisation {organisation}, and that endpoint (or THALASSA_API_ENDPOINT) names the right installation."},

	{FeatureDisabled, nil, "A feature that secrets need is disabled for the organisation {organisation}. Ask the administrators of the organisation to enable it."},
	{Forbidden, nil, "The caller needs the permission {permission} on {path} in {owner}."},
	{Forbidden, append([]Operation{Reveal}, puts...), "The caller needs the permission {permission} on {path} in {owner}, " +
		"and the access policy of the secret must allow the address of the caller and the time of day."},
	{Conflict, nil, "The request conflicts with another change of the secret. Run plan again: it shows the secret as it is now."},
	{Conflict, []Operation{Create}, "A secret already exists at this path. To manage it, import it with `terraform import ADDRESS {secret}` or an import block with id = \"{secret}\". " +
		"If Terraform is replacing the secret, remove create_before_destroy from it and from the resources that depend on it: a path holds one secret, so the new secret cannot exist at the same time as the old one. " +
		"Otherwise choose another path."},
	{NotFound, nil, "The secret does not exist in the region {region} for {owner}. " +
		"Create it first, for example with a thalassasecrets_secret resource, and set secret_id to the id of that resource. If it belongs to another project, set project_id (or THALASSA_PROJECT_ID)."},
	{NotFound, []Operation{List}, "The service has the region {region}, but responded to a list in it with 404. " + checkEndpoint + " and any proxy in between, and try again."},
	{NotFound, []Operation{Create}, "Check that the region {region} exists, and that kms_key_id is the identity of a symmetric key of that region."},
	{NotFound, []Operation{Reveal}, "Version {version} of {secret} does not exist for {owner}: the secret was deleted, or has no version {version}. " +
		"The data source thalassasecrets_secret_versions lists the versions of a secret."},
	{NotFound, []Operation{Destroy}, "Version {version} of {secret} does not exist for {owner}: the secret was deleted, or has no version {version}. Run plan again: it shows the secret as it is now."},
	{KMSUnavailable, nil, "The region {region} has no KMS available at present. Try again later, or use another region."},
	{KMSKeyMissing, nil, "{key} does not exist in the region {region}. Set kms_key_id to the identity of a symmetric key of the same region."},
	{KMSKeyDisabled, nil, "{key} is disabled. Enable the key and try again."},
	{KMSKeyPendingDeletion, nil, "{key} is pending deletion. Cancel its deletion and try again."},
	{KMSKeyUnusable, nil, "{key} cannot be used. It must be active and symmetric, in the region {region}."},
	{RateLimited, nil, "The service rejected every attempt because of its rate limit. Try again later, run Terraform with a lower -parallelism, or set requests_per_second in the provider block."},
	{RequestInvalid, nil, "The service rejected the request as invalid. The cause below names the reason."},
	{RequestTooLarge, nil, "The service, or a proxy in front of it, rejected the request as too large. Try again with less in it."},
	{RequestTooLarge, append([]Operation{Create}, puts...), "The service, or a proxy in front of it, rejected the request as too large. " +
		"A value may have 64 KiB (65,536 bytes). If the value is smaller, raise the limit of the proxy."},
	{ServiceFailed, nil, "The service failed. Try again. If it keeps failing, send the vendor the request below."},
}
