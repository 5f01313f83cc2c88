package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// withPolicy is a secret with the given conditions, each on a separate line.
func withPolicy(conditions ...string) string {
	policy := "  access_policy = { conditions = [\n" + strings.Join(conditions, ",\n") + "\n] }\n"
	return strings.Replace(emptyContainer, "  deletion_", policy+"  deletion_", 1)
}

// Conditions as configurations write them.
const (
	fromOffice = `{ type = "ip", effect = "allow", cidrs = ["10.1.2.3/8", "2001:db8::/32"] }`
	atNight    = `{ type = "time", effect = "deny", start_hour = 22, end_hour = 6, timezone = "Europe/Amsterdam" }`
	atMidnight = `{ type = "time", effect = "allow", start_hour = 0, end_hour = 0, timezone = "UTC" }`
	fromNobody = `{ type = "ip", effect = "deny", cidrs = ["192.0.2.0/24"] }`
)

// policyText is the policy that the service has, in words.
func policyText(s *acctest.Server) string {
	policy := s.Secret(dbID).AccessPolicy
	if policy == nil {
		return "none"
	}
	hour := func(h *int) string {
		if h == nil {
			return "none"
		}
		return fmt.Sprint(*h)
	}
	texts := make([]string, 0, len(policy.Conditions))
	for _, c := range policy.Conditions {
		if c.Type == "ip" {
			texts = append(texts, fmt.Sprintf("%s from %s", c.Effect, strings.Join(c.CIDRs, " ")))
		} else {
			texts = append(texts, fmt.Sprintf("%s from %s to %s %s", c.Effect, hour(c.StartHour), hour(c.EndHour), c.Timezone))
		}
	}
	return strings.Join(texts, "; ")
}

// setPolicy changes the policy as another client.
func setPolicy(t *testing.T, s *acctest.Server, conditions ...client.Condition) {
	t.Helper()
	policy := &client.AccessPolicy{Conditions: conditions}
	if conditions == nil {
		policy = nil
	}
	if _, err := s.Outsider().UpdateAccessPolicy(t.Context(), s.ID(dbID), policy, client.Unguarded); err != nil {
		t.Fatal(err)
	}
}

func byNetwork(effect string, cidrs ...string) client.Condition {
	return client.Condition{Type: "ip", Effect: effect, CIDRs: cidrs}
}

func byHour(effect string, start, end int, zone string) client.Condition {
	return client.Condition{Type: "time", Effect: effect, StartHour: &start, EndHour: &end, Timezone: zone}
}

// A policy comes with the secret, changes in place with one request, is cleared by no
// conditions, and stays as it is once it is not managed any more.
func TestAccessPolicyLifecycle(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	for _, step := range []struct {
		config  string
		updates int
		want    string
	}{
		{withPolicy(fromOffice, atNight, atMidnight), 0, "allow from 10.1.2.3/8 2001:db8::/32; deny from 22 to 6 Europe/Amsterdam; allow from 0 to 0 UTC"},
		{withPolicy(fromOffice), 1, "allow from 10.1.2.3/8 2001:db8::/32"},
		{withPolicy(fromOffice, strings.Replace(atMidnight, "end_hour = 0", "end_hour = 1", 1)), 1, "allow from 10.1.2.3/8 2001:db8::/32; allow from 0 to 1 UTC"},
		{withPolicy(), 1, "none"},
		{withPolicy(fromNobody), 1, "deny from 192.0.2.0/24"},
		{emptyContainer, 0, "deny from 192.0.2.0/24"},
		{withPolicy(), 1, "none"},
	} {
		w.Write("main.tf", step.config)
		s.Mark()
		plan := w.Plan()
		if actions := plan.Change(secretAddress).Actions; !actions.Create() && !actions.Update() {
			t.Errorf("the plan proposes %v:\n%s", actions, plan.Text())
		}
		w.ApplyOnly("saved.plan")
		if got := s.Calls()["updateAccessPolicy"]; got != step.updates {
			t.Errorf("%d updates of the policy, want %d, for:\n%s", got, step.updates, step.config)
		}
		w.Settled()
		if got := policyText(s); got != step.want {
			t.Errorf("the service has %q, want %q", got, step.want)
		}
	}
	if got := s.Calls()["createSecret"]; got != 0 {
		t.Error("a change of the policy replaced the secret")
	}
}

