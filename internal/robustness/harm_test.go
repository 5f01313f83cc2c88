package robustness

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func eventBy(by, name string, version int64) refserver.Event {
	return refserver.Event{Event: name, Version: version, Principal: by}
}

// Steps with a concurrent writer: some without harm, and one for each kind of harm.
func TestHarm(t *testing.T) {
	t.Parallel()
	const them = "outsider"
	// Version 1 and 2 are there before the step.
	past := []refserver.Event{eventBy(principal, eventCreate, 1), eventBy(principal, eventPut, 2)}
	for name, tc := range map[string]struct {
		step   Step
		events []refserver.Event
		want   string
	}{
		"a put and the destroy of what it supersedes": {
			Step{Operation: PutValue}, []refserver.Event{eventBy(principal, eventPut, 3), eventBy(principal, eventDestroy, 2)}, "",
		},
		"a put into another life": {
			Step{Operation: PutValue}, []refserver.Event{eventBy(them, eventDelete, 0), eventBy(them, eventCreate, 1), eventBy(principal, eventPut, 2)}, "another secret: secrets.put_value",
		},
		"a first put takes what is there": {
			Step{Operation: PutValue, Fresh: true}, []refserver.Event{eventBy(them, eventDelete, 0), eventBy(them, eventCreate, 1), eventBy(principal, eventPut, 2)}, "",
		},
		"a destroy in another life": {
			Step{Operation: DestroyOld},
			[]refserver.Event{eventBy(them, eventDelete, 0), eventBy(them, eventCreate, 1), eventBy(them, eventPut, 2), eventBy(principal, eventDestroy, 1)},
			"another secret: secrets.destroy_version",
		},
		"a delete of another life": {
			Step{Operation: DeleteSecret}, []refserver.Event{eventBy(them, eventDelete, 0), eventBy(them, eventCreate, 1), eventBy(principal, eventDelete, 0)}, "another secret: secrets.delete",
		},
		"a policy for another life": {
			Step{Operation: ChangePolicy}, []refserver.Event{eventBy(them, eventDelete, 0), eventBy(them, eventCreate, 1), eventBy(principal, eventPolicy, 0)}, "another secret: secrets.update_policy",
		},
		"a destroy of the current version": {
			Step{Operation: DestroyOld}, []refserver.Event{eventBy(them, eventDestroy, 2), eventBy(principal, eventDestroy, 1)}, "destroyed what was current: version 1",
		},
		"a destroy of what was read since": {
			Step{Operation: DestroyOld}, []refserver.Event{eventBy(them, eventReveal, 1), eventBy(principal, eventDestroy, 1)}, "destroyed what was read since the plan: version 1",
		},
		"a destroy of what Terraform itself has read": {
			Step{Operation: DestroyOld}, []refserver.Event{eventBy(principal, eventReveal, 1), eventBy(principal, eventDestroy, 1)}, "",
		},
		"a put over theirs": {
			Step{Operation: PutValue}, []refserver.Event{eventBy(them, eventPut, 3), eventBy(principal, eventPut, 4)}, "put over what another client put since the plan: version 4 over [3]",
		},
		"a put over theirs, which is destroyed": {
			Step{Operation: PutValue}, []refserver.Event{eventBy(them, eventPut, 3), eventBy(them, eventDestroy, 3), eventBy(principal, eventPut, 4)}, "",
		},
		"a put in the same moment as theirs": {
			Step{Operation: PutValue, ConcurrentWriter: duringRequest}, []refserver.Event{eventBy(them, eventPut, 3), eventBy(principal, eventPut, 4)}, "",
		},
		"a put that was done late, in another life": {
			Step{Operation: PutValue, Late: true}, []refserver.Event{eventBy(them, eventDelete, 0), eventBy(them, eventCreate, 1), eventBy(principal, eventPut, 2)}, "",
		},
		"a put after a read that lags behind": {
			Step{Operation: PutValue, ReadFault: "stale"}, []refserver.Event{eventBy(them, eventPut, 3), eventBy(principal, eventPut, 4)}, "",
		},
		"a put that was done late": {
			Step{Operation: PutValue, Late: true}, []refserver.Event{eventBy(them, eventPut, 3), eventBy(principal, eventPut, 4)}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := History{Audit: append(append([]refserver.Event{}, past...), tc.events...)}
			tc.step.From, tc.step.To = len(past), len(h.Audit)
			harm := strings.Join(tc.step.harm(h), "\n")
			if tc.want == "" && harm != "" || !strings.Contains(harm, tc.want) {
				t.Errorf("found %q, want %q", harm, tc.want)
			}
			h.Steps = []Step{tc.step}
			if problems := strings.Join(Validate(h), "\n"); !strings.Contains(problems, tc.want) {
				t.Errorf("the validator found %q, want %q", problems, tc.want)
			}
		})
	}
}

