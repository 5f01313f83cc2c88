package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// privateMark is the creation mark of the secret that a thalassasecrets_secret manages,
// "none" where it has none. It is written by a create, by the refresh after an import or
// a move, and by a refresh that finds the secret created again. A state of an earlier
// commit has none: its lives are compared by their dates alone.
const privateMark = "creation_mark"

// lifeOf is the life that a secret is in. The entry of a list may leave out annotations,
// so one without a mark says nothing about it.
func lifeOf(secret client.Secret) version.Life {
	life := version.Life{CreatedAt: secret.CreatedAt, Mark: secret.Annotations[client.CreationAnnotation]}
	if life.Mark == "" && secret.Versions != nil {
		life.Mark = version.Unmarked
	}
	return life
}

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

// confirmsLife reports that the entry of a list shows the secret in a life that is known.
// Where the known one has a mark, the entry has to show it: a list that leaves it out
// could not tell a secret that was created again within a second.
func confirmsLife(entry inventory.Entry, known version.Life) bool {
	shown := lifeOf(entry.Secret)
	if known.CreatedAt.IsZero() || shown.CreatedAt.IsZero() || known.HasMark() && shown.Mark != known.Mark {
		return false
	}
	return known.Compare(shown) == version.Same
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
