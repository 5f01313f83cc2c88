package settings

// Problem is what is wrong with one argument or with several together.
type Problem struct {
	Kind Kind
	// Argument is the one to point at, empty for none: Terraform quotes the line of an argument
	// that an error points at, which may hold a credential.
	Argument string
	// Detail says what is wrong and what to do now.
	Detail string
}

// Kind distinguishes problems.
type Kind string

// The kinds of problems.
const (
	ArgumentEmpty          Kind = "empty argument"
	ArgumentInvalid        Kind = "invalid argument"
	CAFileInvalid          Kind = "invalid CA certificate file"
	CredentialsAmbiguous   Kind = "two credentials methods"
	CredentialsIncomplete  Kind = "incomplete credentials"
	CredentialsMissing     Kind = "missing credentials"
	IdentityTokenAmbiguous Kind = "two identity tokens"
	OrganisationMissing    Kind = "missing organisation"
	ReadStrategyInvalid    Kind = "invalid read strategy"
	RegionInvalid          Kind = "invalid region"
	RetryInvalid           Kind = "invalid retry"
	RotateBeforeInvalid    Kind = "invalid rotate_before"
)
