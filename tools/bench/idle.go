package main

import (
	"context"
	"os"
	"path/filepath"

	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// The idle provider has the schemas of this provider's resources and does nothing: it makes no request
// and finds everything as it is in the state. What it takes is what Terraform and the
// framework take for resources of such a shape in any provider. The cost of a provider is the time above
// that. It can only be used for reading.

const idleProgram = "idle-provider"

func isIdle(program string) bool { return filepath.Base(program) == idleProgram }

// installSelf puts this program into dir under a name that makes it a provider.
func installSelf(dir, name string) (program string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	program = filepath.Join(dir, name)
	return program, os.Symlink(self, program)
}

func serveIdle() error {
	return tfserver.Serve(func() tfprotov6.ProviderServer {
		return tfserver.Of(idleProvider{provider.New("idle")()})
	}, false)
}

type idleProvider struct{ framework.Provider }

// Configure implements provider.Provider.
func (idleProvider) Configure(context.Context, framework.ConfigureRequest, *framework.ConfigureResponse) {
}

// Resources implements provider.Provider.
func (p idleProvider) Resources(ctx context.Context) []func() resource.Resource {
	var idle []func() resource.Resource
	for _, newResource := range p.Provider.Resources(ctx) {
		idle = append(idle, func() resource.Resource { return idleResource{newResource()} })
	}
	return idle
}

// idleResource hides everything of a resource that is not in this interface, such as
// the modification of plans.
type idleResource struct{ resource.Resource }

// Read implements resource.Resource.
func (idleResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}
