package diagnostic_test

import (
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

const (
	noticeID   = "nl-01/app/db"
	toPush     = " To put the configured value instead, change value_wo_version."
	putsNewest = " This plan puts the configured value as the newest version."
	knownLater = " Whether the configured value is put is known only during apply."
)

var (
	recordedAfterImport = notice{
		Summary: "Configured value not written: nl-01/app/db",
		Detail: "nl-01/app/db was imported or moved here. The provider cannot compare its value with secret_string_wo without revealing it, " +
			"so the first update only records the configuration and puts nothing. " +
			"To put the configured value, apply this plan, then change value_wo_version and apply again.",
	}
	recordedForIgnore = notice{
		Summary: "Configured value not written: nl-01/app/db",
		Detail: `The value inputs of nl-01/app/db changed, but on_external_version = "ignore" puts only the first version, so nothing is put. ` +
			`To put the configured value, apply on_external_version = "adopt" first, then change value_wo_version and apply again.`,
	}
)

// counted is a write-only value with its counter, as most have.
var counted = diagnostic.Offer{Input: "secret_string_wo", Counted: true}

// notice is a warning as these tests compare it.
type notice struct{ Summary, Detail string }

func noticesOf(t interface{ Fatalf(string, ...any) }, diags ...diag.Diagnostic) []notice {
	var list []notice
	for _, d := range diags {
		if d.Severity() != diag.SeverityWarning {
			t.Fatalf("%q is not a warning", d.Summary())
		}
		list = append(list, notice{d.Summary(), d.Detail()})
	}
	return list
}

// lateOn is a moment of that day in UTC, by which warnings write dates, although in
// its own zone it is the next day already.
func lateOn(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 23, 30, 0, 0, time.UTC).In(time.FixedZone("CET", 3600))
}

// mayBePut warns of a value that is not known in the plan.
var mayBePut = notice{Summary: "A new version may be put: nl-01/app/db", Detail: "Whether the value of nl-01/app/db differs is known only during apply."}

