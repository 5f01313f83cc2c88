package client

import (
	"crypto/sha256"
	"net/http"
	"sync"
)

// refusedCredentials are the values of Authorization that the service has refused in its
// own form. A request with one of them is not sent: a wrong token would otherwise be refused
// once for each resource, and some services lock an account for that. The zero value is
// ready to use.
type refusedCredentials struct {
	mu       sync.Mutex
	refusals map[[sha256.Size]byte]*Error // by the hash of the value
}

// note remembers the answer to a request if it refuses the credentials.
func (r *refusedCredentials) note(authorization string, answer *Error) {
	if answer == nil || answer.Status != http.StatusUnauthorized || !answer.Documented {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refusals == nil {
		r.refusals = map[[sha256.Size]byte]*Error{}
	}
	r.refusals[sha256.Sum256([]byte(authorization))] = answer
}

// refusal is the answer that refused the credentials, nil for none.
func (r *refusedCredentials) refusal(authorization string) *Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.refusals[sha256.Sum256([]byte(authorization))]
}
