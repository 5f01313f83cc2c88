package client

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// tokenEndpoint is where access tokens come from.
type tokenEndpoint struct {
	url  string
	http *http.Client // retries; a second token does no harm
}

// maxTokenBody bounds the answer of the token endpoint.
const maxTokenBody = 1 << 20

func (c *Client) tokenEndpoint() tokenEndpoint {
	once := func(req *http.Request) (*http.Response, error) {
		req.Header.Set("User-Agent", c.userAgent)
		if err := c.sender.wait(req.Context(), 1); err != nil {
			return nil, err
		}
		resp, err := c.sender.send(req, 0)
		if err != nil {
			return nil, err
		}
		defer func() { _ = resp.Body.Close() }()
		// Reading the answer is part of the attempt, as with any other request.
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxTokenBody))
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return resp, nil
	}
	retrying := c.retrying(once, func(ctx context.Context, resp *http.Response, err error) (bool, error) {
		return ctx.Err() == nil && mayAskAgain(resp, err), nil
	})
	client := retrying.StandardClient()
	client.CheckRedirect = retrying.HTTPClient.CheckRedirect
	return tokenEndpoint{url: c.base.JoinPath("oidc/token").String(), http: client}
}

// mayAskAgain is the policy for tokens, by the same outcomes as any read.
func mayAskAgain(resp *http.Response, err error) bool {
	if err != nil {
		return mayRepeat(kindRead, classifyFailure(err), 0, err)
	}
	if isSuccess(resp.StatusCode) {
		return false // Whether it can be read is up to the library.
	}
	return mayRepeat(kindRead, classifyAnswer(kindRead, resp.StatusCode, &Error{Status: resp.StatusCode}, nil), resp.StatusCode, nil)
}
