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
	// requestTimeout is the time limit of an attempt.
	requestTimeout = "300ms"
)

// environment is one secret on a separate server, with the resources that Terraform
// manages and the other client.
type environment struct {
	t       testing.TB
	server  *acctest.Server
	random  *rand.Rand
	secret  *acctest.Core
	version *acctest.Core
	history History

	secretConfig  map[string]any // the configuration of the secret
	versionConfig map[string]any // the configuration of its version, nil for none yet
	counter       int
	gap           bool // another client acts between a guard's read and the request
	ended         bool // the secret is deleted or replaced
}

// newEnvironment creates the environment of a seed.
func newEnvironment(ctx context.Context, t testing.TB, seed uint64) (*environment, error) {
	t.Helper()
	env := &environment{
		t: t, server: acctest.NewServerWith(t, refserver.Config{Seed: seed}),
		random:  rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // A run has to replay.
		history: History{Seed: seed, Values: map[int64]string{}},
		secretConfig: map[string]any{
			"path": "/app/db", "kms_key_id": acctest.KMSKey, "deletion_protection": false,
		},
	}
	env.server.AllowNoCurrent() // The only version of a secret may be destroyed in the end.
	var err error
	if env.secret, err = env.core(ctx, "thalassasecrets_secret"); err != nil {
		return nil, err
	}
	env.version, err = env.core(ctx, "thalassasecrets_secret_version")
	return env, err
}

func (env *environment) core(ctx context.Context, typeName string) (*acctest.Core, error) {
	core, err := acctest.NewCore(ctx, env.server, typeName)
	if err != nil {
		return nil, err
	}
	core.Provider = map[string]any{
		"request_timeout": requestTimeout,
		"retry":           map[string]any{"max_attempts": int64(4), "min_wait": "1ms", "max_wait": "4ms"},
	}
	return core, nil
}

// resourceOf is the resource that an operation changes.
func (env *environment) resourceOf(operation Operation) *acctest.Core {
	switch operation {
	case PutValue, PutGenerated, DestroyOld:
		return env.version
	case CreateSecret, ChangePolicy, DeleteSecret:
	}
	return env.secret
}

// configure changes the configuration for an operation. It returns the value that is to
// be put and the policy that is to be set.
func (env *environment) configure(operation Operation) (value, policy string) {
	env.counter++
	next := fmt.Sprintf("value %d", env.counter)
	retention := env.versionConfig["retention"]
	switch operation {
	case PutValue:
		env.versionConfig = map[string]any{"secret_id": dbID, "value_wo_version": fmt.Sprint(env.counter)}
		switch env.random.IntN(3) {
		case 0:
			env.versionConfig["secret_string_wo"] = next
		case 1:
			env.versionConfig["secret_key_values_wo"] = map[string]string{"k": next}
		case 2:
			env.versionConfig["secret_string_wo"] = next
			env.versionConfig["on_external_version"] = "overwrite"
		}
		env.versionConfig["retention"] = retention
		return next, ""
	case PutGenerated:
		env.versionConfig = map[string]any{"secret_id": dbID, "generate": map[string]any{"byte_length": int64(16 + env.counter)}, "retention": retention}
	case DestroyOld:
		// The first time sets the retention. Later, versions become due by time alone.
		if retention == nil {
			env.versionConfig["retention"] = map[string]any{"keep": int64(env.random.IntN(2)), "min_idle": "1d"}
		}
		env.server.Clock().Advance(48 * time.Hour)
	case ChangePolicy:
		policy = fmt.Sprintf("10.%d.%d.0/24", env.counter/256, env.counter%256)
		env.secretConfig["access_policy"] = map[string]any{"conditions": []any{
			map[string]any{"type": "ip", "effect": "allow", "cidrs": []string{policy, "127.0.0.0/8", "::1/128"}},
		}}
	case CreateSecret, DeleteSecret:
	}
	return "", policy
}

func (env *environment) configOf(operation Operation) map[string]any {
	if env.resourceOf(operation) == env.version {
		return env.versionConfig
	}
	return env.secretConfig
}

// recordService records the state of the service after a step.
func (env *environment) recordService(ctx context.Context, step *Step) {
	secret, err := env.server.Outsider().GetSecret(ctx, env.server.ID(dbID))
	if step.Gone = client.IsNotFound(err); step.Gone {
		return
	}
	if err != nil {
		env.t.Errorf("seed %d: %v", env.history.Seed, err)
	}
	if secret.AccessPolicy != nil && len(secret.AccessPolicy.Conditions) > 0 && len(secret.AccessPolicy.Conditions[0].CIDRs) > 0 {
		step.Policy = secret.AccessPolicy.Conditions[0].CIDRs[0]
	}
	if removesSecret(step.ConcurrentWriter) {
		return // The version numbers are those of another secret.
	}
	for _, v := range secret.Versions {
		if _, known := env.history.Values[v.Number]; known || v.Status != client.VersionActive {
			continue
		}
		revealed, err := env.server.Outsider().RevealValue(ctx, env.server.ID(dbID), v.Number)
		if err != nil {
			env.t.Errorf("seed %d: %v", env.history.Seed, err)
		}
		value := string(revealed.Bytes())
		if revealed.Pairs() != nil {
			value = string(revealed.Pairs()["k"])
		}
		env.history.Values[v.Number] = value
	}
}

func (env *environment) putAsOther(ctx context.Context) {
	env.counter++
	_, err := env.server.Outsider().PutValue(ctx, env.server.ID(dbID), client.BytesValue(fmt.Appendf(nil, "theirs %d", env.counter)), client.Unguarded)
	if err != nil && !client.IsNotFound(err) {
		env.t.Errorf("seed %d: the other client cannot put: %v", env.history.Seed, err)
	}
}

// requestName is the name of a request about a secret, as in the journal.
func requestName(r *http.Request) string {
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

// outcomeOf is the outcome that a user sees.
func outcomeOf(err error) (Outcome, string, error) {
	var refused *acctest.RefusedError
	switch {
	case err == nil:
		return Done, "", nil
	case !errors.As(err, &refused):
		return Refused, err.Error(), err // Terraform itself would call it a bug.
	case strings.Contains(refused.Error(), "may or may not have succeeded"):
		return Unknown, refused.Error(), nil
	}
	return Refused, refused.Error(), nil
}

// managedVersion is the version in the state, zero for none.
func (env *environment) managedVersion() int64 {
	if env.version.State == nil {
		return 0
	}
	numbers := acctest.Int64(acctest.Attribute(env.version.State.Value, "version"))
	if len(numbers) == 0 {
		return 0
	}
	return numbers[0]
}
