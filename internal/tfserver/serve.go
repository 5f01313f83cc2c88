// Package tfserver stands between the framework's server and Terraform: how this process is
// served, which signals it takes, what it writes and how much memory it may use. Nothing here
// knows a secret. Each part works around a library, names the issue, and says when it can go.
package tfserver

import (
	"io"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

const address = "registry.terraform.io/thalassasecrets/thalassasecrets"

// Serve makes this process a provider for the Terraform that has started it, until Terraform
// stops it. With wait it is for a debugger: it prints how a Terraform finds it, and logs
// everything here instead of in Terraform's log.
func Serve(newServer func() tfprotov6.ProviderServer, wait bool) error {
	silenceStandardLog()
	tuneMemory()
	if wait {
		return tf6server.Serve(address, newServer, tf6server.WithManagedDebug())
	}
	logAsAsked()
	outliveSignals()
	return tf6server.Serve(address, newServer)
}

// silenceStandardLog drops what goes to the standard logger. Only net/http writes to it: the
// bytes of a response that exceed its length, which may be a part of a value. A Transport has no
// ErrorLog, as a Server has, and https://github.com/golang/go/issues/77094 shows that the client
// logs in other cases, too. This can go when a Transport takes a logger.
func silenceStandardLog() { log.SetOutput(io.Discard) }
