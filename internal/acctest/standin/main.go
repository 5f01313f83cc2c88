// The providers that guides use beside this one, as far as the guides use them:
// hashicorp/random with its ephemeral password, and cyrilgdn/postgresql with a role
// whose password is write-only. The program's own name says which of the two it is.
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
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func main() {
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-")
	addresses := map[string]string{
		"random":     "registry.terraform.io/hashicorp/random",
		"postgresql": "registry.terraform.io/cyrilgdn/postgresql",
	}
	if addresses[name] == "" {
		log.Fatal("the name of this program is none of a provider that it stands in for")
	}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return standIn{name} }, providerserver.ServeOpts{Address: addresses[name]})
	if err != nil {
		log.Fatal(err)
	}
}

// standIn is either provider. Neither takes any configuration here.
type standIn struct{ name string }

var _ provider.ProviderWithEphemeralResources = standIn{}

// Metadata implements provider.Provider.
func (s standIn) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

// Schema implements provider.Provider.
func (s standIn) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure implements provider.Provider.
func (s standIn) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

// DataSources implements provider.Provider.
func (s standIn) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources implements provider.Provider.
func (s standIn) Resources(context.Context) []func() resource.Resource {
	if s.name != "postgresql" {
		return nil
	}
	return []func() resource.Resource{func() resource.Resource { return &role{} }}
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (s standIn) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	if s.name != "random" {
		return nil
	}
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return password{} }}
}
