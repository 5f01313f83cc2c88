package client

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// refusing is a proxy that answers each CONNECT with a line.
func refusing(t *testing.T, line string) *url.URL {
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
			if _, err := http.ReadRequest(bufio.NewReader(connection)); err == nil {
				_, _ = fmt.Fprintf(connection, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n", line)
			}
			_ = connection.Close()
		}
	}()
	return &url.URL{Scheme: "http", Host: listener.Addr().String(), User: url.UserPassword("ci", "hunter2-of-the-proxy")}
}

// through is a client that goes through a proxy.
func through(t *testing.T, find func(*http.Request) (*url.URL, error)) *Client {
	t.Helper()
	base := newSender(Config{}, nil).base
	transport, ok := base.(*http.Transport)
	if !ok || transport.Proxy == nil {
		t.Fatalf("requests go through a %T", base)
	}
	transport.Proxy = proxyFrom(find)
	c, err := New(Config{Endpoint: "https://api.example.com", Organisation: "acme", Credentials: Token("t"), Transport: transport, Retry: Retry{MaxAttempts: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// No error has the text of a proxy in place of a status, or its user.
func TestProxyIsNotQuoted(t *testing.T) {
	t.Parallel()
	quoting := refusing(t, "407 ci:hunter2-of-the-proxy ::error::\x1b[31m is wrong")
	// As http.ProxyFromEnvironment puts it.
	wrong := fmt.Errorf("invalid proxy address %q: no URL", "ci:hunter2-of-the-proxy@proxy.example.com")
	for name, tc := range map[string]struct {
		find func(*http.Request) (*url.URL, error)
		says string
	}{
		"refused":  {http.ProxyURL(quoting), "the proxy refused the connection: 407 Proxy Authentication Required"},
		"no proxy": {func(*http.Request) (*url.URL, error) { return nil, wrong }, errBadProxy.Error()},
	} {
		_, err := through(t, tc.find).KMSRegions(t.Context())
		if err == nil || !strings.HasSuffix(err.Error(), tc.says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
		if !neverSent(err) {
			t.Errorf("%s: the request counts as sent", name)
		}
	}
	var refused *ProxyRefusedError
	if _, err := through(t, http.ProxyURL(quoting)).KMSRegions(t.Context()); !errors.As(err, &refused) || refused.Status != 407 {
		t.Errorf("got %v", err)
	}
}

// Without these, net/http prints both.
func TestProxyIsQuotedByDefault(t *testing.T) {
	t.Parallel()
	plain := &http.Transport{Proxy: http.ProxyURL(refusing(t, "407 ci:hunter2-of-the-proxy"))}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := plain.RoundTrip(request)
	if err == nil {
		_ = resp.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the reason is not quoted any more, so that refusedByProxy can go: %v", err)
	}
}
