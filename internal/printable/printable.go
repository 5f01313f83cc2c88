// Package printable makes texts of others safe to print in a terminal or a CI log.
package printable

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

var (
	// A command of GitHub, "::NAME::", is read at the beginning of a line, and where a line
	// begins is up to the code that breaks it. What may be an address of IPv6 stays.
	workflowCommand = regexp.MustCompile(`::([^0-9/]|$)`)
	// The older form, "##[NAME]", and those of other CI systems: "##vso[", "##teamcity[".
	runnerCommand = regexp.MustCompile(`##([A-Za-z]*\[)`)
)

// Line returns a text that has no effect where it is printed: one line without control
// characters, escape sequences, marks that turn the direction of writing, and commands
// of CI systems.
func Line(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029':
			out.WriteByte(' ')
		case unicode.IsPrint(r):
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	text = out.String()
	for workflowCommand.MatchString(text) {
		text = workflowCommand.ReplaceAllString(text, ": :$1")
	}
	return runnerCommand.ReplaceAllString(text, "# #$1")
}
