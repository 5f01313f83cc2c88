package refserver

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// OtherClient is what another client does right before or after a request. It is
// carried out, or refused, like a separate request: the journal has the request, and
// the audit log has its events. Fault rules do not affect or count it.
type OtherClient struct {
	// Operation is putSecretValue, getSecretValue, destroySecretVersion,
	// createSecret, deleteSecret, updateAccessPolicy, enableKMSKey, disableKMSKey,
	// deleteKMSKey or cancelKMSKeyDeletion, or else recreateSecret: deleteSecret and
	// then createSecret with the same KMS key, description, labels, annotations and
	// access policy.
	Operation string `json:"operation"`
	// When is "before" (also where it is empty) or "after" the request is carried
	// out. Its answer is sent after both.
	When string `json:"when,omitempty"`
	// Principal is the name of the other client, "other-client" where it is empty. A
	// principal of the configuration has its permissions; any other may do everything.
	Principal string `json:"principal,omitempty"`
	// Path is the secret's path; empty means that of the request.
	Path string `json:"path,omitempty"`
	// Version is what is destroyed or revealed, as in Fault.Version; empty means the
	// current version.
	Version string `json:"version,omitempty"`
	// Text is the value that is put; empty means a generated one.
	Text string `json:"text,omitempty"`
	// AccessPolicy is what updateAccessPolicy sets, in the form that the API takes;
	// null removes it.
	AccessPolicy JSONText `json:"accessPolicy,omitempty"`
	// KMSKeyIdentity is the KMS key; empty means that of the secret, and for
	// createSecret "kms-" and the region.
	KMSKeyIdentity string `json:"kmsKeyIdentity,omitempty"`
}

const (
	opRecreate        = "recreateSecret"
	whenBefore        = "before"
	whenAfter         = "after"
	otherClientName   = "other-client"
	otherClientsBytes = 32 // of a generated value
)

// otherClientOperations are the operations of another client, with the fields that each
// uses in addition to when and principal.
var otherClientOperations = map[string][]string{
	opPut:        {"path", "text"},
	opReveal:     {"path", "version"},
	opDestroy:    {"path", "version"},
	opCreate:     {"path", "text", "kmsKeyIdentity"},
	opRecreate:   {"path", "text"},
	opDelete:     {"path"},
	opPolicy:     {"path", "accessPolicy"},
	opKeyEnable:  {"path", "kmsKeyIdentity"},
	opKeyDisable: {"path", "kmsKeyIdentity"},
	opKeyDelete:  {"path", "kmsKeyIdentity"},
	opKeyCancel:  {"path", "kmsKeyIdentity"},
}

// JSONText is a JSON value in its shortest form. Empty means that there is none.
type JSONText string

// MarshalJSON returns the value.
func (t JSONText) MarshalJSON() ([]byte, error) { return []byte(t), nil }

// UnmarshalJSON takes any JSON value, null too.
func (t *JSONText) UnmarshalJSON(b []byte) error {
	var compact, escaped bytes.Buffer
	if err := json.Compact(&compact, b); err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	json.HTMLEscape(&escaped, compact.Bytes()) // As encoding/json writes it.
	*t = JSONText(escaped.String())
	return nil
}

// checkOtherClient refuses requests that the other client could never send.
func (f Fault) checkOtherClient() error {
	if f.Action != ActionOtherClient {
		return nil
	}
	if f.Operation == "" || f.Operation == opToken || f.Operation == opKMSSummary {
		return fmt.Errorf("action %q needs an operation with a region, so any but %s and %s", f.Action, opToken, opKMSSummary)
	}
	o := f.OtherClient
	if err := o.check(); err != nil {
		return fmt.Errorf("otherClient: %w", err)
	}
	aboutOneSecret := slices.Contains(secretOperations, f.Operation) && f.Operation != opList && f.Operation != opBrowse
	if o.Path == "" && o.KMSKeyIdentity == "" && !aboutOneSecret {
		return fmt.Errorf("otherClient needs a path, because %s is not about one secret", f.Operation)
	}
	return nil
}

func (o OtherClient) check() error {
	uses, known := otherClientOperations[o.Operation]
	if !known {
		return fmt.Errorf("unknown operation %q", o.Operation)
	}
	for _, field := range []struct {
		name string
		set  bool
	}{
		{"path", o.Path != ""},
		{"version", o.Version != ""},
		{"text", o.Text != ""},
		{"accessPolicy", o.AccessPolicy != ""},
		{"kmsKeyIdentity", o.KMSKeyIdentity != ""},
	} {
		if field.set && !slices.Contains(uses, field.name) {
			return fmt.Errorf("%s has no use for %s", o.Operation, field.name)
		}
	}
	switch {
	case o.When != "" && o.When != whenBefore && o.When != whenAfter:
		return fmt.Errorf("when must be %q or %q, not %q", whenBefore, whenAfter, o.When)
	case o.Version != "" && !validVersionRef(o.Version):
		return fmt.Errorf(`version must be a number such as "7", "current", "current-1" or "current+1", not %q`, o.Version)
	case o.Operation == opPolicy && o.AccessPolicy == "":
		return errors.New("accessPolicy is missing; null removes the policy")
	}
	return o.checkPlaces()
}

