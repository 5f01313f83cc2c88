package client

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// sameLife reports that two creation times are of one life of a secret. They may
// have been rounded to the second on their way.
func sameLife(a, b time.Time) bool {
	return !a.IsZero() && !b.IsZero() && a.Sub(b).Abs() < time.Second
}

// clockSample is the time of a request and of its answer by the machine's clock, and
// the date of the answer by the service's clock, in whole seconds; zero for an answer
// without a date.
type clockSample struct{ asked, came, given time.Time }

// window is when a request in doubt must have happened, if it did, by the
// service's clock. It is zero where the service does not tell its time.
type window struct {
	from, to time.Time
	// imprecise says that the answer that told the time took so long that the bounds are
	// too wide to call anything ours.
	imprecise bool
}

const (
	// precise is the longest time of an answer whose date is precise enough.
	precise = time.Second
	// datingSkew is the possible difference between the clock that dates the versions
	// and the one that dates the answers, for example a gateway's. For a version that
	// is older than the window by no more than this, it is not certain whose it is.
	datingSkew = 2 * time.Minute
)

// window converts the start and the end of the request to the service's clock, with the
// date of a later answer. It uses only differences of each clock, so that neither needs
// to be right. The service's times have whole seconds, and the time of a version may be
// rounded down, too.
func (e *UnknownOutcomeError) window(later clockSample) window {
	if later.given.IsZero() || e.sent.IsZero() {
		return window{}
	}
	_, sinceSent := between(e.sent, later.came)
	sinceEnded, _ := between(e.ended, later.asked)
	_, took := between(later.asked, later.came)
	return window{
		from:      later.given.Add(-sinceSent - time.Second),
		to:        later.given.Add(-sinceEnded + time.Second),
		imprecise: took > precise,
	}
}

// between is the least and the most time from a to b: the clock that only moves
// forward stands still while a computer sleeps, and the other one may be set.
func between(a, b time.Time) (least, most time.Duration) {
	forward, wall := b.Sub(a), b.Round(0).Sub(a.Round(0))
	return max(min(forward, wall), 0), max(forward, wall, 0)
}

// readBackPut finds the version that a put whose outcome is unknown has made. It is
// most likely ours if it is the only new one and was made while the request was under
// way, in the format that was sent. A known version cannot be it. If nothing is new,
// that has to be certain, because the put is then sent again.
func readBackPut(history []Version, w window, isKnown func(int64) bool, format string) (int64, evidence, string) {
	var inside, near []Version
	for _, v := range history {
		switch {
		case isKnown(v.Number), v.ValueFormat != "" && v.ValueFormat != format:
		case !w.from.IsZero() && !v.CreatedAt.IsZero() && v.CreatedAt.Before(w.from.Add(-datingSkew)):
		case w.from.IsZero(), v.CreatedAt.Before(w.from), v.CreatedAt.After(w.to):
			near = append(near, v)
		default:
			inside = append(inside, v)
		}
	}
	all := append(inside, near...)
	switch {
	case len(all) == 0:
		return 0, absent, ""
	case len(all) > 1:
		return 0, unclear, fmt.Sprintf("The versions %s are new, and one of them may be it.", numbersOf(all))
	}
	v := all[0]
	switch {
	case w.from.IsZero() || v.CreatedAt.IsZero():
		return 0, unclear, fmt.Sprintf("Version %d may be it, but the service does not say when it was made.", v.Number)
	case w.imprecise:
		return 0, imprecise, fmt.Sprintf("Version %d may be it, but the service answers too slowly to tell when it was made.", v.Number)
	case len(near) > 0:
		return 0, unclear, fmt.Sprintf("Version %d is new, but was made on %s, when the request was not in flight.", v.Number, v.CreatedAt.Format(time.RFC3339))
	case v.Status != VersionActive:
		return 0, unclear, fmt.Sprintf("Version %d may have been it, and it was destroyed since.", v.Number)
	}
	return v.Number, likely, ""
}

// numbersOf lists versions from the oldest on.
func numbersOf(versions []Version) string {
	numbers := make([]int64, len(versions))
	for i, v := range versions {
		numbers[i] = v.Number
	}
	slices.Sort(numbers)
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(numbers)), ", "), "[]")
}

// readBackCreate decides whether the secret that was read back is the one of the create
// with the unknown outcome.
func readBackCreate(secret Secret, err error, creation string) (evidence, string) {
	switch {
	case IsNotFound(err):
		return absent, ""
	case err != nil:
		return unclear, "Reading the secret to find out failed: " + err.Error()
	case secret.Annotations[CreationAnnotation] == creation && creation != "":
		return ours, ""
	case creation == "" || secret.Annotations == nil:
		return unclear, "A secret is there, and may be it."
	}
	return taken, ""
}
