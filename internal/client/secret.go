package client

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Secret is the metadata of a secret. It never holds a value. Times and numbers
// are zero and strings empty where the service left the field out.
type Secret struct {
	ID             secretpath.SecretID
	Description    string
	Labels         map[string]string
	Annotations    map[string]string
	CreatedAt      time.Time
	UpdatedAt      time.Time
	LastAccessedAt time.Time
	CurrentVersion int64 // zero: no active version, or not said
	ObjectVersion  int64
	KMSKey         KMSKeyRef
	AccessPolicy   *AccessPolicy // nil: none
	Versions       []Version     // newest first; nil unless asked for
	// Contradicts says that the answer names another current version than its history
	// shows, which is what CurrentVersion follows.
	Contradicts bool
	// AsOf is when all this was true, by the service's clock and in whole seconds. It is
	// zero where the answer has no date.
	AsOf time.Time

	// readAt is when it was read, by the machine's clock, where it may take the place of
	// a guard's look.
	readAt time.Time
}

// CreationAnnotation is the annotation that holds NewSecret.Creation.
const CreationAnnotation = "thalassasecrets/creation"

// KMSKeyRef is what a secret's metadata says of the key it is bound to.
type KMSKeyRef struct {
	Identity string
	Name     string
	Type     string
	Status   KeyStatus // empty: not said
}

// NewSecret is a secret to create, together with the value of its version 1.
type NewSecret struct {
	ID           secretpath.SecretID
	KMSKey       string // identity of a symmetric key of the same region
	Description  string
	Labels       map[string]string
	Annotations  map[string]string
	Value        Value
	AccessPolicy *AccessPolicy
	// Creation is a text that no other create has. It becomes the annotation
	// CreationAnnotation, by which a create whose answer was lost finds its secret.
	// Without it such a create ends in an UnknownOutcomeError.
	Creation string
}

// CreateSecret makes a secret with version 1, exactly once. A taken path is IsConflict;
// if reading back is not conclusive, the error is UnknownOutcomeError. A success counts
// only with the mark of this create.
func (c *Client) CreateSecret(ctx context.Context, n NewSecret) (Secret, error) {
	if n.Value.IsZero() {
		return Secret{}, errors.New("createSecret: a secret needs a value")
	}
	if err := checkID(n.ID); err != nil {
		return Secret{}, err
	}
	ambiguous := false
	probe := func(ctx context.Context, _ *UnknownOutcomeError) (Secret, evidence, string) {
		ambiguous = true
		secret, err := c.GetSecret(ctx, n.ID)
		verdict, words := readBackCreate(secret, err, n.Creation)
		return secret, verdict, words
	}
	sendOnce := func(ctx context.Context, left int) (Secret, *attempts, error) { return c.createSecret(ctx, n, left) }
	secret, err := exactlyOnce(ctx, c, sendOnce, probe)
	if !IsConflict(err) || n.Creation == "" {
		return secret, err
	}
	// It may be this very secret that is in the way: what was ambiguous has come late, or
	// something between here and the service repeats requests, too.
	if !ambiguous {
		switch secret, verdict, _ := probe(ctx, nil); verdict {
		case ours:
			return secret, nil
		case absent: // Something is there, by the conflict: a read that lags behind has missed it.
		default:
			return Secret{}, err
		}
	}
	if secret, verdict, _ := probeUntilCertain(ctx, c, nil, probe); verdict == ours {
		return secret, nil
	}
	return Secret{}, err
}

// createSecret sends the request once, but for what the transport may repeat.
func (c *Client) createSecret(ctx context.Context, n NewSecret, left int) (Secret, *attempts, error) {
	annotations := n.Annotations
	if n.Creation != "" {
		annotations = map[string]string{CreationAnnotation: n.Creation}
		maps.Copy(annotations, n.Annotations)
	}
	body := struct {
		Path         string            `json:"path"`
		KMSKey       string            `json:"kmsKeyIdentity"`
		Description  string            `json:"description,omitempty"`
		Labels       map[string]string `json:"labels,omitempty"`
		Annotations  map[string]string `json:"annotations,omitempty"`
		AccessPolicy *wirePolicy       `json:"accessPolicy,omitempty"`
		wireValue
	}{
		Path:         n.ID.Path.String(),
		KMSKey:       n.KMSKey,
		Description:  n.Description,
		Labels:       n.Labels,
		Annotations:  annotations,
		AccessPolicy: n.AccessPolicy.wire(),
		wireValue:    n.Value.wire(),
	}
	create := request{
		operation: "createSecret", kind: kindCreate, method: http.MethodPost, path: secretsPath(n.ID.Region), subject: n.ID.Path.String(), body: body, value: n.Value, left: left,
	}
	return send(ctx, c, create, func(body io.Reader, of *attempt) (Secret, error) {
		secret, err := readSecret(n.ID)(body, of)
		if err == nil && secret.Annotations[CreationAnnotation] != n.Creation {
			err = unusable("it does not have the mark of this create")
		}
		return secret, err
	})
}

// readSecret reads the metadata of one secret.
func readSecret(id secretpath.SecretID) func(io.Reader, *attempt) (Secret, error) {
	return func(body io.Reader, of *attempt) (Secret, error) {
		var answer wireSecret
		if err := decode(body, maxBody, &answer); err != nil {
			return Secret{}, err
		}
		if answer.Path != id.Path.String() {
			return Secret{}, notAbout(id.String())
		}
		return answer.secret(id, of.asOf), nil
	}
}

