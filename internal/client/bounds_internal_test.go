package client

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Elements are counted without being made, as the decoder counts them.
func TestElementsOf(t *testing.T) {
	t.Parallel()
	texts := rapid.StringOf(rapid.RuneFrom([]rune(`ab,"\[]{}:é` + "\n")))
	rapid.Check(t, func(r *rapid.T) {
		list := rapid.SliceOfN(rapid.OneOf(
			texts.AsAny(), rapid.Int().AsAny(), rapid.SliceOf(texts).AsAny(), rapid.MapOf(texts, texts).AsAny(),
		), 1, 20).Draw(r, "list")
		encoded, err := json.Marshal(list)
		if err != nil {
			r.Fatal(err)
		}
		if got := elementsOf(encoded); got != len(list) {
			r.Fatalf("%d elements of %s, want %d", got, encoded, len(list))
		}
		object := rapid.MapOfN(texts, texts, 1, 20).Draw(r, "object")
		if encoded, err = json.MarshalIndent(object, "", " "); err != nil {
			r.Fatal(err)
		}
		if got := elementsOf(encoded); got != len(object) {
			r.Fatalf("%d elements of %s, want %d", got, encoded, len(object))
		}
	})
}

// The limit itself is let through, and one more is an error and not a part.
func TestAtMost(t *testing.T) {
	t.Parallel()
	policy := func(conditions, networks int) string {
		each := `{"cidrs":["10.0.0.0/8"` + strings.Repeat(`,""`, networks-1) + `]}`
		return `{"conditions":[` + each + strings.Repeat(`,{}`, conditions-1) + `]}`
	}
	for _, tc := range []struct {
		text string
		says string
	}{
		{policy(maxConditions, 1), ""},
		{policy(maxConditions+1, 1), "the answer is larger than 1000 conditions of an access policy"},
		{policy(1, maxNetworks), ""},
		{policy(1, maxNetworks+1), "the answer is larger than 2000 networks of an access policy"},
		{`{"conditions":[` + strings.Repeat(`{"cidrs":["a","b","c"]},`, 700) + `{}]}`, "the answer is larger than 2000 networks of an access policy"},
		{`{"conditions":null}`, ""},
		{`{"conditions":[]}`, ""},
	} {
		var policy wirePolicy
		err := decode(strings.NewReader(tc.text), maxBody, &policy)
		if tc.says == "" && err != nil || tc.says != "" && (err == nil || err.Error() != tc.says) {
			t.Errorf("%.60s: %v, want %q", tc.text, err, tc.says)
		}
		if err != nil && mayRepeat(kindRead, unreadableSuccess, 200, err) {
			t.Errorf("%.60s: it is asked for again", tc.text)
		}
	}
}
