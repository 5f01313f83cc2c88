package refserver

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The checks of a rule's fields. checkAction comes first, so that a field is only
// set where the action uses it.

func (f Fault) checkStatus() error {
	if !f.uses(fieldStatus) || f.Action == ActionCommitAfterAnswer && f.Status == 0 {
		return nil
	}
	if f.Status < 200 || f.Status > 599 {
		return fmt.Errorf("status must be from 200 to 599, not %d", f.Status)
	}
	return nil
}

func (f Fault) checkBody() error {
	forms := []string{bodyJSON, bodyTruncated, bodyOtherJSON, bodyHTML, bodyText, bodyEmpty}
	if f.Action == ActionStatusAfterCommit {
		forms = append(forms, bodyOriginal)
	}
	switch {
	case f.Body == bodyOriginal && f.Action != ActionStatusAfterCommit:
		return fmt.Errorf("body %q is for %s alone: action %q has no other answer", bodyOriginal, ActionStatusAfterCommit, f.Action)
	case f.Body != "" && !slices.Contains(forms, f.Body):
		return fmt.Errorf("unknown body %q: it must be %s", f.Body, orList(forms))
	case f.Status == 0 && (f.Body != "" || f.RetryAfter != ""):
		return fmt.Errorf("action %q without a status resets the connection, so it has no use for body and retryAfter", f.Action)
	case (f.Status == http.StatusNoContent || f.Status == http.StatusNotModified) && f.Body != bodyEmpty:
		return fmt.Errorf("an answer with the status %d has no body, so body must be %q", f.Status, bodyEmpty)
	}
	return nil
}

func (f Fault) checkRetryAfter() error {
	if f.RetryAfter == "" {
		return nil
	}
	if after := strings.TrimPrefix(f.RetryAfter, retryDate); !isSeconds(after) {
		return fmt.Errorf(`retryAfter must be a number of seconds such as "3", or "date:3", not %q`, f.RetryAfter)
	}
	return nil
}

// isSeconds reports that s is a number of seconds that an HTTP header can have and
// that still leads to a date when it is added to one.
func isSeconds(s string) bool {
	seconds, err := strconv.ParseInt(s, 10, 64)
	return isDecimal(s) && err == nil && seconds <= 1<<31
}

func (f Fault) checkLocation() error {
	switch {
	case f.Location == "" && f.Action != ActionRedirect:
		return nil
	case f.Action != ActionRedirect && (f.Status < 300 || f.Status > 399):
		return fmt.Errorf("location belongs to a status from 300 to 399, not %d", f.Status)
	}
	if u, err := url.Parse(f.Location); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("location must be an http or https URL with a host, not %q", f.Location)
	}
	return nil
}

func (f Fault) checkDelays() error {
	if (f.Action == ActionDelay || f.Action == ActionDelayCommit) && f.Delay == "" {
		return fmt.Errorf("action %q needs a delay", f.Action)
	}
	for name, delay := range map[string]string{fieldDelay: f.Delay, fieldClockDelay: f.ServerClockDelay} {
		if delay == "" {
			continue
		}
		if d, err := time.ParseDuration(delay); err != nil || d <= 0 {
			return fmt.Errorf(`%s must be a duration such as "250ms", not %q`, name, delay)
		}
	}
	return nil
}

// checkCommit demands one answer to the question when the work is done.
func (f Fault) checkCommit() error {
	if f.Action != ActionCommitAfterAnswer {
		return nil
	}
	given := 0
	for _, set := range []bool{f.Delay != "", f.ServerClockDelay != "", f.AfterRequests != 0} {
		if set {
			given++
		}
	}
	switch {
	case given != 1:
		return fmt.Errorf("action %q needs exactly one of delay, serverClockDelay and afterRequests", f.Action)
	case f.AfterRequests < 0:
		return fmt.Errorf("afterRequests is negative: %d", f.AfterRequests)
	}
	return nil
}

func (f Fault) checkVersion() error {
	switch {
	case !f.uses(fieldVersion), f.Version == "" && f.Action == ActionDropVersionRow:
		return nil
	case f.Version == "":
		return fmt.Errorf("action %q needs a version", f.Action)
	case !validVersionRef(f.Version):
		return fmt.Errorf(`version must be a number such as "7", "current", "current-1" or "current+1", not %q`, f.Version)
	}
	return nil
}

// checkFalsified checks what is taken out of an answer.
func (f Fault) checkFalsified() error {
	switch {
	case f.Action == ActionDropField && f.Field == "":
		return fmt.Errorf("action %q needs a field", f.Action)
	case f.Action == ActionDropField && !slices.Contains(answerFields, f.Field):
		return fmt.Errorf("no answer has the field %q", f.Field)
	case f.Action == ActionOmitSecret && f.OmittedPath == "":
		return fmt.Errorf("action %q needs an omittedPath", f.Action)
	case f.OmittedPath != "" && f.OmittedPath[0] != '/' && f.OmittedPath[0] != '*':
		return fmt.Errorf(`omittedPath %q must start with "/" or "*"`, f.OmittedPath)
	}
	return nil
}

func (f Fault) checkDate() error {
	if f.Action == ActionChangeDate && f.Date == "" && f.Age == "" {
		return fmt.Errorf("action %q needs a date or an age", f.Action)
	}
	if f.Date != "" && f.Date != dateMissing && f.Date != dateInvalid {
		if d, err := time.ParseDuration(f.Date); err != nil || d == 0 || d.Abs() > maxDateShift {
			return fmt.Errorf(`date must be %q, %q, or a duration other than zero such as "-5m" of at most ten years, not %q`, dateMissing, dateInvalid, f.Date)
		}
	}
	if f.Age != "" && !isSeconds(f.Age) {
		return fmt.Errorf(`age must be a number of seconds such as "300", not %q`, f.Age)
	}
	return nil
}

// maxDateShift keeps a shifted date within the years that an HTTP date can have.
const maxDateShift = 10 * 365 * 24 * time.Hour
