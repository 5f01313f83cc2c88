package refserver

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sending is how an answer travels. The zero value sends it as it is; the rest
// is for answers that get lost on purpose.
type sending struct {
	how  way
	hold time.Duration // how long sendNothing keeps the line open
}

type way int

const (
	sendWhole   way = iota
	sendNothing     // keep the line open for a while, then hang up
	sendReset       // reset the connection
	sendHalf        // hang up half-way through the body
	sendForever     // send a body that hardly ends
)

const (
	oversize      = 64 << 20
	oversizeChunk = 64 << 10
)

// send sends an answer in its way.
func send(w http.ResponseWriter, a answer, l line) {
	switch a.sending.how {
	case sendNothing:
		l.wait(a.sending.hold)
		panic(http.ErrAbortHandler) // The way of net/http to hang up.
	case sendReset:
		reset(w)
	case sendHalf:
		sendHalfOf(w, a)
	case sendForever:
		sendTooMuch(w, a)
	default:
		writeAnswer(w, a)
	}
}

func writeAnswer(w http.ResponseWriter, a answer) {
	body := encode(a.body)
	writeHead(w, a, body.contentType)
	if a.body != nil {
		_, _ = w.Write([]byte(body.text)) // The caller may have gone; there is nobody left to tell.
	}
}

func writeHead(w http.ResponseWriter, a answer, contentType string) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.body != nil {
		w.Header().Set("Content-Type", contentType)
	}
	w.WriteHeader(a.status)
}

// rawBody is a body that is sent as it stands.
type rawBody struct {
	contentType, text string
}

// encode makes JSON of a body, unless it is raw. No body becomes an empty object,
// for the answers that must have one.
func encode(body any) rawBody {
	if raw, ok := body.(rawBody); ok {
		return raw
	}
	if body == nil {
		body = struct{}{}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body) // Every body is of a type of this package, and encodes.
	return rawBody{contentJSON, b.String()}
}

// sendHalfOf promises the whole body and sends half of it. net/http then hangs
// up, because nothing that followed could be understood.
func sendHalfOf(w http.ResponseWriter, a answer) {
	body := encode(a.body)
	a.body = body
	w.Header().Set("Content-Length", strconv.Itoa(len(body.text)))
	writeHead(w, a, body.contentType)
	_, _ = w.Write([]byte(body.text[:len(body.text)/2]))
}

// sendTooMuch sends one long string of JSON until the client has enough, or
// the bound is reached, which protects clients that never have.
func sendTooMuch(w http.ResponseWriter, a answer) {
	a.body = rawBody{contentJSON, `{"path":"`}
	writeAnswer(w, a)
	chunk := []byte(strings.Repeat("a", oversizeChunk))
	for range oversize / oversizeChunk {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// reset closes the connection so that the client sees "connection reset by
// peer". Where the connection is out of reach, as in HTTP/2, it hangs up.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn() // Closing the TLS connection would say goodbye first.
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // Nothing unsent is waited for: this makes it a reset.
	}
	_ = conn.Close()
}
