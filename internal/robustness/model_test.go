package robustness

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// The model accepts what the service may do, and refuses what it must not do.
func TestVersionModel(t *testing.T) {
	t.Parallel()
	const id = "nl-01/app/db"
	put := func(n int64) (Call, Reply) { return Call{Secret: id, Kind: Put}, Reply{Version: n} }
	destroy := func(n int64, missing bool) (Call, Reply) {
		return Call{Secret: id, Kind: Destroy, Version: n}, Reply{Missing: missing}
	}
	read := func(history string) (Call, Reply) { return Call{Secret: id, Kind: Read}, Reply{History: history} }
	lost := func() (Call, Reply) { return Call{Secret: id, Kind: Put}, Reply{Unknown: true} }
	type event struct {
		call       Call
		reply      Reply
		start, end int64
	}
	at := func(start, end int64) func(Call, Reply) event {
		return func(c Call, r Reply) event { return event{c, r, start, end} }
	}
	for name, tc := range map[string]struct {
		events []event
		want   bool
	}{
		"one after the other":                        {[]event{at(1, 2)(put(2)), at(3, 4)(put(3)), at(5, 6)(read("aac"))}, true},
		"two at once, in either order":               {[]event{at(1, 9)(put(3)), at(2, 8)(put(2)), at(10, 11)(read("aac"))}, true},
		"a number twice":                             {[]event{at(1, 9)(put(2)), at(2, 8)(put(2))}, false},
		"a number left out":                          {[]event{at(1, 2)(put(3))}, false},
		"numbers against time":                       {[]event{at(1, 2)(put(3)), at(3, 4)(put(2))}, false},
		"destroyed, and an older one is current":     {[]event{at(1, 2)(put(2)), at(3, 4)(destroy(2, false)), at(5, 6)(read("cd"))}, true},
		"destroyed, and still there":                 {[]event{at(1, 2)(put(2)), at(3, 4)(destroy(1, false)), at(5, 6)(read("ac"))}, false},
		"destroyed twice":                            {[]event{at(1, 2)(destroy(1, false)), at(3, 4)(destroy(1, false)), at(5, 6)(read("d"))}, true},
		"nothing to destroy":                         {[]event{at(1, 2)(destroy(7, true))}, true},
		"not found, but there":                       {[]event{at(1, 2)(destroy(1, true))}, false},
		"a read of the past":                         {[]event{at(1, 2)(put(2)), at(3, 4)(read("c"))}, false},
		"unknown, and it happened":                   {[]event{at(1, 99)(lost()), at(3, 4)(read("ac"))}, true},
		"unknown, and it did not":                    {[]event{at(1, 99)(lost()), at(3, 4)(read("c")), at(5, 6)(put(2))}, true},
		"unknown, and it happened later":             {[]event{at(1, 99)(lost()), at(3, 4)(put(2)), at(5, 6)(read("aac"))}, true},
		"unknown, and it happened twice":             {[]event{at(1, 99)(lost()), at(3, 4)(read("aac"))}, false},
		"the stage on another than the latest":       {[]event{at(1, 2)(put(2)), at(3, 4)(read("ca"))}, false},
		"a put that returned, and is not to be seen": {[]event{at(1, 2)(put(2)), at(3, 4)(read("c"))}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var history []porcupine.Operation
			for client, e := range tc.events {
				history = append(history, porcupine.Operation{ClientId: client, Input: e.call, Output: e.reply, Call: e.start, Return: e.end})
			}
			if got := porcupine.CheckOperations(VersionModel(), history); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
