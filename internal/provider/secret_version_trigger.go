package provider

import (
	"math"
	"time"

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
// any life of the secret.
func triggersOf(id string, number int64, created time.Time) versionTriggers {
	if created.IsZero() {
		return versionTriggers{types.StringNull(), types.Int64Null()}
	}
	return versionTriggers{types.StringValue(versionUID(id, created)), versionSerial(number, created)}
}

func triggersUnknown() versionTriggers {
	return versionTriggers{types.StringUnknown(), types.Int64Unknown()}
}

// versionUID names a version in one life of its secret: two puts of one number have
// different times.
func versionUID(id string, created time.Time) string {
	return id + ":" + created.UTC().Format(time.RFC3339Nano)
}

// serialEpoch is where version_serial begins to count. From 2088 on it would not fit
// into 31 bits any more, in which some plugins keep a trigger.
var serialEpoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// versionSerial is a number that grows with every later put: the whole seconds of the
// put since 2020, plus the number of the version, which distinguishes puts of one second.
// It is null where it would not be from 1 to 2^31-1.
//
// Two lives of a secret can only share one where the next life gets a version within as
// many seconds as its number is lower. The uid has no such limit.
func versionSerial(number int64, created time.Time) types.Int64 {
	serial := int64(created.Sub(serialEpoch)/time.Second) + number
	if serial < 1 || serial > math.MaxInt32 {
		return types.Int64Null()
	}
	return types.Int64Value(serial)
}
