// Package acctest has the helpers of acceptance tests: a separate reference server, the
// provider in process for terraform-plugin-testing, and a workspace that runs a real
// CLI for what that framework cannot show.
package acctest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// What every test server starts with.
const (
	Organisation = "o-acc"
	Region       = "nl-01"
	KMSKey       = "kms-nl-01" // active and symmetric
	// Token belongs to the caller that Terraform is.
	Token = "token-of-terraform"

	terraformName = "terraform"
	outsiderName  = "outsider"
	observerName  = "observer"
	outsiderToken = "token-of-outsider"
	observerToken = "token-of-observer"
)

// Start is the time at which the clock of a test server stands still.
var Start = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// Server is a reference server behind real HTTP, whose clock only a test moves.
//
// It watches over two promises in every test, for everything that Terraform asks for
// with the token that it is given: no value is revealed, and no write leaves a secret
// without a readable current version that had one.
type Server struct {
	*refserver.Server
	URL string
	// Close stops the server before the test ends, which else does.
	Close func()

	t testing.TB

	underWay atomic.Int64
	writers  sync.Map // *sync.Mutex by the URL of a secret

	mu            sync.Mutex
	skew          time.Duration // of providers' clocks against the server's
	mark          int
	mayReveal     bool
	mayLeaveEmpty bool
	intercept     func(w http.ResponseWriter, r *http.Request) bool
	broken        []string
	answered      map[string]Answered
}

// NewServer starts a server that stops with the test.
func NewServer(t testing.TB) *Server {
	t.Helper()
	return NewServerWith(t, refserver.Config{})
}

// NewServerWith starts a server from a configuration, to which it adds the callers
// that every test has, and the clock unless the configuration has one.
func NewServerWith(t testing.TB, config refserver.Config) *Server {
	t.Helper()
	if config.Clock == nil {
		config.Clock = refserver.NewClock(Start)
	}
	config.Principals = append(config.Principals,
		refserver.Principal{Name: terraformName, Token: Token},
		refserver.Principal{Name: outsiderName, Token: outsiderToken},
		refserver.Principal{Name: observerName, Token: observerToken},
	)
	s := &Server{t: t, Server: refserver.New(config)}
	listener := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server's seed was %d", s.Seed())
		}
	})
	s.URL, s.Close = listener.URL, listener.Close
	t.Cleanup(s.Close)
	return s
}

// Environment is the provider's whole configuration, as environment variables.
func (s *Server) Environment() map[string]string {
	return map[string]string{
		"THALASSA_API_ENDPOINT": s.URL,
		"THALASSA_ORGANISATION": Organisation,
		"THALASSA_REGION":       Region,
		"THALASSA_API_TOKEN":    Token,
	}
}

// AllowReveal lets Terraform read values in this test, which only what the user
// asks for by name may do.
func (s *Server) AllowReveal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mayReveal = true
}

// AllowNoCurrent lets Terraform leave a secret without a current version in this
// test, as destroying the only one does.
func (s *Server) AllowNoCurrent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mayLeaveEmpty = true
}

// Intercept lets f answer requests in the server's place; those for which it
// returns false go through. Nil ends it.
func (s *Server) Intercept(f func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intercept = f
}

