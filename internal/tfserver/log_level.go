package tfserver

import (
	"cmp"
	"os"
)

// logAsAsked keeps from being written what Terraform would drop. It drops what it was
// not asked to log, but a provider that is not told so writes everything: a hundred
// lines for each resource, encoded here and decoded there, which was half of what a
// plan cost. What the user says about this provider or the SDK in particular wins.
//
// This can go when Terraform and OpenTofu tell providers the level
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
