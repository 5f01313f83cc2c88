package provider

import (
	"fmt"
	"slices"
	"strings"
)

// onImmutableChange is what a plan does about a difference in labels, description,
// annotations or kms_key_id, which the service cannot change.
type onImmutableChange string

const (
	// refuseChange fails the plan. It is the default.
	refuseChange onImmutableChange = "refuse"
	// keepSecret leaves the secret as it is, with a warning.
	keepSecret onImmutableChange = "keep"
	// replaceSecret deletes the secret and creates it again.
	replaceSecret onImmutableChange = "replace"
	// wishUnknown is a choice that is not known in the plan. Until it is, a difference is
	// refused.
	wishUnknown onImmutableChange = "unknown"
)

// differenceOutcome is what a plan comes to by its differences.
type differenceOutcome int

const (
	nothingDiffers differenceOutcome = iota
	differencesRefused
	differencesKept
	secretReplaced
)

// wish is the choice of a configuration.
func (m *secretModel) wish() onImmutableChange {
	if m.OnImmutableChange.IsUnknown() {
		return wishUnknown
	}
	return onImmutableChange(m.OnImmutableChange.ValueString())
}

// outcome decides about the differences of a plan. Region and path are the identity of a
// secret: another path is another secret, so there is nothing to keep, and a change of it
// replaces a secret that is not protected. A protected secret is never replaced.
func (d differences) outcome(onChange onImmutableChange, protected bool) differenceOutcome {
	switch {
	case len(d) == 0:
		return nothingDiffers
	case d.ofIdentity() && protected:
		return differencesRefused
	case d.ofIdentity():
		return secretReplaced
	case onChange == keepSecret:
		return differencesKept
	case onChange == replaceSecret && !protected:
		return secretReplaced
	}
	return differencesRefused
}

// ofIdentity reports a difference in what identifies the secret.
func (d differences) ofIdentity() bool {
	return slices.ContainsFunc(d, func(one difference) bool { return one.attribute == "region" || one.attribute == "path" })
}

// split parts what differs for certain from what is not known.
func (d differences) split() (known, unknown differences) {
	unknown, known = d.part(func(one difference) bool { return one.unknown })
	return known, unknown
}

// keepable parts what a plan can keep from what it cannot.
func (d differences) keepable() (can, cannot differences) {
	return d.part(func(one difference) bool { return one.keepable })
}

// part parts the differences of one kind from all others, each in their order.
func (d differences) part(is func(difference) bool) (those, others differences) {
	for _, one := range d {
		if is(one) {
			those = append(those, one)
		} else {
			others = append(others, one)
		}
	}
	return those, others
}

// attributes are the names of the attributes, each once.
func (d differences) attributes() []string {
	var names []string
	for _, one := range d {
		if !slices.Contains(names, one.attribute) {
			names = append(names, one.attribute)
		}
	}
	return names
}

// attributeList joins the names of the attributes.
func (d differences) attributeList() string { return strings.Join(d.attributes(), ", ") }

// nameList joins what differs, with the keys of maps.
func (d differences) nameList() string {
	names := make([]string, 0, len(d))
	for _, one := range d {
		names = append(names, one.name)
	}
	if len(names) > maxLines {
		names = append(names[:maxLines], fmt.Sprintf("and %d more", len(d)-maxLines))
	}
	return strings.Join(names, ", ")
}

// maxLines is how many differences a diagnostic shows.
const maxLines = 20

// lines shows both sides of each difference on a separate line.
func (d differences) lines() string {
	var text strings.Builder
	for i, one := range d {
		if i == maxLines {
			fmt.Fprintf(&text, "  - and %d more\n", len(d)-maxLines)
			break
		}
		fmt.Fprintf(&text, "  - %s: %s, %s\n", one.name, one.has, one.wants)
	}
	return text.String()
}
