package settings

// Method is a way to prove who is asking.
type Method int

// The methods.
const (
	MethodNone Method = iota
	MethodToken
	MethodAccessToken
	MethodClient
	MethodServiceAccount
)

// Caller describes the chosen credentials in words. It holds none of them.
type Caller struct {
	Method Method
	// Source is the setting that chose the method, such as "the environment variable
	// THALASSA_API_TOKEN".
	Source string
	// IdentityToken says how a job of this CI system gets an identity token.
	IdentityToken string
}

// source names where the value of a setting comes from.
func (s setting) source() string {
	if s.value.isSet() {
		return "the argument " + s.name + " of the provider block"
	}
	return "the environment variable " + s.env
}

// The advice about identity tokens, by CI system.
//
//nolint:gosec // Names of settings.
const (
	gitLabIdentityToken = "In GitLab CI, declare the token in the job: id_tokens: { THALASSA_OIDC_TOKEN: { aud: AUDIENCE } }."
	gitHubIdentityToken = "In GitHub Actions, give the job \"permissions: id-token: write\", request the token in a step, and set THALASSA_OIDC_TOKEN_FILE to the file with it."
)

// identityTokenAdvice says how a job gets an identity token, for the CI system that it runs in.
func identityTokenAdvice(getenv func(string) string) string {
	switch {
	case getenv("GITLAB_CI") != "":
		return gitLabIdentityToken
	case getenv("GITHUB_ACTIONS") != "":
		return gitHubIdentityToken
	}
	return gitLabIdentityToken + " " + gitHubIdentityToken
}
