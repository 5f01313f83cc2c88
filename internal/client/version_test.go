package client_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

func TestPutValueSends(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		value client.Value
		body  string
	}{
		"bytes":        {client.BytesValue([]byte{0x00, 0xff, 0xfe}), `{"path":"/app/db","secretString":"AP/+"}`},
		"empty string": {client.BytesValue(nil), `{"path":"/app/db","secretString":""}`},
		"pairs":        {client.PairsValue(map[string]string{"user": "app"}), `{"path":"/app/db","secretKeyValues":{"user":"YXBw"}}`},
		"no pairs":     {client.PairsValue(map[string]string{}), `{"path":"/app/db","secretKeyValues":{}}`},
		"generated":    {client.GeneratedValue(8), `{"path":"/app/db","generateSecret":{"byteLength":8}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, says(http.StatusCreated, `{"path":"/app/db","version":4}`))
			written, err := s.client().PutValue(t.Context(), mustID(t, "nl-01/app/db"), tc.value, client.JustSeen(mustID(t, "nl-01/app/db"), 3))
			if err != nil || written.Version != 4 {
				t.Errorf("got %+v, %v", written, err)
			}
			s.sent(http.MethodPost, "/v1/secrets/nl-01/secret/app/db/versions", tc.body)
		})
	}
}

// Without a number it is not known which version has the value.
func TestPutThatNamesNoVersionIsOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"path":"/app/db"}`, `{"version":0}`, `{"version":-1}`, `null`} {
		s := serve(t, says(http.StatusOK, body), says(http.StatusForbidden, ""))
		written, err := s.client().PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.JustSeen(mustID(t, "nl-01/app/db"), 3))
		var unknown *client.UnknownOutcomeError
		if !errors.As(err, &unknown) || written.Version != 0 {
			t.Errorf("%s: got %+v, %v", body, written, err)
		}
	}
}

func TestNothingToWriteIsNotSent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	id := mustID(t, "nl-01/app/db")
	for _, value := range []client.Value{{}, client.PairsValue(nil), client.GeneratedValue(0)} {
		if _, err := s.client().PutValue(t.Context(), id, value, client.JustSeen(id, 3)); err == nil || err.Error() != "putSecretValue: there is no value to put" {
			t.Errorf("put: %v", err)
		}
		if _, err := s.client().CreateSecret(t.Context(), client.NewSecret{ID: id, KMSKey: "kms-1", Value: value}); err == nil || err.Error() != "createSecret: a secret needs a value" {
			t.Errorf("create: %v", err)
		}
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestRevealValue(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		number  int64
		body    string
		answer  string
		version int64
		bytes   []byte
		pairs   map[string][]byte
	}{
		{
			name: "string of a version", number: 2, body: `{"path":"/app/db","version":2}`,
			answer:  `{"path":"/app/db","version":2,"secretString":"AP/+","kmsKeyIdentity":"kms-1","kmsKeyVersion":"1"}`,
			version: 2, bytes: []byte{0x00, 0xff, 0xfe},
		},
		{
			name: "pairs of the current version", number: 0, body: `{"path":"/app/db"}`,
			answer:  `{"version":3,"secretKeyValues":{"user":"YXBw","empty":""},"kmsKeyIdentity":"kms-1","kmsKeyVersion":"1"}`,
			version: 3, pairs: map[string][]byte{"user": []byte("app"), "empty": {}},
		},
		{
			name: "empty string", number: 1, body: `{"path":"/app/db","version":1}`,
			answer:  `{"version":1,"secretString":"","secretKeyValues":null,"kmsKeyIdentity":"kms-1","kmsKeyVersion":"1"}`,
			version: 1, bytes: []byte{},
		},
		{
			name: "no pairs", number: 1, body: `{"path":"/app/db","version":1}`,
			answer:  `{"version":1,"secretKeyValues":{},"kmsKeyIdentity":"kms-1","kmsKeyVersion":"1"}`,
			version: 1, pairs: map[string][]byte{},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, says(http.StatusOK, tc.answer))
			revealed, err := s.client().RevealValue(t.Context(), mustID(t, "nl-01/app/db"), tc.number)
			if err != nil {
				t.Fatal(err)
			}
			s.sent(http.MethodPost, "/v1/secrets/nl-01/secret/app/db/value", tc.body)
			same(t, revealed.Bytes(), tc.bytes)
			same(t, revealed.Pairs(), tc.pairs)
			same(t, []any{revealed.Version, revealed.KMSKey, revealed.KMSKeyVersion}, []any{tc.version, "kms-1", "1"})
		})
	}
}

