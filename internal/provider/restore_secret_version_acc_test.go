package provider_test

import (
	"bytes"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// The value of an older version is put again unchanged, in every format, with one read
// and one put.
func TestRestoreVersion(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]client.Value{
		"text":           client.BytesValue([]byte("text, ünïcode\n")),
		"not text":       client.BytesValue([]byte("\x00\xff\xfe\xc3(")),
		"pairs":          client.PairsValue(map[string]string{"user": "ü", "password": "p"}),
		"pairs, no text": client.PairsValue(map[string]string{"key": "\x00\xff\xc3("}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			s.AllowReveal()
			s.Create(client.NewSecret{ID: s.ID(dbID), Value: value})
			s.Put(dbID, "bad")
			s.Clock().Advance(time.Hour)
			s.Mark()
			said := invoked(t, s, restoreAction, map[string]any{"secret_id": dbID, "version": int64(1)},
				"Restoring version 1 of nl-01/app/db, whose current version is 2.",
				"Version 3 of nl-01/app/db was put: the value of version 1.",
				"Version 3 of nl-01/app/db is current now.")
			if len(said.Diagnostics) > 0 {
				t.Errorf("diagnostics: %v", said.Diagnostics)
			}
			if got, want := s.Calls(), map[string]int{"getSecret": 3, "getSecretValue": 1, "putSecretValue": 1}; !maps.Equal(got, want) {
				t.Errorf("asked for %v, want %v", got, want)
			}
			restored, err := s.Outsider().RevealValue(t.Context(), s.ID(dbID), 3)
			if err != nil {
				t.Fatal(err)
			}
			got, want := restored.Value(), value
			gotBytes, isBytes := got.Bytes()
			wantBytes, _ := want.Bytes()
			if !bytes.Equal(gotBytes, wantBytes) || !maps.Equal(got.Pairs(), want.Pairs()) || isBytes != (want.Pairs() == nil) {
				t.Error("the restored value is another one")
			}
			for _, v := range s.Secret(dbID).Versions {
				if read := v.LastAccessedAt.Equal(acctest.Start.Add(time.Hour)) && v.Number != 3; read != (v.Number == 1) {
					t.Errorf("version %d was last read at %v", v.Number, v.LastAccessedAt)
				}
			}
		})
	}
}

