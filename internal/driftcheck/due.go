package driftcheck

import (
	"slices"
	"strings"
)

// findingsDue are the changes that a plan makes, except for those that respond to drift.
func findingsDue(planned []resourceChange, drift []Finding) []Finding {
	var findings []Finding
	for i := range planned {
		c := &planned[i]
		if c.Change.Actions.are("no-op") && !c.importing() || hasFinding(drift, c.key()) {
			continue
		}
		f := c.finding()
		f.Rule, f.What = RuleDue, c.due()
		findings = append(findings, f)
	}
	return findings
}

func (c *resourceChange) due() string {
	retires := ""
	if gone := c.retired(); len(gone) > 0 {
		retires = "retires version " + strings.Join(gone, ", ") + " (retention)"
	}
	switch changed := c.changed(); {
	case c.moves() && c.Change.Actions.are("update"):
		why := "version " + number(c.Change.Before) + ": " + c.why()
		if retires != "" {
			why += ", " + retires
		}
		return why
	case c.isVersion() && retires != "" && slices.Equal(changed, []string{"active_versions"}):
		return retires
	case c.Change.Actions.are("update"):
		return "update: " + strings.Join(changed, ", ")
	case c.Change.Actions.are("no-op"):
		return "import"
	}
	return strings.Join(c.Change.Actions, ", then ")
}

// why is the reason for which a version is put.
func (c *resourceChange) why() string {
	switch reason := c.reason(); reason {
	case "rotation":
		return "due by its age (rotation)"
	case "keeper":
		return "a keeper of its rotation changed (keeper)"
	case "value":
		return "the configuration has another value (value)"
	case "":
		return "decided during apply"
	default:
		return reason
	}
}
