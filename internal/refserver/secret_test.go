package refserver

import (
	"testing"
	"time"
)

func TestCurrentFallsBackToTheHighestActiveVersion(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	s := &secret{}
	for range 4 {
		s.add(version{number: s.nextNumber(), createdAt: now, encrypted: encryptedValue{ciphertext: []byte("x")}}, now)
	}
	for _, step := range []struct{ destroy, current int64 }{{4, 3}, {2, 3}, {3, 1}, {1, 0}} {
		later := now.Add(time.Hour)
		v := s.version(step.destroy)
		if !s.destroy(v, later) || s.destroy(v, later.Add(time.Hour)) {
			t.Errorf("version %d: a version is destroyed once", step.destroy)
		}
		if v.active() || v.encrypted.ciphertext != nil || !v.destroyedAt.Equal(later) {
			t.Errorf("what is left of version %d: %+v", step.destroy, v)
		}
		var current int64
		if c := s.current(); c != nil {
			current = c.number
		}
		if current != step.current {
			t.Errorf("after destroying %d the current version is %d, want %d", step.destroy, current, step.current)
		}
	}
	if s.objectVersion != 8 || s.nextNumber() != 5 || s.version(0) != nil || s.version(5) != nil {
		t.Errorf("%+v", s)
	}
}

func TestARememberedSecretHasNoValues(t *testing.T) {
	s := &secret{}
	s.add(version{number: 1, encrypted: encryptedValue{ciphertext: []byte("x")}}, time.Time{})
	if before := s.withoutValues(); before.versions[0].encrypted.ciphertext != nil || s.versions[0].encrypted.ciphertext == nil {
		t.Errorf("remembered %+v of %+v", before, s)
	}
}
