package provider

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Each row of the table is a way in which people write durations, or mistype
// them.
func TestParseDuration(t *testing.T) {
	t.Parallel()
	const hours = time.Hour
	for s, want := range map[string]time.Duration{
		"30d":            30 * day,
		"1d12h":          day + 12*hours,
		"1d30m":          day + 30*time.Minute,
		"90m":            90 * time.Minute,
		"1h30m":          90 * time.Minute,
		"1.5h":           90 * time.Minute,
		"1d1.5h":         day + 90*time.Minute,
		"0d1h":           hours,
		"007d":           7 * day,
		"1d0s":           day,
		"1ns":            1,
		"106751d":        106751 * day,
		"106751d23h":     106751*day + 23*hours,
		"2562047h47m16s": 2562047*hours + 47*time.Minute + 16*time.Second,
	} {
		if got, err := parseDuration(s); err != nil || got != want {
			t.Errorf("%q is %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "0", "0d", "0s", "0d0h", // Nothing.
		"d", "30", "30 d", " 30d", "30d ", "30D", "thirty days", "1w", "1y",
		"1.5d", "1e3d", "0x10d", "+1d", "-1d", "-12h", // Days are whole numbers.
		"1d1d", "1dd", "1h1d", "12h1d12h", // Days come once, and first.
		"1d12", "1dh", "1d 12h",
		"106752d", "106751d24h", "106751d2562047h", "4294967296d", "99999999999999999999d", "9999999h", // Longer than 292 years.
	} {
		if got, err := parseDuration(s); err == nil {
			t.Errorf("%q is taken for %v, and should be refused", s, got)
		}
	}
}

// The parts of a duration must not be negative: "1d-1h" is most likely a mistyped
// "1d1h".
func TestParseDurationRefusesSigns(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"1d-1h", "30d-30m", "1d+1h"} {
		if got, err := parseDuration(s); err == nil {
			t.Errorf("%q is taken for %v, and should be refused", s, got)
		}
	}
}

// A day has 24 hours, before any other unit.
func TestParseDurationAddsDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int64Range(0, 100_000).Draw(t, "days")
		rest := time.Duration(rapid.Int64Range(1, int64(6750*day)).Draw(t, "rest"))
		got, err := parseDuration(fmt.Sprintf("%dd%s", days, rest))
		if want := time.Duration(days)*day + rest; err != nil || got != want {
			t.Fatalf("%dd%s is %v, %v; want %v", days, rest, got, err, want)
		}
	})
}

// For every input the parser returns a positive duration or an error. The duration in
// Go's notation parses to the same.
func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"30d", "1d12h", "90m", "0d", "", "-1d", "1d-1h", "106751d24h", "99999999999999999999d", "1.5h", "d", "1µs"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseDuration(s)
		switch {
		case err != nil && got != 0:
			t.Errorf("%q is both %v and refused: %v", s, got, err)
		case err == nil && got <= 0:
			t.Errorf("%q is %v, which never lasts", s, got)
		case err == nil:
			if again, err := parseDuration(got.String()); err != nil || again != got {
				t.Errorf("%q is %v, which reads as %v, %v", s, got, again, err)
			}
		}
	})
}
