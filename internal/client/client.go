// Package client is a typed client of the Secrets Manager API. It knows how to
// reach the service (transport, credentials, retries, errors) and has one file
// for each noun of the API. It decides nothing: what to read and write, and
// what an answer means for a user, is up to the caller.
package client

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// DefaultEndpoint is the base URL of the service.
const DefaultEndpoint = "https://api.thalassa.cloud"

// Config says where the service is and as whom to speak to it.
type Config struct {
	// Endpoint is the base URL of the service, DefaultEndpoint when empty. Plain
	// http is accepted for loopback addresses only.
	Endpoint string
	// Organisation is required. Project is optional: without it, secrets belong to
	// the organisation itself.
	Organisation, Project string
	Credentials           Credentials
	UserAgent             string
	Retry                 Retry
	// RequestTimeout bounds one attempt at a request, its answer included. Default
	// one minute.
	RequestTimeout time.Duration
	// RequestsPerSecond slows the client down so that it does not run into a limit of
	// the service. Zero means no limit.
	RequestsPerSecond float64
	// RootCAs are whom the service's certificate may come from, the system's when nil.
	RootCAs *x509.CertPool
	// Transport reaches the service, a pooled default when nil.
	Transport http.RoundTripper
	// LoopbackSkew makes ClockSkew report a difference for a loopback endpoint too. Such
	// an endpoint is a reference server, whose clock tests move on purpose.
	LoopbackSkew bool
	// Now is the machine's clock, the system's when nil, and Sleep how the client waits
	// for an answer to become certain, in real time when nil.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
	// Log, if set, is called after each request. It never receives values, tokens or
	// bodies.
	Log func(context.Context, Exchange)
}

// Exchange is one answered request, as a log may show it.
type Exchange struct {
	Operation string
	Method    string
	URL       string
	Status    int // zero: no answer came
	// RequestID is the service's id of the exchange, empty if there is none. It is
	// computed on demand, and only during the call of Log.
	RequestID func() string
}

// Client speaks to the Secrets Manager of one organisation or project. It is
// safe for concurrent use.
type Client struct {
	base         *url.URL
	organisation string
	project      string
	credentials  Credentials
	refused      refusedCredentials
	userAgent    string
	sender       sender
	retry        Retry
	now          func() time.Time
	log          func(context.Context, Exchange)
	sleep        func(context.Context, time.Duration) error
	puts         putTracker
	clock        *serviceClock
}

// New makes a client. It sends nothing.
func New(cfg Config) (*Client, error) {
	base, err := parseEndpoint(cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	if cfg.Organisation == "" {
		return nil, errors.New("the organisation must not be empty")
	}
	if cfg.Credentials == nil {
		return nil, errors.New("credentials are required")
	}
	c := &Client{
		base:         base,
		organisation: cfg.Organisation,
		project:      cfg.Project,
		credentials:  cfg.Credentials,
		userAgent:    cfg.UserAgent,
		retry:        cfg.Retry.WithDefaults(),
		now:          cfg.Now,
		sleep:        cfg.Sleep,
		log:          cfg.Log,
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.sleep == nil {
		c.sleep = sleep
	}
	c.clock = &serviceClock{now: c.now, ignore: isLoopback(base.Hostname()) && !cfg.LoopbackSkew}
	c.sender = newSender(cfg, c.clock)
	if e, ok := cfg.Credentials.(exchanger); ok {
		c.credentials = e.bind(c.tokenEndpoint())
	}
	return c, nil
}

// Organisation is the organisation that the client speaks for.
func (c *Client) Organisation() string { return c.organisation }

// Project is the project that the client speaks for, empty for none.
func (c *Client) Project() string { return c.project }

// parseEndpoint accepts https anywhere and plain http to loopback, because
// credentials travel in a header of every request.
func parseEndpoint(s string) (*url.URL, error) {
	if s == "" {
		s = DefaultEndpoint
	}
	u, err := url.Parse(s)
	// An invalid URL is not quoted, and neither are parts that may contain a password:
	// a user name, a query, or the text after a colon without slashes.
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("the endpoint must be a URL such as %q", DefaultEndpoint)
	case u.User != nil:
		return nil, errors.New("the endpoint must not carry a user name or password")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("the endpoint %q must not have a query or fragment", u.Scheme+"://"+u.Host)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, fmt.Errorf("the endpoint %q must use https: plain http would show the credentials to the network, and is accepted for loopback addresses only", u.Scheme+"://"+u.Host)
	}
	u.Path = strings.TrimSuffix(u.Path, "/") + "/"
	return u, nil
}

// sleep waits in real time.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Retry bounds the attempts at one request. The zero value means the defaults.
type Retry struct {
	MaxAttempts int           // default 5, the first attempt included
	MinWait     time.Duration // default 500 ms, doubled with each attempt
	MaxWait     time.Duration // default 30 s, the cap on a server's Retry-After too
}

// WithDefaults fills in what is zero.
func (r Retry) WithDefaults() Retry {
	if r.MaxAttempts == 0 {
		r.MaxAttempts = 5
	}
	if r.MinWait == 0 {
		r.MinWait = 500 * time.Millisecond
	}
	if r.MaxWait == 0 {
		r.MaxWait = 30 * time.Second
	}
	return r
}
