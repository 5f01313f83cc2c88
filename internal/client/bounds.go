package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Limits of the number of elements in an answer. The limit of its length is not enough:
// five million empty conditions are fifteen megabytes of JSON, and a hundred times that
// in memory. All limits are far above real use.
const (
	maxConditions = 1000    // of an access policy
	maxNetworks   = 2000    // of an access policy: Terraform compares each with each
	maxLabels     = 10_000  // of a secret, and as many annotations
	maxPairs      = 50_000  // of a value
	maxVersions   = 100_000 // of a secret
	maxRegions    = 10_000
	maxSecrets    = 100_000   // of a list, whose 16 MiB hold fewer that have a key, a date and an identity
	maxPrefixes   = 1_000_000 // of a level
	maxDetails    = 500_000   // labels, annotations, conditions, networks and versions of all secrets of a list
)

// tooLargeError ends the attempts: the next answer would be as large.
type tooLargeError struct {
	limit int64
	of    string // what there are more of than the limit
}

func (e *tooLargeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d %s", e.limit, e.of)
}

// atMost decodes a list or an object of at most so many elements. It counts the
// elements before it decodes them.
func atMost[T any](b []byte, most int, of string, out *T) error {
	if elementsOf(b) > most {
		return &tooLargeError{int64(most), of}
	}
	return json.Unmarshal(b, out)
}

// elementsOf counts the elements of a list or object that is known to be JSON; an empty
// one counts for one.
func elementsOf(b []byte) int {
	count, depth, isInText := 1, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case isInText && c == '\\':
			i++
		case c == '"':
			isInText = !isInText
		case isInText:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 1:
			count++
		}
	}
	return count
}

// wireMap are labels or annotations.
type wireMap map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (w *wireMap) UnmarshalJSON(b []byte) error {
	return atMost(b, maxLabels, "labels or annotations of a secret", (*map[string]string)(w))
}

// wirePairs are the pairs of a value.
type wirePairs map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (w *wirePairs) UnmarshalJSON(b []byte) error {
	return atMost(b, maxPairs, "key/value pairs", (*map[string]string)(w))
}

// wireConditions are the conditions of an access policy.
type wireConditions []wireCondition

// UnmarshalJSON implements json.Unmarshaler.
func (w *wireConditions) UnmarshalJSON(b []byte) error {
	if err := atMost(b, maxConditions, "conditions of an access policy", (*[]wireCondition)(w)); err != nil {
		return err
	}
	networks := 0
	for _, condition := range *w {
		networks += len(condition.CIDRs)
	}
	if networks > maxNetworks {
		return &tooLargeError{maxNetworks, "networks of an access policy"}
	}
	return nil
}

// wireNetworks are those of a condition.
type wireNetworks []string

// UnmarshalJSON implements json.Unmarshaler.
func (w *wireNetworks) UnmarshalJSON(b []byte) error {
	return atMost(b, maxNetworks, "networks of an access policy", (*[]string)(w))
}

// wireVersions omits rows that are not versions, so that an answer with millions of
// empty rows does not fill the memory.
type wireVersions []wireVersion

// UnmarshalJSON implements json.Unmarshaler.
func (w *wireVersions) UnmarshalJSON(b []byte) (err error) {
	*w, err = rowsOf(b, maxVersions, "versions of a secret", func(row wireVersion) bool { return row.Version >= 1 })
	return err
}

// wireRegions are the regions that the KMS knows.
type wireRegions []wireRegion

// UnmarshalJSON implements json.Unmarshaler.
func (w *wireRegions) UnmarshalJSON(b []byte) (err error) {
	*w, err = rowsOf(b, maxRegions, "regions", func(row wireRegion) bool { return row.Slug != "" })
	return err
}

// readAnswer decodes a JSON body of at most so many bytes, and returns the reason if
// that fails. It ignores data after the document.
func readAnswer(body io.Reader, limit int64, read func(*json.Decoder) error) error {
	limited := &io.LimitedReader{R: body, N: limit + 1}
	broken := &brokenReader{r: limited}
	err := read(json.NewDecoder(broken))
	var tooLarge *tooLargeError
	switch {
	case errors.As(err, &tooLarge):
		return tooLarge
	case limited.N <= 0:
		return &tooLargeError{limit, "bytes"}
	case broken.err != nil:
		return fmt.Errorf("reading the answer: %w", broken.err)
	case errors.Is(err, io.EOF):
		return errEmpty
	case err != nil:
		return errNotDocumented
	}
	return nil
}
