package provider

import (
	"net/http"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/settings"
)

// Every condition that a failure can be mapped to has advice.
func TestFailureConditionsHaveAdvice(t *testing.T) {
	t.Parallel()
	all := []diagnostic.Condition{diagnostic.ConnectionLost, diagnostic.KMSKeyMissing, diagnostic.KMSKeyDisabled, diagnostic.KMSKeyPendingDeletion}
	for _, row := range failureConditions {
		all = append(all, row.condition)
	}
	for _, condition := range rejectedTokens {
		all = append(all, condition)
	}
	for _, condition := range all {
		if (diagnostic.Request{}).Remedy(diagnostic.Cause{Condition: condition}) == "" {
			t.Errorf("%s has no advice", condition)
		}
	}
}

// A status means what it means for the operation, the method of the caller and the state of the key.
func TestFailureConditionOfAStatus(t *testing.T) {
	t.Parallel()
	status := func(status int, message string) error {
		return &client.Error{Status: status, Documented: message != "", Message: message}
	}
	disabled, leaving := client.KMSKeyRef{Identity: "k", Status: "disabled"}, client.KMSKeyRef{Identity: "k", Status: "pending_deletion"}
	for name, tc := range map[string]struct {
		tried attempt
		err   error
		want  diagnostic.Condition
	}{
		"400":                       {attempt{}, status(http.StatusBadRequest, "no"), diagnostic.RequestInvalid},
		"400, disabled key":         {attempt{key: disabled}, status(http.StatusBadRequest, "no"), diagnostic.KMSKeyDisabled},
		"400, key leaving":          {attempt{key: leaving}, status(http.StatusBadRequest, "kms key not operational"), diagnostic.KMSKeyPendingDeletion},
		"400 about an active key":   {attempt{}, status(http.StatusBadRequest, "kms key is not symmetric"), diagnostic.KMSKeyUnusable},
		"404 about a key":           {attempt{}, status(http.StatusNotFound, "kms key not found"), diagnostic.KMSKeyMissing},
		"401, a token":              {attempt{}, status(http.StatusUnauthorized, "no"), diagnostic.TokenRejected},
		"401, an access token":      {attempt{method: settings.MethodAccessToken}, status(http.StatusUnauthorized, ""), diagnostic.AccessTokenRejected},
		"401, an exchanged token":   {attempt{method: settings.MethodServiceAccount}, status(http.StatusUnauthorized, "no"), diagnostic.ExchangedTokenRejected},
		"403 of a page":             {attempt{}, status(http.StatusForbidden, ""), diagnostic.NotTheAPI},
		"403, a feature":            {attempt{}, status(http.StatusForbidden, "feature kms is off"), diagnostic.FeatureDisabled},
		"413 of a proxy":            {attempt{}, status(http.StatusRequestEntityTooLarge, ""), diagnostic.RequestTooLarge},
		"422":                       {attempt{key: disabled}, status(http.StatusUnprocessableEntity, "no"), diagnostic.RequestInvalid},
		"302":                       {attempt{}, status(http.StatusFound, ""), diagnostic.NotTheAPI},
		"503 without KMS":           {attempt{}, status(http.StatusServiceUnavailable, "kms not available"), diagnostic.KMSUnavailable},
		"500":                       {attempt{}, status(http.StatusInternalServerError, ""), diagnostic.ServiceFailed},
		"client without a token":    {attempt{}, &client.TokenError{Status: 401, ClientID: "ci"}, diagnostic.ClientRejected},
		"account without a token":   {attempt{}, &client.TokenError{Status: 403, ServiceAccount: "sa"}, diagnostic.ServiceAccountRejected},
		"another server for tokens": {attempt{}, &client.TokenError{Status: 404, ClientID: "ci"}, diagnostic.TokenEndpointWrong},
		"no server for tokens":      {attempt{}, &client.TokenError{ClientID: "ci", Err: http.ErrServerClosed}, diagnostic.TokenEndpointFailed},
	} {
		if got := tc.tried.why(tc.err).Condition; got != tc.want {
			t.Errorf("%s is %s, want %s", name, got, tc.want)
		}
	}
}
