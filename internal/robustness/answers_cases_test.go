package robustness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// fixture is a secret that the real provider manages. The responses to one of its
// operations are forged.
type fixture struct {
	t       *testing.T
	server  *acctest.Server
	forger  *responseForger
	id      string
	secret  *acctest.Core
	version *acctest.Core

	secretConfig, versionConfig map[string]any
	forged                      map[string]forgedResponse
	listed                      []*acctest.Core // secrets that are listed with it
	auditStart                  int             // of the audit log, before the operation
	outcome                     Outcome
	message                     string
	refreshed                   *acctest.Instance // that a refresh has found
}

// answerCase is an operation of the provider, with the check of its result.
type answerCase struct {
	name    string
	request string // whose responses are forged
	writes  bool
	// alsoForged are further forged responses, the same in every cell.
	alsoForged map[string]forgedResponse
	before     func(ctx context.Context, f *fixture) error
	act        func(ctx context.Context, f *fixture) error
	harm       func(f *fixture) []string
}

// newFixture starts a server whose responses can be forged.
func newFixture(t *testing.T) *fixture {
	t.Helper()
	s := acctest.NewServerWith(t, refserver.Config{OIDC: refserver.OIDC{
		Clients: []refserver.OIDCClient{{ID: "ci", Secret: "client-secret", Principal: principal}},
	}})
	s.AllowNoCurrent()
	return &fixture{t: t, server: s, forger: newResponseForger(s)}
}

// startCell resets the fixture to the secret of another cell.
func (f *fixture) startCell(ctx context.Context, number int, provider map[string]any) error {
	f.forger.forge(nil)
	path := fmt.Sprintf("/cell/%d/db", number)
	f.id = acctest.Region + path
	f.secretConfig = map[string]any{"path": path, "kms_key_id": acctest.KMSKey, "deletion_protection": false}
	f.versionConfig = map[string]any{"secret_id": f.id, "secret_string_wo": "one", "value_wo_version": "1"}
	f.outcome, f.message, f.refreshed = "", "", nil
	retry := map[string]any{"max_attempts": int64(3), "min_wait": "1ms", "max_wait": "1ms"}
	for typeName, core := range map[string]**acctest.Core{"thalassasecrets_secret": &f.secret, "thalassasecrets_secret_version": &f.version} {
		if *core == nil {
			made, err := acctest.NewCore(ctx, f.server, typeName)
			if err != nil {
				return err
			}
			*core = made
		}
		(*core).State = nil
		(*core).Provider = map[string]any{"retry": retry, "read_strategy": "individual"}
	}
	for name, argument := range provider {
		f.secret.Provider[name], f.version.Provider[name] = argument, argument
	}
	return nil
}

// applyClean applies a configuration without forged responses.
func (f *fixture) applyClean(ctx context.Context, core *acctest.Core, config map[string]any) error {
	plan, err := core.Plan(ctx, config)
	if err != nil {
		return err
	}
	return core.Apply(ctx, plan)
}

// begin notes where the operation begins.
func (f *fixture) begin() { f.auditStart = len(f.server.Audit()) }

// recordOutcome keeps the outcome that the user sees.
func (f *fixture) recordOutcome(err error) error {
	var unexpected error
	f.outcome, f.message, unexpected = outcomeOf(err)
	return unexpected
}

// events are the versions of Terraform's events since the operation began.
func (f *fixture) events(name string) (versions []int64) {
	for _, event := range f.server.Audit()[f.auditStart:] {
		if event.Event == name && event.Principal == principal && acctest.Region+event.Path == f.id {
			versions = append(versions, event.Version)
		}
	}
	return versions
}

// serviceSecret is the secret as another client reads it, nil for none.
func (f *fixture) serviceSecret() *client.Secret {
	secret, err := f.server.Outsider().GetSecret(f.t.Context(), f.server.ID(f.id))
	if client.IsNotFound(err) {
		return nil
	}
	if err != nil {
		f.t.Error(err)
	}
	return &secret
}

func (f *fixture) isActive(number int64) bool {
	secret := f.serviceSecret()
	return secret != nil && slices.ContainsFunc(secret.Versions, func(v client.Version) bool {
		return v.Number == number && v.Status == client.VersionActive
	})
}

