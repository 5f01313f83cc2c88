// Package refserver is an in-memory reference server of the Secrets Manager API: the
// secrets of an organisation and its projects, the KMS keys that encrypt them, and the
// token endpoint. It speaks real HTTP, keeps everything in memory and can be embedded
// in a test or run as a program (cmd/refserver).
//
// A request passes through five steps. ServeHTTP (http.go) turns an HTTP request into a
// call and an answer into an HTTP response (response_writer.go); nothing else does I/O.
// The chain (server.go) wraps the rest, with the journal outermost and the throttle
// next. The fault middleware (fault_middleware.go, fault_answer.go, late_commit.go,
// otherclient.go) applies the fault rules. Authorization (authorize.go) refuses calls
// in one documented order. The operations are functions of the store and the call.
//
// The server returns copies only. No caller gets a pointer into its store.
package refserver
