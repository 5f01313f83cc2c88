// Package robustness lets the provider work on a bad day and checks that it never
// writes twice, loses nothing, and never says that something was done that was
// not.
//
// A run is a world of its own (world.go), made from a seed: one secret on a
// reference server, its container and its version managed by the real provider
// over Terraform's protocol. Somebody wants one thing after another (wish.go), and
// each is planned and applied while a fault strikes (trouble.go). Everything that
// was wanted, said and done is kept in a history (history.go), which is held
// against what a user may rely on (validate.go). The same seed makes the same run.
package robustness
