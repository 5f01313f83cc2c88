package refserver

import (
	"os"
	"strings"
	"testing"
)

func TestIsDecimal(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"0": true, "1": true, "10": true, "9223372036854775807": true,
		"": false, "00": false, "01": false, "+1": false, "-1": false, " 1": false, "1 ": false, "1\n": false, "1_0": false, "1.0": false,
		"1e3": false, "0x1": false, "\u0661": false, "9223372036854775808": false, "99999999999999999999": false,
	} {
		if got := isDecimal(s); got != want {
			t.Errorf("%q: %t", s, got)
		}
	}
}

func TestVersionNumber(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		ref           string
		current, want int64
	}{
		{"7", 3, 7}, {"0", 3, 0}, {"current", 3, 3}, {"current", 0, 0}, {"current-1", 3, 2}, {"current+2", 3, 5}, {"current-9", 3, -6},
	} {
		if !validVersionRef(tc.ref) || versionNumber(tc.ref, tc.current) != tc.want {
			t.Errorf("%s at %d: %d", tc.ref, tc.current, versionNumber(tc.ref, tc.current))
		}
	}
	for _, ref := range []string{"", "-1", "+1", "current1", "current-", "current--1", "current-+1", "current+01", " current", "latest"} {
		if validVersionRef(ref) {
			t.Errorf("%q is taken", ref)
		}
	}
}

// The documentation has every action, every field and everything that another client
// can do, and the rules that it shows are good.
func TestFaultRulesOfTheDocumentation(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../cmd/refserver/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(b), "\n## Fault rules\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for action, kind := range faultKinds {
		if !strings.Contains(section, "\n| `"+string(action)+"` | ") {
			t.Errorf("no row for the action %s", action)
		}
		for _, field := range kind.fields {
			if !strings.Contains(section, "`"+field+"`") {
				t.Errorf("nothing about the field %s", field)
			}
		}
	}
	for operation, fields := range otherClientOperations {
		for _, name := range append([]string{operation}, fields...) {
			if !strings.Contains(section, "`"+name+"`") {
				t.Errorf("nothing about %s of another client", name)
			}
		}
	}
	_, example, _ := strings.Cut(section, "```json\n")
	example, _, _ = strings.Cut(example, "```")
	if rules, err := ParseFaults([]byte(example)); err != nil || len(rules) < 5 {
		t.Errorf("%d rules, %v", len(rules), err)
	}
}
