// The Terraform provider for secrets as code on Thalassa Cloud.
package main

import (
	"cmp"
	"flag"
	"log"
	"os"
	"runtime/debug"
	_ "time/tzdata" // Time zones of access policies are checked on machines that have none.

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	wait := flag.Bool("debug", false, "wait for a debugger to attach and print how Terraform finds this process")
	flag.Parse()
	if !*wait { // Whoever debugs sees everything, here and not in Terraform's log.
		logAsAsked()
	}
	tuneMemory()

	var options []tf6server.ServeOpt
	if *wait {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve("registry.terraform.io/thalassasecrets/thalassasecrets", provider.NewServer(version), options...)
	if err != nil {
		log.Fatal(err)
	}
}

// tuneMemory trades memory for time. What lives long here is small, and what a plan
// takes for each resource is garbage at once, so with the usual settings the
// collector runs all the time. With tens of thousands of resources what lives is no
// longer small, and the limit lets the collector run more often instead of taking
// four times as much. GOGC and GOMEMLIMIT win.
func tuneMemory() {
	const (
		percent = 300
		limit   = 96 << 20 // bytes
	)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}

// logAsAsked keeps from being written what Terraform would drop. It drops what it was
// not asked to log, but a provider that is not told so writes everything: a hundred
// lines for each resource, encoded here and decoded there, which was half of what a
// plan cost. What the user says about this provider or the SDK in particular wins.
func logAsAsked() {
	level := cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"), "OFF")
	for _, name := range []string{"TF_LOG_PROVIDER_THALASSASECRETS", "TF_LOG_SDK"} {
		if os.Getenv(name) == "" {
			_ = os.Setenv(name, level) // Both name and value are fine.
		}
	}
}