func TestPlanWarnings(t *testing.T) {
	t.Parallel()
	put := lateOn(2026, 11, 2)
	current := version.Observation{Drift: version.Current}
	superseded := version.Observation{Drift: version.Superseded, ManagedActive: true, CurrentVersion: 5, CurrentCreatedAt: put}
	undated := version.Observation{Drift: version.Superseded, ManagedActive: true, CurrentVersion: 5}
	destroyedToo := version.Observation{Drift: version.Superseded, CurrentVersion: 5, CurrentCreatedAt: put}
	rolledBack := version.Observation{Drift: version.RolledBack, CurrentVersion: 3, CurrentCreatedAt: put}
	onlyPlaceholder := version.Observation{Drift: version.RolledBack, CurrentVersion: 1, CurrentCreatedAt: put, OnlyPlaceholder: true}
	noneActive := version.Observation{Drift: version.NoneActive}
	placeholder := version.Observation{Drift: version.Recreated, CurrentVersion: 1, OnlyPlaceholder: true, Life: version.Life{CreatedAt: put}}
	stranger := version.Observation{Drift: version.Recreated, CurrentVersion: 2, Life: version.Life{CreatedAt: put}}
	lost := version.Observation{Drift: version.Recreated}
	// The value changes, where there is one, only in the situations that say so.
	const adopt, overwrite, ignore = version.ExternalAdopt, version.ExternalOverwrite, version.ExternalIgnore
	value := func(v version.Observation, external version.External) version.Case {
		return version.Case{Observation: v, Managed: 4, External: external, HasValue: true}
	}
	noValue := func(v version.Observation, external version.External) version.Case {
		return version.Case{Observation: v, Managed: 4, External: external}
	}
	changed := func(c version.Change, s version.Case) version.Case {
		s.Value = c
		return s
	}
	pending := func(s version.Case) version.Case {
		s.Pending = true
		return s
	}
	about := func(summary, detail string) []notice {
		return []notice{{Summary: summary + ": nl-01/app/db", Detail: detail}}
	}
	const newVersion, destroyed, none, lostVersion = "New version put outside Terraform", "Version destroyed outside Terraform", "No active version", "Version lost with a re-created secret"

	for _, tc := range []struct {
		name      string
		situation version.Case
		want      []notice
	}{
		{"current", value(current, adopt), nil},
		{"current, value changed", changed(version.Changed, value(current, adopt)), nil},
		{"current, imported without a value", pending(noValue(current, adopt)), nil},
		{"current, imported", pending(value(current, adopt)), []notice{recordedAfterImport}},
		{"current, ignored", value(current, ignore), nil},
		{"current, ignored, value changed", changed(version.Changed, value(current, ignore)), []notice{recordedForIgnore}},
		{"current, ignored, imported", pending(changed(version.Changed, value(current, ignore))), []notice{recordedAfterImport}},

		{"superseded", value(superseded, adopt), about(newVersion,
			"Version 5 of nl-01/app/db was put outside Terraform on 2026-11-02 23:30 UTC. This plan tracks version 5 and writes nothing."+toPush)},
		{"superseded, no value", noValue(superseded, overwrite), about(newVersion,
			"Version 5 of nl-01/app/db was put outside Terraform on 2026-11-02 23:30 UTC. This plan tracks version 5 and writes nothing.")},
		{"superseded, overwrite", value(superseded, overwrite), about(newVersion,
			"Version 5 of nl-01/app/db was put outside Terraform on 2026-11-02 23:30 UTC. "+
				`This plan puts the configured value as the newest version, as on_external_version = "overwrite" asks.`)},
		{"superseded, value changed", changed(version.Changed, value(superseded, overwrite)), about(newVersion,
			"Version 5 of nl-01/app/db was put outside Terraform on 2026-11-02 23:30 UTC."+putsNewest)},
		{"superseded, value unknown", changed(version.Undecided, value(superseded, adopt)), append(about(newVersion,
			"Version 5 of nl-01/app/db was put outside Terraform on 2026-11-02 23:30 UTC."+knownLater), mayBePut)},
		{"superseded, no date", noValue(undated, adopt), about(newVersion,
			"Version 5 of nl-01/app/db was put outside Terraform. This plan tracks version 5 and writes nothing.")},
		{"superseded, ours destroyed", value(destroyedToo, adopt), about(newVersion,
			"Version 5 of nl-01/app/db was put outside Terraform on 2026-11-02 23:30 UTC, and version 4, which was managed here, was destroyed. "+
				"This plan tracks version 5 and writes nothing."+toPush)},
		{"superseded, ignored", value(superseded, ignore), nil},
		{"superseded, ignored, value changed", changed(version.Changed, value(superseded, ignore)), []notice{recordedForIgnore}},
		{"superseded, imported", pending(value(superseded, ignore)), append(about(newVersion,
			"Version 5 of nl-01/app/db was put outside Terraform on 2026-11-02 23:30 UTC. This plan tracks version 5 and writes nothing."), recordedAfterImport)},

		{"rolled back", value(rolledBack, adopt), about(destroyed,
			"Version 4 of nl-01/app/db was destroyed outside Terraform, so version 3 from 2026-11-02 23:30 UTC is current again. "+
				"This plan tracks version 3 and writes nothing."+toPush)},
		{"rolled back to the placeholder", value(onlyPlaceholder, adopt), about(destroyed,
			"Version 4 of nl-01/app/db was destroyed outside Terraform, so version 1 from 2026-11-02 23:30 UTC is current again. "+
				"It is only the placeholder that the secret was created with."+putsNewest)},
		{"rolled back to the placeholder, no value", noValue(onlyPlaceholder, adopt), about(destroyed,
			"Version 4 of nl-01/app/db was destroyed outside Terraform, so version 1 from 2026-11-02 23:30 UTC is current again. "+
				"It is only the placeholder that the secret was created with. This plan tracks version 1 and writes nothing.")},
		{"rolled back, ignored", value(rolledBack, ignore), nil},
		{"rolled back, imported", pending(noValue(rolledBack, ignore)), about(destroyed,
			"Version 4 of nl-01/app/db was destroyed outside Terraform, so version 3 from 2026-11-02 23:30 UTC is current again. "+
				"This plan tracks version 3 and writes nothing.")},

		{"none active", value(noneActive, adopt), about(none,
			"Version 4 of nl-01/app/db was destroyed outside Terraform, and no other version is active. The secret cannot be read until a value is put."+putsNewest)},
		{"none active, no value", noValue(noneActive, adopt), about(none,
			"Version 4 of nl-01/app/db was destroyed outside Terraform, and no other version is active. The secret cannot be read until a value is put. "+
				"This plan writes nothing. No value is configured, so there is nothing to put again. Configure one, or put a version outside Terraform.")},
		{"none active, ignored", value(noneActive, ignore), about(none,
			"Version 4 of nl-01/app/db was destroyed outside Terraform, and no other version is active. The secret cannot be read until a value is put. "+
				`This plan writes nothing. To put the configured value again, set on_external_version to "adopt" or "overwrite".`)},

		{"re-created, placeholder", value(placeholder, ignore), about(lostVersion,
			"The secret nl-01/app/db was deleted and created again outside Terraform on 2026-11-02 23:30 UTC. "+
				"Version 4, which was managed here, is gone, and no value has been put since."+putsNewest)},
		{"re-created, placeholder, no value", noValue(placeholder, adopt), about(lostVersion,
			"The secret nl-01/app/db was deleted and created again outside Terraform on 2026-11-02 23:30 UTC. "+
				"Version 4, which was managed here, is gone, and no value has been put since. This plan tracks version 1 and writes nothing.")},
		{"re-created, somebody's version", value(stranger, adopt), about(lostVersion,
			"The secret nl-01/app/db was deleted and created again outside Terraform on 2026-11-02 23:30 UTC. "+
				"Version 4, which was managed here, is gone. Version 2, which another client put, is current. This plan tracks version 2 and writes nothing."+toPush)},
		{"re-created, somebody's version, ignored", value(stranger, ignore), about(lostVersion,
			"The secret nl-01/app/db was deleted and created again outside Terraform on 2026-11-02 23:30 UTC. "+
				"Version 4, which was managed here, is gone. Version 2, which another client put, is current. This plan writes nothing.")},
		{"re-created, none active, no date", value(lost, adopt), about(lostVersion,
			"The secret nl-01/app/db was deleted and created again outside Terraform. "+
				"Version 4, which was managed here, is gone, and no version is active. The secret cannot be read until a value is put."+putsNewest)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, tc.situation, version.Decide(tc.situation), false)...)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestPlanWarningsOfWhatIsDue(t *testing.T) {
	t.Parallel()
	due := lateOn(2026, 12, 2)
	disabled := version.Key{ID: "kms-1", Status: "disabled"}
	deleted := version.Key{ID: "kms-1", Status: "pending_deletion"}
	renewable := func(change func(*version.Case)) version.Case {
		s := version.Case{
			Observation: version.Observation{Drift: version.Current, DueAt: due},
			Managed:     4, External: version.ExternalOverwrite, HasValue: true, Renewable: true,
		}
		change(&s)
		return s
	}
	const (
		isDue   = "Version 4 of nl-01/app/db has been due for rotation since 2026-12-02 23:30 UTC."
		another = "Version 5 of nl-01/app/db was put outside Terraform."
		nobody  = "Version 4 of nl-01/app/db was destroyed outside Terraform, and no other version is active. The secret cannot be read until a value is put."
	)
	for _, tc := range []struct {
		name      string
		situation version.Case
		want      []notice
	}{
		{"due, and its age changes", renewable(func(s *version.Case) { s.Rotation = version.Changed }), nil},
		{"due, and its age is unknown", renewable(func(s *version.Case) { s.Rotation = version.Undecided }), []notice{{
			Summary: "A new version may be put: nl-01/app/db",
			Detail:  "Whether rotation.after of nl-01/app/db stays as it is, so that the rotation that is due happens now, is known only during apply.",
		}}},
		{"due", renewable(func(*version.Case) {}), []notice{
			{Summary: "Rotation due: nl-01/app/db", Detail: isDue + " This plan puts a new version."},
		}},
		{"due, and a new value", renewable(func(s *version.Case) { s.Value = version.Changed }), nil},
		{"due, key disabled", renewable(func(s *version.Case) { s.Observation.Key = disabled }), []notice{{
			Summary: "Rotation waits for its KMS key",
			Detail: isDue + ` Its KMS key "kms-1" is disabled, so this plan puts nothing and the rotation stays due. ` +
				"To resolve this: enable the key, or put the value into a secret with another key.",
		}}},
		{"due, key pending deletion", renewable(func(s *version.Case) { s.Observation.Key = deleted }), []notice{{
			Summary: "Rotation waits for its KMS key",
			Detail: isDue + ` Its KMS key "kms-1" is pending deletion, so this plan puts nothing and the rotation stays due. ` +
				"To resolve this: cancel its deletion, or put the value into a secret with another key.",
		}}},
		{"due, no value", renewable(func(s *version.Case) { s.HasValue, s.Renewable = false, false }), []notice{
			{Summary: "Rotation due, not possible", Detail: isDue + " No value is configured, so there is nothing to put."},
		}},
		{"due, ignored", renewable(func(s *version.Case) { s.External = version.ExternalIgnore }), []notice{
			{Summary: "Rotation due, not possible", Detail: isDue + ` With on_external_version = "ignore", Terraform puts only the first version.`},
		}},
		{"due, the same value again", renewable(func(s *version.Case) { s.Renewable = false }), []notice{{
			Summary: "Rotation due, not possible",
			Detail:  isDue + " The configured value is stored in the state and would be the same again. Change it, or use a write-only input or generate.",
		}}},
		{"due, and somebody else put", renewable(func(s *version.Case) {
			s.Observation.Drift, s.Observation.CurrentVersion, s.Observation.ManagedActive, s.External = version.Superseded, 5, true, version.ExternalAdopt
		}), []notice{
			{Summary: "New version put outside Terraform: nl-01/app/db", Detail: another + " This plan puts a new version, because the current one is due for rotation."},
			{Summary: "Rotation due: nl-01/app/db", Detail: "Version 5 of nl-01/app/db has been due for rotation since 2026-12-02 23:30 UTC. This plan puts a new version."},
		}},
		{"due, and somebody else put what an import tracks", renewable(func(s *version.Case) {
			s.Observation.Drift, s.Observation.CurrentVersion, s.Observation.ManagedActive, s.External, s.Pending = version.Superseded, 5, true, version.ExternalIgnore, true
		}), []notice{
			{Summary: "New version put outside Terraform: nl-01/app/db", Detail: another + " This plan tracks version 5 and writes nothing."},
			recordedAfterImport,
		}},
		{"overwrite waits for the key", renewable(func(s *version.Case) {
			s.Observation = version.Observation{Drift: version.Superseded, CurrentVersion: 5, ManagedActive: true, Key: deleted}
		}), []notice{{
			Summary: "New version put outside Terraform: nl-01/app/db",
			Detail: another + ` A new version would be put, but the KMS key "kms-1" is pending deletion. ` +
				"This plan writes nothing, and the put stays due. Cancel its deletion to allow the put.",
		}}},
		{"healing waits for the key", renewable(func(s *version.Case) {
			s.Observation = version.Observation{Drift: version.NoneActive, Key: disabled}
		}), []notice{{
			Summary: "No active version: nl-01/app/db",
			Detail: nobody + ` A new version would be put, but the KMS key "kms-1" is disabled. ` +
				"This plan writes nothing, and the put stays due. Enable the key to allow the put.",
		}}},
		{"one to be retired", renewable(func(s *version.Case) {
			s.Observation = version.Observation{Drift: version.Current, RetireOnPut: []int64{2}}
			s.Value = version.Changed
		}), []notice{{
			Summary: "Versions to be retired: nl-01/app/db",
			Detail:  "Once the new version of nl-01/app/db is confirmed as current, this plan destroys version 2 for good.",
		}}},
		{"several to be retired", renewable(func(s *version.Case) {
			s.Observation = version.Observation{Drift: version.Current, RetireOnPut: []int64{1, 2, 3}}
			s.Value = version.Changed
		}), []notice{{
			Summary: "Versions to be retired: nl-01/app/db",
			Detail:  "Once the new version of nl-01/app/db is confirmed as current, this plan destroys versions 1, 2, 3 for good.",
		}}},
		{"retired whatever is decided", renewable(func(s *version.Case) {
			s.Observation = version.Observation{Drift: version.Current, Retire: []int64{2}, RetireOnPut: []int64{2, 3}}
			s.Value = version.Undecided
		}), []notice{mayBePut, {
			Summary: "Versions to be retired: nl-01/app/db",
			Detail: "Whether a new version of nl-01/app/db is put is decided during apply. If none is, this plan destroys version 2 for good. " +
				"Once one is put and confirmed as current, this plan destroys versions 2, 3 for good.",
		}}},
		{"retired, and nothing to put", renewable(func(s *version.Case) {
			s.Observation = version.Observation{Drift: version.Superseded, CurrentVersion: 5, Retire: []int64{2}, RetireOnPut: []int64{2, 3}}
			s.HasValue, s.Renewable, s.External = false, false, ""
		}), []notice{
			{
				Summary: "New version put outside Terraform: nl-01/app/db",
				Detail: "Version 5 of nl-01/app/db was put outside Terraform, and version 4, which was managed here, was destroyed. " +
					"Whether the configured value is put is known only during apply.",
			},
			{Summary: "A new version may be put: nl-01/app/db", Detail: "The value of on_external_version of nl-01/app/db is known only during apply."},
			{Summary: "Versions to be retired: nl-01/app/db", Detail: "This plan destroys version 2 of nl-01/app/db for good."},
		}},
		{"retired only by a put", renewable(func(s *version.Case) {
			s.Observation = version.Observation{Drift: version.Current, RetireOnPut: []int64{2}}
			s.Value = version.Undecided
		}), []notice{mayBePut, {
			Summary: "Versions to be retired: nl-01/app/db",
			Detail: "Whether a new version of nl-01/app/db is put is decided during apply. " +
				"Once one is put and confirmed as current, this plan destroys version 2 for good.",
		}}},
		{"none to be retired without a put", renewable(func(s *version.Case) {
			s.Observation = version.Observation{Drift: version.Current, RetireOnPut: []int64{1}}
		}), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, tc.situation, version.Decide(tc.situation), false)...)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestStillWaiting(t *testing.T) {
	t.Parallel()
	since := lateOn(2026, 11, 2)
	for sign, w := range map[string]version.Waiting{
		"was superseded on 2026-11-02 23:30 UTC": {Version: 3, Since: since},
		"was last read on 2026-11-02 23:30 UTC":  {Version: 3, Since: since, Read: true},
		"was superseded":                         {Version: 3},
	} {
		want := notice{
			Summary: "Version waits to be retired",
			Detail:  "Version 3 of nl-01/app/db " + sign + ". Retention destroys it once it has been superseded and unread for 3d.",
		}
		if got := noticesOf(t, diagnostic.StillWaiting(noticeID, w, "3d")); got[0] != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestKeyRefusal(t *testing.T) {
	t.Parallel()
	want := `A new version of nl-01/app/db is planned, but its KMS key "kms-1" is pending deletion and cannot encrypt values. Nothing was written. ` +
		"To resolve this: cancel its deletion. To apply the other resources first, name them with -target. " +
		"To destroy resources, run terraform destroy -refresh=false."
	if got := diagnostic.KeyRefusal(noticeID, version.Key{ID: "kms-1", Status: version.KeyPendingDeletion}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
