package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Restore takes over an instance of a state file, as Terraform does before a refresh:
// the version of the schema that wrote it, its attributes as JSON, and its private
// state.
func (c *Core) Restore(ctx context.Context, version int64, attributes, private []byte) error {
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	resp, err := provider.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: c.typeName, Version: version, RawState: &tfprotov6.RawState{JSON: attributes},
	})
	if err != nil {
		return err
	}
	if err := failed(resp.Diagnostics); err != nil {
		return err
	}
	value, err := resp.UpgradedState.Unmarshal(c.schema.ValueType())
	if err == nil {
		c.State = &Instance{Value: value, Private: private}
	}
	return err
}
