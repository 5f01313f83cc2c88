package provider_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// place is a part of an answer that may have any text.
type place struct {
	name string
	// secret is what was sent when it does.
	secret string
	// answer says it, and reports false for a request that it does not answer.
	answer func(w http.ResponseWriter, r *http.Request, words string) bool
	// run makes the provider meet the answer, and returns all that is printed and logged.
	run func(t *testing.T, s *acctest.Server) string
}

// encodedValue and encodedIdentity are secrets in whose encodings something happens.
const (
	encodedValue    = `Hx4vT8/pass"<word>&é+ #%41 of db`
	encodedIdentity = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvOmFjbWUvaW5mcmEifQ.Zm9yZ2VkLXNpZ25hdHVyZS0wMDE"
)

// refuses answers requests that post to an ending, or get from one, with words in a
// field and in a header.
func refuses(method, ending string, status int, field, header string) func(http.ResponseWriter, *http.Request, string) bool {
	return func(w http.ResponseWriter, r *http.Request, words string) bool {
		if r.Method != method || !strings.HasSuffix(r.URL.Path, ending) {
			return false
		}
		if header != "" {
			// A text that is not a valid header cannot be sent as one.
			w.Header().Set(header, strings.Join(strings.FieldsFunc(words, unicode.IsControl), " "))
		}
		w.WriteHeader(status)
		body, _ := json.Marshal(map[string]string{field: words})
		_, _ = w.Write(body)
		return true
	}
}

// places are all of them.
func places() []place {
	put := func(t *testing.T, s *acctest.Server) string {
		t.Helper()
		s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("v"))})
		w := &wire{t: t, server: s, typeName: "thalassasecrets_secret_version", timeout: "1m", config: map[string]tftypes.Value{
			"secret_id": wireText(dbID), "secret_string_wo": wireText(encodedValue), "value_wo_version": wireText("1"),
		}}
		w.apply(w.logging(t.Context()), nil)
		return w.said()
	}
	list := func(t *testing.T, s *acctest.Server) string {
		t.Helper()
		return readLogged(t, s.Environment(), "thalassasecrets_secrets", map[string]tftypes.Value{"path_prefix": wireText("/")})
	}
	identity := func(t *testing.T, s *acctest.Server) string {
		t.Helper()
		env := instead(s.Environment(), map[string]string{"THALASSA_SERVICE_ACCOUNT_ID": leakAccount, "THALASSA_OIDC_TOKEN": encodedIdentity})
		return readLogged(t, env, "thalassasecrets_secret_versions", map[string]tftypes.Value{"secret_id": wireText(dbID)})
	}
	return []place{
		{"message of a put", encodedValue, refuses(http.MethodPost, "/versions", 400, "message", ""), put},
		{"request id of a put", encodedValue, refuses(http.MethodPost, "/versions", 400, "x", "X-Request-Id"), put},
		{"correlation id of a put", encodedValue, refuses(http.MethodPost, "/versions", 503, "x", "X-Correlation-Id"), put},
		{"message of a list", acctest.Token, refuses(http.MethodGet, "/secrets", 403, "message", ""), list},
		{"request id of a list", acctest.Token, refuses(http.MethodGet, "/secrets", 500, "x", "X-Request-Id"), list},
		{"OIDC error", encodedIdentity, refuses(http.MethodPost, "/oidc/token", 400, "error", ""), identity},
		{"OIDC description", encodedIdentity, refuses(http.MethodPost, "/oidc/token", 401, "error_description", ""), identity},
		{"OIDC message", encodedIdentity, refuses(http.MethodPost, "/oidc/token", 403, "message", ""), identity},
	}
}

// readLogged reads a data source with a provider that an environment configures, and
// returns all that it answers and logs.
func readLogged(t *testing.T, environment map[string]string, name string, config map[string]tftypes.Value) string {
	t.Helper()
	w := &wire{t: t}
	ctx := w.logging(t.Context())
	server := provider.NewServer("test", provider.WithEnvironment(func(name string) string { return environment[name] }))()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: configuration(t, schemas.Provider, map[string]tftypes.Value{"retry": once}),
	})
	w.note(configured, err)
	read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: configuration(t, schemas.DataSourceSchemas[name], config)})
	w.note(read, err)
	return w.said()
}

// shows reports that the output has a part of the text, ignoring all characters but
// letters and digits.
func shows(printed, words string) bool {
	const stretch = 14
	unescaped := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">", `\n`, " ", `\t`, " ", `\r`, " ")
	bare := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return -1
			}
			return r
		}, unescaped.Replace(s))
	}
	all, part := bare(printed), bare(words)
	for i := 0; i+stretch <= len(part); i++ {
		if strings.Contains(all, part[i:i+stretch]) {
			return true
		}
	}
	return len(part) < stretch && strings.Contains(all, part)
}

// Whatever a service, a gateway or a token endpoint repeats of what was sent, encoded
// as it likes, wherever an answer has room for words: nothing of it is printed or
// logged. The same of something that was not sent is printed, which shows that each
// place is one, and that the search finds what is there.
func TestEncodedEchoIsNotShown(t *testing.T) {
	t.Parallel()
	encodings := acctest.Encodings()
	found, controls := 0, 0
	for _, p := range places() {
		for _, e := range encodings {
			said := func(secret string) (words, printed string) {
				words = e.Write(secret[:min(len(secret), 60)])
				s := acctest.NewServer(t)
				s.Intercept(func(w http.ResponseWriter, r *http.Request) bool { return p.answer(w, r, words) })
				return words, p.run(t, s)
			}
			if words, printed := said(p.secret); shows(printed, words) {
				found++
				t.Errorf("%s, %s: %q is shown", p.name, e.Name, words)
			}
			if words, printed := said("Unsent-" + strings.ToUpper(p.secret)); !shows(printed, words) {
				t.Errorf("%s, %s: %q, which nobody sent, is not shown or not found in %s", p.name, e.Name, words, printed)
			} else {
				controls++
			}
		}
	}
	t.Logf("%d places, %d encodings: %d echoes shown, %d of %d controls seen", len(places()), len(encodings), found, controls, len(places())*len(encodings))
}
