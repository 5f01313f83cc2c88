package acctest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// serve passes a request on and checks what Terraform made of it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.underWay.Add(1)
	defer s.underWay.Add(-1)
	s.mu.Lock()
	intercept := s.intercept
	s.mu.Unlock()
	if intercept != nil && intercept(w, r) {
		return
	}
	byTerraform := strings.HasSuffix(r.Header.Get("Authorization"), Token)
	secret, writes := writtenSecret(r)
	if !byTerraform || !writes {
		s.Server.ServeHTTP(w, r)
		s.checkReveal(byTerraform, r)
		return
	}
	// One write of Terraform to a secret at a time, so that what is seen afterwards is
	// what this write did. One that comes while another is held up goes unchecked.
	writing := s.writing(secret)
	if !writing.TryLock() {
		s.Server.ServeHTTP(w, r)
		return
	}
	defer writing.Unlock()
	before := s.hasCurrent(r, secret)
	s.Server.ServeHTTP(w, r)
	if before && !s.hasCurrent(r, secret) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.mayLeaveEmpty {
			s.breaks(fmt.Sprintf("%s %s left the secret without a readable current version", r.Method, r.URL))
		}
	}
}

// writing is held while a secret is written to.
func (s *Server) writing(secret string) *sync.Mutex {
	lock, _ := s.writers.LoadOrStore(secret, &sync.Mutex{})
	mutex, _ := lock.(*sync.Mutex)
	return mutex
}

// Idle reports that no request is under way, not even one whose caller has gone.
func (s *Server) Idle() bool { return s.underWay.Load() == 0 }

func (s *Server) checkReveal(byTerraform bool, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if byTerraform && !s.mayReveal && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/value") {
		s.breaks(fmt.Sprintf("Terraform revealed a value: %s %s", r.Method, r.URL))
	}
}

// breaks notes a broken promise. The mutex is held.
func (s *Server) breaks(promise string) {
	s.broken = append(s.broken, promise)
	s.t.Error(promise)
}

// Broken are the promises that Terraform has broken.
func (s *Server) Broken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.broken)
}

// writtenSecret finds the secret that a put or a destroy is about.
func writtenSecret(r *http.Request) (url string, ok bool) {
	if r.Method != http.MethodPost && r.Method != http.MethodDelete {
		return "", false
	}
	return strings.CutSuffix(r.URL.Path, "/versions")
}

// hasCurrent asks as a client whose requests are not counted.
func (s *Server) hasCurrent(write *http.Request, url string) bool {
	r := httptest.NewRequestWithContext(write.Context(), http.MethodGet, url+"?includeVersions=true", nil)
	r.Header = write.Header.Clone()
	r.Header.Set("Authorization", "Token "+observerToken)
	answer := httptest.NewRecorder()
	s.Server.ServeHTTP(answer, r)
	return strings.Contains(answer.Body.String(), `"stage":"current"`)
}
