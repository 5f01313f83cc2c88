package robustness

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// The actions of another client during a step. The empty action is a put.
const (
	destroysCurrent = "destroys current"
	destroysOld     = "destroys old"
	reveals         = "reveals"
	deletes         = "deletes"
	recreates       = "re-creates"
)

// When another client acts.
const (
	noWriter         = "none"
	beforeApply      = "before"  // between plan and apply
	beforeFirstRead  = "between" // before the first read of the apply
	beforeSecondRead = "later"   // before its second read, after an attempt or for another version
	duringRequest    = "at once" // when the request arrives; only puts
	inGap            = "in the gap"
)

// concurrentWriters are the actions of another client and their times: "before" is a
// put, "deletes, before" a delete.
func concurrentWriters() []string {
	names := []string{noWriter, beforeApply, duringRequest, beforeFirstRead, beforeSecondRead}
	for _, action := range []string{destroysCurrent, destroysOld, reveals, deletes, recreates} {
		for _, when := range []string{beforeApply, beforeFirstRead, beforeSecondRead} {
			names = append(names, action+", "+when)
		}
	}
	return names
}

// gapWriters act between the read of a guard and the request after it. The API has no
// conditional requests to close this gap.
func gapWriters() []string {
	names := []string{inGap}
	for _, action := range []string{destroysCurrent, reveals, deletes, recreates} {
		names = append(names, action+", "+inGap)
	}
	return names
}

// splitWriter splits the name of a concurrent writer.
func splitWriter(name string) (action, when string) {
	action, when, found := strings.Cut(name, ", ")
	if !found {
		return "", name
	}
	return action, when
}

// removesSecret reports a writer that deletes the secret, so that the path has no
// secret or another one.
func removesSecret(name string) bool {
	action, _ := splitWriter(name)
	return action == deletes || action == recreates
}

// writeConcurrently acts a minute after the last event and a minute before the next.
func (env *environment) writeConcurrently(ctx context.Context, action string) {
	env.server.Clock().Advance(time.Minute)
	env.act(ctx, action)
	env.server.Clock().Advance(time.Minute)
}

// act carries out an action of the other client, if the secret and the version for it
// exist.
func (env *environment) act(ctx context.Context, action string) {
	id, them := env.server.ID(dbID), env.server.Outsider()
	if action == "" {
		env.putAsOther(ctx)
		return
	}
	secret, err := them.GetSecret(ctx, id)
	if err != nil {
		if !client.IsNotFound(err) {
			env.t.Errorf("seed %d: the other client cannot read: %v", env.history.Seed, err)
		}
		return
	}
	active := activeOf(secret)
	switch action {
	case destroysCurrent:
		if len(active) > 1 {
			err = them.DestroyVersion(ctx, id, active[0], client.Unguarded)
		}
	case destroysOld:
		if len(active) > 1 {
			err = them.DestroyVersion(ctx, id, active[len(active)-1], client.Unguarded)
		}
	case reveals:
		if len(active) > 0 {
			_, err = them.RevealValue(ctx, id, active[len(active)-1])
		}
	case deletes, recreates:
		err = them.DeleteSecret(ctx, id, client.Unguarded)
		if err == nil && action == recreates {
			env.server.Clock().Advance(time.Minute)
			_, err = them.CreateSecret(ctx, client.NewSecret{ID: id, KMSKey: acctest.KMSKey, Value: client.BytesValue([]byte("another team's"))})
		}
	}
	if err != nil {
		env.t.Errorf("seed %d: the other client cannot act: %v", env.history.Seed, err)
	}
}

// activeOf are the versions that can be read, newest first.
func activeOf(secret client.Secret) (numbers []int64) {
	for _, v := range secret.Versions {
		if v.Status == client.VersionActive {
			numbers = append(numbers, v.Number)
		}
	}
	slices.Sort(numbers)
	slices.Reverse(numbers)
	return numbers
}

// scheduleWriter lets the concurrent writer of a step act at its time in the apply.
func (env *environment) scheduleWriter(ctx context.Context, step *Step) (stop func()) {
	ctx = context.WithoutCancel(ctx)
	action, when := splitWriter(step.ConcurrentWriter)
	switch when {
	case duringRequest:
		return env.beforeRequest(step.Operation.request(), 1, func() { env.act(ctx, action) })
	case inGap:
		return env.beforeRequest(step.Operation.request(), 1, func() { env.writeConcurrently(ctx, action) })
	case beforeFirstRead:
		return env.beforeRequest("getSecret", 1, func() { env.writeConcurrently(ctx, action) })
	case beforeSecondRead:
		return env.beforeRequest("getSecret", 2, func() { env.writeConcurrently(ctx, action) })
	}
	return func() {}
}

// beforeRequest calls do before Terraform's nth request of this name.
func (env *environment) beforeRequest(operation string, nth int, do func()) (stop func()) {
	asked := 0
	env.server.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.Header.Get("Authorization"), acctest.Token) && requestName(r) == operation {
			if asked++; asked == nth {
				do()
			}
		}
		return false
	})
	return func() { env.server.Intercept(nil) }
}
