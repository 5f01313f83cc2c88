package refserver

import (
	"slices"
	"time"
)

// Charge is the time for which one version of a secret was billable.
type Charge struct {
	Organisation string    `json:"organisation"`
	Project      string    `json:"project"`
	Region       string    `json:"region"`
	Path         string    `json:"path"`
	Version      int64     `json:"version"`
	From         time.Time `json:"from"`
	// Until is when the version was destroyed or its secret deleted; nil while
	// it is still billable.
	Until   *time.Time `json:"until,omitempty"`
	Seconds int64      `json:"seconds"`
}

// Bill is what the secrets have cost so far.
type Bill struct {
	ActiveVersions int      `json:"activeVersions"` // billable right now
	Seconds        int64    `json:"seconds"`        // the sum over all charges
	Charges        []Charge `json:"charges"`        // oldest first, ended ones included
}

// Billing returns the bill at the clock's present time.
func (s *Server) Billing() Bill {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	return s.store.meter.bill(now)
}

// meter measures how long versions are billable.
type meter struct {
	charges []Charge
}

// start begins a charge and returns its number, by which it is stopped.
func (m *meter) start(at place, version int64, now time.Time) int {
	m.charges = append(m.charges, Charge{
		Organisation: at.organisation, Project: at.project, Region: at.region, Path: at.path,
		Version: version, From: now,
	})
	return len(m.charges) - 1
}

// stop ends a charge. A charge that has ended stays as it is.
func (m *meter) stop(charge int, now time.Time) {
	if m.charges[charge].Until == nil {
		m.charges[charge].Until = &now
	}
}

func (m *meter) bill(now time.Time) Bill {
	bill := Bill{Charges: slices.Clone(m.charges)}
	if bill.Charges == nil {
		bill.Charges = []Charge{}
	}
	for i := range bill.Charges {
		charge := &bill.Charges[i]
		end := now
		if charge.Until == nil {
			bill.ActiveVersions++
		} else {
			end = *charge.Until
			charge.Until = &end
		}
		// The clock may have been set back since the charge began.
		charge.Seconds = max(0, int64(end.Sub(charge.From)/time.Second))
		bill.Seconds += charge.Seconds
	}
	return bill
}
