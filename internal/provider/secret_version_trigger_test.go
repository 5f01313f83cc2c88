package provider

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"
)

// The rule is for ever: another result for the same facts would move every consumer
// of every user.
func TestVersionTriggers(t *testing.T) {
	t.Parallel()
	amsterdam := time.FixedZone("CET", 3600)
	for _, tc := range []struct {
		id      string
		created time.Time
		uid     string
		serial  int64
	}{
		{"nl-01/app/db@4", time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), "nl-01/app/db@4:2026-11-01T09:00:00Z", 1096972607},
		{"nl-01/app/db@4", time.Date(2026, 11, 1, 10, 0, 0, 0, amsterdam), "nl-01/app/db@4:2026-11-01T09:00:00Z", 1096972607},
		{"nl-01/app/db@4", time.Date(2026, 11, 1, 9, 0, 0, 250_000_000, time.UTC), "nl-01/app/db@4:2026-11-01T09:00:00.25Z", 314342032},
		{"nl-02/app/db@4", time.Date(2026, 11, 1, 9, 0, 0, 1, time.UTC), "nl-02/app/db@4:2026-11-01T09:00:00.000000001Z", 251500869},
		{"nl-01/app/db@1", time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC), "nl-01/app/db@1:2090-01-01T00:00:00Z", 611946661},
	} {
		want := versionTriggers{types.StringValue(tc.uid), types.Int64Value(tc.serial)}
		if got := triggersOf(tc.id, tc.created); got != want {
			t.Errorf("the triggers of %s, put at %s, are %v, want %v", tc.id, tc.created, got, want)
		}
	}
	if got := triggersOf("nl-01/app/db@4", time.Time{}); !got.UID.IsNull() || !got.Serial.IsNull() {
		t.Errorf("without a time, the triggers are %v", got)
	}
}

// putOf is a put as the service dates it.
type putOf struct {
	number int64
	at     time.Time
}

func (p putOf) triggers() versionTriggers {
	return triggersOf(fmt.Sprintf("nl-01/app/db@%d", p.number), p.at)
}

// drawPuts draws the puts of one path, in order, over several lives of its secret.
// Many come within seconds, where a sum of a time and a number would repeat itself:
// version 3, and a second later version 2 of the next life.
func drawPuts(t *rapid.T) []putOf {
	var puts []putOf
	at := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	for range rapid.IntRange(1, 4).Draw(t, "lives") {
		for number := range rapid.Int64Range(1, 6).Draw(t, "versions") {
			// Times of the service have whole seconds at worst. Within a life, two puts may
			// have the same one.
			at = at.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "seconds")) * time.Second)
			puts = append(puts, putOf{number + 1, at})
		}
		at = at.Add(rapid.SampledFrom([]time.Duration{time.Second, time.Millisecond, time.Nanosecond}).Draw(t, "between"))
	}
	return puts
}

// No two versions of a path have the same trigger, as text or as a number, over all
// lives of its secret. The same version has the same, however its time is spelled and
// through the state.
func TestTriggersDifferOverLives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		uids, serials := map[string]putOf{}, map[int64]putOf{}
		for _, put := range drawPuts(t) {
			triggers := put.triggers()
			uid, serial := triggers.UID.ValueString(), triggers.Serial.ValueInt64()
			if other, ok := uids[uid]; ok {
				t.Fatalf("%v and %v have the text %s", other, put, uid)
			}
			if other, ok := serials[serial]; ok {
				t.Fatalf("%v and %v have the number %d", other, put, serial)
			}
			uids[uid], serials[serial] = put, put
			if serial < 1 || serial > math.MaxInt32 {
				t.Fatalf("%v has the number %d", put, serial)
			}
			zone := time.FixedZone("", rapid.IntRange(-12, 14).Draw(t, "zone")*3600)
			again := versionModel{
				ID:        types.StringValue(fmt.Sprintf("nl-01/app/db@%d", put.number)),
				CreatedAt: types.StringValue(put.at.In(zone).Format(time.RFC3339Nano)),
			}
			if !again.fillTriggers() || again.triggers() != triggers {
				t.Fatalf("the triggers of %v are %v, and from %s in a state %v", put, triggers, again.CreatedAt, again.triggers())
			}
			if again.fillTriggers() {
				t.Fatal("what is known is filled in again")
			}
		}
	})
}

// A state whose version was not confirmed has no triggers yet.
func TestTriggersWaitForTheTime(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]versionModel{
		"not confirmed": {ID: types.StringValue("nl-01/app/db@2")},
		"not imported":  {CreatedAt: types.StringValue("2026-11-01T09:00:00Z")},
		"no time":       {ID: types.StringValue("nl-01/app/db@2"), CreatedAt: types.StringValue("yesterday")},
	} {
		if m.fillTriggers() || !m.VersionUID.IsNull() || !m.VersionSerial.IsNull() {
			t.Errorf("%s: the triggers are %v", name, m.triggers())
		}
	}
}
