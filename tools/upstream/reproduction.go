package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// reproduction is a provider with one resource, and the request to plan it as it is.
type reproduction struct {
	server tfprotov6.ProviderServer
	object tftypes.Object
	value  tfprotov6.DynamicValue
}

func newReproduction(ctx context.Context, attributes int) (*reproduction, error) {
	r := &reproduction{server: providerserver.NewProtocol6(idle{attributes: attributes})(), object: tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}}
	values := map[string]tftypes.Value{}
	for i := range attributes {
		r.object.AttributeTypes[nameOf(i)] = tftypes.String
		values[nameOf(i)] = tftypes.NewValue(tftypes.String, "value")
	}
	var err error
	if r.value, err = tfprotov6.NewDynamicValue(r.object, tftypes.NewValue(r.object, values)); err != nil {
		return nil, err
	}
	_, err = r.server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	return r, err
}

// plan plans the resource as it is.
func (r *reproduction) plan(ctx context.Context) error {
	resp, err := r.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: "idle_resource", PriorState: &r.value, Config: &r.value, ProposedNewState: &r.value,
	})
	if err == nil && len(resp.Diagnostics) > 0 {
		err = fmt.Errorf("%s: %s", resp.Diagnostics[0].Summary, resp.Diagnostics[0].Detail)
	}
	return err
}

// decode decodes the three values of the request, which no provider can do without.
func (r *reproduction) decode() error {
	for range 3 {
		if _, err := r.value.Unmarshal(r.object); err != nil {
			return err
		}
	}
	return nil
}

func nameOf(i int) string { return fmt.Sprintf("attribute_%d", i) }

// idle is a provider that does nothing.
type idle struct {
	provider.Provider

	attributes int
}

func (idle) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "idle"
}

func (idle) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (idle) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (p idle) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return idleResource{attributes: p.attributes} }}
}

// idleResource is a resource of optional texts.
type idleResource struct {
	resource.Resource

	attributes int
}

func (idleResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "idle_resource"
}

func (r idleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{}
	for i := range r.attributes {
		resp.Schema.Attributes[nameOf(i)] = schema.StringAttribute{Optional: true}
	}
}
