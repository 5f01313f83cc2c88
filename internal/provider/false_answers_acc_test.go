package provider_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// An ingress without a backend answers reads with its own 404. Neither a plan nor a
// refresh takes that for a deleted secret.
func TestIngress404LosesNothing(t *testing.T) {
	t.Parallel()
	for name, everything := range map[string]bool{"reads": false, "everything": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", strings.Replace(emptyContainer, "false", "true", 1)+versionOf(firstPut("v")))
			w.Apply()
			before := w.Read("terraform.tfstate")
			rule := refserver.Fault{Principal: "terraform", Action: refserver.ActionStatus, Status: 404, Body: "text"}
			if !everything {
				rule.Operation = "getSecret"
			}
			if err := s.SetFaults(rule); err != nil {
				t.Fatal(err)
			}
			plan := w.PlanFails()
			if strings.Contains(plan.Stdout, `"action":"create"`) {
				t.Errorf("the plan creates something:\n%s", plan.Stdout)
			}
			if result := w.Run("apply", "-refresh-only", "-auto-approve", "-json"); result.Code == 0 {
				t.Error("the refresh went through")
			}
			if !bytes.Equal(w.Read("terraform.tfstate"), before) {
				t.Error("the state has changed")
			}
			s.ClearFaults()
			w.Settled()
		})
	}
}

// A captive portal answers a delete with a page. The secret stays, in the service and in
// the state.
func TestDeleteAnsweredByAPortal(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	if err := s.SetFaults(refserver.Fault{Operation: "deleteSecret", Action: refserver.ActionStatus, Status: 200, Body: "html"}); err != nil {
		t.Fatal(err)
	}
	result := w.Run("destroy", "-auto-approve", "-json")
	result.Failed(t, "Cannot delete the secret")
	if result.Code == 0 || w.StateValue(secretAddress, "id") != dbID {
		t.Error("the destroy is a success, and the secret is there")
	}
	s.ClearFaults()
	w.Settled()
	if result := w.Run("destroy", "-auto-approve", "-json"); result.Code != 0 {
		t.Errorf("destroy failed: %v", result.Diagnostics)
	}
}

// A put that was not done is answered with the number of the version that was there
// before. Nothing of it comes into the state, and the next apply puts the value.
func TestPutAnsweredWithAnOldNumber(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	first, second := versionOf("secret_string_wo = \"one\"\nvalue_wo_version = \"1\""), versionOf("secret_string_wo = \"two\"\nvalue_wo_version = \"2\"")
	w.Write("main.tf", emptyContainer+first)
	w.Apply()
	s.Clock().Advance(time.Hour)
	if err := s.SetFaults(refserver.Fault{Operation: "putSecretValue", Action: refserver.ActionWrongVersion, Version: "current"}); err != nil {
		t.Fatal(err)
	}
	w.Write("main.tf", emptyContainer+second)
	said := w.ApplyFails().Failed(t, "Cannot write the secret value")
	if !strings.Contains(said, "may or may not have succeeded") {
		t.Errorf("the error says %q", said)
	}
	if got := w.StateValue(versionAddress, "value_wo_version"); got != "1" {
		t.Errorf("the state has value_wo_version %v, and the value was not put", got)
	}
	s.ClearFaults()
	w.Apply()
	if got := s.Reveal(dbID, s.Secret(dbID).CurrentVersion); got != "two" {
		t.Errorf("readers get %q", got)
	}
}

// A put is done, and a proxy answers in the service's place. Either the history tells,
// or the error says that it may have happened; no second version comes of it.
func TestPutAnsweredByAProxy(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]refserver.Fault{
		"redirect": {Status: 302, Body: "html", Location: "https://login.example.org/"},
		"timeout":  {Status: 408, Body: "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"one\"\nvalue_wo_version = \"1\""))
			w.Apply()
			s.Clock().Advance(time.Hour)
			rule.Operation, rule.Action = "putSecretValue", refserver.ActionStatusAfterCommit
			if err := s.SetFaults(rule); err != nil {
				t.Fatal(err)
			}
			w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"two\"\nvalue_wo_version = \"2\""))
			s.Mark()
			w.Apply().Warned(t, "Response to the put was lost: "+dbID)
			if sent := s.Calls()["putSecretValue"]; sent != 1 {
				t.Errorf("%d puts were sent, want 1", sent)
			}
			if current := s.Secret(dbID).CurrentVersion; current != 3 || s.Reveal(dbID, 3) != "two" {
				t.Errorf("version %d is current", current)
			}
		})
	}
}

// The same, while nothing can be read: it is in doubt, and says so.
func TestPutAnsweredByAProxyInDoubt(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"one\"\nvalue_wo_version = \"1\""))
	w.Apply()
	s.Clock().Advance(time.Hour)
	w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"two\"\nvalue_wo_version = \"2\""))
	w.Plan()
	if err := s.SetFaults(
		refserver.Fault{Operation: "putSecretValue", Action: refserver.ActionStatusAfterCommit, Status: 302, Body: "html"},
		// The first read of the apply is the look before the put; what comes after it fails.
		refserver.Fault{Operation: "getSecret", Principal: "terraform", Nth: 2, Action: refserver.ActionStatus, Status: 403},
	); err != nil {
		t.Fatal(err)
	}
	said := w.ApplyFails("saved.plan").Failed(t, "Cannot write the secret value")
	if !strings.Contains(said, "may or may not have succeeded") {
		t.Errorf("the error says %q", said)
	}
	if active := s.ActiveVersions(dbID); len(active) != 2 {
		t.Errorf("the active versions are %v, want two", active)
	}
}
