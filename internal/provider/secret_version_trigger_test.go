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
		{"nl-01/app/db@4", time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), "nl-01/app/db@4:2026-11-01T09:00:00Z", 215686804},
		{"nl-01/app/db@4", time.Date(2026, 11, 1, 10, 0, 0, 0, amsterdam), "nl-01/app/db@4:2026-11-01T09:00:00Z", 215686804},
		{"nl-01/app/db@4", time.Date(2026, 11, 1, 9, 0, 0, 250_000_000, time.UTC), "nl-01/app/db@4:2026-11-01T09:00:00.25Z", 215686804},
		{"nl-02/app/db@4", time.Date(2026, 11, 1, 9, 0, 0, 1, time.UTC), "nl-02/app/db@4:2026-11-01T09:00:00.000000001Z", 215686804},
		{"nl-01/app/db@1", time.Date(2087, 12, 31, 0, 0, 0, 0, time.UTC), "nl-01/app/db@1:2087-12-31T00:00:00Z", 2145830401},
	} {
		want := versionTriggers{types.StringValue(tc.uid), types.Int64Value(tc.serial)}
		if got := triggersOf(tc.id, int64(tc.id[len(tc.id)-1]-'0'), tc.created); got != want {
			t.Errorf("the triggers of %s, put at %s, are %v, want %v", tc.id, tc.created, got, want)
		}
	}
	if got := triggersOf("nl-01/app/db@4", 4, time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)); got.UID.IsNull() || !got.Serial.IsNull() {
		t.Errorf("beyond 31 bits, the triggers are %v", got)
	}
	if got := triggersOf("nl-01/app/db@4", 4, time.Time{}); !got.UID.IsNull() || !got.Serial.IsNull() {
		t.Errorf("without a time, the triggers are %v", got)
	}
}

// putOf is a put as the service dates it.
type putOf struct {
	number int64
	at     time.Time
}

func (p putOf) triggers() versionTriggers {
	return triggersOf(fmt.Sprintf("nl-01/app/db@%d", p.number), p.number, p.at)
}

// drawPuts draws the puts of one path, in order, over several lives of its secret.
// Times of the service have whole seconds at worst. Within a life, two puts may have the
// same one.
func drawPuts(t *rapid.T) []putOf {
	var puts []putOf
	at := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	for range rapid.IntRange(1, 4).Draw(t, "lives") {
		for number := range rapid.Int64Range(1, 6).Draw(t, "versions") {
			at = at.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "seconds")) * time.Second)
			puts = append(puts, putOf{number + 1, at})
		}
		at = at.Add(rapid.SampledFrom([]time.Duration{10 * time.Second, time.Second, time.Nanosecond}).Draw(t, "between"))
	}
	return puts
}

// No two versions of a path have the same text, over all lives of its secret, and the
// number grows with every later put: within a life always, and in the next one as soon
// as its seconds exceed the difference of the numbers. The same version has the same
// triggers, however its time is spelled and through the state.
func TestTriggersDifferOverLives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		uids := map[string]putOf{}
		puts := drawPuts(t)
		for i, put := range puts {
			triggers := put.triggers()
			uid, serial := triggers.UID.ValueString(), triggers.Serial.ValueInt64()
			if other, ok := uids[uid]; ok {
				t.Fatalf("%v and %v have the text %s", other, put, uid)
			}
			uids[uid] = put
			if serial < 1 || serial > math.MaxInt32 {
				t.Fatalf("%v has the number %d", put, serial)
			}
			for _, earlier := range puts[:i] {
				later := int64(put.at.Truncate(time.Second).Sub(earlier.at.Truncate(time.Second)) / time.Second)
				if grew := serial > earlier.triggers().Serial.ValueInt64(); grew != (later > earlier.number-put.number) {
					t.Fatalf("%v has the number %d, after %v with %v", put, serial, earlier, earlier.triggers().Serial)
				}
			}
			zone := time.FixedZone("", rapid.IntRange(-12, 14).Draw(t, "zone")*3600)
			again := versionModel{
				ID: types.StringValue(fmt.Sprintf("nl-01/app/db@%d", put.number)), Version: types.Int64Value(put.number),
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
		"no time":       {ID: types.StringValue("nl-01/app/db@2"), Version: types.Int64Value(2), CreatedAt: types.StringValue("yesterday")},
	} {
		if m.fillTriggers() || !m.VersionUID.IsNull() || !m.VersionSerial.IsNull() {
			t.Errorf("%s: the triggers are %v", name, m.triggers())
		}
	}
}
