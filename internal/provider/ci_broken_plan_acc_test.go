package provider_test

import (
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// reader reveals the signing key, in the version that it is given.
func reader(version string) string {
	return `
ephemeral "thalassasecrets_secret_value" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  version   = ` + version + `
}
resource "thalassasecrets_secret" "copy" {
  path       = "/app/production/copy"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret_version" "copy" {
  secret_id        = thalassasecrets_secret.copy.id
  secret_binary_wo = ephemeral.thalassasecrets_secret_value.signing_key.secret_base64
  value_wo_version = thalassasecrets_secret_version.signing_key.version_uid
}
`
}

// What another client does may break the plans that look for it: a version that an ephemeral resource
// reads is gone, or a secret cannot become what the configuration says. The drift is
// found nevertheless, and is drift.
func TestDriftCheckOfABrokenPlan(t *testing.T) {
	t.Parallel()
	const following = "thalassasecrets_secret_version.signing_key.version"
	destroyed := "| `nl-01/app/production/signing-key` | version 3 is not current any more, version 2 is | tracks version 2, writes nothing | `thalassasecrets_secret_version.signing_key` |"
	const recreated = "| `nl-01/app/production/signing-key` | deleted and created again | not known | `thalassasecrets_secret.signing_key` |"
	for name, tc := range map[string]struct {
		reader string
		change func(s *acctest.Server)
		lines  []string
		due    bool // is known
	}{
		"a rollback, read in the managed version": {
			reader(following), func(s *acctest.Server) { s.Destroy(ciKey, 3) },
			// The refresh reads what the state says, and fails. The ordinary plan does not.
			[]string{
				drifted, destroyed, "- No value to reveal (ephemeral.thalassasecrets_secret_value.signing_key)",
			},
			true,
		},
		"a rollback, read in a fixed version": {
			reader("3"), func(s *acctest.Server) { s.Destroy(ciKey, 3) },
			[]string{
				driftedAtLeast, "- No value to reveal (ephemeral.thalassasecrets_secret_value.signing_key)",
				"| `nl-01/app/production/signing-key` | version 3 is not current any more, version 2 is | not known | `thalassasecrets_secret_version.signing_key` |",
			},
			false,
		},
		"a re-creation, read in a fixed version": {
			reader("3"), func(s *acctest.Server) {
				s.Delete(ciKey)
				s.Clock().Advance(oneDay)
				s.Create(client.NewSecret{ID: s.ID(ciKey), Value: client.GeneratedValue(32)})
			},
			[]string{driftedAtLeast, recreated},
			false,
		},
		"a re-creation with another description": {
			"", func(s *acctest.Server) {
				s.Delete(ciKey)
				s.Clock().Advance(oneDay)
				s.Create(client.NewSecret{ID: s.ID(ciKey), Value: client.GeneratedValue(32), Description: "by hand"})
			},
			[]string{driftedAtLeast, recreated, "- Secret is protected from replacement (thalassasecrets_secret.signing_key)"},
			false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			d := openDriftCheck(t, s)
			d.ApplyOnly()
			s.Put(ciKey, ciValues["a foreign value"])
			d.ApplyOnly() // The foreign version is accepted.
			if tc.reader != "" {
				d.Write("reader.tf", tc.reader)
				s.AllowReveal()
				d.ApplyOnly()
			}
			tc.change(s)
			d.check(3, append([]string{"## Drift check: drift"}, tc.lines...)...)
			d.says("### Due work", tc.due)
		})
	}
}
