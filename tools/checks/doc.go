// Package checks has no code of its own: its tests look at what GitHub and the tools
// are told in YAML, which no compiler reads.
package checks
