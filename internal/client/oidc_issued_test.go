package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// answeredBy makes a handler the service, without a network, so that a test can
// have its own time.
func answeredBy(handler http.Handler) func(*client.Config) {
	return func(c *client.Config) {
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, r)
			return recorder.Result(), nil
		})
		c.Credentials = client.ClientCredentials("ci", sentinel)
	}
}

// A token is renewed before it runs out on its way, and a short one is used all
// the same.
func TestTokenIsRenewedInTime(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		lifetime  int           // in seconds
		used, due time.Duration // after it was issued
	}{
		{3600, 58 * time.Minute, 59 * time.Minute},                                     // a minute before
		{7 * 24 * 3600, 7*24*time.Hour - 61*time.Second, 7*24*time.Hour - time.Minute}, // never more
		{300, 269 * time.Second, 270 * time.Second},                                    // a tenth
		{60, 49 * time.Second, 50 * time.Second},                                       // ten seconds, never less
		{12, 5999 * time.Millisecond, 6 * time.Second},                                 // but at half its life
		{1, 499 * time.Millisecond, 500 * time.Millisecond},                            // however short that is
	} {
		t.Run(fmt.Sprint(tc.lifetime), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				config := issuing()
				config.OIDC.TokenLifetimeSeconds = tc.lifetime
				s := refserver.New(config)
				c := newClient(t, answeredBy(s))
				ask := func(wantTokens int) {
					t.Helper()
					if _, err := c.KMSRegions(t.Context()); err != nil {
						t.Error(err)
					}
					requests := asked(s)
					tokens := len(slices.DeleteFunc(slices.Clone(requests), func(r string) bool { return r != "issueToken 200" }))
					if tokens != wantTokens {
						t.Errorf("%d tokens were issued, want %d: %q", tokens, wantTokens, requests)
					}
					if slices.Contains(requests, "getKMSSummary 401") {
						t.Error("a token had run out")
					}
				}
				ask(1)
				time.Sleep(tc.used)
				ask(1)
				time.Sleep(tc.due - tc.used)
				ask(2)
			})
		})
	}
}

// slow is a service whose token endpoint answers when the test releases it.
type slow struct {
	release chan struct{}
	tokens  int
	answer  func(w http.ResponseWriter)
}

func (s *slow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/oidc/token") {
		s.tokens++
		select {
		case <-s.release:
			s.answer(w)
		case <-r.Context().Done():
		}
		return
	}
	says(http.StatusOK, `{}`)(w)
}

// The caller that started the request may give up: the request continues for the
// others.
func TestWaitingForATokenIsLeftAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slow{release: make(chan struct{}), answer: issues(aToken)}
		c := newClient(t, answeredBy(s))
		ask := func(ctx context.Context) chan error {
			done := make(chan error, 1)
			go func() {
				_, err := c.KMSRegions(ctx)
				done <- err
			}()
			synctest.Wait()
			return done
		}
		hurried, giveUp := context.WithCancel(t.Context())
		late, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		first, second, third := ask(hurried), ask(late), ask(t.Context())
		giveUp()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
		began := time.Now()
		if err := <-second; !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("who was late got %v after %s", err, time.Since(began))
		}
		close(s.release)
		if err := <-third; err != nil {
			t.Errorf("who waited got %v", err)
		}
		if s.tokens != 1 {
			t.Errorf("%d tokens were asked for", s.tokens)
		}
	})
}

// A failure is that of all who waited for it. Who comes later tries again.
func TestFailureOfASharedRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slow{release: make(chan struct{}), answer: says(http.StatusUnauthorized, `{"error":"invalid_client"}`)}
		c := newClient(t, answeredBy(s))
		failures := make(chan error, 5)
		for range 5 {
			go func() {
				_, err := c.KMSRegions(t.Context())
				failures <- err
			}()
		}
		synctest.Wait()
		close(s.release)
		for range 5 {
			var failed *client.TokenError
			if err := <-failures; !errors.As(err, &failed) || failed.Code != "invalid_client" || failed.ClientID != "ci" {
				t.Errorf("got %v", err)
			}
		}
		s.answer = issues(aToken)
		if _, err := c.KMSRegions(t.Context()); err != nil || s.tokens != 2 {
			t.Errorf("the next caller got %v, after %d token requests", err, s.tokens)
		}
	})
}

// A token endpoint that never answers blocks no caller for ever, and the error does not
// blame the caller's own limit.
func TestTokenTimeLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slow{release: make(chan struct{})}
		c := newClient(t, answeredBy(s), func(c *client.Config) { c.RequestTimeout = time.Hour })
		began := time.Now()
		_, err := c.KMSRegions(t.Context())
		var failed *client.TokenError
		if !errors.As(err, &failed) || failed.Error() != "getting an access token: no token came within 2m0s" {
			t.Errorf("got %v", err)
		}
		if errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 2*time.Minute {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
	})
}
