package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const releasedPolicy = "Access policy no longer managed"

// foreignSecret is a secret of another client, with the given conditions.
func foreignSecret(t *testing.T, conditions ...client.Condition) *acctest.Server {
	t.Helper()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	if len(conditions) > 0 {
		setPolicy(t, s, conditions...)
	}
	return s
}

// An import takes the policy that the secret has. The plan shows what the configuration
// makes of it, and an apply writes only what differs.
func TestAccessPolicyImport(t *testing.T) {
	t.Parallel()
	deny, night := byNetwork("deny", "192.0.2.0/24"), byHour("deny", 22, 6, "Europe/Amsterdam")
	for name, tc := range map[string]struct {
		has    []client.Condition
		config string
		action string
		writes int
		warns  bool
		want   string
	}{
		"as configured":            {[]client.Condition{deny}, withPolicy(fromNobody), "no-op", 0, false, "deny from 192.0.2.0/24"},
		"in another order, twice":  {[]client.Condition{deny, night}, withPolicy(atNight, fromNobody, atNight), "no-op", 0, false, "deny from 192.0.2.0/24; deny from 22 to 6 Europe/Amsterdam"},
		"not configured":           {[]client.Condition{deny}, emptyContainer, "update", 0, true, "deny from 192.0.2.0/24"},
		"another one":              {[]client.Condition{deny}, withPolicy(fromOffice), "update", 1, false, "allow from 10.1.2.3/8 2001:db8::/32"},
		"to be cleared":            {[]client.Condition{deny}, withPolicy(), "update", 1, false, "none"},
		"none, none configured":    {nil, emptyContainer, "no-op", 0, false, "none"},
		"none, none wanted":        {nil, withPolicy(), "update", 0, false, "none"},
		"none, but one configured": {nil, withPolicy(fromNobody), "update", 1, false, "deny from 192.0.2.0/24"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := foreignSecret(t, tc.has...)
			w := acctest.NewWorkspace(t, s)
			// An imported secret is protected, so the plan shows no difference.
			config := strings.Replace(tc.config, "deletion_protection = false", "deletion_protection = true", 1)
			w.Write("main.tf", config+"import {\n  to = thalassasecrets_secret.db\n  id = \"nl-01/app/db\"\n}\n")
			s.Mark()
			plan := w.Plan()
			change := plan.Change(secretAddress)
			if change.Importing == nil || string(change.Actions[0]) != tc.action || len(change.Actions) != 1 {
				t.Errorf("the plan proposes %v, want %s:\n%s", change.Actions, tc.action, plan.Text())
			}
			if tc.warns {
				checkReleased(t, plan.Warned(t, releasedPolicy))
			} else if warnings := plan.Warnings(); len(warnings) > 0 {
				t.Errorf("warnings: %q", warnings)
			}
			w.ApplyOnly("saved.plan")
			if got := policyText(s); got != tc.want || s.Writes() != tc.writes {
				t.Errorf("the service has %q after %d writes, want %q after %d", got, s.Writes(), tc.want, tc.writes)
			}
			w.Settled()
		})
	}
}

func checkReleased(t *testing.T, said string) {
	t.Helper()
	for _, part := range []string{"stays as it is at the service; `access_policy = { conditions = [] }` clears it", dbID} {
		if !strings.Contains(said, part) {
			t.Errorf("the warning says %q, want %q in it", said, part)
		}
	}
}

// The command and the identity import the same as the block.
func TestAccessPolicyImportCommand(t *testing.T) {
	t.Parallel()
	s := foreignSecret(t, byNetwork("deny", "192.0.2.0/24"))
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", strings.Replace(withPolicy(fromNobody), "deletion_protection = false", "deletion_protection = true", 1))
	if result := w.Run("import", secretAddress, dbID); result.Code != 0 {
		t.Fatalf("import: %s", result.Stderr)
	}
	s.Mark()
	w.Settled()

	core, err := acctest.NewCore(t.Context(), s, "thalassasecrets_secret")
	if err != nil {
		t.Fatal(err)
	}
	if err := core.ImportIdentity(t.Context(), identityOf(t, "nl-01", "/app/db")); err != nil {
		t.Fatal(err)
	}
	if acctest.Attribute(core.State.Value, "access_policy").IsNull() {
		t.Error("an import by identity leaves the policy out")
	}
}

// A moved state takes the policy with its first refresh, which is its import.
func TestAccessPolicyMoved(t *testing.T) {
	t.Parallel()
	s := vendorsSecret(t)
	setPolicy(t, s, byNetwork("deny", "192.0.2.0/24"))
	core := movedCore(t, s, sourceOf(vendorSecretType, vendorSecretRow))
	refreshed, _, err := core.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if acctest.Attribute(refreshed.Value, "access_policy").IsNull() {
		t.Error("the move leaves the policy out")
	}
}

// A policy that is taken out of the configuration stays at the service, which the plan
// says. After that, neither a refresh nor a plan shows it.
func TestAccessPolicyReleased(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", withPolicy(fromNobody))
	w.Apply()
	w.Write("main.tf", emptyContainer)
	s.Mark()
	plan := w.Plan()
	checkReleased(t, plan.Warned(t, releasedPolicy))
	w.ApplyOnly("saved.plan")
	w.Settled()
	setPolicy(t, s, byNetwork("allow", "10.0.0.0/8"))
	w.Settled()
	if got := w.StateValue(secretAddress, "access_policy"); got != nil {
		t.Errorf("a refresh brought the policy back: %v", got)
	}
	if s.Writes() != 0 {
		t.Errorf("something was written: %v", s.Calls())
	}
}
