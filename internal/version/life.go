package version

import "time"

// Life is one life of a secret, from its creation to its deletion. A secret that is
// deleted and created again has the same path and the same version numbers, and is a
// different secret.
type Life struct {
	// CreatedAt is when it began. Zero: not known.
	CreatedAt time.Time `json:"secret_created_at,omitzero"`
	// Mark is the creation annotation of this provider, which no other life has. Unmarked:
	// a read has shown that there is none. Empty: not known.
	Mark string `json:"secret_mark,omitempty"`
}

// Unmarked is the mark of a life that another client began.
const Unmarked = "none"

// Sameness is whether two looks have shown the same life of a secret.
type Sameness int

// A service that leaves out creation times leaves it open.
const (
	Same Sameness = iota
	Different
	Unknown
)

// Compare reports whether two looks have shown the same life. Two marks that differ decide,
// because creation times may have a resolution of a second. Two that are the same do not:
// a client that creates a secret again may copy its annotations.
func (a Life) Compare(b Life) Sameness {
	if a.Mark != "" && b.Mark != "" && a.Mark != b.Mark {
		return Different
	}
	dates := sameMoment(a.CreatedAt, b.CreatedAt)
	if dates == Unknown && a.HasMark() && a.Mark == b.Mark {
		return Same
	}
	return dates
}

// HasMark reports a life that this provider began.
func (a Life) HasMark() bool { return a.Mark != "" && a.Mark != Unmarked }

// IsZero reports a life of which nothing is known.
func (a Life) IsZero() bool { return a.CreatedAt.IsZero() && a.Mark == "" }

// sameMoment compares two times of the service. They may have been rounded on their way,
// to a second at the worst.
func sameMoment(a, b time.Time) Sameness {
	switch {
	case a.IsZero() || b.IsZero():
		return Unknown
	case a.Sub(b).Abs() < time.Second:
		return Same
	}
	return Different
}

// IsConfirmedBy reports that the entry of a list shows the secret in this life. Where this
// one has a mark, the entry has to show it: a list that leaves it out could not tell a
// secret that was created again within a second.
func (a Life) IsConfirmedBy(entry Life) bool {
	if a.CreatedAt.IsZero() || entry.CreatedAt.IsZero() || a.HasMark() && entry.Mark != a.Mark {
		return false
	}
	return a.Compare(entry) == Same
}
