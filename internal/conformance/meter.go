package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// meter keeps what the answers of a whole run have in common. A run sends one request
// at a time, so it needs no lock.
type meter struct {
	latencies []time.Duration
	limits    int    // answers with 429
	badRetry  string // the first Retry-After in no known form
	undated   int    // answers without a usable Date
	formless  string // the first refusal that is not in the API's form
	untyped   string // the first answer with a body of another type than JSON
	echo      string // the operation whose refusal repeated a value
	lagged    string // the first read that missed an earlier write
	refusals  int
	skew      time.Duration // of the service's clock, by the fastest answer
	precision time.Duration // of the skew; zero before the first dated answer
}

// answered notes an answer and how long it took.
func (m *meter) answered(a answer, came time.Time) {
	took := came.Sub(a.sent)
	m.latencies = append(m.latencies, took)
	if a.date.IsZero() {
		m.undated++
	} else if precision := took/2 + time.Second/2; m.precision == 0 || precision < m.precision {
		// A Date is cut to whole seconds, so its second is taken at half.
		m.skew, m.precision = a.date.Add(time.Second/2).Sub(a.sent.Add(took/2)), precision
	}
	if len(a.body) > 0 && m.untyped == "" && !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		m.untyped = fmt.Sprintf("%s for %s with status %d", shown(a.header.Get("Content-Type")), a.operation, a.status)
	}
	if a.status >= http.StatusBadRequest {
		m.refusals++
		if m.formless == "" && !inForm(a.body) {
			m.formless = fmt.Sprintf("another body for %s with status %d", a.operation, a.status)
		}
	}
}

// inForm reports a JSON object with a text "message".
func inForm(body []byte) bool {
	var form struct {
		Message *string `json:"message"`
	}
	return json.Unmarshal(body, &form) == nil && form.Message != nil
}

// limited notes a 429 and returns how long to wait before the next attempt.
func (m *meter) limited(a answer, now time.Time) time.Duration {
	m.limits++
	header := a.header.Get("Retry-After")
	wait, ok := retryAfter(header, now)
	if !ok {
		if m.badRetry == "" {
			m.badRetry = fmt.Sprintf("the header %q", header)
		}
		wait = usualWait
	}
	return min(wait, longestWait)
}

// latency is the median and the longest of the run.
func (m *meter) latency() (median, longest time.Duration) {
	if len(m.latencies) == 0 {
		return 0, 0
	}
	sorted := slices.Sorted(slices.Values(m.latencies))
	return sorted[len(sorted)/2], sorted[len(sorted)-1]
}
