package printable_test

import (
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/printable"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"the key is off":                      "the key is off",
		"one\r\ntwo\tthree":                   "one  two three",
		"\x1b[31mred\x1b[0m":                  `\u001b[31mred\u001b[0m`,
		"bell\a, \u0085, \u202eturned\u2066":  `bell\u0007,  , \u202eturned\u2066`,
		"a\xffb":                              "a�b",
		"::add-mask::x":                       ": :add-mask: :x",
		":::error file=a::b":                  ": : :error file=a: :b",
		"::::set-env":                         ": : : :set-env",
		"##[error]no":                         "# #[error]no",
		"##vso[task.setvariable variable=a]b": "# #vso[task.setvariable variable=a]b",
		"###[group]":                          "## #[group]",
		"2001:db8::/32, ::/0 and 2001:db8::1": "2001:db8::/32, ::/0 and 2001:db8::1",
		"clé désactivée, 鍵":                   "clé désactivée, 鍵",
		"section_start:1:a\r\x1b[0Kb":         `section_start:1:a \u001b[0Kb`,
	} {
		got := printable.Line(text)
		if got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
		if again := printable.Line(got); again != got {
			t.Errorf("%q becomes %q and then %q", text, got, again)
		}
	}
}
