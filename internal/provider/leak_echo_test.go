package provider_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// echoes are what a refusal may quote of the request that it refuses.
var echoes = map[string]func(r *http.Request, body string) string{
	"the body":    func(_ *http.Request, body string) string { return "refused: " + body },
	"the headers": func(r *http.Request, _ string) string { return "refused: " + r.Header.Get("Authorization") },
	"the value": func(_ *http.Request, body string) string {
		for _, quoted := range regexp.MustCompile(`"(?:secretString|password)":"([^"]*)"`).FindAllStringSubmatch(body, -1) {
			decoded, _ := base64.StdEncoding.DecodeString(quoted[1])
			return "refused: " + string(decoded)
		}
		return "refused"
	},
}

// quoting answers what is posted to paths with an ending by an echo.
func quoting(ending string, status int, field string, echo func(r *http.Request, body string) string) func(http.ResponseWriter, *http.Request) bool {
	return func(out http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, ending) {
			return false
		}
		body, _ := io.ReadAll(r.Body)
		message, _ := json.Marshal(map[string]string{field: echo(r, string(body))})
		out.WriteHeader(status)
		_, _ = out.Write(message)
		return true
	}
}

// A service, or a gateway before it, that quotes the request in its refusal does not
// make the provider show the value, nor the token, to the user and the log.
func TestEchoedRequestIsNotShown(t *testing.T) {
	t.Parallel()
	leaks := acctest.NewLeaks(t, hunted(sentinels))
	for name, echo := range echoes {
		for _, status := range []int{400, 401, 403, 409, 422, 500} {
			for _, input := range append(putInputs()[:3], createInputs()...) {
				s := acctest.NewServer(t)
				w := &wire{t: t, server: s, config: maps.Clone(input.config), timeout: "1m", typeName: "thalassasecrets_secret_version"}
				if _, creates := w.config["initial_value"]; creates {
					w.typeName = "thalassasecrets_secret"
					maps.Copy(w.config, map[string]tftypes.Value{"path": wireText("/app/db"), "kms_key_id": wireText(acctest.KMSKey)})
				} else {
					w.config["secret_id"] = wireText(dbID)
					s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("v"))})
				}
				s.Intercept(quoting("s", status, "message", echo))
				w.apply(w.logging(t.Context()), nil)
				for _, leak := range leaks.In(w.said()) {
					t.Errorf("%s quoted with %d, %s: found %s", name, status, input.name, leak)
				}
			}
		}
	}
}

// Neither does a token endpoint that quotes the form or the header that it was sent.
func TestEchoedTokenRequestIsNotShown(t *testing.T) {
	t.Parallel()
	leaks := acctest.NewLeaks(t, credentialSecrets)
	for name, echo := range echoes {
		for _, field := range []string{"error", "error_description", "message"} {
			for _, method := range []string{"client", "oidc"} {
				s := acctest.NewServer(t)
				s.Intercept(quoting("/oidc/token", 400, field, echo))
				said := history(t, map[string]tftypes.Value{"retry": once}, instead(s.Environment(), environments()[method]))
				for _, leak := range leaks.In(said) {
					t.Errorf("%s quoted as %s, %s: found %s", name, field, method, leak)
				}
			}
		}
	}
}
