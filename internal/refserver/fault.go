package refserver

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is a rule that injects a fault: which calls it matches, which of those it
// affects, and what happens to them.
type Fault struct {
	// Name is shown in the list of rules and in errors.
	Name string `json:"name,omitempty"`

	// Operation is the name of an operation as the journal shows it, such as
	// putSecretValue or issueToken; empty means any call.
	Operation string `json:"operation,omitempty"`
	// Path is a pattern over the secret's path, with "*" as in a Grant; empty
	// means any call. A listing has the path or prefix that it starts from.
	Path string `json:"path,omitempty"`
	// Principal is the name of the caller; empty means any caller. At the token
	// endpoint and with invalid credentials the caller has no name.
	Principal string `json:"principal,omitempty"`

	// Nth picks one of the calls that match, counted from 1; zero means all.
	Nth int `json:"nth,omitempty"`
	// Times is how often the rule takes effect at most; zero means no limit.
	Times int `json:"times,omitempty"`
	// Probability is the chance that the rule takes effect, above 0 and up to
	// 1, drawn from the server's seed; zero means that it always does.
	Probability float64 `json:"probability,omitempty"`

	// Action is what is done. Each of the fields below belongs to some actions;
	// a rule that sets one for another action is refused.
	Action FaultAction `json:"action"`
	// Status is the status of the answer, from 200 to 599.
	Status int `json:"status,omitempty"`
	// Body is the form of the body that comes with Status: "json" as the API
	// writes it (also where it is empty), "truncated" for half of that, "other_json"
	// as a gateway writes it, "html", "text", "empty", or "original" for the body
	// that the request would have been answered with.
	Body string `json:"body,omitempty"`
	// RetryAfter is the Retry-After header that comes with Status: a number of
	// seconds such as "3", or "date:3", which is sent as the date 3 seconds after
	// the server's time.
	RetryAfter string `json:"retryAfter,omitempty"`
	// Location is the URL that ActionRedirect, or a Status from 300 to 399, points to.
	Location string `json:"location,omitempty"`
	// Delay is a Go duration such as "250ms", in real time: it passes while the
	// server's clock stands still. For the actions that stall it is when the server
	// closes the connection, and empty means five minutes.
	Delay string `json:"delay,omitempty"`
	// ServerClockDelay is a duration by the server's clock, for
	// ActionCommitAfterAnswer.
	ServerClockDelay string `json:"serverClockDelay,omitempty"`
	// AfterRequests is after how many further requests ActionCommitAfterAnswer
	// carries out the request.
	AfterRequests int `json:"afterRequests,omitempty"`
	// Version is a version number: "7", "current", "current-1" or "current+2".
	Version string `json:"version,omitempty"`
	// Field is the name of the JSON field that ActionDropField removes.
	Field string `json:"field,omitempty"`
	// OmittedPath is a pattern like Path: the secrets that ActionOmitSecret leaves
	// out of a listing.
	OmittedPath string `json:"omittedPath,omitempty"`
	// Date changes the answer's Date header: "missing", "invalid", or a duration
	// such as "-5m" by which it is shifted.
	Date string `json:"date,omitempty"`
	// Age is the answer's Age header, a number of seconds such as "300", as a cache
	// sends it.
	Age string `json:"age,omitempty"`
	// OtherClient is what ActionOtherClient lets another client do.
	OtherClient OtherClient `json:"otherClient,omitzero"`
}

// FaultAction is what a Fault does to a call.
type FaultAction string

