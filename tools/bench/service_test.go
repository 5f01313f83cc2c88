package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// A mark stays valid when the journal drops entries that are older than it.
func TestMarkSurvivesAFullJournal(t *testing.T) {
	t.Parallel()
	s := &service{Server: refserver.New(refserver.Config{JournalEntries: 10, Principals: []refserver.Principal{{Name: "bench", Token: token}}})}
	ask := func(times int) {
		for range times {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/kms/summary", http.NoBody)
			request.Header.Set("Authorization", "Token "+token)
			s.ServeHTTP(httptest.NewRecorder(), request)
		}
	}
	ask(25)
	mark := s.mark()
	ask(7)
	if requests, _ := s.requestsSince(mark); total(requests) != 7 {
		t.Errorf("counted %v since the mark, want 7", requests)
	}
}
