// The Terraform provider for secrets as code on Thalassa Cloud.
package main

import (
	"flag"
	"fmt"
	"os"
	_ "time/tzdata" // Time zones of access policies are checked on machines that have none.

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// version is set by the release build.
var version = "dev"

func main() {
	wait := flag.Bool("debug", false, "wait for a debugger to attach and print how Terraform finds this process")
	flag.Parse()
	if err := tfserver.Serve(provider.NewServer(version), *wait); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
