package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Budget bounds what a walk may cost.
type Budget struct {
	Secrets int
	Bytes   int64
	Time    time.Duration // of the request, once it is its turn; zero: as any other
}

// OverBudgetError says that a walk was broken off because there is more to see than
// it was worth.
type OverBudgetError struct{ Budget Budget }

func (e *OverBudgetError) Error() string {
	return fmt.Sprintf("the list has more than %d secrets or %d bytes", e.Budget.Secrets, e.Budget.Bytes)
}

// WalkSecrets shows visit the metadata of every secret below the prefix, one by one
// as it arrives, so that no more than one is held here. Histories are not part of
// it. It makes one attempt: it is for those who can do without, and what they were
// shown of a walk that failed is worth nothing.
func (c *Client) WalkSecrets(ctx context.Context, region string, prefix secretpath.Prefix, budget Budget, visit func(Secret)) error {
	region, err := secretpath.ParseRegion(region)
	if err != nil {
		return err
	}
	list := request{
		operation: "listSecrets", method: http.MethodGet, path: secretsPath(region),
		query: url.Values{"pathPrefix": {prefix.String()}}, single: true, timeout: budget.Time,
	}
	_, _, err = send(ctx, c, list, func(body io.Reader, of *attempt) (struct{}, error) {
		return struct{}{}, walk(body, region, of.asOf, budget, visit)
	})
	return err
}

// walk reads a JSON array of secrets, to its very end: one that breaks off is none.
func walk(body io.Reader, region string, asOf time.Time, budget Budget, visit func(Secret)) error {
	limited := &io.LimitedReader{R: body, N: budget.Bytes + 1}
	broken := &brokenReader{r: limited}
	decoder := json.NewDecoder(broken)
	seen := 0
	err := delimiter(decoder, '[')
	for err == nil && decoder.More() {
		if seen++; seen > budget.Secrets {
			return &OverBudgetError{budget}
		}
		var entry wireSecret
		if err = decoder.Decode(&entry); err != nil {
			break
		}
		entry.Versions = nil
		if id, unnamable := secretpath.NewSecretID(region, entry.Path); unnamable == nil {
			visit(entry.secret(id, asOf))
		}
	}
	if err == nil {
		err = delimiter(decoder, ']')
	}
	var tooLarge *tooLargeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge):
		return tooLarge
	case limited.N <= 0:
		return &OverBudgetError{budget}
	case broken.err != nil:
		return fmt.Errorf("reading the answer: %w", broken.err)
	}
	return errNotDocumented
}
