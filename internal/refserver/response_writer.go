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

// delivery is how an answer is sent. The zero value sends it as it is. The other modes
// are for faults that lose or damage answers.
type delivery struct {
	mode deliveryMode
	hold time.Duration // how long deliverNothing keeps the connection open
}

type deliveryMode int

const (
	deliverWhole    deliveryMode = iota
	deliverNothing               // keep the connection open for a while, then close it
	deliverReset                 // reset the connection
	deliverHalf                  // close the connection half-way through the body
	deliverOversize              // send a body of 64 MiB
)

const (
	oversize      = 64 << 20
	oversizeChunk = 64 << 10
)

// writeResponse sends an answer as its delivery says.
func writeResponse(w http.ResponseWriter, a answer, l connection) {
	switch a.delivery.mode {
	case deliverNothing:
		l.wait(a.delivery.hold)
		panic(http.ErrAbortHandler) // net/http then closes the connection.
	case deliverReset:
		resetConnection(w)
	case deliverHalf:
		writeHalf(w, a)
	case deliverOversize:
		writeOversize(w, a)
	default:
		writeWhole(w, a)
	}
}

func writeWhole(w http.ResponseWriter, a answer) {
	body := encode(a.body)
	writeHead(w, a, body.contentType)
	if a.body != nil {
		_, _ = w.Write([]byte(body.text)) // The client may have disconnected.
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

// rawBody is a body that is sent unchanged.
type rawBody struct {
	contentType, text string
}

// encode encodes a body as JSON, unless it is raw. No body becomes an empty object, for
// answers that must have one.
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

// writeHalf announces the length of the whole body and sends half of it. net/http then
// closes the connection, because the response is incomplete.
func writeHalf(w http.ResponseWriter, a answer) {
	body := encode(a.body)
	a.body = body
	w.Header().Set("Content-Length", strconv.Itoa(len(body.text)))
	writeHead(w, a, body.contentType)
	_, _ = w.Write([]byte(body.text[:len(body.text)/2]))
}

// writeOversize sends one long JSON string until the client closes the connection. The
// limit protects clients that read everything.
func writeOversize(w http.ResponseWriter, a answer) {
	a.body = rawBody{contentJSON, `{"path":"`}
	writeWhole(w, a)
	chunk := []byte(strings.Repeat("a", oversizeChunk))
	for range oversize / oversizeChunk {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// resetConnection closes the connection so that the client sees "connection reset by
// peer". Where the connection is not accessible, as in HTTP/2, it ends the stream.
func resetConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn() // Closing the TLS connection would send a close_notify alert first.
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // Close without waiting for unsent data, which makes it a reset.
	}
	_ = conn.Close()
}
