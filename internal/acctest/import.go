package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Import makes a state by id and refreshes it.
func (c *Core) Import(ctx context.Context, id string) error {
	return c.importAs(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: c.typeName, ID: id})
}

// ImportIdentity makes a state by identity and refreshes it.
func (c *Core) ImportIdentity(ctx context.Context, identity *tfprotov6.ResourceIdentityData) error {
	return c.importAs(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: c.typeName, Identity: identity})
}

func (c *Core) importAs(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) error {
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	resp, err := provider.ImportResourceState(ctx, req)
	if err != nil {
		return err
	}
	if err := failed(resp.Diagnostics); err != nil {
		return err
	}
	imported := resp.ImportedResources[0]
	value, err := imported.State.Unmarshal(c.schema.ValueType())
	if err != nil {
		return err
	}
	refreshed, _, err := c.read(ctx, provider, &Instance{Value: value, Private: imported.Private, Identity: imported.Identity})
	if err == nil {
		c.State = refreshed
	}
	return err
}

// Generated is the configuration that Terraform writes for a resource that it has
// imported or listed: what can be configured, as it is, and null for what is
// sensitive.
func (c *Core) Generated(ctx context.Context, resource tftypes.Value) (map[string]any, error) {
	provider, err := c.provider(ctx)
	if err != nil {
		return nil, err
	}
	state, err := dynamic(resource)
	if err != nil {
		return nil, err
	}
	resp, err := provider.GenerateResourceConfig(ctx, &tfprotov6.GenerateResourceConfigRequest{TypeName: c.typeName, State: state})
	if err != nil {
		return nil, err
	}
	if err := failed(resp.Diagnostics); err != nil {
		return nil, err
	}
	value, err := resp.Config.Unmarshal(c.schema.ValueType())
	if err != nil {
		return nil, err
	}
	generated, config := attributesOf(value), map[string]any{}
	for _, attribute := range c.schema.Block.Attributes {
		// Terraform does not write attributes that are only computed, even if the
		// provider returns them.
		if !attribute.Sensitive && (attribute.Required || attribute.Optional) {
			config[attribute.Name] = generated[attribute.Name]
		}
	}
	return config, nil
}

// Identity is the identity of a secret in an import block. Empty attributes are
// omitted.
func Identity(region, path string) (*tfprotov6.ResourceIdentityData, error) {
	text := func(s string) tftypes.Value {
		if s == "" {
			return tftypes.NewValue(tftypes.String, nil)
		}
		return tftypes.NewValue(tftypes.String, s)
	}
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"region": tftypes.String, "path": tftypes.String}}
	data, err := dynamic(tftypes.NewValue(typ, map[string]tftypes.Value{"region": text(region), "path": text(path)}))
	return &tfprotov6.ResourceIdentityData{IdentityData: data}, err
}

// IdentityOf reads an identity, all of whose attributes are texts.
func IdentityOf(identity *tfprotov6.ResourceIdentityData) map[string]string {
	if identity == nil || identity.IdentityData == nil {
		return nil
	}
	value, err := identity.IdentityData.Unmarshal(tftypes.Map{ElementType: tftypes.String})
	if err != nil {
		return nil
	}
	texts := map[string]string{}
	for name, attribute := range attributesOf(value) {
		var text string
		if attribute.As(&text) == nil {
			texts[name] = text
		}
	}
	return texts
}
