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

// statusesOfAnswers are the statuses that the table tries: one of each kind that any
// part of the client tells apart.
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

// cellsOfAServer is after how many cells a server is replaced, because each phase of a
// Core leaves connections behind that only the server closes.
const cellsOfAServer = 20

const (
	successInForm = "a success in form, and nothing was done"
	refusalInForm = "a refusal in form, and it was done"
)

// excusedCells are how many cells of the table no client can tell from the truth.
func excusedCells() map[string]int {
	if *allStatuses {
		return map[string]int{successInForm: 1290, refusalInForm: 45}
	}
	return map[string]int{successInForm: 16, refusalInForm: 36}
}

// cell is one square of the table.
type cell struct {
	of answeredCase
	lie
}

func (c cell) String() string {
	return fmt.Sprintf("%s / %d / %s / done %v", c.of.name, c.status, c.form, c.done)
}

// excuse names the lies that no client can see through without another read: those
// in the API's own form, about what was done.
func (c cell) excuse(harm string) string {
	switch {
	case c.isSuccess() && !c.done && c.of.writes && c.isInForm():
		return successInForm
	case !c.isSuccess() && c.done && harm == denied && c.isRefusal():
		return refusalInForm
	}
	return ""
}

// isInForm reports an answer that may be the API's. A removal is answered without a
// body or with a JSON object.
func (c cell) isInForm() bool {
	removes := c.of.operation == "destroySecretVersion" || c.of.operation == "deleteSecret"
	return c.form == formAPI || removes && (c.hasNoBody() || c.form == formOtherJSON || c.form == formEmpty)
}

// isRefusal reports an answer by which nothing was done beyond doubt: an error in the
// API's own form, or what a door or a limiter says, in any form.
func (c cell) isRefusal() bool {
	return c.form == formAPI || c.status == http.StatusUnauthorized || c.status == http.StatusTooManyRequests
}

func (c cell) hasNoBody() bool {
	return c.status == http.StatusNoContent || c.status == http.StatusNotModified
}

func cells() (all []cell) {
	for _, of := range answeredCases() {
		for _, status := range statusesOfAnswers() {
			for _, form := range []string{formAPI, formHTML, formTruncated, formEmpty, formOtherJSON} {
				if !of.writes && !*allStatuses && status != http.StatusNoContent && (form == formEmpty || form == formOtherJSON) {
					continue // To a read they are as good as a page.
				}
				if status == http.StatusNoContent && form != formEmpty {
					continue // It never has a body.
				}
				for _, done := range []bool{true, false} {
					if of.writes || done {
						all = append(all, cell{of, lie{status, form, done}})
					}
				}
			}
		}
	}
	return all
}

// TestAnswers lets one operation at a time be answered by something that is not the
// service. Whatever it says: no state loses a secret that lives or counts a version
// that lives as destroyed, and no put is done twice or is a success without being one.
func TestAnswers(t *testing.T) {
	t.Parallel()
	var (
		mu      sync.Mutex
		excused = map[string][]string{}
		told    = map[string]int{}
		workers errgroup.Group
		queue   = make(chan cell)
	)
	for range atOnce {
		workers.Go(func() error {
			var a *answered
			number := 0
			for c := range queue {
				if number%cellsOfAServer == 0 {
					if a != nil {
						a.server.Close()
					}
					a = newAnswered(t)
				}
				number++
				harm, err := a.play(t.Context(), number, c)
				mu.Lock()
				if err != nil {
					t.Errorf("%s: %v", c, err)
				}
				told[c.of.name] += int(a.liar.told.Load())
				for _, h := range harm {
					if excuse := c.excuse(h); excuse != "" {
						excused[excuse] = append(excused[excuse], c.String()+": "+h)
					} else {
						t.Errorf("%s: %s\n  said: %q", c, h, a.said)
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
	_ = workers.Wait() // What goes wrong is reported.
	for _, of := range answeredCases() {
		if told[of.name] == 0 {
			t.Errorf("%s: nothing was lied about", of.name)
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

// play plays a cell and returns the harm that came of it.
func (a *answered) play(ctx context.Context, number int, c cell) ([]string, error) {
	if err := a.next(ctx, number, nil); err != nil {
		return nil, err
	}
	if err := c.of.before(ctx, a); err != nil {
		return nil, err
	}
	lies := maps.Clone(c.of.beside)
	if lies == nil {
		lies = map[string]lie{}
	}
	lies[c.of.operation] = c.lie
	a.lies = lies
	a.begin()
	if !c.of.writes {
		a.liar.tell(lies)
	}
	err := c.of.act(ctx, a)
	a.liar.lies.Store(nil)
	if err != nil {
		return nil, err
	}
	return c.of.harm(a), nil
}

// apply plans without lies and applies with them.
func (a *answered) apply(ctx context.Context, core *acctest.Core, config map[string]any) error {
	plan, err := core.Plan(ctx, config)
	if err != nil {
		return err
	}
	a.liar.tell(a.lies)
	return a.note(core.Apply(ctx, plan))
}

// planAndApply creates the secret among lies.
func (a *answered) planAndApply(ctx context.Context) error {
	plan, err := a.secret.Plan(ctx, a.container)
	if err != nil {
		return a.note(err)
	}
	return a.note(a.secret.Apply(ctx, plan))
}

// manySecrets is how many secrets make a list worth its request.
const manySecrets = 12

// withMany has so many managed secrets beside this one that a run lists them.
func withMany(ctx context.Context, a *answered) error {
	for n := len(a.others); n < manySecrets; n++ {
		other := a.secret.Fork(nil)
		if err := a.settled(ctx, other, map[string]any{"path": fmt.Sprintf("/many/n%d", n), "kms_key_id": acctest.KMSKey}); err != nil {
			return err
		}
		a.others = append(a.others, other)
	}
	a.secret.Provider["read_strategy"], a.version.Provider["read_strategy"] = "auto", "auto"
	return withVersions(ctx, a)
}

// refreshMany refreshes all of them in one run.
func (a *answered) refreshMany(ctx context.Context) error {
	run, err := a.secret.NewRun(ctx)
	if err != nil {
		return err
	}
	for _, other := range append(slices.Clone(a.others), a.secret) {
		if now, _, err := other.In(run).Refresh(ctx); err == nil && now == nil {
			a.t.Error("a refresh by a list has lost a secret that lives")
		}
	}
	now, _, err := a.version.In(run).Refresh(ctx)
	a.now = now
	return a.note(err)
}

// hasRetired reports that the state has let go of a version.
func (a *answered) hasRetired(number int64) bool {
	return a.version.State == nil || !slices.Contains(acctest.Int64(acctest.Attribute(a.version.State.Value, "active_versions")), number)
}

// isWarned reports that the apply said what was not destroyed, and that the next
// refresh takes it back into the state.
func (a *answered) isWarned() bool {
	if !slices.Contains(a.version.Warned, diagnostic.RetentionFailed.On(a.id, "").Summary()) {
		return false
	}
	now, _, err := a.version.Refresh(a.t.Context())
	return err == nil && slices.Contains(acctest.Int64(acctest.Attribute(now.Value, "active_versions")), 2)
}

// policyHarm is what a change of the access policy can do wrong.
func (a *answered) policyHarm() []string {
	harm := a.lost()
	secret := a.live()
	isSet := secret != nil && secret.AccessPolicy != nil
	if a.outcome == Done && !isSet {
		harm = append(harm, "success for an access policy that is not there")
	}
	if a.outcome != Done && !acctest.Attribute(a.secret.State.Value, "access_policy").IsNull() {
		harm = append(harm, "the state has an access policy although the change failed")
	}
	return harm
}
