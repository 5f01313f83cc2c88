package provider

import (
	"maps"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// changeInPlan reports whether a configuration asks for another value than the
// managed version got. What a write-only input holds never decides it: the value
// may differ between plan and apply, and the two plans have to agree.
func changeInPlan(known version.Record, state, config *versionModel) version.Change {
	inputs := config.inputs()
	kind := inputs.kind()
	switch {
	case kind == inputNone:
		return version.Unchanged
	case movesOutOfState(known, state, config, kind):
		return version.Undecided
	case config.ValueWOVersion.IsUnknown():
		return version.Undecided
	case inputs.isUncertain() && string(kind) != known.Input:
		return version.Undecided
	case string(kind) != known.Input, !config.ValueWOVersion.Equal(state.ValueWOVersion):
		return version.Changed
	}
	switch kind {
	case inputString:
		return changeOf(config.SecretString.IsUnknown(), !config.SecretString.Equal(state.SecretString))
	case inputKeyValues:
		return changeOf(hasUnknown(config.SecretKeyValues), !config.SecretKeyValues.Equal(state.SecretKeyValues))
	case inputGenerate:
		unknown := config.Generate.IsUnknown() || byteLengthOf(config.Generate).IsUnknown()
		return changeOf(unknown, !config.Generate.Equal(state.Generate))
	case inputStringWO, inputBinaryWO, inputKeyValuesWO:
		return detectedChange(known, config, inputs)
	case inputNone:
	}
	return version.Unchanged
}

// detectedChange compares a write-only value with the fingerprint of the one that
// was put, if the configuration asks for that. Without it, only value_wo_version
// speaks for a write-only value. A value that looks different is left to apply,
// where it counts: it may be another one by then.
func detectedChange(known version.Record, config *versionModel, inputs valueInputs) version.Change {
	if !config.DetectValueChanges.ValueBool() || known.Fingerprint == nil {
		return version.Unchanged
	}
	if inputs.isUnknown() || !matchesFingerprint(known.Fingerprint, inputs.value()) {
		return version.Undecided
	}
	return version.Unchanged
}

// changeInApply settles what a plan had to leave open. Everything is known now,
// and the value that leaves the state can be compared with the write-only one
// that takes its place.
func changeInApply(known version.Record, state, config *versionModel) version.Change {
	inputs := config.inputs()
	if !movesOutOfState(known, state, config, inputs.kind()) {
		change := changeInPlan(known, state, config)
		if change == version.Undecided {
			return version.Changed // Nothing is unknown any more: the fingerprint differs.
		}
		return change
	}
	same := config.SecretStringWO.Equal(state.SecretString)
	if inputs.kind() == inputKeyValuesWO {
		same = maps.Equal(stringMap(config.SecretKeyValuesWO), stringMap(state.SecretKeyValues))
	}
	return changeOf(false, !same)
}

// movesOutOfState reports a value that was kept in state and is now given by the
// write-only twin of its input, with the same value_wo_version or the first one.
// A user who only takes a value out of the state does not want a new version of it.
func movesOutOfState(known version.Record, state, config *versionModel, kind inputKind) bool {
	asked := !state.ValueWOVersion.IsNull() && !config.ValueWOVersion.Equal(state.ValueWOVersion)
	return kind != inputNone && inputKind(known.Input).writeOnlyTwin() == kind && !asked
}
