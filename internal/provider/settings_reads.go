package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
)

func readStrategyAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "How a refresh reads secrets. `auto` reads the first few singly and then lists the directory that they share, so that thousands of secrets that have not changed cost a handful of requests. " +
			"A list only ever confirms that nothing has changed: whatever looks different, or is not listed, is read singly before it is reported. Where listing is not allowed, everything is read singly. " +
			"`individual` never lists. Environment: `THALASSA_READ_STRATEGY`. Default: `auto`.",
		Optional:   true,
		Validators: []validator.String{stringvalidator.OneOf(string(inventory.Auto), string(inventory.Individual))},
	}
}

// readStrategy reads the strategy, which the schema has not seen where it comes
// from the environment.
func (r *resolver) readStrategy(s setting) inventory.Strategy {
	switch strategy := inventory.Strategy(r.text(s)); strategy {
	case "":
		return inventory.Auto
	case inventory.Auto, inventory.Individual:
		return strategy
	default:
		r.diags.Append(diagnostic.ProviderReadStrategyInvalid.At(path.Root(s.name), fmt.Sprintf(
			"%s must be %q or %q, and is %q.", s, inventory.Auto, inventory.Individual, strategy)))
		return inventory.Auto
	}
}