// A false response in the API's own form excuses a wrong report, but no wrong change.
func TestFalseResponseInForm(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		step     Step
		events   []refserver.Event
		problem  string
		excusing string
	}{
		"a success":            {Step{Operation: PutValue, Outcome: Done, Version: 3}, nil, "", "false success: it was never written"},
		"a refusal":            {Step{Operation: PutValue, Outcome: Refused}, []refserver.Event{eventBy(principal, eventPut, 3)}, "", "lost: it was written"},
		"a delete":             {Step{Operation: DeleteSecret, Outcome: Done}, nil, "", "false success: the secret is said to be deleted"},
		"two puts":             {Step{Operation: PutValue, Outcome: Unknown}, []refserver.Event{eventBy(principal, eventPut, 3), eventBy(principal, eventPut, 4)}, "duplicated: it was written 2 times", ""},
		"the current version":  {Step{Operation: DestroyOld, MayDestroy: []int64{2}}, []refserver.Event{eventBy(principal, eventDestroy, 2)}, "destroyed what was current", ""},
		"two puts, and a word": {Step{Operation: PutValue, Outcome: Done, Version: 4, Warnings: []string{"Version of unknown origin: " + dbID}}, []refserver.Event{eventBy(principal, eventPut, 3), eventBy(principal, eventPut, 4)}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			past := []refserver.Event{eventBy(principal, eventCreate, 1), eventBy(principal, eventPut, 2)}
			tc.step.WellFormed, tc.step.Fired = true, 1
			tc.step.From, tc.step.To = len(past), len(past)+len(tc.events)
			h := History{Steps: []Step{tc.step}, Audit: append(past, tc.events...), Values: map[int64]string{}}
			problems, excused := strings.Join(Validate(h), "\n"), strings.Join(Excused(h), "\n")
			if tc.problem == "" && problems != "" || !strings.Contains(problems, tc.problem) {
				t.Errorf("the problems are %q, want %q", problems, tc.problem)
			}
			if tc.excusing == "" && excused != "" || !strings.Contains(excused, tc.excusing) {
				t.Errorf("excused is %q, want %q", excused, tc.excusing)
			}
			h.Steps[0].WellFormed = false
			if tc.excusing != "" && !strings.Contains(strings.Join(Validate(h), "\n"), tc.excusing) {
				t.Error("without a false response it is not a problem")
			}
		})
	}
}

// A violation of each rule about the read before a write is found.
func TestViolations(t *testing.T) {
	t.Parallel()
	day := func(n int) string { return fmt.Sprintf("2026-11-0%dT09:00:00Z", n) }
	rows := []versionRow{
		{Version: 3, Status: "active", Stage: "current", CreatedAt: parsed(t, day(5))},
		{Version: 2, Status: "active", CreatedAt: parsed(t, day(3))},
		{Version: 1, Status: "destroyed", CreatedAt: parsed(t, day(1))},
	}
	good := readResponse{Path: "/app/db", CreatedAt: parsed(t, day(1)), CurrentVersion: 3, Versions: rows, asOf: parsed(t, day(9))}
	p := premise{life: good.CreatedAt, newest: 3, minIdle: 24 * time.Hour}
	put, destroy := eventBy(principal, eventPut, 4), eventBy(principal, eventDestroy, 2)
	with := func(change func(*readResponse)) *readResponse {
		changed := good
		changed.Versions = append([]versionRow{}, rows...)
		change(&changed)
		return &changed
	}
	for name, tc := range map[string]struct {
		shown *readResponse
		event refserver.Event
		keep  int64
		want  string
	}{
		"a put":                    {&good, put, 0, ""},
		"a destroy":                {&good, destroy, 0, ""},
		"without a read":           {nil, put, 0, "was not preceded by a read"},
		"another life":             {with(func(r *readResponse) { r.CreatedAt = r.asOf }), put, 0, "the secret is another one"},
		"a newer version":          {with(func(r *readResponse) { r.Versions[0].Version = 5 }), put, 0, "version 5 is newer than 3"},
		"a current version":        {&good, eventBy(principal, eventDestroy, 3), 0, "it is current"},
		"a destroyed version":      {&good, eventBy(principal, eventDestroy, 1), 0, "it is not active"},
		"a version in use":         {with(func(r *readResponse) { r.Versions[1].LastAccessedAt = r.asOf }), destroy, 0, "it is in use"},
		"a version just replaced":  {with(func(r *readResponse) { r.Versions[0].CreatedAt = r.asOf }), destroy, 0, "it is in use"},
		"a version that is kept":   {&good, destroy, 1, "it is kept"},
		"an answer that disagrees": {with(func(r *readResponse) { r.CurrentVersion = 2 }), destroy, 0, "the answer contradicts itself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := recorder{exchanges: []exchange{{request: "getSecret", read: tc.shown}, {request: "write", events: []refserver.Event{tc.event}}}}
			q := p
			q.keep = tc.keep
			found := strings.Join(r.violations(q), "\n")
			if tc.want == "" && found != "" || !strings.Contains(found, tc.want) {
				t.Errorf("found %q, want %q", found, tc.want)
			}
		})
	}
	late := recorder{exchanges: []exchange{{read: &good}, {events: []refserver.Event{put}, at: parsed(t, day(9))}}}
	if found := strings.Join(late.violations(p), "\n"); !strings.Contains(found, "after the read") {
		t.Errorf("a late write: %q", found)
	}
}

func parsed(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
