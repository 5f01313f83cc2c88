package acctest

import (
	"bytes"

	tfjson "github.com/hashicorp/terraform-json"
)

// shownState is a state as the CLI shows it, and the file that it has shown.
type shownState struct {
	file   []byte
	values *tfjson.StateValues
}

// StateValue is an attribute of a resource in the state; numbers are json.Number.
func (w *Workspace) StateValue(address, name string) any {
	w.t.Helper()
	if file := w.Read("terraform.tfstate"); w.state.values == nil || !bytes.Equal(file, w.state.file) {
		var state tfjson.State
		state.UseJSONNumber(true)
		shown := w.Run("show", "-json")
		if err := state.UnmarshalJSON([]byte(shown.Stdout)); err != nil {
			w.t.Fatalf("show -json: %v\n%s", err, shown.Stderr)
		}
		w.state = shownState{file, state.Values}
	}
	if w.state.values != nil {
		for _, resource := range w.state.values.RootModule.Resources {
			if resource.Address == address {
				return resource.AttributeValues[name]
			}
		}
	}
	w.t.Fatalf("the state does not know %s", address)
	return nil
}
