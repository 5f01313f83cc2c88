package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// A state that is only read need not be applied, which takes Terraform longer than all
// else here. It is applied with one secret and then multiplied: everything in it is the
// same for all but their paths, because the service's clock stands still.

const stateFile = "terraform.tfstate"

// pathOf is the path that the configurations give to a secret.
func pathOf(i int) string { return fmt.Sprintf("/bench/team-%d/secret-%d", i%20, i) }

func (b *bench) makeState(ctx context.Context, dir string, c contender, secrets int) error {
	if c.name == peerName {
		_, err := b.run(ctx, dir, c, applyPhase, secrets) // Nobody knows what its states are like.
		return err
	}
	if err := b.applyOne(ctx, dir, c); err != nil {
		return err
	}
	file := filepath.Join(dir, stateFile)
	one, err := os.ReadFile(file) //nolint:gosec // The CLI wrote it.
	if err != nil {
		return err
	}
	all, err := multiplied(one, secrets, c.stateBy == "")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, all, 0o600); err != nil || //nolint:gosec // It is in the benchmark's own directory.
		c.name == floorName || c.stateBy != "" {
		return err // No request will be made.
	}
	if err := b.service.SetPace(refserver.Pace{}); err != nil {
		return err
	}
	if err := b.service.fillFrom(ctx, c.fleet, secrets); err != nil {
		return err
	}
	return b.service.limit(0)
}

// applyOne applies the state's first secret, if need be by another program.
func (b *bench) applyOne(ctx context.Context, dir string, c contender) error {
	if c.stateBy != "" {
		if err := setTarget(filepath.Join(dir, programs), c.providerName(), c.stateBy); err != nil {
			return err
		}
	}
	if err := b.applyFirst(ctx, dir, c); err != nil || c.stateBy == "" {
		return err
	}
	return setTarget(filepath.Join(dir, programs), c.providerName(), c.program)
}

// multiplied makes as many instances of the one that each resource of a state has. The
// idle and the echo provider know no identities, so that a state for them has none.
func multiplied(state []byte, n int, identities bool) ([]byte, error) {
	var whole map[string]json.RawMessage
	var resources []map[string]json.RawMessage
	if err := json.Unmarshal(state, &whole); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(whole["resources"], &resources); err != nil {
		return nil, err
	}
	for _, resource := range resources {
		var instances []json.RawMessage
		if err := json.Unmarshal(resource["instances"], &instances); err != nil {
			return nil, err
		}
		if len(instances) != 1 {
			return nil, fmt.Errorf("%d instances of %s instead of one", len(instances), resource["name"])
		}
		all := make([]json.RawMessage, n)
		for i := range all {
			var err error
			if all[i], err = instance(instances[0], i, identities); err != nil {
				return nil, err
			}
		}
		var err error
		if resource["instances"], err = json.Marshal(all); err != nil {
			return nil, err
		}
	}
	var err error
	if whole["resources"], err = json.Marshal(resources); err != nil {
		return nil, err
	}
	return json.Marshal(whole)
}

// instance makes another instance of the first one.
func instance(first json.RawMessage, i int, identities bool) (json.RawMessage, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(bytes.ReplaceAll(first, []byte(pathOf(0)), []byte(pathOf(i))), &parts); err != nil {
		return nil, err
	}
	if !identities {
		delete(parts, "identity")
		delete(parts, "identity_schema_version")
	}
	parts["index_key"] = json.RawMessage(strconv.Itoa(i))
	var private string
	if raw, ok := parts["private"]; ok && json.Unmarshal(raw, &private) == nil {
		said, err := base64.StdEncoding.DecodeString(private)
		if err != nil {
			return nil, err
		}
		said = bytes.ReplaceAll(said, []byte(pathOf(0)), []byte(pathOf(i)))
		if parts["private"], err = json.Marshal(base64.StdEncoding.EncodeToString(said)); err != nil {
			return nil, err
		}
	}
	return json.Marshal(parts)
}
