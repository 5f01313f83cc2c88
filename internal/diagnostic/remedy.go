package diagnostic

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Request is what the provider asked of the service, as far as the text of a failure refers to it.
type Request struct {
	Operation Operation
	Region    string
	Path      string // of the secret, or the directory of a list
	Version   int64  // of a reveal or a destroy
	Key       string // identity of the KMS key, empty if it is not known
	Caller    Caller
}

// Caller is who the provider acts as.
type Caller struct {
	Organisation, Project string
	// Credentials names where the token of the caller comes from, such as "token in the provider
	// block". It never holds one.
	Credentials string
	// IdentityToken says how this kind of machine gets an identity token.
	IdentityToken string
}

// Cause is why a request failed.
type Cause struct {
	Condition Condition
	// Account is the client or service account that got no access token.
	Account string
	// Limit is the time or rate that was not enough.
	Limit string
	// Known is what reading back has shown about a request with a lost response.
	Known string
}

// Did names the request in the sentence "The provider could not …".
func (r Request) Did() string {
	return r.replacer(Cause{}).Replace(operations[r.Operation].words)
}

// Place names the secret, or the directory of a list.
func (r Request) Place() string { return r.Region + r.Path }

// Remedy explains a failure and says what to do now.
func (r Request) Remedy(cause Cause) string {
	return strings.Join(strings.Fields(r.replacer(cause).Replace(remedyText(r.Operation, cause.Condition))), " ")
}

func (r Request) replacer(cause Cause) *strings.Replacer {
	key := "The KMS key of the secret"
	if r.Key != "" {
		key = fmt.Sprintf("The KMS key %q", r.Key)
	}
	credentials := r.Caller.Credentials
	if credentials == "" {
		credentials = "token (or THALASSA_API_TOKEN)" //nolint:gosec // The name of a setting.
	}
	return strings.NewReplacer(
		"{secret}", r.Place(), "{region}", r.Region, "{path}", r.Path,
		"{version}", strconv.FormatInt(r.Version, 10), "{permission}", operations[r.Operation].permission,
		"{key}", key, "{organisation}", strconv.Quote(r.Caller.Organisation), "{owner}", r.Caller.owner(),
		"{credentials}", credentials, "{identity_token}", r.Caller.IdentityToken,
		"{account}", strconv.Quote(cause.Account), "{limit}", cause.Limit, "{known}", cause.Known,
	)
}

// owner names where the service looks for secrets of the caller.
func (c Caller) owner() string {
	if c.Project == "" {
		return fmt.Sprintf("the organisation %q, without a project", c.Organisation)
	}
	return fmt.Sprintf("the organisation %q, project %q", c.Organisation, c.Project)
}

// remedyText is the row for an operation and a condition. A row that names the operation wins
// over one for all of them.
func remedyText(operation Operation, condition Condition) string {
	general := ""
	for _, row := range remedies {
		switch {
		case row.condition != condition:
		case row.operations == nil:
			general = row.text
		case slices.Contains(row.operations, operation):
			return row.text
		}
	}
	return general
}