// Every change of a managed policy by another client is detected and repaired.
func TestAccessPolicyDrift(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		config  string
		outside []client.Condition
		want    string
	}{
		"somebody adds":    {withPolicy(fromNobody), []client.Condition{byNetwork("deny", "192.0.2.0/24"), byNetwork("allow", "0.0.0.0/0")}, "deny from 192.0.2.0/24"},
		"somebody clears":  {withPolicy(fromNobody), nil, "deny from 192.0.2.0/24"},
		"an hour moves":    {withPolicy(atNight), []client.Condition{byHour("deny", 22, 0, "Europe/Amsterdam")}, "deny from 22 to 6 Europe/Amsterdam"},
		"a network grows":  {withPolicy(fromNobody), []client.Condition{byNetwork("deny", "192.0.0.0/16")}, "deny from 192.0.2.0/24"},
		"none is wanted":   {withPolicy(), []client.Condition{byNetwork("deny", "192.0.2.0/24")}, "none"},
		"allow turns deny": {withPolicy(atMidnight), []client.Condition{byHour("deny", 0, 0, "UTC")}, "allow from 0 to 0 UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", tc.config)
			w.Apply()
			setPolicy(t, s, tc.outside...)
			if drift := w.Plan("-refresh-only").JSON().ResourceDrift; len(drift) != 1 {
				t.Errorf("the refresh shows %d changes, want one", len(drift))
			}
			s.Mark()
			plan := w.Plan()
			if plan.Code != 2 || !plan.Change(secretAddress).Actions.Update() {
				t.Errorf("the plan does not repair it:\n%s", plan.Text())
			}
			w.Apply("saved.plan")
			if got := policyText(s); got != tc.want || s.Writes() != 1 {
				t.Errorf("the service has %q after %d writes, want %q after one", got, s.Writes(), tc.want)
			}
		})
	}
}

// A policy that the service spells in another way is the same policy.
func TestAccessPolicySpelling(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", withPolicy(fromOffice, atNight))
	w.Apply()
	office, night := byNetwork("allow", "2001:db8:0::1/32", "10.0.0.0/8"), byHour("deny", 22, 6, "Europe/Amsterdam")
	setPolicy(t, s, night, office, night, byNetwork("allow", "10.9.9.9/8", "10.0.0.0/8", "2001:db8::/32"))
	w.Settled()

	// Spelling it in another way in the configuration sends nothing either.
	s.Mark()
	w.Write("main.tf", withPolicy(atNight, strings.Replace(fromOffice, "10.1.2.3/8", "10.0.0.0/8", 1), atNight))
	w.Apply()
	if s.Writes() != 0 {
		t.Errorf("another spelling was sent: %v", s.Calls())
	}
}

// Without the attribute the policy is not managed: it is neither read nor sent, and an
// import does not change the access.
func TestAccessPolicyUnmanaged(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	setPolicy(t, s, byNetwork("deny", "192.0.2.0/24"))
	w.Settled()
	if got := w.StateValue(secretAddress, "access_policy"); got != nil {
		t.Errorf("the state has the policy %v", got)
	}

	w = acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer+"import {\n  to = thalassasecrets_secret.db\n  id = \"nl-01/app/db\"\n}\n")
	s.Mark()
	w.Apply()
	if got := policyText(s); got != "deny from 192.0.2.0/24" || s.Writes() != 0 {
		t.Errorf("after the import the service has %q, and %v was asked for", got, s.Calls())
	}

	// A configuration that has a policy says so in the plan of the import.
	w = acctest.NewWorkspace(t, s)
	w.Write("main.tf", withPolicy(fromOffice)+"import {\n  to = thalassasecrets_secret.db\n  id = \"nl-01/app/db\"\n}\n")
	plan := w.Plan()
	if !plan.Change(secretAddress).Actions.Update() {
		t.Errorf("the plan hides the policy:\n%s", plan.Text())
	}
	if s.Writes() != 0 {
		t.Errorf("the plan wrote: %v", s.Calls())
	}
	w.Apply("saved.plan")
	if got := policyText(s); got != "allow from 10.1.2.3/8 2001:db8::/32" || s.Writes() != 1 {
		t.Errorf("the service has %q after %d writes", got, s.Writes())
	}
}

