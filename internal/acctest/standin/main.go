// The providers that guides use beside this one, as far as the guides use them:
// hashicorp/random with its ephemeral password, cyrilgdn/postgresql with a role
// whose password is write-only, and the vendor's thalassa-cloud/thalassa with the
// secrets whose states are moved. The program's own name says which one it is.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func main() {
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-")
	addresses := map[string]string{
		"random":     "registry.terraform.io/hashicorp/random",
		"postgresql": "registry.terraform.io/cyrilgdn/postgresql",
		"thalassa":   "registry.terraform.io/thalassa-cloud/thalassa",
	}
	if addresses[name] == "" {
		log.Fatal("the name of this program is none of a provider that it stands in for")
	}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return standIn{name} }, providerserver.ServeOpts{Address: addresses[name]})
	if err != nil {
		log.Fatal(err)
	}
}

// standIn is one of the providers.
type standIn struct{ name string }

var _ provider.ProviderWithEphemeralResources = standIn{}

// Metadata implements provider.Provider.
func (s standIn) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

// Schema implements provider.Provider. What a guide configures is taken and not
// used.
func (s standIn) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	if s.name == "thalassa" {
		resp.Schema.Attributes = map[string]schema.Attribute{"organisation_id": schema.StringAttribute{Optional: true}}
	}
}

// Configure implements provider.Provider.
func (s standIn) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

// DataSources implements provider.Provider.
func (s standIn) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources implements provider.Provider.
func (s standIn) Resources(context.Context) []func() resource.Resource {
	var resources []func() resource.Resource
	switch s.name {
	case "postgresql":
		resources = append(resources, func() resource.Resource { return &role{} })
	case "thalassa":
		for _, name := range []string{"secret", "secret_version", "secret_access_policy"} {
			resources = append(resources, func() resource.Resource { return &vendorResource{name} })
		}
	}
	return resources
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (s standIn) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	if s.name != "random" {
		return nil
	}
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return password{} }}
}
