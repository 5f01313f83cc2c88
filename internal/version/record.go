package version

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// Shown is what a state shows of the managed version. The zero value of a field is
// null: not known, or in an import not settled yet.
type Shown struct {
	Number int64
	PutAt  time.Time
	Status string
	Format string
	Reason Reason
	// Active are the active versions up to this one, nil where they are not known.
	Active []int64
}

// IsSameVersion reports that two states show the same version for the same reason. The
// number alone does not tell: a secret that was created again has the same ones.
func (s Shown) IsSameVersion(other Shown) bool {
	return s.Number == other.Number && s.PutAt.Equal(other.PutAt) && s.Reason == other.Reason
}

// isSame reports that two states show the same.
func (s Shown) isSame(other Shown) bool {
	return s.IsSameVersion(other) && s.Status == other.Status && s.Format == other.Format && slices.Equal(s.Active, other.Active)
}

// Show describes a version of a history.
func Show(row Row, reason Reason) Shown {
	return Shown{Number: row.Number, PutAt: row.CreatedAt, Status: row.Status, Format: row.ValueFormat, Reason: reason}
}

// Record is what is remembered of the managed version beside what the state shows.
type Record struct {
	// Life is that of the secret that the version belongs to. Records of earlier commits
	// have no mark, and get one with their next put.
	Life
	// Input is the argument that gave the value last. Write-only inputs leave no other
	// trace.
	Input string `json:"input,omitempty"`
	// Pending marks an imported version until its first update.
	Pending bool `json:"pending,omitempty"`
	// Put and PreviousPut are the versions that this resource put last.
	Put         int64 `json:"put,omitempty"`
	PreviousPut int64 `json:"previous_put,omitempty"`
	// Fingerprint is of the value that was put last, with detect_value_changes. Only the
	// provider can read it.
	Fingerprint json.RawMessage `json:"fingerprint,omitempty"`
	// Retained is what an entry of a list has to confirm beside the managed version, nil
	// where that is enough, or where it is not known. Records of earlier commits have none,
	// and get one with what is written next.
	Retained *Retained `json:"retained,omitempty"`
	// Seen is what the last refresh or apply found.
	Seen Observation `json:"seen"`
}

// recordFormat is the format of records. A change that an earlier reader would take for
// something else counts it up.
const recordFormat = 1

type fields Record

// MarshalJSON implements json.Marshaler. The same record is always the same bytes, because
// a changed byte counts as drift.
func (r Record) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Format int `json:"format"`
		fields
	}{recordFormat, fields(r)})
}

// UnmarshalJSON implements json.Unmarshaler. A record of another format is an error, so
// that nothing of it is lost.
func (r *Record) UnmarshalJSON(raw []byte) error {
	if err := CheckFormat(raw, recordFormat); err != nil {
		return err
	}
	return json.Unmarshal(raw, (*fields)(r))
}

// CheckFormat refuses a record in JSON whose format number is not the known one.
func CheckFormat(raw []byte, known int) error {
	var record struct{ Format int }
	if err := json.Unmarshal(raw, &record); err != nil {
		return err
	}
	if record.Format != known {
		return fmt.Errorf("its format is %d, and this version of the provider reads format %d", record.Format, known)
	}
	return nil
}

// FormerRecord reads a record as commits before format 1 wrote it, in two parts. Either
// may be empty.
func FormerRecord(managed, seen []byte) (r Record, err error) {
	if len(managed) > 0 {
		err = json.Unmarshal(managed, (*fields)(&r))
	}
	if len(seen) > 0 && err == nil {
		err = json.Unmarshal(seen, &r.Seen)
	}
	return r, err
}

// IsSame reports that two records are the same, to the byte.
func (r Record) IsSame(other Record) bool {
	if reflect.DeepEqual(r, other) {
		return true // Nearly always, and at a fraction of the cost.
	}
	a, errA := json.Marshal(r)
	b, errB := json.Marshal(other)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// Imported is the record of version n that an import or a move has taken over. It counts
// as the first put: nothing older goes before the next one, whose plan lists it.
func Imported(n int64) Record { return Record{Pending: true, Put: n} }

// of is what the decisions need to know of managed version n.
func (r Record) of(n int64) Managed {
	return Managed{Version: n, Life: r.Life, Put: r.Put, PreviousPut: r.PreviousPut}
}

// previousPuts is the record as far as it is about the present life of the secret.
func (r Record) previousPuts() Record {
	if r.Seen.Drift == Recreated {
		r.Put, r.PreviousPut = 0, 0
	}
	return r
}

// known is what a plan knew of the secret.
func (r Record) known(managed int64) Known {
	if r.Seen.Drift == Recreated { // The managed version was in another life.
		return Known{Life: r.Seen.Life, Newest: r.Seen.CurrentVersion}
	}
	return Known{Life: r.Life, Newest: max(managed, r.Seen.CurrentVersion)}
}
