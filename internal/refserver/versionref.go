package refserver

import (
	"strconv"
	"strings"
)

// currentVersionRef is the word for the current version in Fault.Version.
const currentVersionRef = "current"

// validVersionRef reports that s is a number, or "current" with or without an
// offset such as "-1".
func validVersionRef(s string) bool {
	offset, relative := strings.CutPrefix(s, currentVersionRef)
	switch {
	case relative && offset == "":
		return true
	case relative:
		return (offset[0] == '+' || offset[0] == '-') && isDecimal(offset[1:])
	}
	return isDecimal(s)
}

// versionNumber is the number that a valid reference means where the current
// version has the given number, or 0 where there is no current version.
func versionNumber(ref string, current int64) int64 {
	offset, relative := strings.CutPrefix(ref, currentVersionRef)
	if !relative {
		n, _ := strconv.ParseInt(ref, 10, 64) // The rule was validated.
		return n
	}
	n, _ := strconv.ParseInt(offset, 10, 64) // Empty is 0.
	return current + n
}
