package robustness

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const (
	dbID = "nl-01/app/db"
	// patience is how long an attempt may take.
	patience = "300ms"
)

// world is one secret on a server of its own, what Terraform manages of it, and
// everybody who has to do with it.
type world struct {
	t       testing.TB
	server  *acctest.Server
	chance  *rand.Rand
	secret  *acctest.Core
	version *acctest.Core
	history History

	container map[string]any // the configuration of the secret
	value     map[string]any // the configuration of its version, nil for none yet
	serial    int
	gap       bool // another client acts where no guard sees it
	over      bool // the secret is gone, or another's
}

// newWorld makes the world of a seed.
func newWorld(ctx context.Context, t testing.TB, seed uint64) (*world, error) {
	t.Helper()
	w := &world{
		t: t, server: acctest.NewServerWith(t, refserver.Config{Seed: seed}),
		chance:  rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // A run has to replay.
		history: History{Seed: seed, Values: map[int64]string{}},
		container: map[string]any{
			"path": "/app/db", "kms_key_id": acctest.KMSKey, "deletion_protection": false,
		},
	}
	w.server.AllowNoCurrent() // The only version of a secret may be destroyed in the end.
	var err error
	if w.secret, err = w.core(ctx, "thalassasecrets_secret"); err != nil {
		return nil, err
	}
	w.version, err = w.core(ctx, "thalassasecrets_secret_version")
	return w, err
}

func (w *world) core(ctx context.Context, typeName string) (*acctest.Core, error) {
	core, err := acctest.NewCore(ctx, w.server, typeName)
	if err != nil {
		return nil, err
	}
	core.Provider = map[string]any{
		"request_timeout": patience,
		"retry":           map[string]any{"max_attempts": int64(4), "min_wait": "1ms", "max_wait": "4ms"},
	}
	return core, nil
}

// of is what manages the thing that a wish is about.
func (w *world) of(wish Wish) *acctest.Core {
	switch wish {
	case PutValue, PutGenerated, DestroyOld:
		return w.version
	case CreateSecret, ChangePolicy, DeleteSecret:
	}
	return w.secret
}

// configure writes a wish into the configuration, and tells the value that is to
// be put and the policy that is to be set.
func (w *world) configure(wish Wish) (value, policy string) {
	w.serial++
	next := fmt.Sprintf("value %d", w.serial)
	retention := w.value["retention"]
	switch wish {
	case PutValue:
		w.value = map[string]any{"secret_id": dbID, "value_wo_version": fmt.Sprint(w.serial)}
		switch w.chance.IntN(3) {
		case 0:
			w.value["secret_string_wo"] = next
		case 1:
			w.value["secret_key_values_wo"] = map[string]string{"k": next}
		case 2:
			w.value["secret_string_wo"] = next
			w.value["on_external_version"] = "overwrite"
		}
		w.value["retention"] = retention
		return next, ""
	case PutGenerated:
		w.value = map[string]any{"secret_id": dbID, "generate": map[string]any{"byte_length": int64(16 + w.serial)}, "retention": retention}
	case DestroyOld:
		// The first time it is asked for; from then on time alone makes versions due.
		if retention == nil {
			w.value["retention"] = map[string]any{"keep": int64(w.chance.IntN(2)), "min_idle": "1d"}
		}
		w.server.Clock().Advance(48 * time.Hour)
	case ChangePolicy:
		policy = fmt.Sprintf("10.%d.%d.0/24", w.serial/256, w.serial%256)
		w.container["access_policy"] = map[string]any{"conditions": []any{
			map[string]any{"type": "ip", "effect": "allow", "cidrs": []string{policy, "127.0.0.0/8", "::1/128"}},
		}}
	case CreateSecret, DeleteSecret:
	}
	return "", policy
}

func (w *world) configOf(wish Wish) map[string]any {
	if w.of(wish) == w.version {
		return w.value
	}
	return w.container
}

// look notes what the service has, as somebody who disturbs nothing.
func (w *world) look(ctx context.Context, step *Step) {
	secret, err := w.server.Outsider().GetSecret(ctx, w.server.ID(dbID))
	if step.Gone = client.IsNotFound(err); step.Gone {
		return
	}
	if err != nil {
		w.t.Errorf("seed %d: %v", w.history.Seed, err)
	}
	if secret.AccessPolicy != nil && len(secret.AccessPolicy.Conditions) > 0 && len(secret.AccessPolicy.Conditions[0].CIDRs) > 0 {
		step.Policy = secret.AccessPolicy.Conditions[0].CIDRs[0]
	}
	if endsLife(step.Rival) {
		return // Its numbers are those of another secret.
	}
	for _, v := range secret.Versions {
		if _, known := w.history.Values[v.Number]; known || v.Status != client.VersionActive {
			continue
		}
		revealed, err := w.server.Outsider().RevealValue(ctx, w.server.ID(dbID), v.Number)
		if err != nil {
			w.t.Errorf("seed %d: %v", w.history.Seed, err)
		}
		value := string(revealed.Bytes())
		if revealed.Pairs() != nil {
			value = string(revealed.Pairs()["k"])
		}
		w.history.Values[v.Number] = value
	}
}

func (w *world) put(ctx context.Context) {
	w.serial++
	_, err := w.server.Outsider().PutValue(ctx, w.server.ID(dbID), client.BytesValue(fmt.Appendf(nil, "theirs %d", w.serial)), client.Unguarded)
	if err != nil && !client.IsNotFound(err) {
		w.t.Errorf("seed %d: the rival cannot put: %v", w.history.Seed, err)
	}
}

// operationOf names a request, as far as the watchers need it.
func operationOf(r *http.Request) string {
	put := strings.HasSuffix(r.URL.Path, "/versions")
	switch {
	case r.Method == http.MethodPost && put:
		return "putSecretValue"
	case r.Method == http.MethodDelete && put:
		return "destroySecretVersion"
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/secrets"):
		return "createSecret"
	case r.Method == http.MethodPut:
		return "updateAccessPolicy"
	case r.Method == http.MethodDelete:
		return "deleteSecret"
	case r.Method == http.MethodGet:
		return "getSecret"
	}
	return ""
}

// outcomeOf is what a user makes of the end of an apply.
func outcomeOf(err error) (Outcome, string, error) {
	var refused *acctest.RefusedError
	switch {
	case err == nil:
		return Done, "", nil
	case !errors.As(err, &refused):
		return Refused, err.Error(), err // Terraform itself would call it a bug.
	case strings.Contains(refused.Error(), "may have happened or not"):
		return Doubtful, refused.Error(), nil
	}
	return Refused, refused.Error(), nil
}

// managed is the version in the state, zero for none.
func (w *world) managed() int64 {
	if w.version.State == nil {
		return 0
	}
	numbers := acctest.Int64(acctest.Attribute(w.version.State.Value, "version"))
	if len(numbers) == 0 {
		return 0
	}
	return numbers[0]
}
