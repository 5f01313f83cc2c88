package tfserver

import (
	"fmt"
	"testing"
)

// What was decoded last is found by its bytes, and nothing else is.
func TestRecent(t *testing.T) {
	t.Parallel()
	var r recent
	if _, found := r.find(nil); found {
		t.Error("nothing is found by no bytes")
	}
	const decodings = 40
	for i := range decodings {
		r.keep(decoded{msgPack: fmt.Append(nil, i), values: Values{fmt.Sprint(i): nil}})
	}
	for i := range decodings {
		d, found := r.find(fmt.Append(nil, i))
		if isRecent := i >= decodings-len(r.kept); found != isRecent {
			t.Errorf("decoding %d is found: %t, want %t", i, found, isRecent)
		}
		if _, has := d.values[fmt.Sprint(i)]; has != found {
			t.Errorf("decoding %d has the values %v", i, d.values)
		}
	}
	if _, found := r.find([]byte("another")); found {
		t.Error("another value is found")
	}
}
