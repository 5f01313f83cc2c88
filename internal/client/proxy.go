package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// errBadProxy takes the place of an error that prints what the environment says of a
// proxy, with its user name and password.
var errBadProxy = errors.New("the environment (HTTPS_PROXY, HTTP_PROXY) does not name a proxy by a URL that can be read")

// proxyFrom asks for the proxy of a request, as http.ProxyFromEnvironment does, and
// quotes nothing of its address in an error.
func proxyFrom(find func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(req *http.Request) (*url.URL, error) {
		proxy, err := find(req)
		if err != nil {
			return nil, &notSentError{err: errBadProxy, permanent: true}
		}
		return proxy, nil
	}
}

// ProxyRefusedError says that a proxy did not open a way to the service. Nothing was
// sent over it.
type ProxyRefusedError struct{ Status int }

func (e *ProxyRefusedError) Error() string {
	return fmt.Sprintf("the proxy refused the connection: %d %s", e.Status, http.StatusText(e.Status))
}

// refusedByProxy judges a proxy's answer to CONNECT before net/http does, which would
// print the proxy's own words for its status.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return &ProxyRefusedError{answer.StatusCode}
	}
	return nil
}
