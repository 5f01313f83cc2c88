package diagnostic_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Advice names the argument that is configured and the change that puts its value. What
// the service generates is not called a configured value.
func TestAdviceFitsTheOffer(t *testing.T) {
	t.Parallel()
	recorded := version.Case{Observation: version.Observation{Drift: version.Current}, Managed: 4, External: version.ExternalAdopt, HasValue: true, Pending: true}
	superseded := version.Case{Observation: version.Observation{Drift: version.Superseded, CurrentVersion: 5, ManagedActive: true}, Managed: 4, External: version.ExternalAdopt, HasValue: true}
	left := version.Case{Observation: version.Observation{Drift: version.Current}, Managed: 4, External: version.ExternalIgnore, HasValue: true, Value: version.Changed}
	lost := version.Case{Observation: version.Observation{Drift: version.NoneActive}, Managed: 4, External: version.ExternalIgnore, HasValue: true}
	generate := diagnostic.Offer{Input: "generate", Generated: true}
	text := diagnostic.Offer{Input: "secret_string"}
	for _, tc := range []struct {
		name      string
		offer     diagnostic.Offer
		situation version.Case
		says      string
	}{
		{"recorded, text in state", text, recorded, `with secret_string without revealing it, so the first update only records the configuration and puts nothing. ` +
			`To put the configured value, apply this plan, then set value_wo_version = "1" and apply again.`},
		{"recorded, compared", diagnostic.Offer{Input: "secret_binary_wo", Compared: true}, recorded, `with secret_binary_wo without revealing it, so the first update only records ` +
			`the configuration and puts nothing. To put the configured value, apply this plan, then set value_wo_version = "1" in place of detect_value_changes and apply again.`},
		{"recorded, generated", generate, recorded, `nl-01/app/db was imported or moved here and already has a value, so the first update only records the configuration and puts nothing. ` +
			`To put a newly generated value, apply this plan, then set value_wo_version = "1" and apply again.`},
		{"superseded, text in state", text, superseded, ` To put the configured value instead, set value_wo_version = "1".`},
		{"superseded, generated", generate, superseded, ` To put a newly generated value instead, set value_wo_version = "1".`},
		{"left to others, generated", generate, left, ` To put a newly generated value, apply on_external_version = "adopt" first, then set value_wo_version = "1" and apply again.`},
		{"none active, generated", generate, lost, ` To put a newly generated value, set on_external_version to "adopt".`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := noticesOf(t, diagnostic.PlanWarnings(noticeID, tc.offer, tc.situation, version.Decide(tc.situation), false)...)
			if len(got) != 1 || !strings.HasSuffix(got[0].Detail, tc.says) {
				t.Errorf("got  %q\nwant … %q", got, tc.says)
			}
		})
	}
}
