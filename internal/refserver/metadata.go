package refserver

import (
	"maps"
	"time"
)

// secretJSON is the metadata of a secret as callers see it.
type secretJSON struct {
	Path           string            `json:"path"`
	Description    string            `json:"description,omitempty"`
	Labels         map[string]string `json:"labels,omitempty"`
	Annotations    map[string]string `json:"annotations,omitempty"`
	CreatedAt      time.Time         `json:"createdAt"`
	UpdatedAt      time.Time         `json:"updatedAt"`
	LastAccessedAt *time.Time        `json:"lastAccessedAt,omitempty"`
	CurrentVersion int64             `json:"currentVersion"` // 0: no version is active
	ObjectVersion  int64             `json:"objectVersion"`
	KMSKey         keyRefJSON        `json:"kmsKey"`
	Region         regionJSON        `json:"region"`
	AccessPolicy   *policy           `json:"accessPolicy,omitempty"`
	Versions       []versionJSON     `json:"versions,omitempty"`
}

type versionJSON struct {
	Version        int64      `json:"version"`
	Status         string     `json:"status"`
	Stage          string     `json:"stage,omitempty"`
	ValueFormat    string     `json:"valueFormat"`
	CreatedAt      time.Time  `json:"createdAt"`
	LastAccessedAt *time.Time `json:"lastAccessedAt,omitempty"`
	DestroyedAt    *time.Time `json:"destroyedAt,omitempty"`
}

type keyRefJSON struct {
	Identity string `json:"identity"`
	Name     string `json:"name,omitempty"`
	KeyType  string `json:"keyType,omitempty"`
	Status   string `json:"status,omitempty"`
}

type regionJSON struct {
	Identity string `json:"identity"`
	Slug     string `json:"slug"`
	Name     string `json:"name"`
}

const (
	statusActive    = "active"
	statusDestroyed = "destroyed"
	stageCurrent    = "current"
)

// metadata describes a secret without its values, and shares no memory with it.
func (st *store) metadata(s *secret, history bool) secretJSON {
	m := secretJSON{
		Path: s.at.path, Description: s.description,
		Labels: maps.Clone(s.labels), Annotations: maps.Clone(s.annotations),
		CreatedAt: s.createdAt, UpdatedAt: s.updatedAt, LastAccessedAt: unlessZero(s.lastAccessedAt),
		ObjectVersion: s.objectVersion, AccessPolicy: s.policy.clone(),
		KMSKey: st.keyRef(s.at.region, s.keyIdentity), Region: st.regions[s.at.region].json(),
	}
	current := s.current()
	if current != nil {
		m.CurrentVersion = current.number
	}
	if history {
		m.Versions = make([]versionJSON, 0, len(s.versions))
		for i := len(s.versions) - 1; i >= 0; i-- {
			m.Versions = append(m.Versions, s.versions[i].json(current))
		}
	}
	return m
}

func (v *version) json(current *version) versionJSON {
	j := versionJSON{
		Version: v.number, Status: statusActive, ValueFormat: v.format, CreatedAt: v.createdAt,
		LastAccessedAt: unlessZero(v.lastAccessedAt), DestroyedAt: unlessZero(v.destroyedAt),
	}
	if !v.active() {
		j.Status = statusDestroyed
	}
	if v == current {
		j.Stage = stageCurrent
	}
	return j
}

// unlessZero is a pointer to a copy of t, or nil where t is zero.
func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
