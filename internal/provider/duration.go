package provider

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// parseDuration reads a positive Go duration that may begin with whole days, such
// as "30d", "1d12h" or "90m". A day is 24 hours.
func parseDuration(s string) (time.Duration, error) {
	var total time.Duration
	rest := s
	if days, after, found := strings.Cut(s, "d"); found {
		n, err := strconv.ParseUint(days, 10, 32)
		if err != nil || n > uint64(maxDuration/day) {
			return 0, errors.New(`must be a duration such as "30d", "12h" or "1d12h"`)
		}
		total, rest = time.Duration(n)*day, after
	}
	if strings.ContainsAny(rest, "+-") {
		return 0, errors.New("must not have a sign")
	}
	if rest != "" {
		d, err := time.ParseDuration(rest)
		if err != nil {
			return 0, errors.New(`must be a duration such as "30d", "12h" or "1d12h"`)
		}
		total += d
	}
	if total <= 0 {
		return 0, errors.New("must be greater than zero")
	}
	return total, nil
}

const maxDuration = time.Duration(1<<63 - 1)
