package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// acknowledgedAttribute lets users hide warnings that they know of. Only warnings that name no write
// can be hidden: a plan stays complete without them.
func acknowledgedAttribute() schema.Attribute {
	var list []string
	for _, entry := range diagnostic.Acknowledgeable() {
		list = append(list, fmt.Sprintf("`%s` (%s)", entry.ID, entry.Summary))
	}
	return schema.SetAttribute{
		MarkdownDescription: "Warnings that you know of and that the provider no longer prints. Warnings that announce or report a change of a secret cannot be hidden. One or more of: " + strings.Join(list, ", ") + ".",
		ElementType:         types.StringType,
		Optional:            true,
		Validators:          []validator.Set{setvalidator.ValueStringsAre(validWarningID())},
	}
}

// validWarningID holds an id to those of the warnings that can be acknowledged.
func validWarningID() parsed {
	return parsed{summary: diagnostic.ProviderAcknowledgedInvalid, description: "the id of a warning that can be acknowledged", parse: func(id string) error {
		entries := diagnostic.Catalogue()
		i := slices.IndexFunc(entries, func(e diagnostic.Entry) bool { return e.ID == id })
		switch {
		case i < 0:
			return fmt.Errorf("%q is not the id of a warning. The documentation of acknowledged_warnings lists the ids", id)
		case entries[i].IsError:
			return fmt.Errorf("%q is an error, and only warnings can be acknowledged", id)
		case !entries[i].IsAcknowledgeable:
			return fmt.Errorf("%q (%s) announces or reports a change of a secret, so it cannot be hidden", id, entries[i].Summary)
		}
		return nil
	}}
}

// acknowledged are the summaries of the warnings that are not printed.
func (m providerModel) acknowledged() map[string]bool {
	ids := map[string]bool{}
	for _, element := range m.AcknowledgedWarnings.Elements() {
		if id, is := element.(types.String); is {
			ids[id.ValueString()] = true
		}
	}
	hidden := map[string]bool{}
	for _, entry := range diagnostic.Acknowledgeable() {
		hidden[entry.Summary] = ids[entry.ID]
	}
	return hidden
}

// once returns a warning that is about all resources, unless the run has given it before.
func (s *service) once(hint diagnostic.Hint, detail string) diag.Diagnostics {
	diags := s.run.once(hint, detail)
	s.hideAcknowledged(&diags)
	return diags
}

// hideAcknowledged takes the acknowledged warnings out of a response.
func (s *service) hideAcknowledged(diags *diag.Diagnostics) {
	if s == nil {
		return // Terraform validates before it configures the provider.
	}
	*diags = slices.DeleteFunc(*diags, func(d diag.Diagnostic) bool {
		return d.Severity() == diag.SeverityWarning && s.acknowledged[d.Summary()]
	})
}
