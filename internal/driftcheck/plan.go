package driftcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Plan is the part of the output of "show -json" that a drift check needs.
type Plan struct {
	FormatVersion   string           `json:"format_version"`
	Errored         bool             `json:"errored"`
	ResourceDrift   []resourceChange `json:"resource_drift"`
	ResourceChanges []resourceChange `json:"resource_changes"`
	Configuration   struct {
		RootModule Module `json:"root_module"`
	} `json:"configuration"`
}

// ParsePlan reads the output of "show -json". A plan that failed halfway is returned too;
// see Errored.
func ParsePlan(text []byte) (*Plan, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // The number of a version is printed as it stands.
	var p Plan
	if err := decoder.Decode(&p); err != nil {
		return nil, fmt.Errorf("read the JSON of the plan: %w", err)
	}
	if p.FormatVersion == "" {
		return nil, errors.New("the JSON is not that of a plan: format_version is missing")
	}
	return &p, nil
}

// resourceChange is an entry of resource_drift or resource_changes.
type resourceChange struct {
	Address       string `json:"address"`
	ModuleAddress string `json:"module_address"`
	Mode          string `json:"mode"`
	Type          string `json:"type"`
	Name          string `json:"name"`
	Deposed       string `json:"deposed"`
	Change        struct {
		Actions         actions         `json:"actions"`
		Before          map[string]any  `json:"before"`
		After           map[string]any  `json:"after"`
		AfterUnknown    any             `json:"after_unknown"`
		BeforeSensitive any             `json:"before_sensitive"`
		AfterSensitive  any             `json:"after_sensitive"`
		Importing       json.RawMessage `json:"importing"`
	} `json:"change"`
}

type actions []string

// are reports whether the actions are exactly these.
func (a actions) are(want ...string) bool { return slices.Equal(a, want) }

// objectKey identifies an object of a plan.
type objectKey struct{ address, deposed string }

func (c *resourceChange) key() objectKey { return objectKey{c.Address, c.Deposed} }

func (c *resourceChange) isSecret() bool { return c.Type == "thalassasecrets_secret" }

func (c *resourceChange) isVersion() bool { return c.Type == "thalassasecrets_secret_version" }

func (c *resourceChange) isOurs() bool { return c.isSecret() || c.isVersion() }

func (c *resourceChange) importing() bool {
	return len(c.Change.Importing) > 0 && string(c.Change.Importing) != "null"
}

// marked reports whether a structure of marks, as those of unknown and of sensitive
// values, marks the attribute.
func marked(marks any, name string) bool {
	if all, ok := marks.(bool); ok {
		return all
	}
	byName, _ := marks.(map[string]any)
	mark, _ := byName[name].(bool)
	return mark
}

func (c *resourceChange) isUnknown(name string) bool { return marked(c.Change.AfterUnknown, name) }

func (c *resourceChange) isSensitive(name string) bool {
	return marked(c.Change.BeforeSensitive, name) || marked(c.Change.AfterSensitive, name)
}

// same reports whether an attribute is the same before and after.
func (c *resourceChange) same(name string) bool {
	return reflect.DeepEqual(c.Change.Before[name], c.Change.After[name])
}

// changed are the names of the attributes that change, in alphabetical order.
func (c *resourceChange) changed() []string {
	names := maps.Clone(c.Change.Before)
	if names == nil {
		names = map[string]any{}
	}
	maps.Copy(names, c.Change.After)
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if c.isUnknown(name) || !c.same(name) {
			changed = append(changed, name)
		}
	}
	return changed
}

// secret is the id of the secret that the change is about, unless the configuration
// calls it sensitive.
func (c *resourceChange) secret() string {
	switch {
	case !c.isOurs():
		return ""
	case c.isSensitive("path"), c.isSensitive("secret_id"):
		return "(sensitive)"
	}
	for _, values := range []map[string]any{c.Change.Before, c.Change.After} {
		id := values["id"]
		if c.isVersion() {
			id = values["secret_id"]
		}
		if id, ok := id.(string); ok {
			return id
		}
		if path, ok := values["path"].(string); ok {
			region, _ := values["region"].(string)
			return region + path
		}
	}
	return ""
}

// number is the version of a version resource, before or after the change.
func number(values map[string]any) string { return show(values["version"]) }

// show writes a number or a text of a plan.
func show(value any) string {
	if value == nil {
		return "unknown"
	}
	return fmt.Sprint(value)
}

// later reports whether version a is later than version b.
func later(a, b any) bool {
	n, isNumber := a.(json.Number)
	m, alsoNumber := b.(json.Number)
	if !isNumber || !alsoNumber {
		return false
	}
	x, err := n.Int64()
	if err != nil {
		return false
	}
	y, err := m.Int64()
	return err == nil && x > y
}

// retired are the versions that a plan destroys, as far as it lists them. A put leaves
// its own version unknown at the end of the list.
func (c *resourceChange) retired() []string {
	after, listed := c.Change.After["active_versions"].([]any)
	if !listed {
		return nil
	}
	var stay, retired []string
	for _, version := range after {
		stay = append(stay, show(version))
	}
	before, _ := c.Change.Before["active_versions"].([]any)
	for _, version := range before {
		if !slices.Contains(stay, show(version)) {
			retired = append(retired, show(version))
		}
	}
	return retired
}
