package robustness

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

var allStatuses = flag.Bool("robustness.statuses", false, "let TestAnswers try every status from 200 to 599, not only those that differ")

// statusesOfAnswers are the statuses of the table: one for each kind that the client
// distinguishes.
func statusesOfAnswers() []int {
	if !*allStatuses {
		return []int{200, 204, 302, 401, 403, 404, 408, 429, 502}
	}
	var all []int
	for status := 200; status <= 599; status++ {
		all = append(all, status)
	}
	return all
}

// cellsPerServer is the number of cells before the server is replaced, because each
// phase of a Core leaves connections open that only the server closes.
const cellsPerServer = 20

const (
	successInForm = "a success in form, and nothing was done"
	refusalInForm = "a refusal in form, and it was done"
)

// excusedCells has the number of cells whose forged response no client can detect.
func excusedCells() map[string]int {
	if *allStatuses {
		return map[string]int{successInForm: 1290, refusalInForm: 45}
	}
	return map[string]int{successInForm: 16, refusalInForm: 36}
}

// cell is an operation with a forged response.
type cell struct {
	answerCase answerCase
	forgedResponse
}

func (c cell) String() string {
	return fmt.Sprintf("%s / %d / %s / done %v", c.answerCase.name, c.status, c.form, c.done)
}

// excuse names the kind of forged response that no client can detect without another
// read: a wrong response in the API's own form.
func (c cell) excuse(harm string) string {
	switch {
	case c.isSuccess() && !c.done && c.answerCase.writes && c.isInForm():
		return successInForm
	case !c.isSuccess() && c.done && harm == wronglyDenied && c.isRefusal():
		return refusalInForm
	}
	return ""
}

// isInForm reports a response that could come from the API. The API answers a removal
// without a body or with a JSON object.
func (c cell) isInForm() bool {
	removes := c.answerCase.request == "destroySecretVersion" || c.answerCase.request == "deleteSecret"
	return c.form == formAPI || removes && (c.hasNoBody() || c.form == formOtherJSON || c.form == formEmpty)
}

// isRefusal reports a response which says for certain that nothing was done: an error
// in the API's own form, or a 401 or 429 in any form.
func (c cell) isRefusal() bool {
	return c.form == formAPI || c.status == http.StatusUnauthorized || c.status == http.StatusTooManyRequests
}

func (c cell) hasNoBody() bool {
	return c.status == http.StatusNoContent || c.status == http.StatusNotModified
}

func cells() (all []cell) {
	for _, of := range answerCases() {
		for _, status := range statusesOfAnswers() {
			for _, form := range []string{formAPI, formHTML, formTruncated, formEmpty, formOtherJSON} {
				if !of.writes && !*allStatuses && status != http.StatusNoContent && (form == formEmpty || form == formOtherJSON) {
					continue // A read treats them like HTML.
				}
				if status == http.StatusNoContent && form != formEmpty {
					continue // It never has a body.
				}
				for _, done := range []bool{true, false} {
					if of.writes || done {
						all = append(all, cell{of, forgedResponse{status, form, done}})
					}
				}
			}
		}
	}
	return all
}

// TestAnswers forges the responses to one operation at a time. No forged response makes
// a state lose an existing secret or count an existing version as destroyed, repeats a
// put, or turns a put that did not happen into a success.
func TestAnswers(t *testing.T) {
	t.Parallel()
	var (
		mu          sync.Mutex
		excused     = map[string][]string{}
		forgedCount = map[string]int{}
		workers     errgroup.Group
		queue       = make(chan cell)
	)
	for range atOnce {
		workers.Go(func() error {
			var f *fixture
			number := 0
			for c := range queue {
				if number%cellsPerServer == 0 {
					if f != nil {
						f.server.Close()
					}
					f = newFixture(t)
				}
				number++
				harm, err := f.runCell(t.Context(), number, c)
				mu.Lock()
				if err != nil {
					t.Errorf("%s: %v", c, err)
				}
				forgedCount[c.answerCase.name] += int(f.forger.count.Load())
				for _, h := range harm {
					if excuse := c.excuse(h); excuse != "" {
						excused[excuse] = append(excused[excuse], c.String()+": "+h)
					} else {
						t.Errorf("%s: %s\n  said: %q", c, h, f.message)
					}
				}
				mu.Unlock()
			}
			return nil
		})
	}
	table := cells()
	for _, c := range table {
		queue <- c
	}
	close(queue)
	_ = workers.Wait() // Errors are reported above.
	for _, of := range answerCases() {
		if forgedCount[of.name] == 0 {
			t.Errorf("%s: no response was forged", of.name)
		}
	}
	for excuse, most := range excusedCells() {
		if len(excused[excuse]) != most {
			t.Errorf("%d cells are excused as %q, want %d", len(excused[excuse]), excuse, most)
		}
	}
	for _, excuse := range slices.Sorted(maps.Keys(excused)) {
		list := excused[excuse]
		slices.Sort(list)
		t.Logf("%d of %d cells: %s\n  %s", len(list), len(table), excuse, strings.Join(list, "\n  "))
	}
}

