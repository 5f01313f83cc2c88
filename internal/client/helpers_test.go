package client_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// request is what reached the service, as it was sent.
type request struct {
	Method string
	URI    string
	Header http.Header
	Body   string
}

// answer meets one request.
type answer func(w http.ResponseWriter)

// answeredAt is the date of the answers here.
var answeredAt = time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC)

// says answers with a status, a body and headers in pairs.
func says(status int, body string, headers ...string) answer {
	return func(w http.ResponseWriter) {
		w.Header().Set("Date", answeredAt.Format(http.TimeFormat))
		for pair := range slices.Chunk(headers, 2) {
			w.Header().Set(pair[0], pair[1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// truncated breaks off in the middle of a success.
func truncated(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"path":"/app/db","version":`)
	if err := http.NewResponseController(w).Flush(); err != nil {
		panic(err)
	}
	panic(http.ErrAbortHandler)
}

// hangsUp reads the request and closes the connection without an answer.
func hangsUp(http.ResponseWriter) { panic(http.ErrAbortHandler) }

// resets is a hang-up that the client sees as "connection reset by peer".
func resets(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// service meets each request with the next of its answers and remembers what
// came. A request too many fails the test.
type service struct {
	t          *testing.T
	url        string
	mu         sync.Mutex
	answers    []answer
	got        []request
	readAnswer answer // answers the reads of guards and readbacks, which are not counted; nil: they are counted like any request
}

// expectingReads answers the reads around an operation: the secret is there with three
// versions, unless it is to be created.
func (s *service) expectingReads(op operation) *service {
	switch op.name {
	case "createSecret":
		s.readAnswer = says(http.StatusNotFound, `{"message":"secret not found"}`)
	case "putSecretValue", "updateAccessPolicy", "destroySecretVersion", "deleteSecret":
		s.readAnswer = says(http.StatusOK, threeVersions)
	}
	return s
}

// threeVersions is a secret whose history no operation here has changed yet.
const threeVersions = `{"path":"/app/db","versions":[{"version":3,"status":"active"},{"version":2,"status":"active"},{"version":1,"status":"active"}]}`

func serve(t *testing.T, answers ...answer) *service {
	t.Helper()
	s := &service{t: t, answers: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Errorf("reading the request: %v", err)
	}
	if s.readAnswer != nil && r.Method == http.MethodGet && r.URL.Query().Has("includeVersions") {
		s.readAnswer(w)
		return
	}
	s.mu.Lock()
	n := len(s.got)
	s.got = append(s.got, request{Method: r.Method, URI: r.RequestURI, Header: r.Header.Clone(), Body: string(body)})
	s.mu.Unlock()
	if n >= len(s.answers) {
		s.t.Errorf("request %d is one too many: %s %s", n+1, r.Method, r.RequestURI)
		w.WriteHeader(http.StatusTeapot)
		return
	}
	s.answers[n](w)
}

func (s *service) requests() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]request(nil), s.got...)
}

// client speaks to the service, as an organisation with an API token unless a
// change says otherwise.
func (s *service) client(changes ...func(*client.Config)) *client.Client {
	s.t.Helper()
	changes = append([]func(*client.Config){func(c *client.Config) { c.Endpoint = s.url }}, changes...)
	return newClient(s.t, changes...)
}

// newClient waits hardly at all between attempts, so that tests are quick.
func newClient(tb testing.TB, changes ...func(*client.Config)) *client.Client {
	tb.Helper()
	cfg := client.Config{
		Organisation: "acme",
		Credentials:  client.Token("api-token"),
		Retry:        client.Retry{MaxAttempts: 3, MinWait: time.Millisecond, MaxWait: time.Millisecond},
		Sleep:        func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	for _, change := range changes {
		change(&cfg)
	}
	c, err := client.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// sent checks that exactly one request came, and which.
func (s *service) sent(method, uri, body string) {
	s.t.Helper()
	got := s.requests()
	if len(got) != 1 {
		s.t.Fatalf("%d requests, want 1", len(got))
	}
	if got[0].Method != method || got[0].URI != uri {
		s.t.Errorf("sent %s %s\nwant %s %s", got[0].Method, got[0].URI, method, uri)
	}
	sameJSON(s.t, got[0].Body, body)
}

// sameJSON compares documents, because the order of fields means nothing.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	var g, w any
	if json.Unmarshal([]byte(got), &g) != nil || json.Unmarshal([]byte(want), &w) != nil || !reflect.DeepEqual(g, w) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}

func mustID(tb testing.TB, s string) secretpath.SecretID {
	tb.Helper()
	id, err := secretpath.ParseSecretID(s)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

func mustPrefix(tb testing.TB, s string) secretpath.Prefix {
	tb.Helper()
	p, err := secretpath.ParsePrefix(s)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return when.UTC()
}

// transport is a service in memory.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// inMemory makes a configuration's service answer every request alike.
func inMemory(status int, body string, headers ...string) func(*client.Config) {
	return func(c *client.Config) {
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			return response(r, status, strings.NewReader(body), headers...), nil
		})
	}
}

func response(r *http.Request, status int, body io.Reader, headers ...string) *http.Response {
	h := http.Header{}
	for pair := range slices.Chunk(headers, 2) {
		h.Set(pair[0], pair[1])
	}
	return &http.Response{
		StatusCode: status, Header: h, Body: io.NopCloser(body), Request: r,
		ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1,
	}
}
