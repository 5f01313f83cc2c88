package provider_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// The history shows what was put, read and destroyed, by id and by path. A secret
// without an active version has no current one.
func TestSecretVersionsDataSource(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.PairsValue(map[string]string{"a": "b"})})
	s.Clock().Advance(time.Hour)
	s.Put(dbID, "two")
	s.Clock().Advance(time.Hour)
	s.Reveal(dbID, 2)
	s.Clock().Advance(time.Hour)
	s.Destroy(dbID, 1)

	serials := map[int64]int64{1: 215686801, 2: 215690402}
	row := func(version int64, status, format, created string, stage, accessed, destroyed knownvalue.Check) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"version": knownvalue.Int64Exact(version), "version_uid": text(fmt.Sprintf("%s@%d:%s", dbID, version, created)),
			"version_serial": knownvalue.Int64Exact(serials[version]), "status": text(status), "value_format": text(format), "created_at": text(created),
			"stage": stage, "last_accessed_at": accessed, "destroyed_at": destroyed,
		})
	}
	none := knownvalue.Null()
	config := acctest.Header + `
data "thalassasecrets_secret_versions" "by_id" {
  secret_id = "nl-01/app/db"
}
data "thalassasecrets_secret_versions" "by_path" {
  path = "/app/db"
}
`
	destroyedFirst := row(1, "destroyed", "keyValue", "2026-11-01T09:00:00Z", none, none, text("2026-11-01T12:00:00Z"))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					known("data.thalassasecrets_secret_versions.by_id", "path", text("/app/db")),
					known("data.thalassasecrets_secret_versions.by_path", "secret_id", text(dbID)),
					known("data.thalassasecrets_secret_versions.by_path", "current_version", knownvalue.Int64Exact(2)),
					known("data.thalassasecrets_secret_versions.by_id", "versions", knownvalue.ListExact([]knownvalue.Check{
						row(2, "active", "string", "2026-11-01T10:00:00Z", text("current"), text("2026-11-01T11:00:00Z"), none),
						destroyedFirst,
					})),
				},
			},
			{
				PreConfig: func() { s.Destroy(dbID, 2) },
				Config:    config,
				ConfigStateChecks: []statecheck.StateCheck{
					known("data.thalassasecrets_secret_versions.by_id", "current_version", none),
					known("data.thalassasecrets_secret_versions.by_id", "versions", knownvalue.ListExact([]knownvalue.Check{
						row(2, "destroyed", "string", "2026-11-01T10:00:00Z", none, text("2026-11-01T11:00:00Z"), text("2026-11-01T12:00:00Z")),
						destroyedFirst,
					})),
				},
			},
		},
	})
	if calls := s.Calls(); calls["getSecretValue"] != 0 {
		t.Errorf("the history revealed a value: %v", calls)
	}
}
