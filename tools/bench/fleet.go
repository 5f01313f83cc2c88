package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// fleet is a state of a kind that users have. Nothing in it has changed, so its plan is empty.
type fleet struct {
	name string
	// arguments are those of each version, beside its path.
	arguments string
	// rotations is how often each version was put again.
	rotations int
	// imported: the secrets were created by another client, and no update has followed the
	// import.
	imported bool
	// superseded: another client has put over each version since.
	superseded bool
}

const valueArguments = `secret_string_wo = "value ${count.index} of rotation ${var.rotation}"
  value_wo_version = var.rotation
`

var (
	plainFleet = fleet{name: "one version each", arguments: valueArguments}
	fleets     = []fleet{
		{name: "rotated, `keep = 1`", arguments: valueArguments + "  retention        = { keep = 1 }\n", rotations: 1},
		{name: "rotated, `keep = 1` and `min_idle = \"7d\"`", arguments: valueArguments + "  retention        = { keep = 1, min_idle = \"7d\" }\n", rotations: 1},
		{name: "imported, and not updated since", imported: true},
		{name: "superseded by another client, under `on_external_version = \"ignore\"`", arguments: valueArguments + "  on_external_version = \"ignore\"\n", superseded: true},
	}
)

// lastRotation is the variable "rotation" that the state was applied with last.
func (f fleet) lastRotation() string { return strconv.Itoa(1 + f.rotations) }

const importFile = "import.tf"

// importConfiguration imports the first secret and its version.
var importConfiguration = fmt.Sprintf(`import {
  to = thalassasecrets_secret.bench[0]
  id = "%[1]s"
}

import {
  to = thalassasecrets_secret_version.bench[0]
  id = "%[1]s@current"
}
`, region+pathOf(0))

// applyFirst applies the fleet with one secret.
func (b *bench) applyFirst(ctx context.Context, dir string, c contender) error {
	f := c.fleet
	if f.imported {
		if err := b.service.fillOutside(ctx, f, importedMark, 0, 1); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, importFile), []byte(importConfiguration), 0o600); err != nil {
			return err
		}
	}
	for n := range 1 + f.rotations {
		one := applyPhase
		one.rotation = strconv.Itoa(1 + n)
		if _, err := b.run(ctx, dir, c, one, 1); err != nil {
			return err
		}
	}
	if f.imported {
		return os.Remove(filepath.Join(dir, importFile))
	}
	if !f.superseded {
		return nil
	}
	api, id, err := b.service.first()
	if err != nil {
		return err
	}
	if _, err := api.PutValue(ctx, id, client.BytesValue([]byte("of another client")), client.Unguarded); err != nil {
		return err
	}
	_, err = b.run(ctx, dir, c, recordPhase, 1)
	return err
}

// importedMark is the creation mark of secrets that are imported.
const importedMark = "of-another-state"

// idOf is one of the secrets.
func idOf(i int) (secretpath.SecretID, error) { return secretpath.NewSecretID(region, pathOf(i)) }

// first is a client, and the first of the secrets.
func (s *service) first() (*client.Client, secretpath.SecretID, error) {
	id, err := idOf(0)
	if err != nil {
		return nil, id, err
	}
	api, err := clientOf(s.url)
	return api, id, err
}

// fillFrom does to all secrets but the first what has been done to that one. The state has the
// creation mark of the first secret for all of them.
func (s *service) fillFrom(ctx context.Context, f fleet, secrets int) error {
	api, id, err := s.first()
	if err != nil {
		return err
	}
	first, err := api.GetSecret(ctx, id)
	if err != nil {
		return err
	}
	return s.fillOutside(ctx, f, first.Annotations[client.CreationAnnotation], 1, secrets)
}

// fillOutside does to secrets what applies of the provider do: a placeholder, a value, the end of
// the placeholder, and a value for each rotation.
func (s *service) fillOutside(ctx context.Context, f fleet, mark string, from, to int) error {
	api, err := clientOf(s.url) // One for all: each has connections that stay open.
	if err != nil {
		return err
	}
	return eachOf(from, to, func(i int) error {
		id, err := idOf(i)
		if err != nil {
			return err
		}
		_, err = api.CreateSecret(ctx, client.NewSecret{
			ID: id, KMSKey: kmsKey, Creation: mark, Value: client.GeneratedValue(32),
			Annotations: map[string]string{"thalassasecrets/placeholder": "1"},
		})
		if err != nil {
			return err
		}
		puts := 1 + f.rotations
		if f.superseded {
			puts++
		}
		for n := range puts {
			written, err := api.PutValue(ctx, id, client.BytesValue(fmt.Appendf(nil, "value %d of rotation %d", i, 1+n)), client.Unguarded)
			if err == nil && n == 0 {
				err = api.DestroyVersion(ctx, id, written.Version-1, client.Unguarded)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