// checkPlaces refuses a secret, key or policy that the API would refuse in any state.
func (o OtherClient) checkPlaces() error {
	if o.Path != "" {
		if rt := parseRoute(http.MethodGet, secretURL("region", o.Path, ""), ""); rt.operation != opGet || rt.malformed != nil {
			return fmt.Errorf("path %q is not the path of a secret", o.Path)
		}
	}
	if err := (Key{Identity: o.KMSKeyIdentity}).validate(); err != nil {
		return err
	}
	if o.AccessPolicy != "" {
		var p *policy
		if err := json.Unmarshal([]byte(o.AccessPolicy), &p); err != nil {
			return fmt.Errorf("accessPolicy: %w", err)
		}
	}
	return nil
}

// withOtherClient carries out a call, and what another client does before or after it.
func (s *Server) withOtherClient(o OtherClient, c *call, next handler) answer {
	if o.When == whenAfter {
		a := next(c)
		s.act(o, c)
		return a
	}
	s.act(o, c)
	return next(c)
}

// act carries out what another client does around a call, in one step.
func (s *Server) act(o OtherClient, beside *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := beside.store
	for _, request := range o.requests(st, beside) {
		c := request.call(o, beside)
		c.now = s.clock.Now()
		if known, ok := st.principals.named(c.principal.Name); ok {
			c.principal = known
		}
		a := st.answerPrincipal(c)
		st.enter(c, a.status)
	}
}

// otherRequest is a request of another client.
type otherRequest struct {
	method, url, query string
	body               any // nil for none
}

// call turns the request into a call with the organisation, project and address of the
// client's call.
func (r otherRequest) call(o OtherClient, beside *call) *call {
	path, _ := url.PathUnescape(r.url) // It was escaped here.
	c := &call{
		method: r.method, shownPath: shownPath(path, ""), route: parseRoute(r.method, r.url, r.query),
		organisation: beside.organisation, project: beside.project, clientIP: beside.clientIP,
		store: beside.store, principal: Principal{Name: cmp.Or(o.Principal, otherClientName)},
	}
	if r.body != nil {
		c.body = []byte(encode(r.body).text)
	}
	return c
}

// requests are what the other client sends.
func (o OtherClient) requests(st *store, beside *call) []otherRequest {
	at := beside.place()
	at.path = cmp.Or(o.Path, beside.secretPath())
	secret := func(method, sub, query string, body any) otherRequest {
		return otherRequest{method, secretURL(at.region, at.path, sub), query, body}
	}
	key := func(method, action string) otherRequest {
		return otherRequest{method, keyURL(at.region, o.key(st, at), action), "", nil}
	}
	version := versionNumber(cmp.Or(o.Version, currentVersionRef), st.currentVersion(at))
	switch o.Operation {
	case opPut:
		return []otherRequest{secret(http.MethodPost, subVersions, "", valueInput{SecretString: o.value(st)})}
	case opReveal:
		return []otherRequest{secret(http.MethodPost, subValue, "", map[string]int64{"version": version})}
	case opDestroy:
		return []otherRequest{secret(http.MethodDelete, subVersions, "version="+strconv.FormatInt(version, 10), nil)}
	case opDelete:
		return []otherRequest{secret(http.MethodDelete, "", "", nil)}
	case opPolicy:
		return []otherRequest{secret(http.MethodPut, subPolicy, "", map[string]any{"accessPolicy": o.AccessPolicy})}
	case opCreate:
		return []otherRequest{o.creation(st, at)}
	case opRecreate:
		return []otherRequest{secret(http.MethodDelete, "", "", nil), o.creation(st, at)}
	case opKeyEnable:
		return []otherRequest{key(http.MethodPost, "enable")}
	case opKeyDisable:
		return []otherRequest{key(http.MethodPost, "disable")}
	case opKeyDelete:
		return []otherRequest{key(http.MethodDelete, "")}
	default:
		return []otherRequest{key(http.MethodDelete, "cancel-deletion")}
	}
}

// creation creates a secret. For recreateSecret it copies the metadata of the secret
// that is there.
func (o OtherClient) creation(st *store, at place) otherRequest {
	body := map[string]any{"path": at.path, "secretString": o.value(st), "kmsKeyIdentity": o.key(st, at)}
	if s := st.secrets[at]; s != nil && o.Operation == opRecreate {
		body["description"], body["labels"], body["annotations"] = s.description, s.labels, s.annotations
		body["accessPolicy"] = s.policy
	}
	return otherRequest{http.MethodPost, secretsRoot + url.PathEscape(at.region) + "/secrets", "", body}
}

// key is the KMS key of the request.
func (o OtherClient) key(st *store, at place) string {
	if s := st.secrets[at]; s != nil && o.KMSKeyIdentity == "" {
		return s.keyIdentity
	}
	return cmp.Or(o.KMSKeyIdentity, defaultKeyPrefix+at.region)
}

// value is the value to put, in base64.
func (o OtherClient) value(st *store) *string {
	value := []byte(o.Text)
	if o.Text == "" {
		value = st.random.otherClientValue(otherClientsBytes)
	}
	return encodeBase64(value)
}

// secretURL is the escaped path of a secret's URL, or of one of its sub-resources.
func secretURL(region, path, sub string) string {
	u := secretsRoot + url.PathEscape(region) + "/secret" + (&url.URL{Path: path}).EscapedPath()
	if sub != "" {
		u += "/" + sub
	}
	return u
}

// keyURL is the escaped path of a KMS key's URL, or of one of its actions.
func keyURL(region, identity, action string) string {
	u := kmsRoot + url.PathEscape(region) + "/keys/" + url.PathEscape(identity)
	if action != "" {
		u += "/" + action
	}
	return u
}
