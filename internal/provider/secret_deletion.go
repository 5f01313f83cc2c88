package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// deletionNotice says what is lost when the secret of a state is deleted. It looks at
// the secret once. Where that fails, the notice has less to say and the plan goes on. why
// is added to it.
func (s *service) deletionNotice(ctx context.Context, state *secretModel, why string) diag.Diagnostic {
	id := state.ID.ValueString()
	text := id + " is deleted with all its versions. They cannot be recovered."
	if secret, err := state.names().secret(); err == nil {
		if found, err := s.inventory.Secret(ctx, secret); err == nil {
			text = lostWith(found)
		}
	}
	return diagnostic.SecretDeleteAnnounced.On(id, text+diagnostic.UnlessForgotten+why)
}

// lostWith says what is lost with a secret.
func lostWith(secret client.Secret) string {
	active := len(historyOf(secret).ActiveUpTo(secret.CurrentVersion))
	text := fmt.Sprintf("%s is deleted with its %s", secret.ID, diagnostic.CountOf(len(secret.Versions), "version"))
	if row, found := rowOf(secret, secret.CurrentVersion); found {
		text += fmt.Sprintf("; version %d is current, %s", row.Number, lastRead(row.LastAccessedAt))
	}
	return text + fmt.Sprintf(". %d of them can be read. They cannot be recovered.", active)
}

func lastRead(at time.Time) string {
	if at.IsZero() {
		return "and the service has no record of a read"
	}
	return "last read on " + diagnostic.Moment(at)
}

func protectedDetail(id, verb string) string {
	return fmt.Sprintf("The plan would %s the secret %s with all its versions, which cannot be recovered. Nothing was changed.\n"+
		"  - If the address of the resource changed, add a moved block.\n"+
		"  - If Terraform should forget the secret and leave it as it is, use a removed block with destroy = false, or run: terraform state rm ADDRESS\n"+
		"  - If the resource is tainted, keep the secret: terraform untaint ADDRESS\n"+
		"  - If you want to lose it, set deletion_protection = false, apply that first, and plan again. Otherwise revert the change.", verb, id)
}
