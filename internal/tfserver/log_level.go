package tfserver

import (
	"cmp"
	"os"
)

// logAsAsked turns off the log lines that Terraform would drop. Terraform drops the lines that
// no variable asks for, but does not set the level of its providers, which then write
// everything: a hundred lines for each resource, encoded here and decoded there, which was
// half of the cost of a plan. The variables for this provider or the SDK win.
//
// This can go when Terraform and OpenTofu set the level of their providers
// (https://github.com/opentofu/opentofu/issues/2969), or when go-plugin stops decoding lines
// that are dropped (https://github.com/hashicorp/go-plugin/pull/316) and writing them is cheap.
func logAsAsked() {
	level := cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"), "OFF")
	for _, name := range []string{"TF_LOG_PROVIDER_THALASSASECRETS", "TF_LOG_SDK"} {
		if os.Getenv(name) == "" {
			_ = os.Setenv(name, level) // Both name and value are fine.
		}
	}
}
