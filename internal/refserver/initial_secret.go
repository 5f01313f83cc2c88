package refserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// InitialSecret is a secret that a server has from the start. The audit log has no
// events of it, and the bill includes it.
type InitialSecret struct {
	Organisation string `json:"organisation"`
	Project      string `json:"project,omitempty"`
	Region       string `json:"region"`
	Path         string `json:"path"`
	// KMSKeyIdentity is the key that encrypts the values. Empty means "kms-" and the
	// region, the key of a configuration without keys.
	KMSKeyIdentity string            `json:"kmsKeyIdentity,omitempty"`
	Description    string            `json:"description,omitempty"`
	Labels         map[string]string `json:"labels,omitempty"`
	Annotations    map[string]string `json:"annotations,omitempty"`
	// AccessPolicy is in the form that the API takes.
	AccessPolicy json.RawMessage `json:"accessPolicy,omitempty"`
	// Versions are its history, oldest first.
	Versions []InitialVersion `json:"versions"`
}

// InitialVersion is a version of an initial secret. Its value is one of Text,
// KeyValues and Generate. A destroyed one needs none.
type InitialVersion struct {
	Text      *string           `json:"text,omitempty"`
	KeyValues map[string]string `json:"keyValues,omitempty"`
	// Generate is the length of a generated value in bytes.
	Generate int `json:"generate,omitempty"`
	// CreatedAgo, ReadAgo and DestroyedAgo are durations such as "720h" before the
	// server starts. Empty means: at the start, never and never.
	CreatedAgo   string `json:"createdAgo,omitempty"`
	ReadAgo      string `json:"readAgo,omitempty"`
	DestroyedAgo string `json:"destroyedAgo,omitempty"`
}

// String keeps the value out of the output of a printed configuration.
func (v InitialVersion) String() string { return "a version with its value" }

// GoString does the same for %#v.
func (v InitialVersion) GoString() string { return v.String() }

// ParseSecrets reads secrets from a JSON array. It is strict, as ParseFaults is,
// and its errors name a secret by its number or path, never a value.
func ParseSecrets(b []byte) ([]InitialSecret, error) {
	var raw []json.RawMessage
	err := json.Unmarshal(b, &raw)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		// The text of the syntax error may be a value, so only its line is reported.
		return nil, fmt.Errorf("not a JSON array of secrets: it breaks in line %d", 1+bytes.Count(b[:syntax.Offset], []byte("\n")))
	case err != nil, raw == nil:
		return nil, errors.New("not a JSON array of secrets")
	}
	secrets := make([]InitialSecret, len(raw))
	for i, one := range raw {
		decoder := json.NewDecoder(bytes.NewReader(one))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&secrets[i]); err != nil {
			return nil, fmt.Errorf("secret %d: %w", i+1, err)
		}
		if _, err := secrets[i].parse(); err != nil {
			return nil, fmt.Errorf("secret %d%s: %w", i+1, secrets[i].inBrackets(), err)
		}
	}
	return secrets, nil
}

// inBrackets is the secret's path, if it has one, in the form that errors append.
func (in InitialSecret) inBrackets() string {
	if in.Path == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", in.Path)
}

// validateSecrets finds the first mistake in the initial secrets. Defaults are
// filled.
func (c Config) validateSecrets() error {
	known := map[place]bool{}
	for i, in := range c.Secrets {
		_, err := in.parse()
		switch {
		case err != nil:
		case !slices.ContainsFunc(c.Regions, func(r Region) bool { return r.Slug == in.Region }):
			err = fmt.Errorf("unknown region %q", in.Region)
		case !slices.ContainsFunc(c.Keys, in.canBeEncryptedBy):
			err = fmt.Errorf("the organisation %q has no symmetric KMS key %q in the region %q", in.Organisation, in.key().identity, in.Region)
		case known[in.place()]:
			err = errors.New("is there twice")
		}
		if err != nil {
			return fmt.Errorf("secret %d%s: %w", i+1, in.inBrackets(), err)
		}
		known[in.place()] = true
	}
	return nil
}

