package provider_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// refusePutsIn answers every put into a region with a refusal.
func refusePutsIn(region string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || !strings.HasPrefix(r.URL.Path, "/v1/secrets/"+region+"/") || !strings.HasSuffix(r.URL.Path, "/versions") {
			return false
		}
		http.Error(w, `{"message":"refused"}`, http.StatusForbidden)
		return true
	}
}

// The test shows which versions stay, which wait, what the plan lists, and what happens
// with a reader between plan and apply.
func TestGuideRetention(t *testing.T) {
	t.Parallel()
	const id = "nl-01/app/production/api-token"
	s := acctest.NewServer(t)
	g := openGuide(t, s, "retention")
	put := func(version string) {
		t.Helper()
		g.Env["TF_VAR_api_token"], g.Env["TF_VAR_api_token_version"] = "token-"+version, version
		g.Apply()
	}
	put("1")
	s.Clock().Advance(oneDay)
	put("2")
	s.Clock().Advance(oneDay)
	put("3")
	g.active(id, 4, 3, 2)
	plan := g.Plan()
	if plan.Code != 0 {
		t.Errorf("waiting makes a plan:\n%s", plan.Text())
	}
	g.quotesWarning(plan.Result, "Version waits to be retired")

	s.Clock().Advance(oneDay)
	s.Reveal(id, 2)
	s.Clock().Advance(2 * oneDay)
	plan = g.Plan()
	if plan.Code != 0 {
		t.Errorf("a version that is read is to be retired:\n%s", plan.Text())
	}
	g.quotesWarning(plan.Result, "Version waits to be retired")

	s.Clock().Advance(oneDay)
	plan = g.Plan()
	if plan.Code != 2 {
		t.Error("an idle version is not to be retired")
	}
	const goes = "~ active_versions = [ - 2, 3, # (1 unchanged element hidden) ]"
	g.shows(goes)
	if !strings.Contains(oneLine(plan.Text()), goes) {
		t.Errorf("the plan does not show what goes:\n%s", plan.Text())
	}
	s.Reveal(id, 2)
	g.quotesWarning(g.ApplyOnly("saved.plan"), "Version not retired: "+id)
	g.active(id, 4, 3, 2)
	s.Clock().Advance(3 * oneDay)
	g.Apply()
	g.active(id, 4, 3)

	// Without the permission to destroy, the put counts and the rest is a warning.
	s.Clock().Advance(4 * oneDay)
	s.Limit("read", "putSecretValue")
	g.Env["TF_VAR_api_token_version"] = "4"
	g.ApplyOnly().Warned(t, "Version not retired: "+id)
	g.active(id, 5, 4, 3)
	s.Unlimit()
	g.Apply()
	g.active(id, 5, 4)
}

// A bad version that is destroyed outside is rolled back from; one that is not
// gets the old value put over it.
func TestGuideRollback(t *testing.T) {
	t.Parallel()
	const id, address = "nl-01/app/production/mail", "thalassasecrets_secret_version.mail"
	broken := func(t *testing.T) *guide {
		t.Helper()
		s := acctest.NewServer(t)
		g := openGuide(t, s, "rollback")
		g.Env["TF_VAR_password"] = "good"
		g.Apply()
		s.Clock().Advance(oneDay)
		g.Env["TF_VAR_password"], g.Env["TF_VAR_password_version"] = "bad", "2"
		g.Apply()
		g.active(id, 3, 2)
		return g
	}
	t.Run("destroy", func(t *testing.T) {
		t.Parallel()
		g := broken(t)
		// As the guide's call does.
		const call = "/v1/secrets/nl-01/secret/app/production/mail/versions?version=3"
		g.shows("$THALASSA_API_ENDPOINT" + call)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, g.s.URL+call, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Token "+acctest.Token)
		request.Header.Set("X-Organisation-Identity", acctest.Organisation)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusNoContent {
			t.Fatalf("status %d, %v", answer.StatusCode, err)
		}
		g.s.Mark()
		plan := g.due(address, "adopted")
		g.quotesWarning(plan.Result, "Version destroyed outside Terraform: "+id)
		g.Apply("saved.plan")
		g.manages(address, 2)
		if g.s.Writes() != 0 {
			t.Errorf("the rollback wrote: %v", g.s.Calls())
		}
		g.Env["TF_VAR_password"], g.Env["TF_VAR_password_version"] = "better", "3"
		g.Apply()
		if got := g.s.Reveal(id, 4); got != "better" {
			t.Errorf("version 4 holds %q", got)
		}
	})
	t.Run("put the old value", func(t *testing.T) {
		t.Parallel()
		g := broken(t)
		g.s.AllowReveal()
		g.Env["TF_VAR_restore_version"] = "2"
		g.due(address, "value")
		g.Apply("saved.plan")
		g.active(id, 4, 3, 2)
		if got := g.s.Reveal(id, 4); got != "good" {
			t.Errorf("version 4 holds %q", got)
		}
		delete(g.Env, "TF_VAR_restore_version")
		g.Env["TF_VAR_password"], g.Env["TF_VAR_password_version"] = "better", "3"
		g.Apply()
		g.active(id, 5, 4, 3)
		if got := g.s.Reveal(id, 5); got != "better" {
			t.Errorf("version 5 holds %q", got)
		}
	})
	t.Run("too little kept", func(t *testing.T) {
		t.Parallel()
		g := broken(t)
		g.s.AllowReveal()
		g.edit("keep = 2", "keep = 1")
		g.Env["TF_VAR_restore_version"] = "2"
		g.ApplyOnly()
		g.active(id, 4, 3)
		g.quotesError(g.PlanFails(), "No value to reveal")
	})
	t.Run("nothing kept", func(t *testing.T) {
		t.Parallel()
		g := broken(t)
		g.edit("keep = 2", "keep = 0")
		g.Env["TF_VAR_password_version"] = "3"
		g.Apply()
		g.s.Destroy(id, 4)
		g.due(address, "healed")
	})
	t.Run("rotation by age", func(t *testing.T) {
		t.Parallel()
		const id, address = "nl-01/app/production/signing-key", "thalassasecrets_secret_version.signing_key"
		s := acctest.NewServer(t)
		g := openGuide(t, s, "rotating-key-material")
		g.Apply()
		s.Clock().Advance(30 * oneDay)
		g.Apply()
		s.Destroy(id, 3)
		g.due(address, "rotation")
		g.edit(`"30d"`, `"60d"`)
		s.Mark()
		g.Apply()
		g.manages(address, 2)
		if got := g.StateValue(address, "last_change"); got != "adopted" || s.Writes() != 0 {
			t.Errorf("version 2 is managed because of %v, after %v", got, s.Calls())
		}
	})
}

