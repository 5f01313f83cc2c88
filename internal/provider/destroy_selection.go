package provider

import (
	"fmt"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// destruction is what an order to destroy versions comes down to.
type destruction struct {
	versions []int64 // in this order
	// refused says why nothing may be destroyed, and nothing why there is none to.
	refused, nothing string
}

// destructionOf decides which versions go, and says why where none does. The
// selection is valid.
func destructionOf(secret client.Secret, selection version.Selection) destruction {
	id, number := secret.ID, selection.Version
	versions, selected := selection.Of(historyOf(secret))
	switch {
	case selected == version.RefusedWithoutHistory:
		return destruction{refused: fmt.Sprintf("The service did not return the history of %s, so the provider does not know which version is current.", id)}
	case selected == version.RefusedAbsent:
		return destruction{refused: fmt.Sprintf("%s has no version %d. Its current version is %s.", id, number, currentText(secret))}
	case selected == version.RefusedCurrent:
		return destruction{refused: fmt.Sprintf("Version %d of %s is current: it is what readers get. %s To destroy it anyway, set allow_current = true.",
			number, id, successorText(secret, number))}
	case selected == version.SelectedNone && selection.Superseded:
		return destruction{nothing: fmt.Sprintf("No active version of %s is older than the current one: nothing to destroy.", id)}
	case selected == version.SelectedNone:
		return destruction{nothing: fmt.Sprintf("Version %d of %s was destroyed before: nothing to destroy.", number, id)}
	}
	return destruction{versions: versions}
}

// successorText says what would come after the current version.
func successorText(secret client.Secret, number int64) string {
	if next := historyOf(secret).Successor(number); next != 0 {
		return fmt.Sprintf("Without it, version %d would be current.", next)
	}
	return "No other version is active: without it, the secret cannot be read until a value is put."
}
