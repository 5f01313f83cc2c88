package robustness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// The forms of forged responses.
const (
	formAPI       = "API"
	formEmpty     = "empty"
	formHTML      = "HTML"
	formOtherJSON = "other JSON"
	formTruncated = "truncated"
)

// forgedResponse is the response to the requests of one operation, independent of their
// result.
type forgedResponse struct {
	status int
	form   string
	done   bool // the work is done before the answer
}

func (response forgedResponse) isSuccess() bool {
	return response.status >= 200 && response.status < 300
}

// responseForger intercepts the requests between the provider and the API.
type responseForger struct {
	server    *acctest.Server
	responses atomic.Pointer[map[string]forgedResponse] // by operation
	count     atomic.Int64
}

func newResponseForger(s *acctest.Server) *responseForger {
	f := &responseForger{server: s}
	s.Intercept(f.answer)
	return f
}

// forge sets the forged responses by operation, and resets the count.
func (f *responseForger) forge(forged map[string]forgedResponse) {
	f.count.Store(0)
	f.responses.Store(&forged)
}

// answer implements the hook of acctest.Server.
func (f *responseForger) answer(w http.ResponseWriter, r *http.Request) bool {
	operation := apiRequestName(r)
	responses := f.responses.Load()
	if responses == nil || operation != "issueToken" && !isTerraform(r) {
		return false
	}
	response, found := (*responses)[operation]
	if !found {
		return false
	}
	f.count.Add(1)
	request, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(request))
	original := ""
	if response.done {
		recorded := httptest.NewRecorder()
		f.server.ServeHTTP(recorded, r)
		original = recorded.Body.String()
	}
	body := response.body(f, operation, r, request, original)
	if body == "" && response.form == formTruncated {
		body = `{"message":"removed"}` // A 204 has no half.
	}
	response.write(w, body)
	return true
}

func isTerraform(r *http.Request) bool {
	return strings.HasSuffix(r.Header.Get("Authorization"), acctest.Token) || strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// write sends the answer. Half of a body comes with the length of all of it.
func (response forgedResponse) write(w http.ResponseWriter, body string) {
	contentType := "application/json"
	if response.form == formHTML {
		contentType = "text/html; charset=utf-8"
	}
	w.Header().Set("Content-Type", contentType)
	if response.form == formTruncated {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	}
	w.WriteHeader(response.status)
	_, _ = io.WriteString(w, body) //nolint:gosec // No browser reads it.
}

// body is the body of the forged response in its form.
func (response forgedResponse) body(of *responseForger, operation string, r *http.Request, request []byte, original string) string {
	switch response.form {
	case formEmpty:
		return ""
	case formHTML:
		return fmt.Sprintf("<html><body><h1>%d %s</h1></body></html>\n", response.status, http.StatusText(response.status))
	case formOtherJSON:
		return fmt.Sprintf(`{"error":{"code":%d,"status":%q}}`, response.status, http.StatusText(response.status))
	}
	switch {
	case !response.isSuccess():
		return fmt.Sprintf(`{"message":"disturbed on purpose: %d"}`, response.status)
	case response.done:
		return original
	}
	return of.fabricateSuccess(operation, r, request)
}

// fabricateSuccess is the API's success response to a request that was not carried out.
func (f *responseForger) fabricateSuccess(operation string, r *http.Request, request []byte) string {
	var asked map[string]any
	_ = json.Unmarshal(request, &asked)
	switch operation {
	case "createSecret":
		return encoded(map[string]any{
			"path": asked["path"], "labels": asked["labels"], "annotations": asked["annotations"], "description": asked["description"],
			"createdAt": f.server.Clock().Now(), "updatedAt": f.server.Clock().Now(), "currentVersion": 1, "objectVersion": 1,
			"kmsKey": map[string]any{"identity": asked["kmsKeyIdentity"], "keyType": "aes256-gcm96", "status": "active"},
		})
	case "putSecretValue":
		secret := f.getSecret(strings.TrimSuffix(r.URL.Path, "/versions"))
		current, _ := secret["currentVersion"].(float64)
		return encoded(map[string]any{"path": asked["path"], "version": current + 1})
	case "updateAccessPolicy":
		secret := f.getSecret(strings.TrimSuffix(r.URL.Path, "/policy"))
		secret["accessPolicy"] = asked["accessPolicy"]
		return encoded(secret)
	}
	return ""
}

// getSecret is a secret as the API shows it.
func (f *responseForger) getSecret(url string) map[string]any {
	r := httptest.NewRequest(http.MethodGet, url, nil) //nolint:noctx // It goes nowhere.
	r.Header.Set("Authorization", "Token "+acctest.Token)
	r.Header.Set("X-Organisation-Identity", acctest.Organisation)
	recorded := httptest.NewRecorder()
	f.server.ServeHTTP(recorded, r)
	var secret map[string]any
	_ = json.Unmarshal(recorded.Body.Bytes(), &secret)
	return secret
}

func encoded(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// apiRequestName is the name of any request, as in the journal of the reference server.
func apiRequestName(r *http.Request) string {
	path, query := r.URL.Path, r.URL.Query()
	switch {
	case path == "/oidc/token":
		return "issueToken"
	case path == "/v1/kms/summary":
		return "getKMSSummary"
	case strings.HasPrefix(path, "/v1/kms/"):
		return "getKMSKey"
	case strings.HasSuffix(path, "/secrets") && r.Method == http.MethodPost:
		return "createSecret"
	case strings.HasSuffix(path, "/secrets") && query.Has("path"):
		return "browseSecrets"
	case strings.HasSuffix(path, "/secrets"):
		return "listSecrets"
	}
	return requestName(r)
}
