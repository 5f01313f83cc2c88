package client_test

import (
	"net/http"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// A token that the service has refused is sent once.
func TestRefusedTokenIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body string
		want int
	}{
		"in the form of the API": {`{"message":"invalid token"}`, 1},
		"in another form":        {"<html>401</html>", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses := says(http.StatusUnauthorized, tc.body)
			s := serve(t, refuses, refuses, refuses)
			c, id := s.client(), mustID(t, "nl-01/app/db")
			for range 3 {
				if _, err := c.GetSecret(t.Context(), id); !client.IsUnauthorized(err) {
					t.Errorf("the error is %v", err)
				}
			}
			if got := len(s.requests()); got != tc.want {
				t.Errorf("%d requests were sent, want %d", got, tc.want)
			}
		})
	}
}
