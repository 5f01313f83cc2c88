package diagnostic

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every condition has advice for every operation, in plain sentences with all words filled in.
func TestRemedies(t *testing.T) {
	t.Parallel()
	request := Request{Region: "nl-01", Path: "/app/db", Version: 4, Key: "kms-1", Caller: Caller{"acme", "web", "token in the provider block", "Use id_tokens."}}
	form := regexp.MustCompile(`^[A-Z].*[.]$`)
	for _, row := range remedies {
		for op := range operationCount {
			request.Operation = op
			text := request.Remedy(Cause{row.condition, "sa-1", "30s", "Version 3 may be it."})
			if !form.MatchString(text) || strings.ContainsAny(text, "{}\n") || strings.Contains(text, "  ") || strings.Contains(text, "Error:") {
				t.Errorf("%s, operation %d: %q", row.condition, op, text)
			}
			if did := request.Did(); did == "" || strings.Contains(did, "{") || operations[op].permission == "" {
				t.Errorf("operation %d is %q", op, did)
			}
		}
	}
}

// Each condition has one general row, and no operation has two rows for one condition.
func TestRemediesAreUnambiguous(t *testing.T) {
	t.Parallel()
	general := map[Condition]int{}
	named := map[Condition][]Operation{}
	for _, row := range remedies {
		if row.operations == nil {
			general[row.condition]++
		}
		for _, op := range row.operations {
			if slices.Contains(named[row.condition], op) {
				t.Errorf("%s has two rows for operation %d", row.condition, op)
			}
			named[row.condition] = append(named[row.condition], op)
		}
	}
	for condition, rows := range general {
		if rows != 1 {
			t.Errorf("%s has %d general rows", condition, rows)
		}
	}
	for condition := range named {
		if general[condition] == 0 {
			t.Errorf("%s has no general row", condition)
		}
	}
}

// Advice fits the operation: what is right for a create is wrong for a put.
func TestRemediesFitTheOperation(t *testing.T) {
	t.Parallel()
	in := func(op Operation) Request {
		return Request{Operation: op, Region: "nl-01", Path: "/app/db", Version: 7}
	}
	for name, tc := range map[string]struct {
		request   Request
		condition Condition
		want, not string
	}{
		"409 of a create":             {in(Create), Conflict, "terraform import ADDRESS nl-01/app/db", "another change"},
		"409 of a put":                {in(Put), Conflict, "conflicts with another change", "already exists"},
		"409 of a destroy":            {in(Destroy), Conflict, "conflicts with another change", "already exists"},
		"404 of a reveal":             {in(Reveal), NotFound, "Version 7 of nl-01/app/db does not exist", "Create it first"},
		"404 of a read":               {in(Read), NotFound, `for the organisation "", without a project`, "Version"},
		"413 of a put":                {in(FirstPut), RequestTooLarge, "64 KiB", "did not come from"},
		"403 of a read":               {in(Read), Forbidden, "the permission read on /app/db", "access policy"},
		"403 of a put":                {in(ActionPut), Forbidden, "the permission putSecretValue on /app/db", "permission read"},
		"403 of a destroy":            {in(Destroy), Forbidden, "the permission delete", "access policy"},
		"a lost create":               {in(Create), OutcomeUnknown, "import command", "terraform import"},
		"a lost put of an action":     {in(ActionPut), OutcomeUnknown, "Invoke the action again only if", "Run plan again"},
		"a list that takes too long":  {in(List), TimedOut, "path_prefix", "timeouts of the resource"},
		"a key that is disabled":      {in(Put), KMSKeyDisabled, "Enable the key", "deletion"},
		"a key that is to be deleted": {in(Put), KMSKeyPendingDeletion, "Cancel its deletion", "Enable"},
	} {
		if text := tc.request.Remedy(Cause{Condition: tc.condition}); !strings.Contains(text, tc.want) || strings.Contains(text, tc.not) {
			t.Errorf("%s: %q, want %q and not %q", name, text, tc.want, tc.not)
		}
	}
}