func (in InitialSecret) place() place {
	return place{organisation: in.Organisation, project: in.Project, region: in.Region, path: in.Path}
}

func (in InitialSecret) key() keyID {
	if in.KMSKeyIdentity == "" {
		return keyID{in.Region, defaultKeyPrefix + in.Region}
	}
	return keyID{in.Region, in.KMSKeyIdentity}
}

// canBeEncryptedBy ignores the key's status: the key may have been disabled after the
// secret was created.
func (in InitialSecret) canBeEncryptedBy(k Key) bool {
	_, symmetric := dataKeySize(k.Type)
	return in.key() == keyID{k.Region, k.Identity} && (symmetric || k.Type == "") &&
		(k.Organisation == "" || k.Organisation == in.Organisation)
}

// parsedSecret is the policy and the versions of an initial secret. The times are
// durations before the start.
type parsedSecret struct {
	policy   *policy
	versions []parsedVersion
}

type parsedVersion struct {
	value                    value
	generate                 int
	created, read, destroyed time.Duration // the last two: negative for never
}

const never = time.Duration(-1)

func (in InitialSecret) parse() (parsedSecret, error) {
	var out parsedSecret
	if in.Organisation == "" {
		return out, errors.New("the organisation is missing")
	}
	if _, err := secretpath.ParseRegion(in.Region); err != nil {
		return out, err
	}
	if _, err := secretpath.ParsePath(in.Path); err != nil {
		return out, err
	}
	if n := utf8.RuneCountInString(in.Description); n > maxDescription {
		return out, fmt.Errorf("the description has %d characters, and at most %d are possible", n, maxDescription)
	}
	if in.AccessPolicy != nil {
		if err := json.Unmarshal(in.AccessPolicy, &out.policy); err != nil {
			return out, err
		}
	}
	if len(in.Versions) == 0 {
		return out, errors.New("it has no versions")
	}
	for i, v := range in.Versions {
		read, err := v.parse()
		if err == nil && i > 0 && read.created > out.versions[i-1].created {
			err = errors.New("it was created before the version ahead of it")
		}
		if err != nil {
			return out, fmt.Errorf("version %d: %w", i+1, err)
		}
		out.versions = append(out.versions, read)
	}
	return out, nil
}

func (v InitialVersion) parse() (parsedVersion, error) {
	out := parsedVersion{generate: v.Generate, read: never, destroyed: never}
	for _, ago := range []struct {
		name, text string
		to         *time.Duration
	}{{"createdAgo", v.CreatedAgo, &out.created}, {"readAgo", v.ReadAgo, &out.read}, {"destroyedAgo", v.DestroyedAgo, &out.destroyed}} {
		if ago.text == "" {
			continue
		}
		d, err := time.ParseDuration(ago.text)
		if err != nil || d < 0 {
			return out, fmt.Errorf("%s must be a duration such as \"720h\", and not negative", ago.name)
		}
		*ago.to = d
	}
	switch {
	case out.read > out.created || out.destroyed > out.created:
		return out, errors.New("it was read or destroyed before it was created")
	case out.read >= 0 && out.read < out.destroyed:
		return out, errors.New("it was read after it was destroyed")
	}
	return out, v.parseValue(&out)
}

