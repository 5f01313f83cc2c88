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

// answered is a secret of its own, managed by the real provider, one of whose
// operations is answered by a liar.
type answered struct {
	t       *testing.T
	server  *acctest.Server
	liar    *liar
	id      string
	secret  *acctest.Core
	version *acctest.Core

	container, value map[string]any
	lies             map[string]lie
	others           []*acctest.Core // secrets that are listed with it
	from             int             // of the audit log, before the operation
	outcome          Outcome
	said             string
	now              *acctest.Instance // that a refresh has found
}

// answeredCase is an operation of the provider, and how one sees what came of it.
type answeredCase struct {
	name      string
	operation string // that is lied about
	writes    bool
	// beside is lied about as well, in the same way in every cell.
	beside map[string]lie
	before func(ctx context.Context, a *answered) error
	act    func(ctx context.Context, a *answered) error
	harm   func(a *answered) []string
}

// newAnswered starts a server for secrets that are lied about.
func newAnswered(t *testing.T) *answered {
	t.Helper()
	s := acctest.NewServerWith(t, refserver.Config{OIDC: refserver.OIDC{
		Clients: []refserver.OIDCClient{{ID: "ci", Secret: "client-secret", Principal: principal}},
	}})
	s.AllowNoCurrent()
	return &answered{t: t, server: s, liar: newLiar(s)}
}

// next begins with the secret of another cell, which has a placeholder and the managed
// version 2.
func (a *answered) next(ctx context.Context, number int, provider map[string]any) error {
	a.liar.tell(nil)
	path := fmt.Sprintf("/cell/%d/db", number)
	a.id = acctest.Region + path
	a.container = map[string]any{"path": path, "kms_key_id": acctest.KMSKey, "deletion_protection": false}
	a.value = map[string]any{"secret_id": a.id, "secret_string_wo": "one", "value_wo_version": "1"}
	a.outcome, a.said, a.now = "", "", nil
	retry := map[string]any{"max_attempts": int64(3), "min_wait": "1ms", "max_wait": "1ms"}
	for typeName, core := range map[string]**acctest.Core{"thalassasecrets_secret": &a.secret, "thalassasecrets_secret_version": &a.version} {
		if *core == nil {
			made, err := acctest.NewCore(ctx, a.server, typeName)
			if err != nil {
				return err
			}
			*core = made
		}
		(*core).State = nil
		(*core).Provider = map[string]any{"retry": retry, "read_strategy": "individual"}
	}
	for name, argument := range provider {
		a.secret.Provider[name], a.version.Provider[name] = argument, argument
	}
	return nil
}

// settled applies a configuration without lies.
func (a *answered) settled(ctx context.Context, core *acctest.Core, config map[string]any) error {
	plan, err := core.Plan(ctx, config)
	if err != nil {
		return err
	}
	return core.Apply(ctx, plan)
}

// begin notes where the operation begins.
func (a *answered) begin() { a.from = len(a.server.Audit()) }

// note keeps what a user is told.
func (a *answered) note(err error) error {
	var unexpected error
	a.outcome, a.said, unexpected = outcomeOf(err)
	return unexpected
}

// events counts what Terraform has done since the operation began.
func (a *answered) events(name string) (versions []int64) {
	for _, event := range a.server.Audit()[a.from:] {
		if event.Event == name && event.Principal == principal && acctest.Region+event.Path == a.id {
			versions = append(versions, event.Version)
		}
	}
	return versions
}

// live is the secret as another client sees it, nil for none.
func (a *answered) live() *client.Secret {
	secret, err := a.server.Outsider().GetSecret(a.t.Context(), a.server.ID(a.id))
	if client.IsNotFound(err) {
		return nil
	}
	if err != nil {
		a.t.Error(err)
	}
	return &secret
}

func (a *answered) isActive(number int64) bool {
	secret := a.live()
	return secret != nil && slices.ContainsFunc(secret.Versions, func(v client.Version) bool {
		return v.Number == number && v.Status == client.VersionActive
	})
}

