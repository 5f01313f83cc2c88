package conformance

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// scenario sends requests and checks rows by their answers.
type scenario struct {
	name  string // in the paths of its secrets
	title string
	rows  []Row
	check func(*checker)
}

// scenarios are all scenarios in their order. The last one checks
// what all answers have in common.
func scenarios() []scenario {
	return []scenario{
		requestScenario(), tokenScenario(), kmsScenario(), readingScenario(), gateScenario(),
		createScenario(), createRefusalScenario(), pathScenario(), urlScenario(), urlTrapScenario(),
		valueScenario(), valueRefusalScenario(), generatedScenario(), revealScenario(), putScenario(),
		versionScenario(), destroyScenario(), lastVersionScenario(), deleteScenario(), recreateScenario(),
		changeScenario(), accessScenario(),
		policyScenario(), policyIPScenario(), policyTimeScenario(), policyReachScenario(), forwardedScenario(),
		listScenario(), manyScenario(), browseScenario(), timeScenario(),
		projectScenario(), readerScenario(), noKMSScenario(), disabledKeyScenario(), pendingKeyScenario(), rotatedKeyScenario(),
		auditScenario(), closingScenario(),
	}
}

// checker runs one scenario. After a failed prerequisite it is stuck: it sends nothing
// more, and the rows that follow are not checked.
type checker struct {
	ctx     context.Context //nolint:containedctx // It lives as long as one scenario.
	run     *runner
	name    string
	stuck   string // what the rest of the scenario needs, empty while it goes on
	results map[string]Result
}

// need stops the scenario, unless it has stopped already.
func (t *checker) need(format string, args ...any) {
	if t.stuck == "" {
		t.stuck = fmt.Sprintf(format, args...)
	}
}

// lacks stops the scenario where something is not given.
func (t *checker) lacks(missing bool, need Need) {
	if missing {
		t.need("%s", string(need))
	}
}

// branch goes on from here by itself: what stops it does not stop t.
func (t *checker) branch() *checker {
	own := *t
	return &own
}

// free is a branch that what stopped the scenario does not concern.
func (t *checker) free() *checker {
	own := t.branch()
	own.stuck = ""
	return own
}

// permitted stops the scenario where a permission is known to be missing.
func (t *checker) permitted(needs ...Need) {
	for _, need := range needs {
		t.lacks(t.run.doctor.state(need) == permissionMissing, "the permission "+need)
	}
}

// send sends a request whose answer is to be checked. It stops the scenario if no answer comes.
func (t *checker) send(r request) answer {
	if t.stuck != "" {
		return answer{operation: r.operation}
	}
	a, err := t.run.send(t.ctx, r)
	switch {
	case err == nil:
	case t.ctx.Err() != nil && errors.Is(err, context.Cause(t.ctx)):
		t.need("a run that is not interrupted")
	default:
		t.need("an answer (%v)", err)
	}
	return a
}

// must sends a prerequisite: what follows needs its success.
func (t *checker) must(r request) answer {
	a := t.send(r)
	switch {
	case t.stuck != "", a.ok():
	case a.status == http.StatusForbidden:
		t.need("the permission %s", permissionOf(r.operation))
	default:
		t.need("%s to succeed, and it got %s", r.operation, a.said())
	}
	return a
}

// holds records whether a row holds.
func (t *checker) holds(id string, ok bool, expected, format string, args ...any) {
	result := Result{ID: id, Outcome: Holds}
	switch {
	case t.stuck != "":
		result.Outcome, result.Needs = NotChecked, t.stuck
	case !ok:
		result.Outcome, result.Expected, result.Got = Fails, expected, fmt.Sprintf(format, args...)
	}
	t.results[id] = result
}

// status checks a row by the status of an answer. A 403 where none is wanted is a
// missing permission.
func (t *checker) status(id string, a answer, want ...int) {
	if t.stuck == "" && a.status == http.StatusForbidden && !slices.Contains(want, a.status) {
		t.results[id] = Result{ID: id, Outcome: NotChecked, Needs: "the permission " + string(permissionOf(a.operation))}
		return
	}
	words := make([]string, len(want))
	for i, status := range want {
		words[i] = strconv.Itoa(status)
	}
	t.holds(id, slices.Contains(want, a.status), "status "+strings.Join(words, " or "), "%s", a.said())
}

// accepted checks a row by the success of an answer.
func (t *checker) accepted(id string, a answer) {
	if t.stuck == "" && a.status == http.StatusForbidden {
		t.status(id, a, http.StatusOK)
		return
	}
	t.holds(id, a.ok(), "success", "%s", a.said())
}

// text makes a new value, which no output shows.
func (t *checker) text() string {
	text := "conformance-" + t.run.text()
	t.run.service.scrub.hide(text)
	return text
}

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// with are fields of a body that replace others; a nil removes one.
type with map[string]any

func (w with) over(body with) with {
	merged := maps.Clone(body)
	for name, value := range w {
		merged[name] = value
		if value == nil {
			delete(merged, name)
		}
	}
	return merged
}

// path is the path of a secret of this scenario.
func (t *checker) path(name string) string { return t.run.home() + t.name + "/" + name }

