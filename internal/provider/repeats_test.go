package provider

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// The first ten secrets of a summary get the whole detail, each as often as it asks, and
// all others one sentence that names the first. Summaries do not count for each other.
func TestRepeats(t *testing.T) {
	t.Parallel()
	r := repeats{most: fullRepeats}
	ask := func(summary diagnostic.Error, n int) string {
		return r.detail(summary, fmt.Sprint("nl-01/app/", n), "the whole\ndetail", "Brief.")
	}
	for n := range 13 {
		want := "the whole\ndetail"
		if n >= fullRepeats {
			want = "Brief. For what to do, see the error about nl-01/app/0."
		}
		if got := ask(diagnostic.SecretChangeRefused, n); got != want {
			t.Errorf("secret %d: %q, want %q", n, got, want)
		}
	}
	if got := ask(diagnostic.SecretChangeRefused, 3); got != "the whole\ndetail" {
		t.Errorf("a secret that was told in full is told %q", got)
	}
	if got := ask(diagnostic.SecretAttributeUnknown, 12); got != "the whole\ndetail" {
		t.Errorf("another summary is told %q", got)
	}
}

// Secrets are planned concurrently.
func TestRepeatsConcurrently(t *testing.T) {
	t.Parallel()
	r := repeats{most: fullRepeats}
	var full atomic.Int64
	var group sync.WaitGroup
	for n := range 200 {
		group.Go(func() {
			if !strings.HasPrefix(r.detail(diagnostic.SecretChangeRefused, fmt.Sprint(n), "detail", "Brief."), "Brief.") {
				full.Add(1)
			}
		})
	}
	group.Wait()
	if full.Load() != fullRepeats {
		t.Errorf("%d errors are whole, want %d", full.Load(), fullRepeats)
	}
}
