package provider

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// numbersRepeat is the warning beside each attribute that looks like a trigger and
// is not one.
const numbersRepeat = "A secret that was deleted and created again counts from 1 again, so use `version_uid` or `version_serial` as a trigger."

// versionTriggers are what other resources follow a version by: text and number.
type versionTriggers struct {
	UID    types.String
	Serial types.Int64
}

// triggersOf are the triggers of a version, by its id and the time of its put. They
// follow from nothing else, so an import of the same version gives the same ones.
// They are null where the time is not known: an id alone names a version of
// whatever life the secret is in.
func triggersOf(id string, created time.Time) versionTriggers {
	if created.IsZero() {
		return versionTriggers{types.StringNull(), types.Int64Null()}
	}
	uid := versionUID(id, created)
	return versionTriggers{types.StringValue(uid), types.Int64Value(versionSerial(uid))}
}

func triggersUnknown() versionTriggers {
	return versionTriggers{types.StringUnknown(), types.Int64Unknown()}
}

// versionUID names a version in one life of its secret: two puts of one number have
// different times.
func versionUID(id string, created time.Time) string {
	return id + ":" + created.UTC().Format(time.RFC3339Nano)
}

// versionSerial is a number from 1 to 2^31-1 for a uid. Some plugins keep a trigger
// in 32 bits, and some take 0 for none.
//
// It is a checksum and not a count of seconds: seconds plus the number of the
// version would be the same for version 3 and, a second later, for version 2 of the
// secret's next life. Nothing can rely on an order anyway, because a rollback goes
// back to an older version.
func versionSerial(uid string) int64 {
	sum := sha256.Sum256([]byte(uid))
	return int64(binary.BigEndian.Uint64(sum[:])%math.MaxInt32) + 1
}

func (m *versionModel) triggers() versionTriggers {
	return versionTriggers{m.VersionUID, m.VersionSerial}
}

func (m *versionModel) setTriggers(t versionTriggers) {
	m.VersionUID, m.VersionSerial = t.UID, t.Serial
}

// fillTriggers fills in the triggers where there are none, from the attributes that
// they follow from. A state keeps the time as it was seen first, so they never
// change for the same version. It reports whether anything became known.
func (m *versionModel) fillTriggers() bool {
	created := timeFromState(m.CreatedAt)
	if m.ID.IsNull() || created.IsZero() || !m.VersionUID.IsNull() && !m.VersionSerial.IsNull() {
		return false
	}
	m.setTriggers(triggersOf(m.ID.ValueString(), created))
	return true
}

// completeTriggers fills in the triggers of a state that was written without them.
// That takes no request, and what the refresh compares with is the completed state:
// otherwise each of these resources would be read on its own.
func completeTriggers(ctx context.Context, state *versionModel, req *resource.ReadRequest, resp *resource.ReadResponse) diag.Diagnostics {
	if !state.fillTriggers() {
		return nil
	}
	diags := set(ctx, &resp.State, state)
	req.State = resp.State
	return diags
}
