package refserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
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

// validate finds the first mistake that would make the rule do nothing, or
// something else than it says.
func (f Fault) validate() error {
	for _, check := range []func() error{f.checkMatch, f.checkChoice, f.checkAction, f.checkStatus, f.checkDelay, f.checkLocation} {
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

func (f Fault) checkAction() error {
	switch f.Action {
	case "":
		return errors.New("the action is missing")
	case ActionStatus, ActionStatusAfterCommit, ActionDelay, ActionDelayCommit, ActionStall, ActionStallAfterCommit,
		ActionResetBeforeCommit, ActionResetAfterCommit, ActionTruncate, ActionWrongContentType, ActionOversize,
		ActionGarbage, ActionEmptyBody, ActionRedirect:
		return nil
	case ActionStale:
		if !slices.Contains([]string{opGet, opList, opBrowse}, f.Operation) {
			return fmt.Errorf("action %q needs the operation %s, %s or %s", f.Action, opGet, opList, opBrowse)
		}
		return nil
	}
	return fmt.Errorf("unknown action %q", f.Action)
}

func (f Fault) checkStatus() error {
	if f.Action != ActionStatus && f.Action != ActionStatusAfterCommit {
		switch {
		case f.Status != 0:
			return f.noUseFor("status")
		case f.Body != "":
			return f.noUseFor("body")
		case f.RetryAfter != "":
			return f.noUseFor("retryAfter")
		}
		return nil
	}
	switch {
	case f.Status < 200 || f.Status > 599:
		return fmt.Errorf("status must be from 200 to 599, not %d", f.Status)
	case !slices.Contains([]string{"", bodyJSON, bodyHTML, bodyEmpty}, f.Body):
		return fmt.Errorf("unknown body %q: it must be %q, %q or %q", f.Body, bodyJSON, bodyHTML, bodyEmpty)
	case (f.Status == http.StatusNoContent || f.Status == http.StatusNotModified) && f.Body != bodyEmpty:
		return fmt.Errorf("an answer with the status %d has no body, so body must be %q", f.Status, bodyEmpty)
	case f.RetryAfter == "":
		return nil
	}
	if seconds, err := strconv.ParseInt(strings.TrimPrefix(f.RetryAfter, retryDate), 10, 64); err != nil || seconds < 0 || seconds > 1<<31 {
		return fmt.Errorf(`retryAfter must be a number of seconds such as "3", or "date:3", not %q`, f.RetryAfter)
	}
	return nil
}

func (f Fault) checkDelay() error {
	switch f.Action {
	case ActionDelay, ActionDelayCommit:
		if f.Delay == "" {
			return fmt.Errorf("action %q needs a delay", f.Action)
		}
	case ActionStall, ActionStallAfterCommit:
	default:
		if f.Delay != "" {
			return f.noUseFor("delay")
		}
	}
	if f.Delay == "" {
		return nil
	}
	if d, err := time.ParseDuration(f.Delay); err != nil || d <= 0 {
		return fmt.Errorf(`delay must be a duration such as "250ms", not %q`, f.Delay)
	}
	return nil
}

func (f Fault) checkLocation() error {
	switch {
	case f.Action != ActionRedirect && f.Location != "":
		return f.noUseFor("location")
	case f.Action != ActionRedirect:
		return nil
	}
	if u, err := url.Parse(f.Location); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("location must be an http or https URL with a host, not %q", f.Location)
	}
	return nil
}

func (f Fault) noUseFor(field string) error {
	return fmt.Errorf("action %q has no use for %s", f.Action, field)
}
