package refserver

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

const maxDescription = 1024 // characters; the service does not document it

// createBody is the body of createSecret.
type createBody struct {
	valueInput
	Path           string            `json:"path"`
	KMSKeyIdentity string            `json:"kmsKeyIdentity"`
	Description    string            `json:"description"`
	Labels         map[string]string `json:"labels"`
	Annotations    map[string]string `json:"annotations"`
	AccessPolicy   *policy           `json:"accessPolicy"`
}

// readCreate reads the body, because the permission is asked on the path in it.
func (st *store) readCreate(c *call) *problem {
	if p := c.decodeBody(&c.create); p != nil {
		return p
	}
	if _, err := secretpath.ParsePath(c.create.Path); err != nil {
		return badRequest("invalid path: %s", err)
	}
	c.route.path = c.create.Path
	return nil
}

func (b createBody) check() *problem {
	if b.KMSKeyIdentity == "" {
		return badRequest("kmsKeyIdentity is missing")
	}
	if n := utf8.RuneCountInString(b.Description); n > maxDescription {
		return badRequest("the description has %d characters, and at most %d are possible", n, maxDescription)
	}
	return nil
}

func (st *store) createSecret(c *call) answer {
	body := c.create
	if p := body.check(); p != nil {
		return p.answer()
	}
	v, p := body.read(st.random.value)
	if p != nil {
		return p.answer()
	}
	at := c.place()
	if st.secrets[at] != nil {
		return refuse(http.StatusConflict, "a secret already exists at %s", at.path).answer()
	}
	k, p := st.encryptionKey(c, body.KMSKeyIdentity)
	if p != nil {
		return p.answer()
	}
	s := &secret{
		at: at, description: body.Description, labels: maps.Clone(body.Labels), annotations: maps.Clone(body.Annotations),
		policy: body.AccessPolicy.clone(), keyIdentity: body.KMSKeyIdentity, createdAt: c.now,
	}
	if p := st.addVersion(c, s, k, v); p != nil {
		return p.answer()
	}
	st.secrets[at] = s
	st.record(c, eventCreate, at, 1)
	return answer{status: http.StatusCreated, body: st.metadata(s, false)}
}

// addVersion encrypts a value and adds it as the newest version of the secret.
func (st *store) addVersion(c *call, s *secret, k *key, v value) *problem {
	number := s.nextNumber()
	box, p := st.encrypt(k, s.at, number, v)
	if p != nil {
		return p
	}
	st.keepPrevious(s.at)
	s.add(version{
		number: number, format: v.format(), createdAt: c.now, encrypted: box,
		charge: st.meter.start(s.at, number, c.now),
	}, c.now)
	st.record(c, eventEncrypt, s.at, number)
	return nil
}

func (st *store) getSecret(c *call) answer {
	s, p := st.findSecret(c)
	if p != nil {
		return p.answer()
	}
	return answer{status: http.StatusOK, body: st.metadata(s, c.route.history)}
}

// putJSON is the body of putSecretValue's answer.
type putJSON struct {
	Path    string `json:"path"`
	Version int64  `json:"version"`
}

func (st *store) putSecretValue(c *call) answer {
	var body struct {
		valueInput
		Path *string `json:"path"`
	}
	if p := c.decodeBody(&body); p != nil {
		return p.answer()
	}
	if p := c.checkBodyPath(body.Path); p != nil {
		return p.answer()
	}
	v, p := body.read(st.random.value)
	if p != nil {
		return p.answer()
	}
	s, k, p := st.openSecret(c, nil)
	if p != nil {
		return p.answer()
	}
	if p := st.addVersion(c, s, k, v); p != nil {
		return p.answer()
	}
	number := s.current().number
	st.record(c, eventPutValue, s.at, number)
	return answer{status: http.StatusOK, body: putJSON{s.at.path, number}}
}

// valueJSON is the body of getSecretValue's answer.
type valueJSON struct {
	Path            string            `json:"path"`
	Version         int64             `json:"version"`
	SecretString    *[]byte           `json:"secretString,omitempty"`
	SecretKeyValues map[string][]byte `json:"secretKeyValues,omitempty"`
	KMSKeyIdentity  string            `json:"kmsKeyIdentity"`
	KMSKeyVersion   string            `json:"kmsKeyVersion"`
}

