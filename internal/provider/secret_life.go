package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// knownLife is the life of the secret that a state manages.
func knownLife(ctx context.Context, private privateReader, state *secretModel) (version.Life, diag.Diagnostics) {
	life := version.Life{CreatedAt: timeFromState(state.CreatedAt)}
	if state.imported() {
		return life, nil // A list resource has no private state at all.
	}
	var diags diag.Diagnostics
	life.Mark, diags = readPrivate[string](ctx, private, privateMark)
	return life, diags
}

// recreatedDetail explains that a secret is in another life than the state knows.
func recreatedDetail(id secretpath.SecretID, known, now version.Life) string {
	const layout = "2006-01-02 15:04:05 UTC"
	text := fmt.Sprintf("The secret %s of %s was deleted, with all its versions, and created again", id, known.CreatedAt.UTC().Format(layout))
	if (version.Life{CreatedAt: known.CreatedAt}).Compare(version.Life{CreatedAt: now.CreatedAt}) == version.Same {
		text += ", within the same second: its creation mark is a different one"
	} else if !now.CreatedAt.IsZero() {
		text += " on " + now.CreatedAt.UTC().Format(layout)
	}
	return text + ". It is managed as it is now."
}