// managedNumber is the version in the state.
func (f *fixture) managedNumber() int64 {
	if f.version.State == nil {
		return 0
	}
	numbers := acctest.Int64(acctest.Attribute(f.version.State.Value, "version"))
	if len(numbers) == 0 {
		return 0
	}
	return numbers[0]
}

// lostSecretHarm reports a state without the secret, although the service has it.
func (f *fixture) lostSecretHarm() (harm []string) {
	if f.serviceSecret() == nil {
		return nil
	}
	if f.secret.State == nil {
		harm = append(harm, "the state has lost a secret that lives")
	}
	return harm
}

// putHarm lists the harm of a put.
func (f *fixture) putHarm() []string {
	harm := f.lostSecretHarm()
	puts := f.events("secrets.put_value")
	switch {
	case len(puts) > 1:
		harm = append(harm, fmt.Sprintf("the versions %v were put for one change", puts))
	case f.outcome == Done && (len(puts) == 0 || f.managedNumber() != puts[0]):
		harm = append(harm, fmt.Sprintf("success for version %d, and %v was put", f.managedNumber(), puts))
	case f.outcome == Refused && len(puts) > 0:
		harm = append(harm, wronglyDenied)
	}
	return harm
}

// createHarm lists the harm of a create.
func (f *fixture) createHarm() []string {
	creates := f.events("secrets.create")
	switch {
	case len(creates) > 1:
		return []string{"the secret was created twice"}
	case f.outcome == Done && f.serviceSecret() == nil:
		return []string{"success for a secret that is not there"}
	case f.outcome == Refused && len(creates) > 0:
		return []string{wronglyDenied}
	}
	return f.lostSecretHarmIfDone()
}

func (f *fixture) lostSecretHarmIfDone() []string {
	if f.outcome != Done {
		return nil
	}
	return f.lostSecretHarm()
}

// destroyHarm lists the harm of a destroy. isCounted says that the state counts the
// version as destroyed.
func (f *fixture) destroyHarm(number int64, isCounted bool) []string {
	harm := f.lostSecretHarm()
	if isCounted && f.isActive(number) {
		harm = append(harm, fmt.Sprintf("version %d lives and counts as destroyed", number))
	}
	return harm
}

// readHarm lists the harm of a refresh.
func (f *fixture) readHarm() (harm []string) {
	switch {
	case f.outcome != Done:
		return nil
	case f.refreshed == nil:
		return []string{"the refresh has lost a secret that lives"}
	}
	if status := acctest.Attribute(f.refreshed.Value, "status"); !status.IsNull() && status.IsKnown() {
		var text string
		if err := status.As(&text); err != nil || text != string(client.VersionActive) {
			harm = append(harm, "a version that lives counts as "+text)
		}
	}
	return harm
}

// wronglyDenied is the harm of a write that was done, but is reported as refused.
const wronglyDenied = "it was done, and the report says that it was not"

func (f *fixture) refresh(ctx context.Context, core *acctest.Core) error {
	now, _, err := core.Refresh(ctx)
	f.refreshed = now
	return f.recordOutcome(err)
}

// withVersions creates a secret with a placeholder and the managed version 2.
func withVersions(ctx context.Context, f *fixture) error {
	return errors.Join(f.applyClean(ctx, f.secret, f.secretConfig), f.applyClean(ctx, f.version, f.versionConfig))
}

func withContainer(ctx context.Context, f *fixture) error {
	return f.applyClean(ctx, f.secret, f.secretConfig)
}

// withSuperseded creates a superseded version that retention will destroy.
func withSuperseded(ctx context.Context, f *fixture) error {
	f.versionConfig["retention"] = map[string]any{"keep": int64(0), "min_idle": "1d"}
	if err := withVersions(ctx, f); err != nil {
		return err
	}
	f.versionConfig["secret_string_wo"], f.versionConfig["value_wo_version"] = "two", "2"
	if err := f.applyClean(ctx, f.version, f.versionConfig); err != nil {
		return err
	}
	f.server.Clock().Advance(72 * time.Hour)
	return nil
}

var policyOfTest = map[string]any{"conditions": []any{
	map[string]any{"type": "ip", "effect": "allow", "cidrs": []string{"127.0.0.0/8"}},
}}

// gateway404 is the response of an ingress without a route.
var gateway404 = forgedResponse{status: http.StatusNotFound, form: formHTML}
