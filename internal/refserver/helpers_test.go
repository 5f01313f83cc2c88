package refserver_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// start is when the clocks of these tests stand.
var start = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// rig is a server behind real HTTP, with a caller that may do everything.
type rig struct {
	t *testing.T
	*refserver.Server
	url   string
	close func() // waits for calls under way
}

func newRig(t *testing.T, c refserver.Config) *rig {
	t.Helper()
	if c.Clock == nil {
		c.Clock = refserver.NewClock(start)
	}
	if c.Seed == 0 {
		c.Seed = 1
	}
	c.Principals = append(c.Principals, refserver.Principal{Name: "root", Token: "root-token"})
	server := refserver.New(c)
	hs := httptest.NewServer(server)
	t.Cleanup(hs.Close)
	return &rig{t: t, Server: server, url: hs.URL, close: hs.Close}
}

// as are the headers of a caller: an Authorization header, an organisation and perhaps
// a project, and further headers in pairs.
func as(authorization, organisation, project string, more ...string) http.Header {
	h := http.Header{}
	for name, value := range map[string]string{
		"Authorization": authorization, "X-Organisation-Identity": organisation, "X-Project-Identity": project,
	} {
		if value != "" {
			h.Set(name, value)
		}
	}
	for pair := range slices.Chunk(more, 2) {
		h.Set(pair[0], pair[1])
	}
	return h
}

var root = as("Token root-token", "acme", "")

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

// message is the message of an error reply.
func (r reply) message() string {
	var body struct{ Message string }
	_ = json.Unmarshal([]byte(r.body), &body)
	return body.Message
}

func (g *rig) send(h http.Header, method, url, body string) reply {
	g.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	request, err := http.NewRequestWithContext(g.t.Context(), method, g.url+url, reader)
	if err != nil {
		g.t.Fatal(err)
	}
	request.Header = h.Clone()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(b)}
}

// admin is the server's admin API.
func (g *rig) admin() *rig {
	hs := httptest.NewServer(g.Admin())
	g.t.Cleanup(hs.Close)
	return &rig{t: g.t, Server: g.Server, url: hs.URL, close: hs.Close}
}

// do sends as the caller that may do everything and wants a status.
func (g *rig) do(method, url, body string, want int) reply {
	g.t.Helper()
	return g.doAs(root, method, url, body, want)
}

func (g *rig) doAs(h http.Header, method, url, body string, want int) reply {
	g.t.Helper()
	r := g.send(h, method, url, body)
	if r.status != want {
		g.t.Fatalf("%s %s: got %d %s, want %d (seed %d)", method, url, r.status, r.body, want, g.Seed())
	}
	return r
}

// create makes a secret with one string value, "hi".
func (g *rig) create(path string) {
	g.t.Helper()
	g.do("POST", "/v1/secrets/nl-01/secrets", `{"path":"`+path+`","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 201)
}

// sameJSON compares decoded JSON, because the order of fields does not matter.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("not JSON: %s", got)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("the test wants no JSON: %v", err)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("got  %s\nwant %s", compact(got), compact(want))
	}
}

func compact(s string) string {
	var b bytes.Buffer
	_ = json.Compact(&b, []byte(s))
	return b.String()
}
