package driftcheck

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

const (
	writesNothing = "writes nothing"
	notKnown      = "not known" // the response of a failed plan
)

// moves reports a version resource that manages another version after the plan. The number is not
// enough to decide: the versions of a secret that was created again start at 1 again.
func (c *resourceChange) moves() bool {
	return c.isVersion() && c.Change.Before != nil && c.Change.After != nil && (!c.same("version") || !c.same("created_at"))
}

func (c *resourceChange) reason() string {
	reason, _ := c.Change.After["last_change"].(string)
	return reason
}

// findingsOutside are the changes of other clients, as far as the attributes of the plan show them.
func findingsOutside(planned []resourceChange, succeeded bool) []Finding {
	var findings []Finding
	for i := range planned {
		c := &planned[i]
		if !c.moves() || !slices.Contains([]string{"adopted", "overwritten", "healed"}, c.reason()) {
			continue
		}
		f := c.finding()
		f.Rule, f.What, f.Plan = c.movedOutside()
		if !succeeded {
			f.Plan = notKnown
		}
		findings = append(findings, f)
	}
	return findings
}

func (c *resourceChange) finding() Finding {
	return Finding{
		Secret: c.secret(), Resource: c.Address, key: c.key(),
		module: c.ModuleAddress, block: blockOf("resource", c.Type, c.Name),
	}
}

func (c *resourceChange) movedOutside() (rule Rule, what, plan string) {
	before, after := number(c.Change.Before), number(c.Change.After)
	tracks := "tracks version " + after + ", writes nothing"
	switch {
	case c.reason() == "overwritten":
		return RuleVersionLost, "version " + before + " is no longer current: another client put a version, or rolled back", "puts the configured value again"
	case c.reason() == "healed":
		return RuleNoValue, "no version with a value is active; version " + before + " was managed", "puts the value again"
	case before == after:
		return RuleRecreated, "the secret was deleted and created again, up to version " + after, "tracks it, writes nothing"
	case later(c.Change.After["version"], c.Change.Before["version"]):
		return RuleVersionPut, "version " + after + " was put; version " + before + " was managed", tracks
	}
	return RuleVersionLost, "version " + before + " is not current any more, version " + after + " is", tracks
}

// foundOutside reports whether a refresh found a change. An attribute that the state did
// not know yet, as after an apply that could not be confirmed, did not change outside.
func (c *resourceChange) foundOutside() bool {
	if c.Change.Actions.are("no-op") {
		return false
	}
	if !c.isOurs() || !c.Change.Actions.are("update") {
		return true
	}
	return slices.ContainsFunc(c.changed(), func(name string) bool { return c.Change.Before[name] != nil })
}

// found is what a refresh found, and what the plan does about it.
func (c *resourceChange) found(plan Run) Finding {
	f := c.finding()
	f.Rule, f.What = c.foundWhat()
	f.Plan = notKnown
	if plan.Succeeded {
		f.Plan = responseOf(plan.managed(), c.key())
	}
	return f
}

func (c *resourceChange) foundWhat() (Rule, string) {
	before, after := c.Change.Before, c.Change.After
	switch {
	case c.Change.Actions.are("delete") && c.isVersion():
		return RuleVersionLost, "version " + number(before) + " went with its secret"
	case c.Change.Actions.are("delete"):
		return RuleDeleted, "deleted"
	case c.isSecret() && !reflect.DeepEqual(before["created_at"], after["created_at"]):
		return RuleRecreated, "deleted and created again"
	case c.isVersion() && !reflect.DeepEqual(before["status"], after["status"]):
		return RuleVersionLost, fmt.Sprintf("version %s was %s", number(before), show(after["status"]))
	}
	return RuleChanged, "changed: " + strings.Join(c.changed(), ", ")
}

// responseOf is what a plan does with an object.
func responseOf(planned []resourceChange, key objectKey) string {
	at := slices.IndexFunc(planned, func(c resourceChange) bool { return c.key() == key })
	if at < 0 {
		return writesNothing
	}
	switch does := planned[at].Change.Actions; {
	case does.are("no-op"):
		return writesNothing
	case does.are("create"):
		return "creates it again"
	case does.are("update"):
		return "changes it back"
	default:
		return strings.Join(does, ", then ")
	}
}
