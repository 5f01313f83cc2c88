package refserver

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// call is a request to the API with everything read that an operation may need.
type call struct {
	method    string
	shownPath string // as the journal shows it
	route     route
	now       time.Time
	requestID string

	authorization string
	contentType   string
	organisation  string
	project       string
	clientIP      netip.Addr
	body          []byte
	bodyTooLong   bool
	connection    connection

	// store is the store of the call. A call keeps its store to the end, so that a call
	// from before a Reset does not change the store after it.
	store     *store
	entry     *Entry    // in the journal, once the call has one
	principal Principal // set once the credentials are accepted
	fault     string    // the action of the fault rule that fired
	stale     bool      // the call sees secrets as they were before their latest change
	omitted   string    // a pattern over the paths that a listing leaves out

	// create is the body of createSecret, which is read before the permissions are
	// checked.
	create createBody
}

// answer is a response: a status and a body to encode as JSON, or no body. The
// status is zero where the caller gets none.
type answer struct {
	status   int
	body     any
	header   http.Header
	delivery delivery
}

// setHeader sets a header of the answer; without a value none is sent, not even the
// one that the server would add. Answers may share a header, so it is copied.
func (a *answer) setHeader(name string, values ...string) {
	a.header = a.header.Clone()
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header[name] = values
}

// handler answers calls. The server's chain is made of handlers.
type handler func(*call) answer

// ServeHTTP serves the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := readHead(w, r)
	s.begin(c)
	release := s.readBody(c, w, r)
	a := s.chain(c)
	release()
	attrs := []slog.Attr{
		slog.String("operation", c.route.operation), slog.String("method", c.method), slog.String("path", c.shownPath),
		slog.Int("status", a.status), slog.String("principal", c.principal.Name), slog.String("request_id", c.requestID),
	}
	if c.fault != "" {
		attrs = append(attrs, slog.String("fault", c.fault))
	}
	s.logger.LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
	w.Header().Set("X-Request-Id", c.requestID)
	// The same clock as the times in the body, so that callers can compare them.
	w.Header().Set("Date", c.now.Format(http.TimeFormat))
	writeResponse(w, a, c.connection)
}

// readHead makes a call of a request without its body.
func readHead(w http.ResponseWriter, r *http.Request) *call {
	c := &call{
		method:        printable(r.Method, shownMethodBytes),
		shownPath:     shownPath(r.URL.Path, ""),
		route:         parseRoute(r.Method, r.URL.EscapedPath(), r.URL.RawQuery),
		authorization: r.Header.Get("Authorization"),
		contentType:   r.Header.Get("Content-Type"),
		organisation:  strings.TrimSpace(r.Header.Get("X-Organisation-Identity")),
		project:       strings.TrimSpace(r.Header.Get("X-Project-Identity")),
		clientIP:      clientIP(r.Header, r.RemoteAddr),
		connection:    newConnection(w, r),
	}
	if c.route.pathInQuery {
		c.shownPath = shownPath(r.URL.Path, r.URL.RawQuery)
	}
	return c
}

// clientIP finds the address that access policies judge: the first entry of
// X-Forwarded-For, else X-Real-IP, else the connection's. Entries that are not
// addresses are skipped.
func clientIP(h http.Header, remoteAddr string) netip.Addr {
	first, _, _ := strings.Cut(h.Get("X-Forwarded-For"), ",")
	for _, candidate := range []string{first, h.Get("X-Real-IP"), remoteAddr} {
		candidate = strings.TrimSpace(candidate)
		if ip, err := netip.ParseAddr(candidate); err == nil {
			return ip.Unmap().WithZone("")
		}
		if withPort, err := netip.ParseAddrPort(candidate); err == nil {
			return withPort.Addr().Unmap().WithZone("")
		}
	}
	return netip.Addr{}
}

// decodeBody reads the call's JSON body into target. Its problems never quote
// the body, which may hold a value.
func (c *call) decodeBody(target any) *problem {
	if c.bodyTooLong {
		return refuse(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", maxBody)
	}
	err := json.Unmarshal(c.body, target)
	var wrongType *json.UnmarshalTypeError
	var policyError *policyError
	switch {
	case err == nil:
		return nil
	case len(c.body) == 0:
		return badRequest("the body is empty, and this operation needs a JSON object")
	case errors.As(err, &policyError):
		return badRequest("%s", policyError)
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return badRequest("the field %q in the body has the wrong JSON type", wrongType.Field[strings.LastIndexByte(wrongType.Field, '.')+1:])
	default:
		return badRequest("the body is not a valid JSON object")
	}
}

// values parses a raw query. It is strict, because a query that is only half
// understood could turn one operation into another.
func values(rawQuery string) (url.Values, *problem) {
	q, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, badRequest("the query string is malformed")
	}
	return q, nil
}
