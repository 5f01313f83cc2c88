package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

func TestWalkSecrets(t *testing.T) {
	t.Parallel()
	entries := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf(`{"path":"/app/%d","currentVersion":2,"versions":[{"version":9,"status":"active"}]}`, i)
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	overBudget := func(err error) bool {
		var over *client.OverBudgetError
		return errors.As(err, &over)
	}
	fails := func(err error) bool { return err != nil && !overBudget(err) }
	works := func(err error) bool { return err == nil }
	for name, tc := range map[string]struct {
		answer answer
		budget client.Budget
		seen   int
		check  func(error) bool
	}{
		"none":             {says(http.StatusOK, `[]`), client.Budget{Secrets: 0, Bytes: 100}, 0, works},
		"three":            {says(http.StatusOK, entries(3)), client.Budget{Secrets: 3, Bytes: 1000}, 3, works},
		"too many":         {says(http.StatusOK, entries(4)), client.Budget{Secrets: 3, Bytes: 1000}, 3, overBudget},
		"too long":         {says(http.StatusOK, entries(4)), client.Budget{Secrets: 9, Bytes: 150}, 1, overBudget},
		"unnamable":        {says(http.StatusOK, `[{"path":"/app/versions"},{"path":"/app/db"}]`), client.Budget{Secrets: 9, Bytes: 1000}, 1, works},
		"breaks off":       {truncated, client.Budget{Secrets: 9, Bytes: 1000}, 0, fails},
		"ends too early":   {says(http.StatusOK, `[{"path":"/app/db"}`), client.Budget{Secrets: 9, Bytes: 1000}, 1, fails},
		"not a list":       {says(http.StatusOK, `{"path":"/app/db"}`), client.Budget{Secrets: 9, Bytes: 1000}, 0, fails},
		"null":             {says(http.StatusOK, `null`), client.Budget{Secrets: 9, Bytes: 1000}, 0, fails},
		"empty":            {says(http.StatusOK, ``), client.Budget{Secrets: 9, Bytes: 1000}, 0, fails},
		"denied":           {says(http.StatusForbidden, `{"message":"no"}`), client.Budget{Secrets: 9, Bytes: 1000}, 0, client.IsForbidden},
		"no region":        {says(http.StatusNotFound, `{"message":"no"}`), client.Budget{Secrets: 9, Bytes: 1000}, 0, client.IsNotFound},
		"broken":           {says(http.StatusBadGateway, ``), client.Budget{Secrets: 9, Bytes: 1000}, 0, fails},
		"too many callers": {says(http.StatusTooManyRequests, ``, "Retry-After", "3600"), client.Budget{Secrets: 9, Bytes: 1000}, 0, fails},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, tc.answer)
			seen := 0
			err := s.client().WalkSecrets(t.Context(), "nl-01", mustPrefix(t, "/app/"), tc.budget, func(secret client.Secret) {
				seen++
				if secret.Versions != nil || secret.CurrentVersion == 9 {
					t.Errorf("an entry has a history: %+v", secret)
				}
			})
			if seen != tc.seen || !tc.check(err) {
				t.Errorf("saw %d secrets, want %d; %v", seen, tc.seen, err)
			}
			s.sent(http.MethodGet, "/v1/secrets/nl-01/secrets?pathPrefix=%2Fapp%2F", "")
		})
	}
}
