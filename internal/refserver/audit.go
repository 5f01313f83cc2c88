package refserver

import (
	"slices"
	"time"
)

// Event is one entry of the audit log: who did what to which secret.
type Event struct {
	Time         time.Time `json:"time"`
	Event        string    `json:"event"`
	Organisation string    `json:"organisation"`
	Project      string    `json:"project"`
	Principal    string    `json:"principal"`
	Region       string    `json:"region"`
	Path         string    `json:"path"`
	Version      int64     `json:"version,omitempty"`
}

// The names of audit events.
const (
	eventCreate         = "secrets.create"
	eventPutValue       = "secrets.put_value"
	eventGetValue       = "secrets.get_value"
	eventDestroyVersion = "secrets.destroy_version"
	eventDelete         = "secrets.delete"
	eventUpdatePolicy   = "secrets.update_policy"
	eventEncrypt        = "kms.encrypt"
	eventDecrypt        = "kms.decrypt"
)

// Audit returns the audit log so far, oldest first.
func (s *Server) Audit() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	return slices.Clone(s.store.audit)
}

// record adds an event about a secret to the audit log. Only what happened is
// recorded; refused calls are in the journal.
func (st *store) record(c *call, event string, at place, version int64) {
	st.audit = append(st.audit, Event{
		Time: c.now, Event: event, Organisation: at.organisation, Project: at.project,
		Principal: c.principal.Name, Region: at.region, Path: at.path, Version: version,
	})
}
