package refserver

import (
	"testing"
	"time"
)

func TestPlacesOnTheTimeline(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	line := timeline{begin, begin.Add(100 * time.Hour)}
	for after, want := range map[time.Duration]float64{-time.Hour: 0, 0: 0, 25 * time.Hour: 25, 100 * time.Hour: 100, 101 * time.Hour: 100} {
		if got := line.place(begin.Add(after)); got != want {
			t.Errorf("%s: %g, not %g", after, got, want)
		}
	}
	if got := (timeline{begin, begin}).place(begin); got != 100 {
		t.Errorf("on a line without length: %g", got)
	}
}

func TestTimeInWords(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]string{0: "0 min", 3599: "59 min", 3600: "1 h", 86399: "23 h", 86400: "1 d", 90000: "1 d 1 h"} {
		if got := inDays(seconds); got != want {
			t.Errorf("%d: %s, not %s", seconds, got, want)
		}
	}
}
