package provider

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/printable"
)

// difference is one value that the service cannot change and that a plan wants
// otherwise, or may want otherwise: an attribute, or one key of a map.
type difference struct {
	attribute string
	name      string // with the key: labels["env"]
	has       string // at the service, in words
	wants     string // in the configuration, in words
	unknown   bool   // the configured value is not known in the plan
	// keepable says that a plan may keep the value of the state: Terraform accepts that
	// where state and configuration both have a value.
	keepable bool
}

type differences []difference

// differencesOf compares what the service cannot change. It does not tell an empty text
// or map from none, so neither counts as a difference.
func differencesOf(state, plan *secretModel, hidden, defaults map[string]string) differences {
	return slices.Concat(
		textDifference("region", state.Region, plan.Region),
		textDifference("path", state.Path, plan.Path),
		textDifference("kms_key_id", state.KMSKeyID, plan.KMSKeyID),
		textDifference("description", state.Description, plan.Description),
		labelDifferences(state, plan, hidden, defaults),
		annotationDifferences(state, plan),
	)
}

// textDifference compares one text.
func textDifference(name string, has, wants types.String) differences {
	if !wants.IsUnknown() && wants.ValueString() == has.ValueString() {
		return nil
	}
	old, given := excerpts(has.ValueString(), wants.ValueString())
	d := difference{attribute: name, name: name, has: atService(old, has.ValueString() != ""), wants: inConfiguration(given, !wants.IsNull()), unknown: wants.IsUnknown()}
	if d.unknown {
		d.wants = notKnownYet
	}
	d.keepable = !has.IsNull() && !wants.IsNull()
	return differences{d}
}

// labelDifferences compares the labels that a secret has, with those that the provider's
// defaults brought, with those that it should have. A label that moves between
// default_labels and the resource, in either direction, is not a difference.
func labelDifferences(state, plan *secretModel, hidden, defaults map[string]string) differences {
	has := union(hidden, stringMap(state.Labels))
	inherited := maps.Clone(defaults)
	maps.DeleteFunc(inherited, func(key, value string) bool { return has[key] != value })
	own := stringMap(plan.Labels)
	compared := mapDifferences("labels", state.Labels, plan.Labels, has, union(union(inherited, hidden), own))
	for i, d := range compared {
		if d.key == "" {
			continue
		}
		_, isOwn := stringMap(state.Labels)[d.key]
		if _, isHidden := hidden[d.key]; isHidden && !isOwn {
			compared[i].has += " (from default_labels)"
		}
		_, isConfigured := own[d.key]
		if inherits, isDefault := defaults[d.key]; isDefault && !isConfigured {
			value, _ := excerpts(inherits, "")
			compared[i].wants += ", and " + value + " in default_labels"
		}
	}
	return compared.differences()
}

func annotationDifferences(state, plan *secretModel) differences {
	return mapDifferences("annotations", state.Annotations, plan.Annotations, stringMap(state.Annotations), stringMap(plan.Annotations)).differences()
}

// keyDifference is a difference of one key, or of a whole map that is not known.
type keyDifference struct {
	difference

	key string
}

type keyDifferences []keyDifference

func (k keyDifferences) differences() differences {
	var all differences
	for _, d := range k {
		all = append(all, d.difference)
	}
	return all
}

// mapDifferences compares a map key by key. before and after are the attribute in state
// and plan, has and wants what it comes to.
func mapDifferences(name string, before, after types.Map, has, wants map[string]string) keyDifferences {
	of := difference{attribute: name, name: name, keepable: !before.IsNull() && !after.IsNull()}
	if after.IsUnknown() {
		of.has, of.wants, of.unknown = atService(pairsText(has), len(has) > 0), notKnownYet, true
		return keyDifferences{{of, ""}}
	}
	var found keyDifferences
	given := after.Elements()
	for _, key := range slices.Sorted(maps.Keys(union(has, wants))) {
		was, isThere := has[key]
		is, isWanted := wants[key]
		element, isGiven := given[key]
		d := of
		if d.unknown = isGiven && element.IsUnknown(); !d.unknown && isThere == isWanted && was == is {
			continue
		}
		old, configured := excerpts(was, is)
		d.name = fmt.Sprintf("%s[%s]", name, quotedText(key))
		if d.has, d.wants = atService(old, isThere), inConfiguration(configured, isWanted); d.unknown {
			d.wants = notKnownYet
		}
		found = append(found, keyDifference{d, key})
	}
	return found
}

const notKnownYet = "not known in this plan"

func atService(text string, isSet bool) string {
	if !isSet {
		return "not set at the service"
	}
	return text + " at the service"
}

func inConfiguration(text string, isSet bool) string {
	if !isSet {
		return "not set in the configuration"
	}
	return text + " in the configuration"
}

// quotedText writes a text that another client may have given: quoted, on one line,
// without control characters and commands of CI systems.
func quotedText(text string) string { return printable.Line(strconv.Quote(text)) }

// The most that is shown of a text, and what is shown before the place where two differ.
const (
	excerptLength = 120
	excerptLead   = 20
)

// excerpts quotes two texts. Of a long one it shows the part around the first place where
// the two differ.
func excerpts(a, b string) (shownA, shownB string) {
	first, second := []rune(a), []rune(b)
	same := 0
	for same < len(first) && same < len(second) && first[same] == second[same] {
		same++
	}
	from := 0
	if max(len(first), len(second)) > excerptLength && same > excerptLead {
		from = same - excerptLead
	}
	cut := func(text []rune) string {
		rest := text[min(from, len(text)):]
		out := quotedText(string(rest[:min(excerptLength, len(rest))]))
		if from > 0 {
			out = "…" + out
		}
		if len(rest) > excerptLength {
			out += "…"
		}
		return out
	}
	return cut(first), cut(second)
}

// pairsText writes a map on one line.
func pairsText(m map[string]string) string {
	text := "{"
	for i, key := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			text += ","
		}
		value, _ := excerpts(m[key], "")
		text += fmt.Sprintf(" %s = %s", quotedText(key), value)
	}
	return text + " }"
}
