// The Terraform provider for secrets as code on Thalassa Cloud.
package main

import (
	"context"
	"flag"
	"log"
	_ "time/tzdata" // Time zones of access policies are checked on machines that have none.

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger to attach and print how Terraform finds this process")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/thalassasecrets/thalassasecrets",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