// create is a request for a secret of this run, with its mark.
func (t *checker) create(path string, fields with) request {
	body := fields.over(with{"path": path, "kmsKeyIdentity": t.run.key, "secretString": base64Of(t.text())})
	annotations := map[string]string{markAnnotation: t.run.id}
	if more, ok := body["annotations"].(map[string]string); ok {
		maps.Copy(annotations, more)
	}
	body["annotations"] = annotations
	region := t.run.config.Region
	return request{operation: opCreate, method: http.MethodPost, path: secretsURL(region), body: body, region: region, secret: path}
}

// made creates a secret as a prerequisite and returns its path.
func (t *checker) made(name string, fields with) string {
	path := t.path(name)
	t.must(t.create(path, fields))
	return path
}

func secretsURL(region string) string { return "/v1/secrets/" + region + "/secrets" }

func (t *checker) secretURL(path string) string {
	return "/v1/secrets/" + t.run.config.Region + "/secret" + path
}

func (t *checker) get(path string) request {
	return request{operation: opGet, method: http.MethodGet, path: t.secretURL(path)}
}

func (t *checker) getHistory(path string) request {
	r := t.get(path)
	r.query = url.Values{"includeVersions": {"true"}}
	return r
}

// put is a request for a new version, of a new value unless fields say otherwise.
func (t *checker) put(path string, fields with) request {
	if fields == nil {
		fields = with{"secretString": base64Of(t.text())}
	}
	return request{operation: opPut, method: http.MethodPost, path: t.secretURL(path) + "/versions", body: fields.over(with{"path": path})}
}

// reveal is a request for a value; version 0 asks for the current one.
func (t *checker) reveal(path string, version int64) request {
	body := with{"path": path}
	if version > 0 {
		body["version"] = version
	}
	return request{operation: opReveal, method: http.MethodPost, path: t.secretURL(path) + "/value", body: body}
}

func (t *checker) destroy(path string, version int64) request {
	return request{
		operation: opDestroy, method: http.MethodDelete, path: t.secretURL(path) + "/versions",
		query: url.Values{"version": {strconv.FormatInt(version, 10)}},
	}
}

func (t *checker) remove(path string) request {
	return request{operation: opDelete, method: http.MethodDelete, path: t.secretURL(path)}
}

// policy is a request to set the access policy; nil clears it.
func (t *checker) policy(path string, policy any) request {
	return request{operation: opPolicy, method: http.MethodPut, path: t.secretURL(path) + "/policy", body: with{"accessPolicy": policy}}
}

func (t *checker) list(prefix string) request {
	return request{operation: opList, method: http.MethodGet, path: secretsURL(t.run.config.Region), query: url.Values{"pathPrefix": {prefix}}}
}

func (t *checker) browse(path string) request {
	return request{operation: opBrowse, method: http.MethodGet, path: secretsURL(t.run.config.Region), query: url.Values{"path": {path}}}
}

// lookAgain are the waits before further looks at what a read does not show yet.
var lookAgain = []time.Duration{0, 500 * time.Millisecond, time.Second, 2 * time.Second}

// poll reads the history of a secret until it shows what is waited for. seen is false
// where it never does.
func (t *checker) poll(path string, until func(doc) bool) (read doc, seen bool) {
	for look := 0; ; look++ {
		read = t.must(t.getHistory(path)).doc()
		if t.stuck != "" || until(read) {
			if look > 0 && t.stuck == "" && t.run.service.meter.lagged == "" {
				t.run.service.meter.lagged = "a read that missed it, and showed it at look " + strconv.Itoa(look+1)
			}
			return read, t.stuck == ""
		}
		if look == len(lookAgain) {
			return read, false
		}
		if t.run.service.sleep(t.ctx, lookAgain[look]) != nil {
			t.need("a run that is not interrupted")
		}
	}
}

// history polls as a prerequisite.
func (t *checker) history(path string, until func(doc) bool) doc {
	read, seen := t.poll(path, until)
	if !seen {
		t.need("a history that shows what was written")
	}
	return read
}

// hasVersion waits for a version in the history.
func hasVersion(number int64) func(doc) bool {
	return func(d doc) bool { return d.version(number) != nil }
}

// isDestroyed waits for a version to be shown as destroyed.
func isDestroyed(number int64) func(doc) bool {
	return func(d doc) bool { return d.version(number).text("status") == "destroyed" }
}

// isThere is content with any answer.
func isThere(doc) bool { return true }

// tick lets the service's clock move on where its times are whole seconds, so that a
// later time differs from an earlier one.
func (t *checker) tick() {
	if t.stuck == "" && t.run.coarse && t.run.service.sleep(t.ctx, 1100*time.Millisecond) != nil {
		t.need("a run that is not interrupted")
	}
}

// revealed is the text of a revealed string, hidden from all output.
func (t *checker) revealed(a answer) (text string, ok bool) {
	b, err := base64.StdEncoding.DecodeString(a.doc().text("secretString"))
	t.run.service.scrub.hide(string(b))
	t.run.service.scrub.hide(a.doc().text("secretString"))
	return string(b), err == nil && a.doc().has("secretString")
}
