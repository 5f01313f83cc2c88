package refserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ParseFaults reads rules from a JSON array. It is strict, because a rule that
// is only half understood would let a test pass that tests nothing. Its errors
// name the rule by its number, counted from 1.
func ParseFaults(b []byte) ([]Fault, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return nil, fmt.Errorf("not a JSON array of fault rules: %w", err)
	}
	if raw == nil {
		return nil, errors.New("not a JSON array of fault rules: null")
	}
	faults := make([]Fault, len(raw))
	for i, one := range raw {
		decoder := json.NewDecoder(bytes.NewReader(one))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&faults[i]); err != nil {
			return nil, fmt.Errorf("fault rule %d: %w", i+1, err)
		}
	}
	if err := validateFaults(faults); err != nil {
		return nil, err
	}
	return faults, nil
}

func validateFaults(faults []Fault) error {
	for i, f := range faults {
		if err := f.validate(); err != nil {
			return fmt.Errorf("fault rule %d%s: %w", i+1, f.inBrackets(), err)
		}
	}
	return nil
}

// inBrackets is the rule's name where it has one, as errors append it.
func (f Fault) inBrackets() string {
	if f.Name == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", f.Name)
}

// faultKind is what rules of an action may and must have.
type faultKind struct {
	fields     []string // those that the action uses
	operations []string // those that it is for; nil means any
}

// The fields of a rule that belong to some actions only.
const (
	fieldStatus        = "status"
	fieldBody          = "body"
	fieldRetryAfter    = "retryAfter"
	fieldLocation      = "location"
	fieldDelay         = "delay"
	fieldClockDelay    = "serverClockDelay"
	fieldAfterRequests = "afterRequests"
	fieldVersion       = "version"
	fieldField         = "field"
	fieldOmittedPath   = "omittedPath"
	fieldDate          = "date"
	fieldAge           = "age"
	fieldOtherClient   = "otherClient"
)

// faultKinds are the actions that exist.
var faultKinds = map[FaultAction]faultKind{
	ActionStatus:            {fields: []string{fieldStatus, fieldBody, fieldRetryAfter, fieldLocation, fieldDate, fieldAge}},
	ActionStatusAfterCommit: {fields: []string{fieldStatus, fieldBody, fieldRetryAfter, fieldLocation, fieldDate, fieldAge}},
	ActionCommitAfterAnswer: {fields: []string{
		fieldStatus, fieldBody, fieldRetryAfter, fieldLocation, fieldDelay, fieldClockDelay, fieldAfterRequests,
	}},
	ActionDelay:             {fields: []string{fieldDelay}},
	ActionDelayCommit:       {fields: []string{fieldDelay}},
	ActionStall:             {fields: []string{fieldDelay}},
	ActionStallAfterCommit:  {fields: []string{fieldDelay}},
	ActionResetBeforeCommit: {},
	ActionResetAfterCommit:  {},
	ActionTruncate:          {},
	ActionTruncateJSON:      {},
	ActionWrongContentType:  {},
	ActionOversize:          {},
	ActionGarbage:           {},
	ActionEmptyBody:         {},
	ActionDropField:         {fields: []string{fieldField}},
	ActionChangeDate:        {fields: []string{fieldDate, fieldAge}},
	ActionRedirect:          {fields: []string{fieldLocation}},
	ActionStale:             {fields: []string{fieldDate, fieldAge}, operations: []string{opGet, opList, opBrowse}},
	ActionWrongVersion:      {fields: []string{fieldVersion}, operations: []string{opPut}},
	ActionOtherClient:       {fields: []string{fieldOtherClient}},
	ActionOmitSecret:        {fields: []string{fieldOmittedPath}, operations: []string{opList, opBrowse}},
	ActionDropVersionRow:    {fields: []string{fieldVersion}, operations: []string{opGet}},

	ActionWrongVersionAfterCommit: {fields: []string{fieldVersion}, operations: []string{opPut}},
	ActionWrongCurrentVersion:     {fields: []string{fieldVersion}, operations: []string{opGet, opList, opBrowse}},
}

// validate finds the first mistake that would make the rule do nothing, or
// something else than it says.
func (f Fault) validate() error {
	for _, check := range []func() error{
		f.checkMatch, f.checkChoice, f.checkAction,
		f.checkStatus, f.checkBody, f.checkRetryAfter, f.checkLocation, f.checkDelays, f.checkCommit,
		f.checkVersion, f.checkFalsified, f.checkDate, f.checkOtherClient,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkMatch refuses what no call can match.
func (f Fault) checkMatch() error {
	switch {
	case f.Operation != "" && !slices.Contains(operations(), f.Operation):
		return fmt.Errorf("unknown operation %q", f.Operation)
	case f.Path != "" && f.Path[0] != '/' && f.Path[0] != '*':
		return fmt.Errorf(`path %q must start with "/" or "*"`, f.Path)
	case f.Path != "" && f.Operation != "" && !slices.Contains(secretOperations, f.Operation):
		return fmt.Errorf("%s has no secret's path to match", f.Operation)
	case f.Principal != "" && f.Operation == opToken:
		return fmt.Errorf("%s has no principal to match", f.Operation)
	}
	return nil
}

func (f Fault) checkChoice() error {
	switch {
	case f.Nth < 0:
		return fmt.Errorf("nth is negative: %d", f.Nth)
	case f.Times < 0:
		return fmt.Errorf("times is negative: %d", f.Times)
	case !(f.Probability >= 0 && f.Probability <= 1): // So written, it refuses NaN as well.
		return fmt.Errorf("probability must be above 0 and at most 1, not %v", f.Probability)
	}
	return nil
}

// checkAction refuses unknown actions, operations that the action is not for, and
// fields that it would ignore.
func (f Fault) checkAction() error {
	if f.Action == "" {
		return errors.New("the action is missing")
	}
	kind, known := faultKinds[f.Action]
	if !known {
		return fmt.Errorf("unknown action %q", f.Action)
	}
	if kind.operations != nil && !slices.Contains(kind.operations, f.Operation) {
		return fmt.Errorf("action %q needs the operation %s", f.Action, orList(kind.operations))
	}
	for _, field := range f.fieldsSet() {
		if !slices.Contains(kind.fields, field) {
			return fmt.Errorf("action %q has no use for %s", f.Action, field)
		}
	}
	return nil
}

// uses reports that the rule's action has a use for the field.
func (f Fault) uses(field string) bool {
	return slices.Contains(faultKinds[f.Action].fields, field)
}

// fieldsSet are the fields that the rule sets, of those that not every action uses.
func (f Fault) fieldsSet() []string {
	var set []string
	for _, field := range []struct {
		name string
		set  bool
	}{
		{fieldStatus, f.Status != 0},
		{fieldBody, f.Body != ""},
		{fieldRetryAfter, f.RetryAfter != ""},
		{fieldLocation, f.Location != ""},
		{fieldDelay, f.Delay != ""},
		{fieldClockDelay, f.ServerClockDelay != ""},
		{fieldAfterRequests, f.AfterRequests != 0},
		{fieldVersion, f.Version != ""},
		{fieldField, f.Field != ""},
		{fieldOmittedPath, f.OmittedPath != ""},
		{fieldDate, f.Date != ""},
		{fieldAge, f.Age != ""},
		{fieldOtherClient, f.OtherClient != OtherClient{}},
	} {
		if field.set {
			set = append(set, field.name)
		}
	}
	return set
}

// orList writes alternatives as a sentence has them: "a, b or c".
func orList(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