// runCell runs a cell and returns the harm.
func (f *fixture) runCell(ctx context.Context, number int, c cell) ([]string, error) {
	if err := f.startCell(ctx, number, nil); err != nil {
		return nil, err
	}
	if err := c.answerCase.before(ctx, f); err != nil {
		return nil, err
	}
	forged := maps.Clone(c.answerCase.alsoForged)
	if forged == nil {
		forged = map[string]forgedResponse{}
	}
	forged[c.answerCase.request] = c.forgedResponse
	f.forged = forged
	f.begin()
	if !c.answerCase.writes {
		f.forger.forge(forged)
	}
	err := c.answerCase.act(ctx, f)
	f.forger.responses.Store(nil)
	if err != nil {
		return nil, err
	}
	return c.answerCase.harm(f), nil
}

// apply plans without forged responses and applies with them.
func (f *fixture) apply(ctx context.Context, core *acctest.Core, config map[string]any) error {
	plan, err := core.Plan(ctx, config)
	if err != nil {
		return err
	}
	f.forger.forge(f.forged)
	return f.recordOutcome(core.Apply(ctx, plan))
}

// planAndApply creates the secret with forged responses in the plan too.
func (f *fixture) planAndApply(ctx context.Context) error {
	plan, err := f.secret.Plan(ctx, f.secretConfig)
	if err != nil {
		return f.recordOutcome(err)
	}
	return f.recordOutcome(f.secret.Apply(ctx, plan))
}

// manySecrets is a number of secrets for which a run makes a list.
const manySecrets = 12

// withMany creates so many managed secrets that a run lists them.
func withMany(ctx context.Context, f *fixture) error {
	for n := len(f.listed); n < manySecrets; n++ {
		other := f.secret.Fork(nil)
		if err := f.applyClean(ctx, other, map[string]any{"path": fmt.Sprintf("/many/n%d", n), "kms_key_id": acctest.KMSKey}); err != nil {
			return err
		}
		f.listed = append(f.listed, other)
	}
	f.secret.Provider["read_strategy"], f.version.Provider["read_strategy"] = "auto", "auto"
	return withVersions(ctx, f)
}

// refreshMany refreshes all of them in one run.
func (f *fixture) refreshMany(ctx context.Context) error {
	run, err := f.secret.NewRun(ctx)
	if err != nil {
		return err
	}
	for _, other := range append(slices.Clone(f.listed), f.secret) {
		if now, _, err := other.In(run).Refresh(ctx); err == nil && now == nil {
			f.t.Error("a refresh by a list has lost a secret that lives")
		}
	}
	now, _, err := f.version.In(run).Refresh(ctx)
	f.refreshed = now
	return f.recordOutcome(err)
}

// hasRetired reports that the state counts a version as destroyed.
func (f *fixture) hasRetired(number int64) bool {
	return f.version.State == nil || !slices.Contains(acctest.Int64(acctest.Attribute(f.version.State.Value, "active_versions")), number)
}

// warnsOfFailedDestroy reports that the apply warned that version 2 was not destroyed,
// and that the next refresh takes it back into the state.
func (f *fixture) warnsOfFailedDestroy() bool {
	if !slices.Contains(f.version.Warned, diagnostic.RetentionFailed.On(f.id, "").Summary()) {
		return false
	}
	now, _, err := f.version.Refresh(f.t.Context())
	return err == nil && slices.Contains(acctest.Int64(acctest.Attribute(now.Value, "active_versions")), 2)
}

// policyHarm lists the harm of a change of the access policy.
func (f *fixture) policyHarm() []string {
	harm := f.lostSecretHarm()
	secret := f.serviceSecret()
	isSet := secret != nil && secret.AccessPolicy != nil
	if f.outcome == Done && !isSet {
		harm = append(harm, "success for an access policy that is not there")
	}
	if f.outcome != Done && !acctest.Attribute(f.secret.State.Value, "access_policy").IsNull() {
		harm = append(harm, "the state has an access policy although the change failed")
	}
	return harm
}
