// Package robustness runs the provider with injected faults and concurrent writers. It
// checks that no write happens twice or is lost, and that no success is reported for a
// write that did not happen.
//
// A run has a separate environment (environment.go), created from a seed: one secret on
// a reference server, whose container and version the real provider manages over
// Terraform's protocol. Each operation (operation.go) is planned and applied under a
// fault (fault.go), with a fault of the reads, and with another client that writes at
// the same time (concurrent_writer.go). The history (history.go) has each step and the
// audit log. The validators (validate.go, harm.go) compare it with what a user may rely
// on. The same seed repeats the same run.
package robustness
