package client

import (
	"compress/flate"
	"compress/gzip"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// errBroken takes the place of an error of the transport that may quote what came.
var errBroken = errors.New("the connection broke, or what answered does not speak HTTP as it should")

// unquoting keeps the words of what failed on a connection only where they cannot
// quote what came over it: net/http prints the line of an answer that it cannot
// read, and that may be an echo of the request, or a value.
func unquoting(err error) error {
	var network net.Error
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var deflate flate.CorruptInputError
	var stream streamError
	switch {
	case errors.As(err, &stream):
		return streamError{Code: stream.Code}
	case errors.As(err, &network), errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &alert), errors.As(err, &deflate),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return err
	}
	// The errors below have no type.
	said := err.Error()
	if farewell, _, found := strings.Cut(said, ", debug="); found && strings.HasPrefix(said, "http2: server sent GOAWAY") {
		return errors.New(farewell)
	}
	switch said {
	case "http: server closed idle connection", "http2: client connection lost":
		return err
	}
	return errBroken
}

// streamError is what net/http's error of a stream of HTTP/2, which is not exported,
// can be read as: it fills any type with these fields. Its cause may quote a header.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (e streamError) Error() string {
	return fmt.Sprintf("the service broke the stream off with the code %d of HTTP/2", e.Code)
}