// A version that cannot be restored is an error with the reason, and nothing is put. If
// the metadata is enough to know it, no value is read.
func TestRestoreRefused(t *testing.T) {
	t.Parallel()
	const begun = "/app/new"
	placeholder := func(t *testing.T, s *acctest.Server) {
		t.Helper()
		s.Create(client.NewSecret{ID: s.ID("nl-01" + begun), Annotations: map[string]string{"thalassasecrets/placeholder": "1"}, Value: client.GeneratedValue(32)})
		s.Put("nl-01"+begun, "a value")
	}
	for name, tc := range map[string]struct {
		prepare func(t *testing.T, s *acctest.Server)
		target  map[string]any
		summary string
		says    []string
		asked   int // times that the value was asked for
	}{
		"destroyed": {
			func(_ *testing.T, s *acctest.Server) { s.Destroy(dbID, 2) },
			map[string]any{"secret_id": dbID, "version": int64(2)},
			"Cannot restore the version",
			[]string{"Version 2 of nl-01/app/db was destroyed and can never be read again. Its current version is 3. Nothing was put."},
			0,
		},
		"never put": {
			nil,
			map[string]any{"secret_id": dbID, "version": int64(4)},
			"Cannot restore the version",
			[]string{"nl-01/app/db has no version 4. Its current version is 3. Nothing was put."},
			0,
		},
		"placeholder": {
			placeholder,
			map[string]any{"path": begun, "version": int64(1)},
			"Cannot restore the version",
			[]string{"version 1 of nl-01/app/new is only the placeholder that the secret was created with."},
			0,
		},
		"missing": {nil, map[string]any{"path": "/app/none", "version": int64(1)}, "Cannot read the secret", []string{"The secret does not exist in the region nl-01"}, 0},
		"no metadata": {
			func(_ *testing.T, s *acctest.Server) { s.Limit("getSecretValue", "putSecretValue") }, nil,
			"Cannot read the secret",
			[]string{"The caller needs the permission read on /app/db"},
			0,
		},
		"may not reveal": {
			func(_ *testing.T, s *acctest.Server) { s.Limit("read", "putSecretValue") }, nil,
			"Cannot restore the version",
			[]string{"could not reveal version 1 of nl-01/app/db. The caller needs the permission getSecretValue on /app/db", "Cause: 403"},
			1,
		},
		"may not put": {
			func(_ *testing.T, s *acctest.Server) { s.Limit("read", "getSecretValue") }, nil,
			"Cannot restore the version",
			[]string{"could not put a value into nl-01/app/db. The caller needs the permission putSecretValue on /app/db", "Cause: 403"},
			1,
		},
		"access policy": {
			func(t *testing.T, s *acctest.Server) { t.Helper(); setPolicy(t, s, byNetwork("deny", "127.0.0.0/8")) }, nil,
			"Cannot restore the version",
			[]string{"could not reveal version 1", "the access policy of the secret must allow the address of the caller and the time of day"},
			1,
		},
		"disabled key": {
			func(_ *testing.T, s *acctest.Server) { s.KeyStatus(refserver.KeyDisabled) }, nil,
			"Cannot restore the version",
			[]string{`could not reveal version 1 of nl-01/app/db. The KMS key "kms-nl-01" is disabled. Enable the key and try again.`},
			1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := withVersions(t, 3)
			s.AllowReveal()
			if tc.prepare != nil {
				tc.prepare(t, s)
			}
			if tc.target == nil {
				tc.target = map[string]any{"secret_id": dbID, "version": int64(1)}
			}
			_, err := s.Action(restoreAction).Run(t.Context(), tc.target)
			refusedBy(t, "the action", err, tc.summary, tc.says...)
			if got := s.Calls()["getSecretValue"]; got != tc.asked {
				t.Errorf("the value was asked for %d times, want %d", got, tc.asked)
			}
			if got := len(s.Secret(dbID).Versions); got != 3 {
				t.Errorf("%d versions", got)
			}
		})
	}
}

// Restoring the current version is not an error and puts no version. A warning says
// that nothing happened.
func TestRestoreOfTheCurrentVersion(t *testing.T) {
	t.Parallel()
	s := withVersions(t, 2)
	said := invoked(t, s, restoreAction, map[string]any{"secret_id": dbID, "version": int64(2)})
	if detail, found := said.Warned("Version is current already: " + dbID); !found || !strings.Contains(detail, "Nothing was read or put.") {
		t.Errorf("diagnostics: %v", said.Diagnostics)
	}
	if got, want := s.Calls(), map[string]int{"getSecret": 1}; !maps.Equal(got, want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
}

// With the current version destroyed, an older one is current, and the one before
// that can be restored; with nothing active, nothing can.
func TestRestoreAfterARollback(t *testing.T) {
	t.Parallel()
	s := withVersions(t, 3)
	s.AllowReveal()
	s.Destroy(dbID, 3)
	invoked(t, s, restoreAction, map[string]any{"secret_id": dbID, "version": int64(1)},
		"Restoring version 1 of nl-01/app/db, whose current version is 2.",
		"Version 4 of nl-01/app/db was put: the value of version 1.",
		"Version 4 of nl-01/app/db is current now.")
	if got := s.Reveal(dbID, 4); got != "value 1" {
		t.Errorf("version 4 holds %q", got)
	}
	destroyAll(s)
	_, err := s.Action(restoreAction).Run(t.Context(), map[string]any{"secret_id": dbID, "version": int64(1)})
	refusedBy(t, "the action", err, "Cannot restore the version", "Its current version is none.")
}
