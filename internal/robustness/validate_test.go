package robustness

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// A history without problems, and one with each kind of problem. The validator must
// find each.
func TestValidate(t *testing.T) {
	t.Parallel()
	event := func(name string, version int64, by string) refserver.Event {
		return refserver.Event{Event: name, Version: version, Principal: by}
	}
	good := func() History {
		return History{
			Steps: []Step{
				{Operation: CreateSecret, Outcome: Done, From: 0, To: 1},
				{Operation: PutValue, Outcome: Done, Value: "one", Version: 2, MayDestroy: []int64{1}, From: 1, To: 3},
				{Operation: PutGenerated, Outcome: Done, Version: 3, MayDestroy: []int64{1}, From: 3, To: 4},
				{Operation: PutValue, Outcome: Unknown, Value: "two", From: 4, To: 5},
				{Operation: PutValue, Outcome: Done, Value: "two", Version: 5, MayDestroy: []int64{1}, From: 5, To: 6},
				{Operation: DestroyOld, Outcome: Done, MayDestroy: []int64{2, 3, 4}, MustDestroy: []int64{2, 3}, From: 6, To: 8},
				{Operation: ChangePolicy, Outcome: Done, Wanted: "10.0.1.0/24", Policy: "10.0.1.0/24", From: 8, To: 8},
				{Operation: DeleteSecret, Outcome: Done, Gone: true, From: 8, To: 8},
			},
			Audit: []refserver.Event{
				event("secrets.create", 1, principal),
				event("secrets.put_value", 2, principal), event("secrets.destroy_version", 1, principal),
				event("secrets.put_value", 3, principal),
				event("secrets.put_value", 4, principal),
				event("secrets.put_value", 5, principal),
				event("secrets.destroy_version", 2, principal), event("secrets.destroy_version", 3, principal),
			},
			Values: map[int64]string{2: "one", 3: "random", 4: "two", 5: "two"},
		}
	}
	if problems := Validate(good()); len(problems) > 0 {
		t.Fatalf("a good history has %q", problems)
	}
	for name, tc := range map[string]struct {
		worsen func(h *History)
		want   string
	}{
		"a create that never was":       {func(h *History) { h.Audit[0].Event = "secrets.get_value" }, "false success: it was never written"},
		"a put that never was":          {func(h *History) { h.Audit[1].Event = "secrets.get_value" }, "false success: it was never written"},
		"a put of another client":       {func(h *History) { h.Audit[1].Principal = "outsider" }, "false success: it was never written"},
		"a put under another number":    {func(h *History) { h.Steps[1].Version = 3 }, "the state has version 3, and Terraform put [2]"},
		"a put of another value":        {func(h *History) { h.Values[2] = "theirs" }, `version 2 holds "theirs", and "one" was wanted`},
		"a put twice":                   {func(h *History) { h.Audit[2] = event("secrets.put_value", 9, principal) }, "duplicated: it was written 2 times"},
		"a put in doubt, twice":         {func(h *History) { h.Steps[3].To = 6 }, "duplicated: it was written 2 times"},
		"a put that is denied":          {func(h *History) { h.Steps[3].Outcome = Refused }, "lost: it was written, and the report says that it was not"},
		"a put without a plan":          {func(h *History) { h.Steps[3].Outcome = Idle }, "lost: it was written"},
		"a put by a plan that tracks":   {func(h *History) { h.Steps[2].Adopts = true }, "unasked: versions [3] were put"},
		"a value more often than asked": {func(h *History) { h.Values[7] = "one" }, `duplicated: the versions [2 7] hold the value "one"`},
		"a destroy that was not asked":  {func(h *History) { h.Audit[6].Version = 5 }, "version 5 was destroyed, and only [2 3 4] may be"},
		"a destroy that never was":      {func(h *History) { h.Audit[7].Version = 4 }, "version 3 is said to be destroyed"},
		"a destroy with a put":          {func(h *History) { h.Audit[2].Version = 2 }, "version 2 was destroyed, and only [1] may be"},
		"a policy that is another":      {func(h *History) { h.Steps[6].Policy = "0.0.0.0/0" }, "the policy is said to be changed"},
		"a delete that never was":       {func(h *History) { h.Steps[7].Gone = false }, "the secret is said to be deleted, and is there"},
		"a broken invariant":            {func(h *History) { h.Broken = []string{"a gap"} }, "broken invariant: a gap"},
		"a plan that is never empty":    {func(h *History) { h.NotConverged = []string{"again"} }, "not converged: again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := good()
			tc.worsen(&h)
			if problems := strings.Join(Validate(h), "\n"); !strings.Contains(problems, tc.want) {
				t.Errorf("found %q, want %q in it", problems, tc.want)
			}
		})
	}
}
