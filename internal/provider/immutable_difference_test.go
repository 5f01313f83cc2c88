package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"
)

var none = types.MapNull(types.StringType)

// labelled is a secret of which only the labels matter.
func labelled(labels types.Map) *secretModel {
	return &secretModel{Labels: labels, Annotations: none}
}

func namesOfAll(d differences) []string {
	var names []string
	for _, one := range d {
		names = append(names, one.name)
	}
	return names
}

// A difference of labels is reported key by key: the resource's labels come first, then
// the default labels from the time of the create, then today's default labels that the
// secret has. A new default label is not a difference.
func TestLabelDifferences(t *testing.T) {
	t.Parallel()
	values := rapid.MapOf(rapid.SampledFrom([]string{"a", "b", "c"}), rapid.SampledFrom([]string{"1", "2"}))
	rapid.Check(t, func(t *rapid.T) {
		own, hidden := values.Draw(t, "own"), values.Draw(t, "hidden")
		defaults, wanted := values.Draw(t, "default_labels"), values.Draw(t, "labels")
		var want []string
		for _, key := range []string{"a", "b", "c"} {
			has, isThere := own[key]
			if !isThere {
				has, isThere = hidden[key]
			}
			asked, isAsked := wanted[key]
			inherited, isInherited := hidden[key]
			switch {
			case isAsked && (!isThere || asked != has):
				want = append(want, `labels["`+key+`"]`)
			case isAsked, !isThere:
			case isInherited && inherited != has, !isInherited && defaults[key] != has:
				want = append(want, `labels["`+key+`"]`)
			}
		}
		if got := namesOfAll(differencesOf(labelled(mapOf(own)), labelled(mapOf(wanted)), hidden, defaults)); !slices.Equal(got, want) {
			t.Fatalf("%q differ, want %q", got, want)
		}
		for key, value := range own {
			if wanted[key] == value { // The label moves to the defaults.
				delete(wanted, key)
				moved := union(defaults, map[string]string{key: value})
				if before, ok := hidden[key]; ok && before != value {
					return
				}
				for _, name := range namesOfAll(differencesOf(labelled(mapOf(own)), labelled(mapOf(wanted)), hidden, moved)) {
					if name == `labels["`+key+`"]` {
						t.Fatalf("moving the label %q to default_labels is a difference", key)
					}
				}
				return
			}
		}
	})
}

// The lines show both sides, the origin of a label, and unknown values.
func TestDifferenceLines(t *testing.T) {
	t.Parallel()
	unknownElement := types.MapValueMust(types.StringType, map[string]attr.Value{"known": types.StringValue("2"), "late": types.StringUnknown()})
	for name, tc := range map[string]struct {
		state, plan      *secretModel
		hidden, defaults map[string]string
		want             string
	}{
		"nothing": {labelled(none), labelled(mapOf(map[string]string{})), nil, nil, ""},
		"a default overridden": {
			labelled(none), labelled(mapOf(map[string]string{"team": "b"})),
			map[string]string{"team": "a"},
			map[string]string{"team": "a"},
			`labels["team"]: "a" at the service (from default_labels), "b" in the configuration`,
		},
		"another default": {
			labelled(mapOf(map[string]string{"team": "a"})), labelled(none), nil,
			map[string]string{"team": "b"},
			`labels["team"]: "a" at the service, not set in the configuration, and "b" in default_labels`,
		},
		"one label unknown": {
			labelled(mapOf(map[string]string{"known": "1", "late": "1"})), labelled(unknownElement), nil, nil,
			"labels[\"known\"]: \"1\" at the service, \"2\" in the configuration\n  - labels[\"late\"]: \"1\" at the service, not known in this plan",
		},
		"all labels unknown": {
			labelled(mapOf(map[string]string{"a": "1"})), labelled(types.MapUnknown(types.StringType)),
			map[string]string{"b": "2"},
			nil,
			`labels: { "a" = "1", "b" = "2" } at the service, not known in this plan`,
		},
		"a key to break the line": {
			labelled(mapOf(map[string]string{"a\n::error::b": "\u202e"})), labelled(none), nil, nil,
			`labels["a\n: :error: :b"]: "\u202e" at the service, not set in the configuration`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := ""
			if tc.want != "" {
				want = "  - " + tc.want + "\n"
			}
			if got := differencesOf(tc.state, tc.plan, tc.hidden, tc.defaults).lines(); got != want {
				t.Errorf("it says\n%swant\n%s", got, want)
			}
		})
	}
}

// An excerpt of long texts shows where they differ, and never more than a line.
func TestExcerptsShowTheDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		same := rapid.StringN(0, 300, -1).Draw(t, "same")
		a := same + rapid.StringN(0, 300, -1).Draw(t, "a")
		b := same + rapid.StringN(0, 300, -1).Draw(t, "b")
		shownA, shownB := excerpts(a, b)
		if (shownA == shownB) != (a == b) && strings.ToValidUTF8(a, "") == a {
			t.Fatalf("%q and %q are shown as %s and %s", a, b, shownA, shownB)
		}
		for _, text := range []string{shownA, shownB} {
			if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) || len(text) > excerptLength*10+10 {
				t.Fatalf("an excerpt is %q", text)
			}
		}
	})
}

// A diagnostic of many differences ends.
func TestDifferenceLinesEnd(t *testing.T) {
	t.Parallel()
	many := make(differences, maxLines+3)
	for i := range many {
		many[i] = difference{attribute: "labels", name: "labels", has: "x", wants: "y"}
	}
	if lines := many.lines(); strings.Count(lines, "\n") != maxLines+1 || !strings.HasSuffix(lines, "  - and 3 more\n") {
		t.Errorf("the lines are:\n%s", lines)
	}
	if names := many.nameList(); !strings.HasSuffix(names, ", and 3 more") {
		t.Errorf("the names are %s", names)
	}
}
