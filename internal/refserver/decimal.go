package refserver

import (
	"strconv"
	"strings"
)

// isDecimal reports that s is a whole number from 0 to the largest int64, written
// with digits alone. strconv.ParseInt would also accept "+1" and "01", which a
// client must not get used to.
func isDecimal(s string) bool {
	if s == "" || s[0] == '0' && s != "0" || strings.Trim(s, "0123456789") != "" {
		return false
	}
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}
