package tfserver

import (
	"os"
	"runtime/debug"
)

// tuneMemory trades memory for time. What lives long here is small, and what a plan
// takes for each resource is garbage at once, so with the usual settings the
// collector runs all the time. With tens of thousands of resources what lives is no
// longer small, and the limit lets the collector run more often instead of taking
// four times as much. GOGC and GOMEMLIMIT win.
//
// It can go when the framework copies less for each attribute
// (https://github.com/hashicorp/terraform-plugin-framework/issues/725 is a part of it).
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
