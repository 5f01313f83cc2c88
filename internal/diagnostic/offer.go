package diagnostic

import "fmt"

// Offer describes the configured value of a version, as far as advice depends on it.
type Offer struct {
	Input     string // the argument that gives the value, empty for none
	Generated bool   // the service generates the value
	Counted   bool   // value_wo_version is set
	Compared  bool   // detect_value_changes is true
}

// value is what a put writes.
func (o Offer) value() string {
	if o.Generated {
		return "a newly generated value"
	}
	return "the configured value"
}

// request is the change of the configuration that requests a put, for any earlier value.
func (o Offer) request() string {
	switch {
	case o.Counted:
		return "change value_wo_version"
	case o.Compared:
		return `set value_wo_version = "1" in place of detect_value_changes`
	}
	return `set value_wo_version = "1"`
}

// recorded says that the first update of an imported or moved version puts nothing, and
// how to put.
func (o Offer) recorded(id string) string {
	reason := fmt.Sprintf("%s was imported or moved here. The provider cannot compare its value with %s without revealing it", id, o.Input)
	if o.Generated {
		reason = id + " was imported or moved here and already has a value"
	}
	return fmt.Sprintf("%s, so the first update only records the configuration and puts nothing. To put %s, apply this plan, then %s and apply again.", reason, o.value(), o.request())
}

// ignored says that on_external_version = "ignore" does not put a changed value, and how to put it.
func (o Offer) ignored(id string) string {
	return fmt.Sprintf("The value inputs of %s changed, but on_external_version = \"ignore\" puts only the first version, so nothing is put. "+
		"To put %s, apply on_external_version = \"adopt\" first, then %s and apply again.", id, o.value(), o.request())
}
