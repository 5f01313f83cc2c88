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

// What another client does to the secret while Terraform is at work. The empty deed
// is a put.
const (
	deedDestroyCurrent = "destroys current"
	deedDestroyOld     = "destroys old"
	deedReveal         = "reveals"
	deedDelete         = "deletes"
	deedRecreate       = "re-creates"
)

// When another client acts.
const (
	noRival       = "none"
	momentBefore  = "before"  // between plan and apply
	momentBetween = "between" // before the first look of the apply
	momentLater   = "later"   // before its second look, after an attempt or for another version
	momentAtOnce  = "at once" // as the request comes in; only puts
	momentGap     = "in the gap"
)

// rivals are what another client may do, and when: "before" is a put, "deletes, before"
// a delete.
func rivals() []string {
	names := []string{noRival, momentBefore, momentAtOnce, momentBetween, momentLater}
	for _, deed := range []string{deedDestroyCurrent, deedDestroyOld, deedReveal, deedDelete, deedRecreate} {
		for _, moment := range []string{momentBefore, momentBetween, momentLater} {
			names = append(names, deed+", "+moment)
		}
	}
	return names
}

// gapRivals act between the look of a guard and the request behind it, where the API
// leaves a gap.
func gapRivals() []string {
	names := []string{momentGap}
	for _, deed := range []string{deedDestroyCurrent, deedReveal, deedDelete, deedRecreate} {
		names = append(names, deed+", "+momentGap)
	}
	return names
}

// rivalOf takes a name apart.
func rivalOf(name string) (deed, moment string) {
	deed, moment, found := strings.Cut(name, ", ")
	if !found {
		return "", name
	}
	return deed, moment
}

// endsLife reports a deed after which the path is without the secret, or another's.
func endsLife(name string) bool {
	deed, _ := rivalOf(name)
	return deed == deedDelete || deed == deedRecreate
}

// rival acts, some time after whatever was last and some time before whatever is next.
func (w *world) rival(ctx context.Context, deed string) {
	w.server.Clock().Advance(time.Minute)
	w.do(ctx, deed)
	w.server.Clock().Advance(time.Minute)
}

// do is what the other client does, as far as there is something to do it to.
func (w *world) do(ctx context.Context, deed string) {
	id, them := w.server.ID(dbID), w.server.Outsider()
	if deed == "" {
		w.put(ctx)
		return
	}
	secret, err := them.GetSecret(ctx, id)
	if err != nil {
		if !client.IsNotFound(err) {
			w.t.Errorf("seed %d: the rival cannot read: %v", w.history.Seed, err)
		}
		return
	}
	active := activeOf(secret)
	switch deed {
	case deedDestroyCurrent:
		if len(active) > 1 {
			err = them.DestroyVersion(ctx, id, active[0], client.Unguarded)
		}
	case deedDestroyOld:
		if len(active) > 1 {
			err = them.DestroyVersion(ctx, id, active[len(active)-1], client.Unguarded)
		}
	case deedReveal:
		if len(active) > 0 {
			_, err = them.RevealValue(ctx, id, active[len(active)-1])
		}
	case deedDelete, deedRecreate:
		err = them.DeleteSecret(ctx, id, client.Unguarded)
		if err == nil && deed == deedRecreate {
			w.server.Clock().Advance(time.Minute)
			_, err = them.CreateSecret(ctx, client.NewSecret{ID: id, KMSKey: acctest.KMSKey, Value: client.BytesValue([]byte("another team's"))})
		}
	}
	if err != nil {
		w.t.Errorf("seed %d: the rival cannot act: %v", w.history.Seed, err)
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

// arrange lets the rival of a step act at its moment of the apply.
func (w *world) arrange(ctx context.Context, step *Step) (stop func()) {
	ctx = context.WithoutCancel(ctx)
	deed, moment := rivalOf(step.Rival)
	switch moment {
	case momentAtOnce:
		return w.watch(step.Wish.operation(), 1, func() { w.do(ctx, deed) })
	case momentGap:
		return w.watch(step.Wish.operation(), 1, func() { w.rival(ctx, deed) })
	case momentBetween:
		return w.watch("getSecret", 1, func() { w.rival(ctx, deed) })
	case momentLater:
		return w.watch("getSecret", 2, func() { w.rival(ctx, deed) })
	}
	return func() {}
}

// watch does something before the nth request of Terraform for an operation.
func (w *world) watch(operation string, nth int, do func()) (stop func()) {
	asked := 0
	w.server.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.Header.Get("Authorization"), acctest.Token) && operationOf(r) == operation {
			if asked++; asked == nth {
				do()
			}
		}
		return false
	})
	return func() { w.server.Intercept(nil) }
}
