package tfserver

import (
	"context"
	"testing"
)

// What a request has done is not done again by its second way, and a function without a
// request does it each time.
func TestOnce(t *testing.T) {
	t.Parallel()
	looks := 0
	look := func() int { looks++; return looks }
	ctx := context.WithValue(t.Context(), onceKey{}, map[string]any{})
	for i := range 2 {
		if got, again := Once(ctx, "look", look); got != 1 || again != (i == 1) {
			t.Errorf("call %d: %d, again %t", i, got, again)
		}
	}
	if got, again := Once(ctx, "note", look); got != 2 || again {
		t.Errorf("another key: %d, again %t", got, again)
	}
	if got, again := Once(t.Context(), "look", look); got != 3 || again {
		t.Errorf("no request: %d, again %t", got, again)
	}
}