func (st *store) getSecretValue(c *call) answer {
	var body struct {
		Path    *string `json:"path"`
		Version *int64  `json:"version"`
	}
	if len(c.body) > 0 || c.bodyTooLong {
		if p := c.decodeBody(&body); p != nil {
			return p.answer()
		}
	}
	if p := c.checkBodyPath(body.Path); p != nil {
		return p.answer()
	}
	var v *version
	s, k, p := st.openSecret(c, func(s *secret) (p *problem) {
		v, p = readableVersion(s, body.Version)
		return p
	})
	if p != nil {
		return p.answer()
	}
	opened, p := st.decrypt(k, s.at, v)
	if p != nil {
		return p.answer()
	}
	s.accessed(v, c.now)
	st.record(c, eventDecrypt, s.at, v.number)
	st.record(c, eventGetValue, s.at, v.number)
	a := valueJSON{
		Path: s.at.path, Version: v.number, SecretKeyValues: opened.KeyValues,
		KMSKeyIdentity: s.keyIdentity, KMSKeyVersion: strconv.Itoa(v.encrypted.keyVersion),
	}
	if opened.KeyValues == nil {
		if opened.String == nil {
			opened.String = []byte{} // An empty value is "" on the wire, not null.
		}
		a.SecretString = &opened.String
	}
	return answer{status: http.StatusOK, body: a}
}

// readableVersion finds the version whose value is asked for: the current one
// where no number is given.
func readableVersion(s *secret, number *int64) (*version, *problem) {
	if number == nil {
		if v := s.current(); v != nil {
			return v, nil
		}
		return nil, notFound("the secret %s has no active version", s.at.path)
	}
	v := s.version(*number)
	switch {
	case *number < 1:
		return nil, badRequest("version must be a whole number of 1 or more")
	case v == nil:
		return nil, notFound("the secret %s has no version %d", s.at.path, *number)
	case !v.active():
		return nil, badRequest("version %d of the secret %s is destroyed", *number, s.at.path)
	}
	return v, nil
}

// openSecret finds the call's secret and, where its access policy and its KMS
// key permit, the key for its values. The check, which may be nil, comes
// between the two.
func (st *store) openSecret(c *call, check func(*secret) *problem) (*secret, *key, *problem) {
	s, p := st.findSecret(c)
	if p != nil {
		return nil, nil, p
	}
	if allowed, reason := evaluate(s.policy, c.clientIP, c.now); !allowed {
		return nil, nil, forbidden("the access policy of %s refuses %s: %s", s.at.path, c.route.operation, reason)
	}
	if check != nil {
		if p := check(s); p != nil {
			return nil, nil, p
		}
	}
	k, p := st.encryptionKey(c, s.keyIdentity)
	if p != nil {
		return nil, nil, p
	}
	return s, k, nil
}

func (st *store) destroySecretVersion(c *call) answer {
	s, p := st.findSecret(c)
	if p != nil {
		return p.answer()
	}
	v := s.version(c.route.version)
	if v == nil {
		return notFound("the secret %s has no version %d", s.at.path, c.route.version).answer()
	}
	// Destroying again succeeds, so that a caller whose answer was lost may retry.
	if v.active() {
		st.keepPrevious(s.at)
	}
	if s.destroy(v, c.now) {
		st.meter.stop(v.charge, c.now)
		st.record(c, eventDestroyVersion, s.at, v.number)
	}
	return answer{status: http.StatusNoContent}
}

func (st *store) deleteSecret(c *call) answer {
	s, p := st.findSecret(c)
	if p != nil {
		return p.answer()
	}
	for _, v := range s.versions {
		st.meter.stop(v.charge, c.now)
	}
	st.keepPrevious(s.at)
	delete(st.secrets, s.at)
	st.record(c, eventDelete, s.at, 0)
	return answer{status: http.StatusNoContent}
}

func (st *store) updateAccessPolicy(c *call) answer {
	var body struct {
		AccessPolicy json.RawMessage `json:"accessPolicy"`
	}
	if p := c.decodeBody(&body); p != nil {
		return p.answer()
	}
	if body.AccessPolicy == nil {
		return badRequest("accessPolicy is missing; null clears the policy").answer()
	}
	var updated *policy
	nested := call{body: body.AccessPolicy}
	if p := nested.decodeBody(&updated); p != nil {
		return p.answer()
	}
	s, p := st.findSecret(c)
	if p != nil {
		return p.answer()
	}
	st.keepPrevious(s.at)
	s.policy = updated
	s.changed(c.now)
	st.record(c, eventUpdatePolicy, s.at, 0)
	return answer{status: http.StatusOK, body: st.metadata(s, false)}
}

// place is where the call's secret lives. A secret belongs to the pair of
// organisation and project that created it, and no other pair sees it.
func (c *call) place() place {
	return place{organisation: c.organisation, project: c.project, region: c.route.region, path: c.route.path}
}

func (st *store) findSecret(c *call) (*secret, *problem) {
	s := st.secretsSeenBy(c)[c.place()]
	if s == nil {
		return nil, notFound("secret %s not found in the region %q", c.route.path, c.route.region)
	}
	return s, nil
}

// checkBodyPath refuses a body that names another secret than the URL does.
func (c *call) checkBodyPath(path *string) *problem {
	if path != nil && *path != c.route.path {
		return badRequest("the path in the body is not the path in the URL, %s", c.route.path)
	}
	return nil
}