// GetSecret reads a secret's metadata together with the history of its versions.
func (c *Client) GetSecret(ctx context.Context, id secretpath.SecretID) (Secret, error) {
	secret, _, err := c.getSecret(ctx, id)
	return secret, err
}

func getRequest(id secretpath.SecretID) request {
	return request{
		operation: "getSecret", method: http.MethodGet, path: secretPath(id), subject: id.Path.String(), query: url.Values{"includeVersions": {"true"}},
	}
}

// getSecret also returns the clock sample of the read.
func (c *Client) getSecret(ctx context.Context, id secretpath.SecretID) (Secret, clockSample, error) {
	if err := checkID(id); err != nil {
		return Secret{}, clockSample{}, err
	}
	secret, a, err := send(ctx, c, getRequest(id), readSecret(id))
	if err != nil {
		return Secret{}, clockSample{}, err
	}
	c.puts.observe(secret)
	return secret, clockSample{asked: a.last.sent, came: c.now(), given: a.last.asOf}, nil
}

// DeleteSecret deletes a secret and all its versions for good and frees its path. It is
// done as well where the secret is gone before it is deleted, or the path has become
// another secret's after an attempt whose answer was lost.
func (c *Client) DeleteSecret(ctx context.Context, id secretpath.SecretID, guards Guard) error {
	if err := checkID(id); err != nil {
		return err
	}
	return c.remove(ctx, request{
		operation: "deleteSecret", kind: kindRemove, method: http.MethodDelete, path: secretPath(id), subject: id.Path.String(),
		guard: &guard{Guard: guards, id: id, isDone: func(first, fresh Secret) bool { return !isSameLife(first, fresh) }},
	})
}

// ListSecrets reads the metadata of every secret below the prefix that the
// caller may list and read, at any depth. Histories are not part of it.
func (c *Client) ListSecrets(ctx context.Context, region string, prefix secretpath.Prefix) ([]Secret, error) {
	region, err := secretpath.ParseRegion(region)
	if err != nil {
		return nil, err
	}
	list := request{
		operation: "listSecrets", method: http.MethodGet, path: secretsPath(region), query: url.Values{"pathPrefix": {prefix.String()}},
	}
	secrets, _, err := send(ctx, c, list, func(body io.Reader, of *attempt) ([]Secret, error) { return readList(body, region, of.asOf) })
	return secrets, err
}

// Listing is one level of the tree of paths.
type Listing struct {
	Prefixes []string // the levels below, each ending in a slash
	Secrets  []Secret // the secrets right here, without histories
}

// BrowseSecrets reads one level of the tree of paths.
func (c *Client) BrowseSecrets(ctx context.Context, region string, at secretpath.Prefix) (Listing, error) {
	region, err := secretpath.ParseRegion(region)
	if err != nil {
		return Listing{}, err
	}
	browse := request{
		operation: "browseSecrets", method: http.MethodGet, path: secretsPath(region), query: url.Values{"path": {at.String()}},
	}
	level, _, err := send(ctx, c, browse, func(body io.Reader, of *attempt) (Listing, error) { return readLevel(body, region, at, of.asOf) })
	return level, err
}

func secretsPath(region string) string { return "v1/secrets/" + region + "/secrets" }

// secretPath is the place of a secret. Its id has been parsed, so no segment is
// rewritable and the last one cannot be read as a sub-resource.
func secretPath(id secretpath.SecretID) string {
	return "v1/secrets/" + id.Region + "/secret" + id.Path.String()
}

// checkID refuses the one id that did not come out of the parser.
func checkID(id secretpath.SecretID) error {
	if id.Path.IsZero() {
		return errors.New("the secret's id is empty")
	}
	_, err := secretpath.ParseRegion(id.Region)
	return err
}

type wireSecret struct {
	Path           string       `json:"path"`
	Description    string       `json:"description"`
	Labels         wireMap      `json:"labels"`
	Annotations    wireMap      `json:"annotations"`
	CreatedAt      time.Time    `json:"createdAt"`
	UpdatedAt      time.Time    `json:"updatedAt"`
	LastAccessedAt time.Time    `json:"lastAccessedAt"`
	CurrentVersion int64        `json:"currentVersion"`
	ObjectVersion  int64        `json:"objectVersion"`
	KMSKey         wireKey      `json:"kmsKey"`
	AccessPolicy   *wirePolicy  `json:"accessPolicy"`
	Versions       wireVersions `json:"versions"`
}

// secret is what the answer of that moment says.
func (w wireSecret) secret(id secretpath.SecretID, asOf time.Time) Secret {
	s := Secret{
		ID:             id,
		Description:    w.Description,
		Labels:         maps.Clone(w.Labels),
		Annotations:    maps.Clone(w.Annotations),
		CreatedAt:      w.CreatedAt.UTC(),
		UpdatedAt:      w.UpdatedAt.UTC(),
		LastAccessedAt: w.LastAccessedAt.UTC(),
		CurrentVersion: max(w.CurrentVersion, 0),
		ObjectVersion:  w.ObjectVersion,
		KMSKey:         KMSKeyRef{w.KMSKey.Identity, w.KMSKey.Name, w.KMSKey.KeyType, KeyStatus(w.KMSKey.Status)},
		AccessPolicy:   w.AccessPolicy.policy(),
		AsOf:           asOf,
	}
	if w.Versions != nil {
		s.Versions, s.CurrentVersion = history(w.Versions)
		s.Contradicts = w.CurrentVersion > 0 && len(s.Versions) > 0 && w.CurrentVersion != s.CurrentVersion
	}
	return s
}
