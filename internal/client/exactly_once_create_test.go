package client_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// create creates a secret through a transport, with the defaults of the provider.
func create(t *testing.T, rt transport) error {
	t.Helper()
	c := newClient(t, func(c *client.Config) { c.Transport, c.Retry, c.Sleep = rt, client.Retry{}, nil })
	_, err := c.CreateSecret(t.Context(), client.NewSecret{ID: mustID(t, "nl-01/app/db"), KMSKey: "k", Value: client.GeneratedValue(8), Creation: "mark"})
	return err
}

// A create whose answer was lost, and that becomes visible late, conflicts with its own
// second attempt. That is not a path that another client has taken.
func TestCreateMeetsItself(t *testing.T) {
	t.Parallel()
	for name, lag := range map[string]time.Duration{"at once": 0, "late": 2 * time.Second, "later than it is looked for": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var made struct {
					Annotations map[string]string `json:"annotations"`
				}
				var at time.Time
				err := create(t, func(r *http.Request) (*http.Response, error) {
					switch {
					case r.Method == http.MethodPost && !at.IsZero():
						return response(r, http.StatusConflict, strings.NewReader(`{"message":"path taken"}`)), nil
					case r.Method == http.MethodPost:
						at = time.Now()
						body, err := io.ReadAll(r.Body)
						if err != nil {
							return nil, err
						}
						return response(r, http.StatusBadGateway, http.NoBody), json.Unmarshal(body, &made)
					case time.Since(at) < lag:
						return response(r, http.StatusNotFound, strings.NewReader(`{"message":"secret not found"}`)), nil
					}
					body, err := json.Marshal(map[string]any{"path": "/app/db", "annotations": made.Annotations})
					return response(r, http.StatusOK, strings.NewReader(string(body))), err
				})
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A service that does not tell annotations leaves open whose secret it is.
func TestCreateWithoutItsMark(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		err := create(t, func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return response(r, http.StatusBadGateway, http.NoBody), nil
			}
			return response(r, http.StatusOK, strings.NewReader(`{"path":"/app/db"}`)), nil
		})
		var unknown *client.UnknownOutcomeError
		if !errors.As(err, &unknown) || !strings.Contains(unknown.Known, "may be it") {
			t.Error(err)
		}
	})
}

// A success that is about something else is none.
func TestCreateAnsweredByNobody(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `null`, `{"status":"ok"}`, `{"path":"/somebody/else"}`} {
		synctest.Test(t, func(t *testing.T) {
			err := create(t, func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodGet {
					return response(r, http.StatusNotFound, strings.NewReader(`{"message":"secret not found"}`)), nil
				}
				return response(r, http.StatusOK, strings.NewReader(body)), nil
			})
			var unknown *client.UnknownOutcomeError
			if !errors.As(err, &unknown) {
				t.Errorf("%s: %v", body, err)
			}
		})
	}
}