// The actions of faults. Unless an action says otherwise, the request is carried out,
// the audit log has it, and only the answer is affected.
const (
	// ActionStatus answers with a status instead of doing anything.
	ActionStatus FaultAction = "status"
	// ActionStatusAfterCommit does the work and answers with a status, like a
	// gateway that gave up on a service that did not.
	ActionStatusAfterCommit FaultAction = "status_after_commit"
	// ActionDelay waits before it does anything. If the client disconnects in the
	// meantime, the request is not carried out.
	ActionDelay FaultAction = "delay"
	// ActionDelayCommit waits before it does the work, and does it even if the client
	// disconnects in the meantime: a late commit.
	ActionDelayCommit FaultAction = "delay_commit"
	// ActionStall does nothing and never answers.
	ActionStall FaultAction = "stall"
	// ActionStallAfterCommit does the work and never answers.
	ActionStallAfterCommit FaultAction = "stall_after_commit"
	// ActionResetBeforeCommit resets the connection and does nothing.
	ActionResetBeforeCommit FaultAction = "reset_before_commit"
	// ActionResetAfterCommit does the work and resets the connection.
	ActionResetAfterCommit FaultAction = "reset_after_commit"
	// ActionTruncate cuts the connection half-way through the body.
	ActionTruncate FaultAction = "truncate"
	// ActionWrongContentType calls its JSON text/html.
	ActionWrongContentType FaultAction = "wrong_content_type"
	// ActionOversize answers with a body of one string of 64 MiB.
	ActionOversize FaultAction = "oversize"
	// ActionGarbage answers with a body that is not JSON.
	ActionGarbage FaultAction = "garbage"
	// ActionEmptyBody answers without the body.
	ActionEmptyBody FaultAction = "empty_body"
	// ActionRedirect does nothing and sends the caller to another place.
	ActionRedirect FaultAction = "redirect"
	// ActionStale reads the secrets as they were before the latest change of
	// each. It is for getSecret, listSecrets and browseSecrets.
	ActionStale FaultAction = "stale"
	// ActionCommitAfterAnswer answers first, with a status or by resetting the
	// connection, and does the work later.
	ActionCommitAfterAnswer FaultAction = "commit_after_answer"
	// ActionOtherClient lets another client act right before or after the work.
	ActionOtherClient FaultAction = "other_client"
	// ActionWrongVersion does not put the value and answers as if it had, with
	// Fault.Version. It is for putSecretValue.
	ActionWrongVersion FaultAction = "wrong_version"
	// ActionWrongVersionAfterCommit puts the value and answers with Fault.Version
	// instead of the new version's number.
	ActionWrongVersionAfterCommit FaultAction = "wrong_version_after_commit"
	// ActionWrongCurrentVersion answers with Fault.Version as currentVersion, which
	// disagrees with the rows of the history. It is for getSecret, listSecrets and
	// browseSecrets.
	ActionWrongCurrentVersion FaultAction = "wrong_current_version"
	// ActionDropVersionRow leaves a version out of the history. It is for getSecret.
	ActionDropVersionRow FaultAction = "drop_version_row"
	// ActionDropField removes a JSON field wherever the body of a success has it.
	ActionDropField FaultAction = "drop_field"
	// ActionOmitSecret leaves secrets out of a listing. It is for listSecrets and
	// browseSecrets.
	ActionOmitSecret FaultAction = "omit_secret"
	// ActionTruncateJSON answers with the first half of the body. Unlike with
	// ActionTruncate the HTTP response is complete.
	ActionTruncateJSON FaultAction = "truncate_json"
	// ActionChangeDate changes the Date and Age headers of the answer.
	ActionChangeDate FaultAction = "change_date"
)

// The forms that Fault.Body can ask for.
const (
	bodyJSON      = "json"
	bodyTruncated = "truncated"
	bodyOtherJSON = "other_json"
	bodyHTML      = "html"
	bodyText      = "text"
	bodyEmpty     = "empty"
	bodyOriginal  = "original"
)

// The values of Fault.Date that are not durations.
const (
	dateMissing = "missing"
	dateInvalid = "invalid"
)

const (
	retryDate    = "date:"
	stallAtMost  = 5 * time.Minute
	contentHTML  = "text/html; charset=utf-8"
	contentText  = "text/plain; charset=utf-8"
	contentJSON  = "application/json"
	garbageBytes = "\x00\xff this is not JSON \xfe"
)

