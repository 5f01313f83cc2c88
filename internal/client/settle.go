package client

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// reading is when an answer was asked for and came, by the client's clock, and when
// it was given, by the service's, which tells whole seconds; zero: it did not say.
type reading struct{ asked, came, given time.Time }

// window is when a request in doubt must have happened, if it did, by the
// service's clock. It is zero where the service does not tell its time.
type window struct {
	from, to time.Time
	// blurred says that the answer that told the time took so long that the bounds are
	// too wide to call anything ours.
	blurred bool
}

// sharp is how long an answer may take that tells the time.
const sharp = time.Second

// window takes the bounds of the attempt over to the service's clock, which a later
// answer has told. Both clocks are only asked for differences, so that neither
// needs to be right. The service tells whole seconds, and may round down the time
// of a version, too.
func (e *UnknownOutcomeError) window(later reading) window {
	if later.given.IsZero() || e.sent.IsZero() {
		return window{}
	}
	return window{
		from: later.given.Add(-later.came.Sub(e.sent)).Add(-time.Second),
		to:   later.given.Add(-later.asked.Sub(e.ended)).Add(time.Second),

		blurred: later.came.Sub(later.asked) > sharp,
	}
}

// settlePut finds the version that a put in doubt has made. It is ours if it is the
// only new one and was made while the request was under way, in the format that
// was sent. A version that is not newer than known, or was there before, is not
// new, nor is version 1, which no put makes.
func settlePut(history []Version, w window, known int64, format string) (int64, finding, string) {
	if len(history) > 0 && history[0].Number < known {
		known = 0 // This is another life of the secret.
	}
	var candidates []Version
	for _, v := range history {
		old := v.Number <= max(known, 1) || !v.CreatedAt.IsZero() && v.CreatedAt.Before(w.from)
		other := v.ValueFormat != "" && v.ValueFormat != format
		if !old && !other {
			candidates = append(candidates, v)
		}
	}
	if len(candidates) == 0 {
		return 0, absent, ""
	}
	v := candidates[0]
	switch {
	case len(candidates) > 1:
		return 0, unclear, fmt.Sprintf("The versions %s are new, and one of them may be it.", numbersOf(candidates))
	case w.to.IsZero() || v.CreatedAt.IsZero():
		return 0, unclear, fmt.Sprintf("Version %d may be it, but the service does not say when it was made.", v.Number)
	case w.blurred:
		return 0, blurred, fmt.Sprintf("Version %d may be it, but the service answers too slowly to tell when it was made.", v.Number)
	case v.CreatedAt.After(w.to):
		return 0, unclear, fmt.Sprintf("Version %d is new, but was made on %s, after the answer was lost.", v.Number, v.CreatedAt.Format(time.RFC3339))
	case v.Status != VersionActive:
		return 0, unclear, fmt.Sprintf("Version %d may have been it, and somebody has destroyed it since.", v.Number)
	}
	return v.Number, likely, ""
}

func numbersOf(versions []Version) string {
	texts := make([]string, len(versions))
	for i, v := range versions {
		texts[len(texts)-1-i] = fmt.Sprint(v.Number)
	}
	return strings.Join(texts, ", ")
}

// settleCreate tells whether the secret that reading back has found is the one that
// a create in doubt was to make.
func settleCreate(secret Secret, err error, creation string) (finding, string) {
	switch {
	case IsNotFound(err):
		return absent, ""
	case err != nil:
		return unclear, "Reading the secret to find out failed: " + err.Error()
	case creation == "":
		return unclear, "A secret is there, and may be it."
	case secret.Annotations[CreationAnnotation] == creation:
		return ours, ""
	}
	return taken, ""
}

// lastPut remembers the number of the last version that this client has put into
// each secret: a version that is known cannot be what a later put has made.
type lastPut struct {
	mu      sync.Mutex
	numbers map[secretpath.SecretID]int64
}

func (l *lastPut) of(id secretpath.SecretID) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.numbers[id]
}

func (l *lastPut) note(id secretpath.SecretID, number int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.numbers == nil {
		l.numbers = map[secretpath.SecretID]int64{}
	}
	l.numbers[id] = max(number, l.numbers[id])
}

func (l *lastPut) forget(id secretpath.SecretID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.numbers, id)
}