// managedNumber is the version in the state.
func (a *answered) managedNumber() int64 {
	if a.version.State == nil {
		return 0
	}
	numbers := acctest.Int64(acctest.Attribute(a.version.State.Value, "version"))
	if len(numbers) == 0 {
		return 0
	}
	return numbers[0]
}

// lost is the harm of a state without a secret that lives.
func (a *answered) lost() (harm []string) {
	if a.live() == nil {
		return nil
	}
	if a.secret.State == nil {
		harm = append(harm, "the state has lost a secret that lives")
	}
	return harm
}

// putHarm is what a put can do wrong.
func (a *answered) putHarm() []string {
	harm := a.lost()
	puts := a.events("secrets.put_value")
	switch {
	case len(puts) > 1:
		harm = append(harm, fmt.Sprintf("the versions %v were put for one wish", puts))
	case a.outcome == Done && (len(puts) == 0 || a.managedNumber() != puts[0]):
		harm = append(harm, fmt.Sprintf("success for version %d, and %v was put", a.managedNumber(), puts))
	case a.outcome == Refused && len(puts) > 0:
		harm = append(harm, denied)
	}
	return harm
}

// createHarm is what a create can do wrong.
func (a *answered) createHarm() []string {
	creates := a.events("secrets.create")
	switch {
	case len(creates) > 1:
		return []string{"the secret was created twice"}
	case a.outcome == Done && a.live() == nil:
		return []string{"success for a secret that is not there"}
	case a.outcome == Refused && len(creates) > 0:
		return []string{denied}
	}
	return a.lostUnlessFailed()
}

func (a *answered) lostUnlessFailed() []string {
	if a.outcome != Done {
		return nil
	}
	return a.lost()
}

// destroyHarm is what a state that has let go of versions can do wrong.
func (a *answered) destroyHarm(number int64, isCounted bool) []string {
	harm := a.lost()
	if isCounted && a.isActive(number) {
		harm = append(harm, fmt.Sprintf("version %d lives and counts as destroyed", number))
	}
	return harm
}

// readHarm is what a refresh can do wrong.
func (a *answered) readHarm() (harm []string) {
	switch {
	case a.outcome != Done:
		return nil
	case a.now == nil:
		return []string{"the refresh has lost a secret that lives"}
	}
	if status := acctest.Attribute(a.now.Value, "status"); !status.IsNull() && status.IsKnown() {
		var text string
		if err := status.As(&text); err != nil || text != string(client.VersionActive) {
			harm = append(harm, "a version that lives counts as "+text)
		}
	}
	return harm
}

// denied is the harm of a write that was done and called refused, beyond doubt.
const denied = "it was done, and the user was told that it was not"

func (a *answered) refresh(ctx context.Context, core *acctest.Core) error {
	now, _, err := core.Refresh(ctx)
	a.now = now
	return a.note(err)
}

// withVersions makes what most operations begin with.
func withVersions(ctx context.Context, a *answered) error {
	return errors.Join(a.settled(ctx, a.secret, a.container), a.settled(ctx, a.version, a.value))
}

func withContainer(ctx context.Context, a *answered) error {
	return a.settled(ctx, a.secret, a.container)
}

// withSuperseded has a superseded version that retention will let go.
func withSuperseded(ctx context.Context, a *answered) error {
	a.value["retention"] = map[string]any{"keep": int64(0), "min_idle": "1d"}
	if err := withVersions(ctx, a); err != nil {
		return err
	}
	a.value["secret_string_wo"], a.value["value_wo_version"] = "two", "2"
	if err := a.settled(ctx, a.version, a.value); err != nil {
		return err
	}
	a.server.Clock().Advance(72 * time.Hour)
	return nil
}

var policyOfTest = map[string]any{"conditions": []any{
	map[string]any{"type": "ip", "effect": "allow", "cidrs": []string{"127.0.0.0/8"}},
}}

// gateway404 is an ingress that has lost its route.
var gateway404 = lie{status: http.StatusNotFound, form: formHTML}