// Outsider is another client that works with the same secrets.
func (s *Server) Outsider() *client.Client {
	s.t.Helper()
	c, err := client.New(client.Config{
		Endpoint: s.URL, Organisation: Organisation, Credentials: client.Token(outsiderToken),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// ID parses the id of a secret.
func (s *Server) ID(id string) secretpath.SecretID {
	s.t.Helper()
	parsed, err := secretpath.ParseSecretID(id)
	if err != nil {
		s.t.Fatal(err)
	}
	return parsed
}

// Put puts a value as another client and returns the version's number.
func (s *Server) Put(id, value string) int64 {
	s.t.Helper()
	written, err := s.Outsider().PutValue(s.t.Context(), s.ID(id), client.BytesValue([]byte(value)), client.Unguarded)
	if err != nil {
		s.t.Fatal(err)
	}
	return written.Version
}

// Destroy destroys a version as another client.
func (s *Server) Destroy(id string, number int64) {
	s.t.Helper()
	if err := s.Outsider().DestroyVersion(s.t.Context(), s.ID(id), number, client.Unguarded); err != nil {
		s.t.Fatal(err)
	}
}

// Delete deletes a secret as another client.
func (s *Server) Delete(id string) {
	s.t.Helper()
	if err := s.Outsider().DeleteSecret(s.t.Context(), s.ID(id), client.Unguarded); err != nil {
		s.t.Fatal(err)
	}
}

// Create creates a secret as another client.
func (s *Server) Create(n client.NewSecret) client.Secret {
	s.t.Helper()
	if n.KMSKey == "" {
		n.KMSKey = KMSKey
	}
	secret, err := s.Outsider().CreateSecret(s.t.Context(), n)
	if err != nil {
		s.t.Fatal(err)
	}
	return secret
}

// Secret reads a secret and its history as another client.
func (s *Server) Secret(id string) client.Secret {
	s.t.Helper()
	secret, err := s.Outsider().GetSecret(s.t.Context(), s.ID(id))
	if err != nil {
		s.t.Fatal(err)
	}
	return secret
}

// Reveal reads the value of a version as another client.
func (s *Server) Reveal(id string, number int64) string {
	s.t.Helper()
	revealed, err := s.Outsider().RevealValue(s.t.Context(), s.ID(id), number)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(revealed.Bytes())
}

// ActiveVersions are the numbers of the versions that can be read, newest first.
func (s *Server) ActiveVersions(id string) []int64 {
	s.t.Helper()
	var numbers []int64
	for _, v := range s.Secret(id).Versions {
		if v.Status == client.VersionActive {
			numbers = append(numbers, v.Number)
		}
	}
	return numbers
}

// Limit lets Terraform do only what is named, on every secret.
func (s *Server) Limit(permissions ...string) {
	s.t.Helper()
	s.change(s.AddPrincipal(refserver.Principal{
		Name: terraformName, Token: Token,
		Grants: []refserver.Grant{{Permissions: append(permissions, "kmsRead"), Paths: []string{"*"}}},
	}))
}

// Unlimit lets Terraform do everything again.
func (s *Server) Unlimit() {
	s.t.Helper()
	s.Token(Token)
}

// Token makes token the one that Terraform has to show.
func (s *Server) Token(token string) {
	s.t.Helper()
	s.change(s.AddPrincipal(refserver.Principal{Name: terraformName, Token: token}))
}

// KeyStatus puts the KMS key into a state.
func (s *Server) KeyStatus(status refserver.KeyStatus) {
	s.t.Helper()
	s.change(s.SetKeyStatus(Region, KMSKey, status))
}

// Gate switches the secrets of the organisation on or off.
func (s *Server) Gate(on bool) {
	s.t.Helper()
	s.change(s.SetFeatureGate(Organisation, "secrets", on))
}

// KMS makes the region's KMS available or not.
func (s *Server) KMS(available bool) {
	s.t.Helper()
	s.change(s.SetRegionKMS(Region, available))
}

func (s *Server) change(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// Mark begins a new count of calls.
func (s *Server) Mark() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mark = len(s.Journal())
}

// Terraform is what Terraform has asked for since the last mark.
func (s *Server) Terraform() []refserver.Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var entries []refserver.Entry
	for _, entry := range s.Journal()[s.mark:] {
		if entry.Principal == terraformName {
			entries = append(entries, entry)
		}
	}
	return entries
}

// Calls counts those by operation.
func (s *Server) Calls() map[string]int {
	calls := map[string]int{}
	for _, entry := range s.Terraform() {
		calls[entry.Operation]++
	}
	return calls
}

// Writes counts those of Calls that changed something.
func (s *Server) Writes() int {
	return s.countWrites(func(refserver.Entry) bool { return true })
}

// WritesTo counts those of Writes that were about one secret, creates left out, which
// name none in their URL.
func (s *Server) WritesTo(id string) int {
	secret := s.ID(id)
	return s.countWrites(func(e refserver.Entry) bool {
		_, path, _ := strings.Cut(e.Path, "/"+secret.Region+"/secret")
		of := secret.Path.String()
		return path == of || path == of+"/versions" || path == of+"/policy"
	})
}

func (s *Server) countWrites(counts func(refserver.Entry) bool) int {
	writes := 0
	for _, entry := range s.Terraform() {
		switch entry.Operation {
		case "createSecret", "putSecretValue", "destroySecretVersion", "deleteSecret", "updateAccessPolicy":
			if counts(entry) {
				writes++
			}
		}
	}
	return writes
}
