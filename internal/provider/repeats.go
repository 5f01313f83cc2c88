package provider

import (
	"fmt"
	"slices"
	"sync"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// fullRepeats is how many errors of one summary a run prints in full.
const fullRepeats = 10

// repeats keeps the errors of one cause short: a change of a shared module can make the
// same error on a thousand secrets. It counts by summary, for the life of the process,
// which is one plan or one apply. The zero value is ready to use.
type repeats struct {
	mu   sync.Mutex
	full map[diagnostic.Error][]string // the ids that were told in full, in order
}

// detail is what to print about the secret with the given id: the whole detail for the
// first ten secrets, and from then on a brief sentence that refers to the first.
func (r *repeats) detail(summary diagnostic.Error, id, detail, brief string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full == nil {
		r.full = map[diagnostic.Error][]string{}
	}
	told := r.full[summary]
	switch {
	case slices.Contains(told, id):
		return detail
	case len(told) < fullRepeats:
		r.full[summary] = append(told, id)
		return detail
	}
	return fmt.Sprintf("%s For what to do, see the same error about %s.", brief, told[0])
}