// A condition that the service would refuse is an error of the plan that names it.
func TestAccessPolicyInvalid(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ condition, summary, says string }{
		"bad network":       {`{ type = "ip", effect = "allow", cidrs = ["10.0.0.0/33"] }`, "Invalid access policy", `access_policy.conditions[1].cidrs: "10.0.0.0/33" is not a network`},
		"address":           {`{ type = "ip", effect = "allow", cidrs = ["10.0.0.1"] }`, "Invalid access policy", `"10.0.0.1" is not a network`},
		"null network":      {`{ type = "ip", effect = "allow", cidrs = [null] }`, "Invalid access policy", "is null. Leave the element out, or set a network"},
		"no networks":       {`{ type = "ip", effect = "allow" }`, "Invalid access policy", "access_policy.conditions[1].cidrs: a condition of type ip needs at least one network"},
		"empty networks":    {`{ type = "ip", effect = "allow", cidrs = [] }`, "Invalid access policy", "needs at least one network"},
		"networks and time": {`{ type = "ip", effect = "allow", cidrs = ["10.0.0.0/8"], timezone = "UTC" }`, "Invalid access policy", "hours and a time zone belong to a condition of type time"},
		"no time zone":      {`{ type = "time", effect = "allow", start_hour = 0, end_hour = 1 }`, "Invalid access policy", "needs start_hour, end_hour and timezone"},
		"no hours":          {`{ type = "time", effect = "allow", timezone = "UTC" }`, "Invalid access policy", "needs start_hour, end_hour and timezone"},
		"time and networks": {strings.Replace(atNight, "start_", `cidrs = ["10.0.0.0/8"], start_`, 1), "Invalid access policy", "networks belong to a condition of type ip"},
		"hour 24":           {strings.Replace(atNight, "22", "24", 1), "Invalid Attribute Value", "access_policy.conditions[1].start_hour"},
		"hour before 0":     {strings.Replace(atNight, "= 6", "= -1", 1), "Invalid Attribute Value", "access_policy.conditions[1].end_hour"},
		"unknown zone":      {strings.Replace(atNight, "Amsterdam", "Atlantis", 1), "Invalid time zone", `"Europe/Atlantis" is not an IANA time zone`},
		"the zone Local":    {strings.Replace(atNight, "Europe/Amsterdam", "Local", 1), "Invalid time zone", `"Local" is not an IANA time zone`},
		"empty zone":        {strings.Replace(atNight, "Europe/Amsterdam", "", 1), "Invalid time zone", `"" is not an IANA time zone`},
		"unknown type":      {`{ type = "vpn", effect = "allow" }`, "Invalid Attribute Value Match", "access_policy.conditions[1].type"},
		"unknown effect":    {`{ type = "ip", effect = "maybe", cidrs = ["10.0.0.0/8"] }`, "Invalid Attribute Value Match", "access_policy.conditions[1].effect"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", withPolicy(fromOffice, tc.condition))
			if said := w.PlanFails().Failed(t, tc.summary); !strings.Contains(said, tc.says) {
				t.Errorf("the error says %q, want %q in it", said, tc.says)
			}
		})
	}
}

