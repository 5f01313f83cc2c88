package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const (
	organisation = "o-bench"
	region       = "nl-01"
	kmsKey       = "kms-nl-01"
	token        = "token-of-the-benchmark"
)

// service is the reference server, on loopback.
type service struct {
	*refserver.Server
	url     string
	latency time.Duration
	http    *http.Server
}

func newService(ctx context.Context, latency time.Duration) (*service, error) {
	s := &service{
		Server: refserver.New(refserver.Config{
			Principals: []refserver.Principal{{Name: "bench", Token: token}},
			Clock:      refserver.NewClock(time.Now()),   // It stands still.
			Pace:       refserver.Pace{Latency: latency}, // What a Reset goes back to.
		}),
		latency: latency,
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.url = "http://" + listener.Addr().String()
	s.http = &http.Server{Handler: s.Server, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.http.Serve(listener) }() // It ends with close.
	return s, s.limit(0)
}

func (s *service) close() { _ = s.http.Close() }

// limit lets so many requests per second through, all for zero.
func (s *service) limit(perSecond float64) error {
	return s.SetPace(refserver.Pace{Latency: s.latency, RequestsPerSecond: perSecond})
}

// environment is how a provider finds the service.
func (s *service) environment() []string {
	return []string{
		"THALASSA_API_ENDPOINT=" + s.url, "THALASSA_ORGANISATION=" + organisation, "THALASSA_REGION=" + region, "THALASSA_API_TOKEN=" + token,
	}
}

// mark is a place in the journal, counted from the start: the journal drops its oldest entries.
func (s *service) mark() int { return s.JournalDropped() + len(s.Journal()) }

// requestsSince counts the requests since a place in the journal by operation, and
// those that were turned away for being too many.
func (s *service) requestsSince(mark int) (requests map[string]int, refused int) {
	requests = map[string]int{}
	for _, entry := range s.Journal()[max(0, mark-s.JournalDropped()):] {
		requests[entry.Operation]++
		if entry.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	return requests, refused
}
