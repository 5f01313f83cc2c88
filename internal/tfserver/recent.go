package tfserver

import (
	"bytes"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Values are the attributes of a resource by their names.
type Values map[string]attr.Value

// recent are the values that were decoded last. A plan sends a state right after its refresh
// and a configuration right after its validation, for ten resources at a time, and decoding is
// most of what the fast path costs.
type recent struct {
	mu   sync.Mutex
	kept [32]decoded
	next int
}

// decoded is a value in both forms. Neither is modified.
type decoded struct {
	msgPack []byte
	values  Values
	raw     tftypes.Value
}

// find is the value that was decoded from the same bytes.
func (r *recent) find(msgPack []byte) (decoded, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range r.kept {
		if len(msgPack) > 0 && bytes.Equal(d.msgPack, msgPack) {
			return d, true
		}
	}
	return decoded{}, false
}

func (r *recent) keep(d decoded) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept[r.next] = d
	r.next = (r.next + 1) % len(r.kept)
}
