package client_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// answering is the address of a server that reads HTTP requests and returns the given
// text, which need not be HTTP.
func answering(t *testing.T, answer func(request string) string) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return // The test is over.
			}
			go func() {
				defer func() { _ = connection.Close() }()
				request, err := http.ReadRequest(bufio.NewReader(connection))
				if err != nil {
					return
				}
				if dump, err := httputil.DumpRequest(request, true); err == nil {
					_, _ = connection.Write([]byte(answer(string(dump))))
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// An answer that is not HTTP is not quoted: it may be an echo of the request, or have a
// value or a token.
func TestBrokenAnswerIsNotQuoted(t *testing.T) {
	t.Parallel()
	const sentinel = "sentinel-Yp3kW8"
	encoded := base64.StdEncoding.EncodeToString([]byte(sentinel))
	holds := `{"path":"/app/db","version":1,"secretString":"` + encoded + `","access_token":"` + sentinel + `","expires_in":60}`
	id := mustID(t, "nl-01/app/db")
	calls := map[string]func(*client.Client) error{
		"put": func(c *client.Client) error {
			_, err := c.PutValue(t.Context(), id, client.BytesValue([]byte(sentinel)), client.JustSeen(id, 3))
			return err
		},
		"reveal": func(c *client.Client) error {
			_, err := c.RevealValue(t.Context(), id, 1)
			return err
		},
		"read": func(c *client.Client) error {
			_, err := c.GetSecret(t.Context(), id)
			return err
		},
	}
	echo := func(request string) string { return strings.ReplaceAll(request, "\r\n", " ") }
	for how, answer := range map[string]func(request string) string{
		"no blank line":  func(r string) string { return "HTTP/1.1 200 OK\r\n" + holds + echo(r) + "\r\n\r\n" },
		"no status line": func(r string) string { return holds + echo(r) + "\r\n\r\n" },
		"an odd status":  func(r string) string { return "HTTP/1.1 " + holds + echo(r) + "\r\n\r\n" },
		"an odd length": func(r string) string {
			return "HTTP/1.1 200 OK\r\nContent-Length: " + sentinel + encoded + "\r\n\r\n" + r
		},
		"an odd chunk": func(string) string {
			return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + sentinel + encoded + "\r\n"
		},
		"an odd trailer": func(r string) string {
			return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n" + holds + echo(r) + "\r\n\r\n"
		},
		"an odd place": func(r string) string {
			return "HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nLocation: " + holds + echo(r) + "\r\n\r\n"
		},
		"an odd encoding": func(string) string { return "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + sentinel + encoded + "\r\n\r\n" },
	} {
		for what, call := range calls {
			for name, credentials := range map[string]client.Credentials{"token": client.Token(sentinel), "client": client.ClientCredentials("ci", sentinel)} {
				t.Run(how+"/"+what+"/"+name, func(t *testing.T) {
					t.Parallel()
					c := newClient(t, func(c *client.Config) {
						c.Endpoint, c.Credentials = answering(t, answer), credentials
						c.Retry = client.Retry{MaxAttempts: 1}
					})
					err := call(c)
					if err == nil || strings.Contains(err.Error(), sentinel) || strings.Contains(err.Error(), encoded) {
						t.Errorf("it fails with %v", err)
					}
				})
			}
		}
	}
}

// The reason of a broken connection is reported if it quotes nothing.
func TestBrokenConnectionSaysWhy(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	c := newClient(t, func(c *client.Config) {
		c.Endpoint, c.Transport, c.Retry = s.URL, s.Client().Transport, client.Retry{MaxAttempts: 1}
	})
	_, err := c.GetSecret(t.Context(), mustID(t, "nl-01/app/db"))
	if err == nil || !strings.Contains(err.Error(), "broke the stream off with the code 2 of HTTP/2") {
		t.Errorf("it fails with %v", err)
	}
}

// Interrupted, or broken off, while the answer is read.
func TestReadingOfAnAnswerFails(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := newClient(t, func(c *client.Config) {
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			return response(r, http.StatusOK, io.MultiReader(strings.NewReader(`{"path":`), interrupted{cancel, r.Context()})), nil
		})
	})
	_, err := c.GetSecret(ctx, mustID(t, "nl-01/app/db"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestReadIsRepeatedAfterTruncatedAnswer(t *testing.T) {
	t.Parallel()
	s := serve(t, truncated, says(200, `{"path":"/app/db","versions":[{"version":1}]}`))
	if _, err := s.client().GetSecret(t.Context(), mustID(t, "nl-01/app/db")); err != nil {
		t.Error(err)
	}
}

type interrupted struct {
	cancel context.CancelFunc
	ctx    context.Context
}

func (i interrupted) Read([]byte) (int, error) {
	i.cancel()
	return 0, i.ctx.Err()
}