// Only a value that differs is put, as it is during apply, and nothing keeps it.
func TestGuideValueChangeDetection(t *testing.T) {
	t.Parallel()
	const id, address = "nl-01/app/production/mail", "thalassasecrets_secret_version.mail"
	s := acctest.NewServer(t)
	g := openGuide(t, s, "value-change-detection")
	holds := func(number int64, want string) {
		t.Helper()
		g.manages(address, int(number))
		if got := s.Reveal(id, number); got != want {
			t.Errorf("version %d holds %q, want %q", number, got, want)
		}
	}
	g.Env["TF_VAR_password"] = "one"
	g.Apply()
	s.Clock().Advance(oneDay)
	g.Settled()

	g.Env["TF_VAR_password"] = "two"
	plan := g.Plan()
	if unknown, _ := plan.Change(address).AfterUnknown.(map[string]any); plan.Code != 2 || unknown["last_change"] != true || unknown["version"] != true {
		t.Errorf("the plan does not leave it to apply:\n%s", plan.Text())
	}
	g.Apply("saved.plan")
	holds(3, "two")

	// Another value by the time of the apply, and then the old one again.
	g.Env["TF_VAR_password"] = "three"
	g.Plan()
	g.Env["TF_VAR_password"] = "four"
	g.Apply("saved.plan")
	holds(4, "four")
	g.Env["TF_VAR_password"] = "five"
	g.Plan()
	g.Env["TF_VAR_password"] = "four"
	g.Apply("saved.plan")
	holds(4, "four")

	// Neither the value nor a quick hash of it is kept.
	g.Env["TF_VAR_password"] = "sentinel-kV3xQ9"
	g.Apply()
	g.keepsNowhere("sentinel-kV3xQ9")

	// What counts is what was put here, not what others put. Whether to put is left
	// to apply all the same.
	theirs := s.Put(id, "theirs")
	plan = g.Plan()
	if known := plannedValue(plan, address, "last_change"); known != nil {
		t.Errorf("the plan gives the reason %v", known)
	}
	g.quotesWarning(plan.Result, "New version put outside Terraform: "+id)
	g.Apply("saved.plan")
	holds(theirs, "theirs")

	// Going over to a counter puts the value once more, and so does coming back.
	current := s.Secret(id).CurrentVersion
	g.edit("detect_value_changes = true", `value_wo_version = "1"`)
	g.Apply()
	holds(current+1, "sentinel-kV3xQ9")
	g.edit(`value_wo_version = "1"`, "detect_value_changes = true")
	g.Apply()
	holds(current+2, "sentinel-kV3xQ9")
	s.Clock().Advance(time.Hour)
	g.Settled()
}

// Turning detection on takes the value on offer for the one that was put.
func TestGuideValueChangeDetectionTurnedOn(t *testing.T) {
	t.Parallel()
	const address = "thalassasecrets_secret_version.mail"
	g := openGuide(t, acctest.NewServer(t), "value-change-detection")
	g.edit("detect_value_changes = true", `rotation             = { after = "300d" }`)
	g.Env["TF_VAR_password"] = "one"
	g.Apply()
	g.Env["TF_VAR_password"] = "two"
	g.edit(`rotation             = { after = "300d" }`, "detect_value_changes = true")
	g.Apply()
	g.manages(address, 2)
	g.Env["TF_VAR_password"] = "three"
	g.Apply()
	g.manages(address, 3)

	// A random value differs every time.
	g.UseDatabase()
	g.Write("random.tf", "ephemeral \"random_password\" \"mail\" {\n  length = 32\n}\n")
	g.edit("var.password", "ephemeral.random_password.mail.result")
	g.ApplyOnly()
	if plan := g.Plan(); plan.Code != 2 {
		t.Error("a random value is not put again")
	}
}
