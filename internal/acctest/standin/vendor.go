package main

import (
	"context"
	"net/http"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// vendorResource is a resource of thalassa-cloud/thalassa 0.26.3, as far as a state
// is moved away from it. It has that provider's schema. A refresh and a destroy do
// what that provider's do, through the API and without any protection. Create fails:
// after a migration nothing has to be created there.
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
	if os.Getenv("STANDIN_LATER") == r.name {
		resp.Schema.Version = 1
	}
}

// Create implements resource.Resource.
func (r *vendorResource) Create(_ context.Context, _ resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.AddError("Nothing is created here", "The vendor's provider was to create a "+r.name+".")
}

// vendorMetadata is what a refresh of a secret takes from the service. The state keeps
// null for a map that is empty there.
type vendorMetadata struct {
	Description string            `json:"description"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// Read implements resource.Resource.
func (r *vendorResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	id, diags := r.idOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	var metadata vendorMetadata
	found, err := callAPI(ctx, http.MethodGet, id.url(), nil, &metadata)
	switch {
	case err != nil:
		resp.Diagnostics.AddError("Reading the secret", err.Error())
	case !found:
		resp.State.RemoveResource(ctx)
	case r.name == "secret":
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("description"), metadata.Description)...)
		for name, texts := range map[string]map[string]string{"labels": metadata.Labels, "annotations": metadata.Annotations} {
			if len(texts) > 0 {
				resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), texts)...)
			}
		}
	}
}

// Update implements resource.Resource. That provider keeps a changed description in
// the state, although nothing has changed it in the service.
func (r *vendorResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.name == "secret" {
		for name, planned := range map[string]attr.Value{"description": &types.String{}, "labels": &types.Map{}, "annotations": &types.Map{}} {
			resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root(name), planned)...)
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), planned)...)
		}
	}
	resp.Diagnostics.AddWarning("Secret metadata update not supported", "No changes were applied.")
}

// Delete implements resource.Resource.
func (r *vendorResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	id, diags := r.idOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	method, url, body := http.MethodDelete, id.url(), []byte(nil)
	switch r.name {
	case "secret_version":
		url += "/versions?version=" + id.number
	case "secret_access_policy":
		method, url, body = http.MethodPut, url+"/policy", []byte(`{"accessPolicy":{"statements":[]}}`)
	}
	if _, err := callAPI(ctx, method, url, body, nil); err != nil {
		resp.Diagnostics.AddError("Deleting the "+r.name, err.Error())
	}
}
