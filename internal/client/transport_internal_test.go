package client

import (
	"strings"
	"testing"
)

func TestDecodeBounds(t *testing.T) {
	t.Parallel()
	const tooLarge, empty, noJSON = "the answer is larger than 20 bytes", "the answer is empty", "the answer is not the JSON that the API documents"
	for _, tc := range []struct{ name, body, problem string }{
		{"of the limit exactly", `{"a":"01234567890"}` + "\n", ""},
		{"one byte more", `{"a":"012345678901"}` + "\n", tooLarge},
		{"much more", `{"a":"` + strings.Repeat("x", 1000), tooLarge},
		{"more, and no JSON", strings.Repeat("<", 1000), tooLarge},
		{"nothing but blanks", strings.Repeat(" ", 1000), tooLarge},
		{"empty", "", empty},
		{"blank", " \n", empty},
		{"broken off", `{"a":"0`, noJSON},
		{"a page", `<html></html>`, noJSON},
		{"another type", `[1]`, noJSON},
	} {
		var out struct{ A string }
		err := decode(strings.NewReader(tc.body), 20, &out)
		switch {
		case tc.problem == "" && (err != nil || out.A != "01234567890"):
			t.Errorf("%s: %v, %q", tc.name, err, out.A)
		case tc.problem != "" && (err == nil || err.Error() != tc.problem):
			t.Errorf("%s: %v, want %s", tc.name, err, tc.problem)
		}
	}
}

// The library would write every URL to standard error by itself.
func TestLibraryLogsNothing(t *testing.T) {
	t.Parallel()
	if logger := (&Client{}).retrying(nil, nil).Logger; logger != nil {
		t.Errorf("it logs to %T", logger)
	}
}
