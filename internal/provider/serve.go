package provider

import (
	"cmp"
	"io"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

const address = "registry.terraform.io/thalassasecrets/thalassasecrets"

// Serve makes this process a provider for the Terraform that has started it, until
// that says otherwise. With wait it is for a debugger: it prints how a Terraform
// finds it, and logs everything here instead of in Terraform's log.
func Serve(newServer func() tfprotov6.ProviderServer, wait bool) error {
	// Only net/http writes to it: what of an answer is more than its length says, which
	// may be a piece of a value.
	log.SetOutput(io.Discard)
	tuneMemory()
	if wait {
		return tf6server.Serve(address, newServer, tf6server.WithManagedDebug())
	}
	logAsAsked()
	outliveSignals()
	return tf6server.Serve(address, newServer)
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