func (v InitialVersion) parseValue(out *parsedVersion) error {
	given := 0
	for _, present := range []bool{v.Text != nil, v.KeyValues != nil, v.Generate != 0} {
		if present {
			given++
		}
	}
	size := 0
	switch {
	case given == 0 && out.destroyed >= 0:
	case given != 1:
		return fmt.Errorf("exactly one of text, keyValues and generate must be given, not %d", given)
	case v.Generate != 0 && (v.Generate < minGenerated || v.Generate > maxGenerated):
		return fmt.Errorf("generate must be from %d to %d bytes, not %d", minGenerated, maxGenerated, v.Generate)
	case v.Text != nil:
		out.value.String = []byte(*v.Text)
		size = len(*v.Text)
	case v.KeyValues != nil && len(v.KeyValues) == 0:
		return errors.New("keyValues must have at least one key")
	case v.KeyValues != nil:
		out.value.KeyValues = map[string][]byte{}
		for name, part := range v.KeyValues {
			out.value.KeyValues[name] = []byte(part)
			size += len(name) + len(part)
		}
	}
	if size > maxValue {
		return errors.New(tooLong(size).message)
	}
	return nil
}

// clone copies the secret with everything it points to.
func (in InitialSecret) clone() InitialSecret {
	in.Labels, in.Annotations = maps.Clone(in.Labels), maps.Clone(in.Annotations)
	in.AccessPolicy = bytes.Clone(in.AccessPolicy)
	in.Versions = slices.Clone(in.Versions)
	for i := range in.Versions {
		in.Versions[i].KeyValues = maps.Clone(in.Versions[i].KeyValues)
	}
	return in
}

// addInitialSecrets puts the validated initial secrets into the store.
func (st *store) addInitialSecrets(secrets []InitialSecret, now time.Time) {
	type born struct {
		at place
		v  *version
	}
	var all []born
	for _, in := range secrets {
		s := st.initialSecret(in, now)
		st.secrets[s.at] = s
		// Every replica has an initial secret, so a stale read shows it as it is.
		st.previous[s.at] = s.withoutValues()
		for i := range s.versions {
			all = append(all, born{s.at, &s.versions[i]})
		}
	}
	// The bill has its charges oldest first.
	slices.SortStableFunc(all, func(a, b born) int { return a.v.createdAt.Compare(b.v.createdAt) })
	for _, b := range all {
		b.v.charge = st.meter.start(b.at, b.v.number, b.v.createdAt)
		if !b.v.active() {
			st.meter.stop(b.v.charge, b.v.destroyedAt)
		}
	}
}

func (st *store) initialSecret(in InitialSecret, now time.Time) *secret {
	read, err := in.parse()
	if err != nil {
		panic(err) // The configuration was validated.
	}
	k := st.keys[in.key()]
	s := &secret{
		at: in.place(), description: in.Description, labels: maps.Clone(in.Labels), annotations: maps.Clone(in.Annotations),
		policy: read.policy, keyIdentity: k.id.identity, createdAt: now.Add(-read.versions[0].created),
	}
	for _, from := range read.versions {
		v := version{number: s.nextNumber(), format: from.value.format(), createdAt: now.Add(-from.created)}
		if from.generate > 0 {
			from.value.String = st.random.value(from.generate)
		}
		box, p := st.encrypt(k, s.at, v.number, from.value)
		if p != nil {
			panic(p.message) // The key is symmetric, so this does not happen.
		}
		v.encrypted = box
		s.add(v, v.createdAt)
		if from.read >= 0 {
			s.accessed(&s.versions[len(s.versions)-1], now.Add(-from.read))
		}
	}
	s.applyInitialHistory(read, now)
	return s
}

// applyInitialHistory destroys the versions that are destroyed at the start, and sets
// the secret's times to the latest of its versions.
func (s *secret) applyInitialHistory(read parsedSecret, now time.Time) {
	for i, from := range read.versions {
		v := &s.versions[i]
		if from.destroyed >= 0 {
			s.destroy(v, now.Add(-from.destroyed))
		}
	}
	for _, v := range s.versions {
		for _, at := range []time.Time{v.createdAt, v.destroyedAt} {
			if at.After(s.updatedAt) {
				s.updatedAt = at
			}
		}
		if v.lastAccessedAt.After(s.lastAccessedAt) {
			s.lastAccessedAt = v.lastAccessedAt
		}
	}
}
