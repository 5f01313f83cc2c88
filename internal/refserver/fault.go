package refserver

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is a rule that disturbs requests on purpose: which calls it concerns,
// which of those it disturbs, and what is done to them.
type Fault struct {
	// Name is for people: it is shown where rules are listed and in errors.
	Name string `json:"name,omitempty"`

	// Operation is the name of an operation as the journal shows it, such as
	// putSecretValue or issueToken; empty means any call.
	Operation string `json:"operation,omitempty"`
	// Path is a pattern over the secret's path, with "*" as in a Grant; empty
	// means any call. A listing has the path or prefix that it starts from.
	Path string `json:"path,omitempty"`
	// Principal names who calls; empty means anybody. Nobody is known yet at
	// the token endpoint, nor where the credentials are not valid.
	Principal string `json:"principal,omitempty"`

	// Nth picks one of the calls that match, counted from 1; zero means all.
	Nth int `json:"nth,omitempty"`
	// Times is how often the rule takes effect at most; zero means no limit.
	Times int `json:"times,omitempty"`
	// Probability is the chance that the rule takes effect, above 0 and up to
	// 1, drawn from the server's seed; zero means that it always does.
	Probability float64 `json:"probability,omitempty"`

	// Action is what is done. The fields below belong to some actions only.
	Action FaultAction `json:"action"`
	// Status is what ActionStatus and ActionStatusAfterCommit answer with.
	Status int `json:"status,omitempty"`
	// Body is the form of their body: "json" (also where it is empty), "html"
	// as a gateway writes it, or "empty".
	Body string `json:"body,omitempty"`
	// RetryAfter is their Retry-After header: a number of seconds such as "3",
	// or "date:3", which is sent as the date 3 seconds after the server's time.
	RetryAfter string `json:"retryAfter,omitempty"`
	// Delay is a Go duration such as "250ms", of real time: a server's clock may
	// stand still, its callers do not. For the actions that stall it is when
	// they hang up, and empty means five minutes.
	Delay string `json:"delay,omitempty"`
	// Location is the URL that ActionRedirect points to.
	Location string `json:"location,omitempty"`
}

// FaultAction is what a Fault does to a call.
type FaultAction string

// What a fault can do. Unless it says otherwise the work is done, the audit log
// has it, and only the answer suffers.
const (
	// ActionStatus answers with a status instead of doing anything.
	ActionStatus FaultAction = "status"
	// ActionStatusAfterCommit does the work and answers with a status, like a
	// gateway that gave up on a service that did not.
	ActionStatusAfterCommit FaultAction = "status_after_commit"
	// ActionDelay waits before it does anything. A client that goes away in the
	// meantime takes its request with it.
	ActionDelay FaultAction = "delay"
	// ActionDelayCommit waits before it does the work, and does it even if the
	// client went away in the meantime: a late commit.
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
	// ActionOversize answers with a body that hardly ends: 64 MiB of one string.
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
)

// The forms that Fault.Body can ask for.
const (
	bodyJSON  = "json"
	bodyHTML  = "html"
	bodyEmpty = "empty"
)

const (
	retryDate    = "date:"
	stallAtMost  = 5 * time.Minute
	contentHTML  = "text/html; charset=utf-8"
	contentJSON  = "application/json"
	garbageBytes = "\x00\xff this is no JSON \xfe"
)

// wait is how long the fault takes. The rule was validated, so the duration is
// good where there is one.
func (f Fault) wait() time.Duration {
	d, err := time.ParseDuration(f.Delay)
	if err != nil {
		return stallAtMost
	}
	return d
}

// refusal is the answer with the status that the fault asks for.
func (f Fault) refusal(now time.Time) answer {
	reason := strings.TrimSpace(strconv.Itoa(f.Status) + " " + http.StatusText(f.Status))
	a := refuse(f.Status, "disturbed on purpose: %s", reason).answer()
	switch f.Body {
	case bodyHTML:
		a.body = rawBody{contentHTML, "<html><head><title>" + reason + "</title></head><body><h1>" + reason + "</h1></body></html>\n"}
	case bodyEmpty:
		a.body = nil
	}
	if f.RetryAfter != "" {
		if a.header == nil {
			a.header = http.Header{}
		}
		a.header.Set("Retry-After", f.retryAfter(now))
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

// spoil makes of an answer what the caller gets once the work is done.
func (f Fault) spoil(a answer, now time.Time) answer {
	switch f.Action {
	case ActionStatusAfterCommit:
		return f.refusal(now)
	case ActionStallAfterCommit:
		return answer{sending: sending{how: sendNothing, hold: f.wait()}}
	case ActionResetAfterCommit:
		return answer{sending: sending{how: sendReset}}
	case ActionEmptyBody:
		a.body = nil
		return a
	case ActionTruncate:
		a.sending.how = sendHalf
	case ActionOversize:
		a.sending.how = sendForever
	case ActionWrongContentType:
		a.body = rawBody{contentHTML, encode(a.body).text}
	case ActionGarbage:
		a.body = rawBody{contentJSON, garbageBytes}
	default:
		return a // The other actions do what they do before the work.
	}
	// A 204 has no body that could be wrong. Any success will do in its place.
	if a.status == http.StatusNoContent {
		a.status = http.StatusOK
	}
	return a
}
