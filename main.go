// The Terraform provider for secrets as code on Thalassa Cloud.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"runtime/debug"
	_ "time/tzdata" // Time zones of access policies are checked on machines that have none.

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	wait := flag.Bool("debug", false, "wait for a debugger to attach and print how Terraform finds this process")
	flag.Parse()
	tuneMemory()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/thalassasecrets/thalassasecrets",
		Debug:   *wait,
	})
	if err != nil {
		log.Fatal(err)
	}
}

// tuneMemory trades memory for time. What lives long here is small, and what a plan
// takes for each resource is garbage at once, so with the usual settings the
// collector runs all the time: a fifth of the work of a large plan. Close to the
// limit it runs as often as needed. GOGC and GOMEMLIMIT win.
func tuneMemory() {
	const (
		percent = 400
		limit   = 112 << 20
	)
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}
