package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// vendorResource is a resource of thalassa-cloud/thalassa 0.26.3, as far as a state
// can be moved away from it: it has that provider's schema, and leaves a state as
// it is. Whatever would change something fails, so that a test that gets by has
// changed nothing through it.
type vendorResource struct{ name string }

var _ resource.Resource = (*vendorResource)(nil)

// Metadata implements resource.Resource.
func (r *vendorResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.name
}

// Schema implements resource.Resource.
func (r *vendorResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	text := schema.StringAttribute{Optional: true, Computed: true}
	number := schema.Int64Attribute{Computed: true}
	texts := schema.MapAttribute{ElementType: types.StringType, Optional: true}
	attributes := map[string]schema.Attribute{
		"id": text, "organisation_id": text, "region": text, "path": text,
	}
	blocks := map[string]schema.Block{}
	add := func(more map[string]schema.Attribute) {
		for name, attribute := range more {
			attributes[name] = attribute
		}
	}
	if r.name == "secret_access_policy" {
		list := schema.ListAttribute{ElementType: types.StringType, Optional: true}
		blocks["statement"] = schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
			"effect": text, "actions": list, "principals": list,
		}}}
	} else {
		add(map[string]schema.Attribute{
			"secret_string":     schema.StringAttribute{Optional: true, Sensitive: true},
			"secret_key_values": schema.MapAttribute{ElementType: types.StringType, Optional: true, Sensitive: true},
		})
		blocks["generate_secret"] = schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
			"byte_length": schema.Int64Attribute{Optional: true},
		}}}
	}
	switch r.name {
	case "secret":
		add(map[string]schema.Attribute{
			"kms_key_id": text, "description": text, "labels": texts, "annotations": texts,
			"current_version": number, "created_at": text, "updated_at": text, "last_accessed_at": text,
		})
	case "secret_version":
		add(map[string]schema.Attribute{"version": number})
	}
	resp.Schema = schema.Schema{Attributes: attributes, Blocks: blocks}
}

// Create implements resource.Resource.
func (r *vendorResource) Create(_ context.Context, _ resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.AddError("Nothing is created here", "The vendor's provider was to create a "+r.name+".")
}

// Read implements resource.Resource.
func (r *vendorResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update implements resource.Resource.
func (r *vendorResource) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("Nothing is updated here", "The vendor's provider was to update a "+r.name+".")
}

// Delete implements resource.Resource.
func (r *vendorResource) Delete(_ context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	resp.Diagnostics.AddError("Nothing is deleted here", "The vendor's provider was to delete a "+r.name+".")
}
