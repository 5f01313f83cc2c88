package driftcheck_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/driftcheck"
)

func planned(t *testing.T, text string) *driftcheck.Plan {
	t.Helper()
	plan, err := driftcheck.ParsePlan([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// The summaries that count as drift are those of the provider.
func TestJudgeKnowsTheWarningsOfTheProvider(t *testing.T) {
	t.Parallel()
	nothing := driftcheck.Run{Plan: planned(t, `{"format_version": "1.2"}`), Succeeded: true}
	for _, summary := range []diagnostic.Warning{diagnostic.VersionPutOutside, diagnostic.VersionDestroyedOutside, diagnostic.VersionLostWithSecret} {
		said := summary.On("nl-01/app/db", "Version 3 of nl-01/app/db was put. More.")
		plan := nothing
		plan.Diagnostics = []driftcheck.Diagnostic{{Severity: "warning", Summary: said.Summary(), Detail: said.Detail(), Address: "thalassasecrets_secret_version.a"}}
		report := driftcheck.Judge(nothing, plan)
		if report.Verdict != driftcheck.VerdictDrift || report.Drift[0].Secret != "nl-01/app/db" || report.Drift[0].What != "Version 3 of nl-01/app/db was put" {
			t.Errorf("%q is judged %q: %+v", said.Summary(), report.Verdict, report.Drift)
		}
		// What only looks like it is not.
		for _, other := range []string{strings.TrimSuffix(said.Summary(), ": nl-01/app/db"), "x" + said.Summary(), strings.Replace(said.Summary(), "nl-01/app/db", "not an id", 1)} {
			plan.Diagnostics[0].Summary = other
			if report := driftcheck.Judge(nothing, plan); report.Verdict != driftcheck.VerdictClean {
				t.Errorf("%q is judged %q", other, report.Verdict)
			}
		}
	}
}

// An ordinary plan follows a refresh that failed only for what it reads in another way.
func TestWorthAPlan(t *testing.T) {
	t.Parallel()
	plan := planned(t, `{"format_version": "1.2", "errored": true}`)
	for addresses, want := range map[string]bool{
		"ephemeral.a.b":                                true,
		`module.m["x.y"].ephemeral.a.b[0]`:             true,
		"data.a.b ephemeral.a.b":                       true,
		"module.data.thalassasecrets_secret.a":         false,
		"ephemeral.a.b thalassasecrets_secret.a":       false,
		"ephemeral.a.b -":                              false, // an error of the configuration
		"module.ephemeral.thalassasecrets_secret.data": false,
		"": false,
	} {
		run := driftcheck.Run{Plan: plan, Diagnostics: []driftcheck.Diagnostic{{Severity: "warning", Address: "aws_thing.a"}}}
		for _, address := range strings.Fields(addresses) {
			run.Diagnostics = append(run.Diagnostics, driftcheck.Diagnostic{Severity: "error", Address: strings.TrimPrefix(address, "-")})
		}
		if got := run.WorthAPlan(); got != want {
			t.Errorf("errors at %q: %v, want %v", addresses, got, want)
		}
	}
	if (driftcheck.Run{Diagnostics: []driftcheck.Diagnostic{{Severity: "error", Address: "ephemeral.a.b"}}}).WorthAPlan() {
		t.Error("a refresh without a plan is worth another")
	}
}

// The number of a version is printed as it is, however large.
func TestJudgeKeepsNumbers(t *testing.T) {
	t.Parallel()
	plan := planned(t, `{"format_version": "1.2", "resource_changes": [{"address": "thalassasecrets_secret_version.a", "mode": "managed", "type": "thalassasecrets_secret_version",
		"change": {"actions": ["update"], "before": {"secret_id": "nl-01/a", "version": 9007199254740993}, "after": {"secret_id": "nl-01/a", "version": 9007199254740995, "last_change": "adopted"}}}]}`)
	run := driftcheck.Run{Plan: plan, Succeeded: true}
	report := driftcheck.Judge(run, run)
	if want := "version 9007199254740995 was put; version 9007199254740993 was managed"; len(report.Drift) != 1 || report.Drift[0].What != want {
		t.Errorf("the drift is %+v, want %q", report.Drift, want)
	}
}

// Drift that was found stays drift, whatever fails later.
func TestFail(t *testing.T) {
	t.Parallel()
	r := &driftcheck.Report{Complete: true, Drift: []driftcheck.Finding{{Resource: "a"}}}
	r.Fail("no space left")
	if r.ExitCode(2) != driftcheck.ExitDrift || r.Complete {
		t.Errorf("exit code %d", r.ExitCode(2))
	}
	r = &driftcheck.Report{Complete: true, Due: []driftcheck.Finding{{Resource: "a"}}}
	r.Fail("no space\nleft")
	if r.ExitCode(2) != driftcheck.ExitFailed || r.Errors[0].Summary != "no space left" {
		t.Errorf("exit code %d, %v", r.ExitCode(2), r.Errors)
	}
}

// A warning whose summary names no secret says which resources it is about.
func TestWarningsNameTheirResources(t *testing.T) {
	t.Parallel()
	warn := func(summary, address string) driftcheck.Diagnostic {
		return driftcheck.Diagnostic{Severity: "warning", Summary: summary, Detail: "d", Address: address}
	}
	refresh := driftcheck.Run{Succeeded: true, Diagnostics: []driftcheck.Diagnostic{warn("Version waits to be retired", "x.b"), warn("Clock differs from the service", "")}}
	plan := driftcheck.Run{Succeeded: true, Diagnostics: []driftcheck.Diagnostic{
		warn("Version waits to be retired", "x.b"), warn("Version waits to be retired", "x.a"), warn("Rotation due: nl-01/app/db", "x.a"),
		warn("Value kept in state", "x.4"), warn("Value kept in state", "x.3"), warn("Value kept in state", "x.2"), warn("Value kept in state", "x.1"), warn("Value kept in state", "x.5"),
	}}
	want := []string{"Clock differs from the service", "Rotation due: nl-01/app/db", "Value kept in state (x.1, x.2, x.3 and 2 more)", "Version waits to be retired (x.a, x.b)"}
	if got := driftcheck.Judge(refresh, plan).Warnings; !slices.Equal(got, want) {
		t.Errorf("the warnings are %q, want %q", got, want)
	}
}
