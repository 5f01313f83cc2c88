package provider

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// aValue is a value to write with enough of it to tell whether two are the same.
type aValue struct {
	text  string
	pairs map[string]string // nil where the value is text
}

func (v aValue) value() client.Value {
	if v.pairs != nil {
		return client.PairsValue(v.pairs)
	}
	return client.BytesValue([]byte(v.text))
}

func (v aValue) equal(other aValue) bool {
	return (v.pairs == nil) == (other.pairs == nil) && v.text == other.text && maps.Equal(v.pairs, other.pairs)
}

// values draws from few short texts, some of which look like what the encoding
// writes between them, so that collisions are likely where they are possible.
func values() *rapid.Generator[aValue] {
	word := rapid.OneOf(
		rapid.StringOfN(rapid.SampledFrom([]rune{'a', 'k', 's', 0, 1}), 0, 3, -1),
		rapid.SampledFrom([]string{"k\x00\x00\x00\x00\x00\x00\x00\x01a", "\x00\x00\x00\x00\x00\x00\x00\x01", "a\x00\x00\x00\x00\x00\x00\x00\x01b"}),
	)
	return rapid.Custom(func(t *rapid.T) aValue {
		if rapid.Bool().Draw(t, "text") {
			return aValue{text: word.Draw(t, "value")}
		}
		return aValue{pairs: rapid.MapOfN(word, word, 1, 3).Draw(t, "pairs")}
	})
}

// Two values have the same bytes to fingerprint exactly if they are the same: a
// text is never taken for pairs, nor a key for a value.
func TestCanonicalBytesTellValuesApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := values().Draw(t, "a"), values().Draw(t, "b")
		if rapid.Bool().Draw(t, "again") {
			b = aValue{text: a.text, pairs: maps.Clone(a.pairs)}
		}
		if same := bytes.Equal(canonicalBytes(a.value()), canonicalBytes(b.value())); same != a.equal(b) {
			t.Fatalf("%+v and %+v give the same bytes: %v", a, b, same)
		}
	})
}

// These are the pairs of values that a careless encoding mixes up.
func TestFingerprintsOfLookalikes(t *testing.T) {
	t.Parallel()
	lookalikes := []client.Value{
		client.BytesValue(nil),
		client.BytesValue([]byte("a=b")),
		client.BytesValue([]byte("ab")),
		client.BytesValue([]byte(`{"a":"b"}`)),
		client.PairsValue(map[string]string{"a": "b"}),
		client.PairsValue(map[string]string{"b": "a"}),
		client.PairsValue(map[string]string{"ab": ""}),
		client.PairsValue(map[string]string{"": "ab"}),
		client.PairsValue(map[string]string{"a": "", "b": ""}),
	}
	for i, value := range lookalikes {
		taken := newFingerprint(value)
		for j, other := range lookalikes {
			if got := taken.matches(other); got != (i == j) {
				t.Errorf("the fingerprint of value %d matches value %d: %v", i, j, got)
			}
		}
	}
}

// The same value never has the same fingerprint twice, so that two states do not show
// that they have the same value. Each fingerprint still matches its value, also after
// it was stored in private state.
func TestFingerprintIsSalted(t *testing.T) {
	t.Parallel()
	value := client.BytesValue([]byte("the same"))
	var seen []*fingerprint
	for range 5 {
		taken := newFingerprint(value)
		if len(taken.Salt) != fingerprintSalt || len(taken.Hash) != fingerprintLength {
			t.Errorf("%d bytes of salt and %d of hash", len(taken.Salt), len(taken.Hash))
		}
		if slices.ContainsFunc(seen, func(f *fingerprint) bool {
			return bytes.Equal(f.Salt, taken.Salt) || bytes.Equal(f.Hash, taken.Hash)
		}) {
			t.Error("two fingerprints have the same salt or hash")
		}
		seen = append(seen, taken)
		raw, err := json.Marshal(taken)
		if err != nil {
			t.Fatal(err)
		}
		var kept fingerprint
		if err := json.Unmarshal(raw, &kept); err != nil {
			t.Fatal(err)
		}
		if !kept.matches(value) || kept.matches(client.BytesValue([]byte("another"))) {
			t.Error("a fingerprint that was kept does not tell its value from another")
		}
	}
}
