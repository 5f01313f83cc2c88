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

// The forms in which a liar answers.
const (
	formAPI       = "API"
	formEmpty     = "empty"
	formHTML      = "HTML"
	formOtherJSON = "other JSON"
	formTruncated = "truncated"
)

// lie is how the requests of one operation are answered, whatever came of them.
type lie struct {
	status int
	form   string
	done   bool // the work is done before the answer
}

func (l lie) isSuccess() bool { return l.status >= 200 && l.status < 300 }

// liar stands between the provider and the API.
type liar struct {
	server *acctest.Server
	lies   atomic.Pointer[map[string]lie] // by operation
	told   atomic.Int64
}

func newLiar(s *acctest.Server) *liar {
	l := &liar{server: s}
	s.Intercept(l.answer)
	return l
}

// tell makes the liar answer these operations from now on.
func (l *liar) tell(lies map[string]lie) {
	l.told.Store(0)
	l.lies.Store(&lies)
}

// answer implements the hook of acctest.Server.
func (l *liar) answer(w http.ResponseWriter, r *http.Request) bool {
	operation := apiOperation(r)
	lies := l.lies.Load()
	if lies == nil || operation != "issueToken" && !isTerraform(r) {
		return false
	}
	told, found := (*lies)[operation]
	if !found {
		return false
	}
	l.told.Add(1)
	request, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(request))
	original := ""
	if told.done {
		recorded := httptest.NewRecorder()
		l.server.ServeHTTP(recorded, r)
		original = recorded.Body.String()
	}
	body := told.body(l, operation, r, request, original)
	if body == "" && told.form == formTruncated {
		body = `{"message":"removed"}` // A 204 has no half.
	}
	told.write(w, body)
	return true
}

func isTerraform(r *http.Request) bool {
	return strings.HasSuffix(r.Header.Get("Authorization"), acctest.Token) || strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// write sends the answer. Half of a body comes with the length of all of it.
func (l lie) write(w http.ResponseWriter, body string) {
	contentType := "application/json"
	if l.form == formHTML {
		contentType = "text/html; charset=utf-8"
	}
	w.Header().Set("Content-Type", contentType)
	if l.form == formTruncated {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	}
	w.WriteHeader(l.status)
	_, _ = io.WriteString(w, body) //nolint:gosec // No browser reads it.
}

// body is what the lie says, in its form.
func (l lie) body(of *liar, operation string, r *http.Request, request []byte, original string) string {
	switch l.form {
	case formEmpty:
		return ""
	case formHTML:
		return fmt.Sprintf("<html><body><h1>%d %s</h1></body></html>\n", l.status, http.StatusText(l.status))
	case formOtherJSON:
		return fmt.Sprintf(`{"error":{"code":%d,"status":%q}}`, l.status, http.StatusText(l.status))
	}
	switch {
	case !l.isSuccess():
		return fmt.Sprintf(`{"message":"disturbed on purpose: %d"}`, l.status)
	case l.done:
		return original
	}
	return of.pretend(operation, r, request)
}

// pretend makes up the success of a request that was not carried out, as the API
// writes it.
func (l *liar) pretend(operation string, r *http.Request, request []byte) string {
	var asked map[string]any
	_ = json.Unmarshal(request, &asked)
	switch operation {
	case "createSecret":
		return encoded(map[string]any{
			"path": asked["path"], "labels": asked["labels"], "annotations": asked["annotations"], "description": asked["description"],
			"createdAt": l.server.Clock().Now(), "updatedAt": l.server.Clock().Now(), "currentVersion": 1, "objectVersion": 1,
			"kmsKey": map[string]any{"identity": asked["kmsKeyIdentity"], "keyType": "aes256-gcm96", "status": "active"},
		})
	case "putSecretValue":
		secret := l.look(strings.TrimSuffix(r.URL.Path, "/versions"))
		current, _ := secret["currentVersion"].(float64)
		return encoded(map[string]any{"path": asked["path"], "version": current + 1})
	case "updateAccessPolicy":
		secret := l.look(strings.TrimSuffix(r.URL.Path, "/policy"))
		secret["accessPolicy"] = asked["accessPolicy"]
		return encoded(secret)
	}
	return ""
}

// look is a secret as the API shows it.
func (l *liar) look(url string) map[string]any {
	r := httptest.NewRequest(http.MethodGet, url, nil) //nolint:noctx // It goes nowhere.
	r.Header.Set("Authorization", "Token "+acctest.Token)
	r.Header.Set("X-Organisation-Identity", acctest.Organisation)
	recorded := httptest.NewRecorder()
	l.server.ServeHTTP(recorded, r)
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

// apiOperation names a request as the journal of the reference server does.
func apiOperation(r *http.Request) string {
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
	return operationOf(r)
}
