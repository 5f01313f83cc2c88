// Package refserver is an in-memory reference server of the Secrets Manager
// API: the secrets of an organisation and its projects, the KMS keys that seal
// them, and the token endpoint. It speaks real HTTP, keeps everything in memory
// and can be embedded in a test or run as a program (cmd/refserver).
//
// A request passes through five steps, each in its own place. The edge
// (edge.go, and sending.go and line.go for what gets lost on purpose) turns an
// HTTP request into a call and an answer into an HTTP response, and is the only
// place that does I/O. The chain (server.go) wraps what happens in between, with
// the journal outermost. The fault rules (disturb.go, and falsify.go, latecommit.go
// and otherclient.go for some of what they do) come next. The gates
// (gates.go) refuse calls in one documented order. The operations decide, as
// functions of the store and the call.
//
// Nothing that the server hands out points into its store.
package refserver