// wait is how long the fault takes. The rule was validated, so a duration that is set
// is valid.
func (f Fault) wait() time.Duration {
	d, err := time.ParseDuration(f.Delay)
	if err != nil {
		return stallAtMost
	}
	return d
}

// refusal is the answer with the status that the fault asks for. The original is the
// answer of the operation, or empty if it was not carried out.
func (f Fault) refusal(original answer, now time.Time) answer {
	reason := strings.TrimSpace(strconv.Itoa(f.Status) + " " + http.StatusText(f.Status))
	a := refuse(f.Status, "disturbed on purpose: %s", reason).answer()
	switch f.Body {
	case bodyTruncated:
		a.body = firstHalf(a.body)
	case bodyOtherJSON:
		a.body = rawBody{contentJSON, fmt.Sprintf("{\"error\":{\"code\":%d,\"status\":%q}}\n", f.Status, http.StatusText(f.Status))}
	case bodyHTML:
		a.body = rawBody{contentHTML, "<html><head><title>" + reason + "</title></head><body><h1>" + reason + "</h1></body></html>\n"}
	case bodyText:
		a.body = rawBody{contentText, reason + "\n"}
	case bodyEmpty:
		a.body = nil
	case bodyOriginal:
		a.body = original.body
	}
	if f.RetryAfter != "" {
		a.setHeader("Retry-After", f.retryAfter(now))
	}
	if f.Location != "" {
		a.setHeader("Location", f.Location)
	}
	return a
}

// retryAfter is the header's value.
func (f Fault) retryAfter(now time.Time) string {
	after, isDate := strings.CutPrefix(f.RetryAfter, retryDate)
	if !isDate {
		return f.RetryAfter
	}
	seconds, _ := strconv.Atoi(after) // The rule was validated.
	return now.Add(time.Duration(seconds) * time.Second).Format(http.TimeFormat)
}

// setDate changes the headers that tell a client the server's time.
func (f Fault) setDate(a answer, now time.Time) answer {
	switch f.Date {
	case "":
	case dateMissing:
		a.setHeader("Date")
	case dateInvalid:
		a.setHeader("Date", "not a date")
	default:
		shift, _ := time.ParseDuration(f.Date) // The rule was validated.
		a.setHeader("Date", now.Add(shift).Format(http.TimeFormat))
	}
	if f.Age != "" {
		a.setHeader("Age", f.Age)
	}
	return a
}

// alterAnswer applies the faults that change the answer after the work is done.
func (f Fault) alterAnswer(a answer, now time.Time) answer {
	switch f.Action {
	case ActionStatusAfterCommit:
		return f.refusal(a, now)
	case ActionStallAfterCommit:
		return answer{delivery: delivery{mode: deliverNothing, hold: f.wait()}}
	case ActionResetAfterCommit:
		return answer{delivery: delivery{mode: deliverReset}}
	case ActionWrongCurrentVersion, ActionDropVersionRow, ActionDropField:
		return f.alterBody(a)
	case ActionEmptyBody:
		a.body = nil
		return a
	case ActionTruncate, ActionOversize, ActionWrongContentType, ActionGarbage, ActionTruncateJSON:
		return f.damage(a)
	default:
		return a // The other actions do what they do before the work.
	}
}

// damage makes the body of an answer unreadable.
func (f Fault) damage(a answer) answer {
	switch f.Action {
	case ActionTruncate:
		a.delivery.mode = deliverHalf
	case ActionOversize:
		a.delivery.mode = deliverOversize
	case ActionWrongContentType:
		a.body = rawBody{contentHTML, encode(a.body).text}
	case ActionTruncateJSON:
		a.body = firstHalf(a.body)
	default:
		a.body = rawBody{contentJSON, garbageBytes}
	}
	// A 204 has no body to damage, so the status becomes 200.
	if a.status == http.StatusNoContent {
		a.status = http.StatusOK
	}
	return a
}

// firstHalf is the first half of a body.
func firstHalf(body any) rawBody {
	whole := encode(body)
	return rawBody{whole.contentType, whole.text[:len(whole.text)/2]}
}
