// Package conformance checks a Secrets Manager API against what its documentation
// says and what this project assumes. Each behaviour is a row with a stable id.
// A scenario sends requests and checks some of the rows by the answers.
//
// The package has its own wire format: raw requests show what a typed client would
// accept or hide.
package conformance