// A condition that is null is refused: dropping it could grant the access that it
// denies. A mistake is reported at its own place, also after unknown conditions.
func TestAccessPolicyNullCondition(t *testing.T) {
	t.Parallel()
	for name, conditions := range map[string]string{
		"null":               `{ type = "ip", effect = "deny", cidrs = ["192.0.2.0/24"] }, null`,
		"behind one unknown": `terraform_data.u.output, { type = "ip", effect = "deny", cidrs = ["nowhere"] }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", "resource \"terraform_data\" \"u\" {\n  input = { type = \"ip\", effect = \"deny\", cidrs = [\"192.0.2.0/24\"] }\n}\n"+withPolicy(conditions))
			if said := w.PlanFails().Failed(t, "Invalid access policy"); !strings.Contains(said, "access_policy.conditions[1]") {
				t.Errorf("the error says %q", said)
			}
		})
	}
}

// A policy that is known only in apply is neither refused nor guessed at, whichever
// part of it that is.
func TestAccessPolicyUnknownInPlan(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ source, policy string }{
		"a network":    {`"192.0.2.0/24"`, `{ conditions = [{ type = "ip", effect = "deny", cidrs = [terraform_data.u.output] }] }`},
		"all networks": {`["192.0.2.0/24"]`, `{ conditions = [{ type = "ip", effect = "deny", cidrs = terraform_data.u.output }] }`},
		"the effect":   {`"deny"`, `{ conditions = [{ type = "ip", effect = terraform_data.u.output, cidrs = ["192.0.2.0/24"] }] }`},
		"the type":     {`"ip"`, `{ conditions = [{ type = terraform_data.u.output, effect = "deny", cidrs = ["192.0.2.0/24"] }] }`},
		"conditions":   {`[{ type = "ip", effect = "deny", cidrs = ["192.0.2.0/24"] }]`, `{ conditions = terraform_data.u.output }`},
		"the policy":   {`{ conditions = [{ type = "ip", effect = "deny", cidrs = ["192.0.2.0/24"] }] }`, `terraform_data.u.output`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkUnknownPolicy(t, tc.source, tc.policy)
		})
	}
}

// A single condition may be unknown as a whole, as one that depends on an unknown
// choice is.
func TestAccessPolicyUnknownCondition(t *testing.T) {
	t.Parallel()
	checkUnknownPolicy(t, `{ type = "ip", effect = "deny", cidrs = ["192.0.2.0/24"] }`, `{ conditions = [terraform_data.u.output] }`)
}

// checkUnknownPolicy applies a policy that refers to terraform_data.u.output, and
// finds it at the service.
func checkUnknownPolicy(t *testing.T, source, policy string) {
	t.Helper()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", "resource \"terraform_data\" \"u\" {\n  input = "+source+"\n}\n"+
		strings.Replace(emptyContainer, "  deletion_", "  access_policy = "+policy+"\n  deletion_", 1))
	w.Apply()
	if got := policyText(s); got != "deny from 192.0.2.0/24" {
		t.Errorf("the service has %q", got)
	}
}

// A refusal names what may be behind it: of a put, the policy as much as the
// permission; of a change of the policy, the permission for that.
func TestAccessPolicyRefusals(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	const denied = `{ type = "ip", effect = "deny", cidrs = ["127.0.0.0/8", "::1/128"] }`
	w.Write("main.tf", withPolicy(denied)+versionOf(firstPut("v")))
	said := w.ApplyFails().Failed(t, "Cannot write the secret value")
	for _, part := range []string{"permission putSecretValue on /app/db", "the access policy of the secret must allow the address of the caller", "Cause: 403", "a deny condition matches: ip in 127.0.0.0/8"} {
		if !strings.Contains(said, part) {
			t.Errorf("the error says %q, want %q in it", said, part)
		}
	}

	w.Write("main.tf", withPolicy(fromNobody)+versionOf(firstPut("v")))
	s.Limit("read", "putSecretValue", "delete")
	if said := w.ApplyFails().Failed(t, "Cannot change the access policy"); !strings.Contains(said, "permission update on /app/db") {
		t.Errorf("the error says %q", said)
	}
	if got := policyText(s); got != "deny from 127.0.0.0/8 ::1/128" {
		t.Errorf("the service has %q", got)
	}
	s.Unlimit()
	if plan := w.Plan(); !plan.Change(secretAddress).Actions.Update() {
		t.Errorf("the plan forgot the policy:\n%s", plan.Text())
	}
	w.Apply("saved.plan")
	if s.Reveal(dbID, 2) != "v" {
		t.Error("the value was not put once the policy allowed it")
	}
}