// An unusable answer is an error that quotes none of it, because it may be most of a
// value.
func TestUnusableRevealIsNotRepeated(t *testing.T) {
	t.Parallel()
	const base64, neither = "it is not base64", "it holds neither a string nor key/value pairs"
	for answer, reason := range map[string]string{
		`{"version":2,"secretString":"` + sentinel + `"}`: base64,
		`{"version":2,"secretKeyValues":{"a":"YXBw","b":"YXBw","c":"YXBw","user":"` + sentinel + `","x":"YXBw","y":"YXBw","z":"YXBw"}}`: base64,
		`{"version":2,"secretBinary":"` + sentinel + `"}`: neither,
		`{"version":2}`: neither,
		`{"version":2,"secretString":null,"secretKeyValues":null}`: neither,
	} {
		revealed, err := newClient(t, inMemory(http.StatusOK, answer)).RevealValue(t.Context(), mustID(t, "nl-01/app/db"), 2)
		if want := "getSecretValue: POST /v1/secrets/nl-01/secret/app/db/value: the answer cannot be used: " + reason; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", answer, err, want)
		}
		same(t, revealed, client.Revealed{})
	}
}

// "DELETE …/versions" without a number could delete the secret /…/versions.
func TestDestroyVersionNeedsANumber(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for number, want := range map[int64]string{
		0:  "destroySecretVersion: 0 is not a version of nl-01/app/db",
		-1: "destroySecretVersion: -1 is not a version of nl-01/app/db",
	} {
		if err := s.client().DestroyVersion(t.Context(), mustID(t, "nl-01/app/db"), number, client.JustSeen(mustID(t, "nl-01/app/db"), 3)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	row := func(number int64, status client.VersionStatus, current bool) client.Version {
		return client.Version{Number: number, Status: status, Current: current}
	}
	const active, destroyed = client.VersionActive, client.VersionDestroyed
	for _, tc := range []struct {
		name     string
		answer   string
		current  int64
		versions []client.Version
	}{
		{
			"stage says which", `{"currentVersion":2,"versions":[{"version":1,"status":"active"},{"version":2,"status":"active","stage":"current"}]}`,
			2,
			[]client.Version{row(2, active, true), row(1, active, false)},
		},
		{
			"stage is on an older one", `{"versions":[{"version":2,"status":"active"},{"version":1,"status":"active","stage":"current"}]}`,
			1,
			[]client.Version{row(2, active, false), row(1, active, true)},
		},
		{
			"no stage: the highest active", `{"versions":[{"version":1,"status":"active"},{"version":3,"status":"destroyed"},{"version":2,"status":"active"}]}`,
			2,
			[]client.Version{row(3, destroyed, false), row(2, active, true), row(1, active, false)},
		},
		{
			"no status: active", `{"versions":[{"version":1},{"version":2}]}`,
			2,
			[]client.Version{row(2, active, true), row(1, active, false)},
		},
		{
			"the current one was destroyed and keeps its stage", `{"versions":[{"version":2,"status":"destroyed","stage":"current"},{"version":1,"status":"active"}]}`,
			1,
			[]client.Version{row(2, destroyed, false), row(1, active, true)},
		},
		{
			"none is active", `{"currentVersion":2,"versions":[{"version":2,"status":"destroyed","stage":"current"},{"version":1,"status":"destroyed"}]}`,
			0,
			[]client.Version{row(2, destroyed, false), row(1, destroyed, false)},
		},
		{
			"the history knows better than currentVersion", `{"currentVersion":1,"versions":[{"version":2,"status":"active","stage":"current"},{"version":1,"status":"active"}]}`,
			2,
			[]client.Version{row(2, active, true), row(1, active, false)},
		},
		{
			"an unknown stage means nothing", `{"versions":[{"version":2,"status":"active","stage":"previous"},{"version":1,"status":"active","stage":"pending"}]}`,
			2,
			[]client.Version{row(2, active, true), row(1, active, false)},
		},
		{
			"an unknown status is not active", `{"versions":[{"version":2,"status":"sealed","stage":"current"},{"version":1,"status":"active"}]}`,
			1,
			[]client.Version{row(2, "sealed", false), row(1, active, true)},
		},
		{
			"two with the stage: the higher", `{"versions":[{"version":1,"status":"active","stage":"current"},{"version":2,"status":"active","stage":"current"},{"version":3,"status":"active"}]}`,
			2,
			[]client.Version{row(3, active, false), row(2, active, true), row(1, active, false)},
		},
		{"no rows", `{"currentVersion":2,"versions":[]}`, 0, []client.Version{}},
		{"not asked for, as in a list", `{"currentVersion":2}`, 2, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			// The policy call answers with metadata too, with or without a history.
			secret, err := newClient(t, inMemory(http.StatusOK, `{"path":"/app/db",`+tc.answer[1:])).UpdateAccessPolicy(t.Context(), mustID(t, "nl-01/app/db"), nil, client.JustSeen(mustID(t, "nl-01/app/db"), 3))
			if err != nil {
				t.Fatal(err)
			}
			if secret.CurrentVersion != tc.current {
				t.Errorf("version %d is current, want %d", secret.CurrentVersion, tc.current)
			}
			same(t, secret.Versions, tc.versions)
		})
	}
}

// A time of destruction implies the omitted status.
func TestDestroyedWithoutStatus(t *testing.T) {
	t.Parallel()
	answer := `{"path":"/app/db","versions":[{"version":2,"destroyedAt":"2026-03-03T11:00:00+01:00"},{"version":1,"destroyedAt":"0001-01-01T00:00:00Z"}]}`
	secret, err := newClient(t, inMemory(http.StatusOK, answer)).GetSecret(t.Context(), mustID(t, "nl-01/app/db"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, secret.Versions, []client.Version{
		{Number: 2, Status: client.VersionDestroyed, DestroyedAt: at(t, "2026-03-03T10:00:00Z")},
		{Number: 1, Status: client.VersionActive, Current: true},
	})
}

// What no service should say, and what fuzzing would find.
func TestImplausibleHistories(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"currentVersion":-3}`,
		`{"versions":[{"version":-1}]}`,
		`{"versions":[{"version":2,"status":"active"},{"version":2,"status":"destroyed"}]}`,
		`{"versions":[{"version":-9223372036854775808},{"version":1}]}`,
	} {
		secret, err := newClient(t, inMemory(200, body)).GetSecret(t.Context(), mustID(t, "nl-01/app/db"))
		if err != nil {
			continue
		}
		if problem := implausible(secret); problem != "" {
			t.Errorf("%s: %s", body, problem)
		}
	}
}

func TestImplausibleReveal(t *testing.T) {
	t.Parallel()
	r, err := newClient(t, inMemory(200, `{"version":-4,"secretString":""}`)).RevealValue(t.Context(), mustID(t, "nl-01/app/db"), 0)
	if err == nil && r.Version < 0 {
		t.Errorf("version %d", r.Version)
	}
	r, err = newClient(t, inMemory(200, `{"version":4,"secretString":"YXBw"}`)).RevealValue(t.Context(), mustID(t, "nl-01/app/db"), 2)
	if err == nil {
		t.Errorf("asked for version 2, got %d", r.Version)
	}
}
