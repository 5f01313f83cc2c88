package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
		Validators:          []validator.Set{warningIDs{}},
	}
}

// warningIDs is a validator of sets whose elements must be ids of warnings that can be acknowledged.
type warningIDs struct{}

// Description implements validator.Describer.
func (warningIDs) Description(context.Context) string {
	return "ids of warnings that can be acknowledged"
}

// MarkdownDescription implements validator.Describer.
func (v warningIDs) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements validator.Set.
func (warningIDs) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		id, is := element.(types.String)
		switch {
		case !is || id.IsUnknown():
		case id.IsNull():
			resp.Diagnostics.Append(diagnostic.ElementNull.At(req.Path, nullElementDetail("An element of "+req.Path.String())))
		default:
			if problem := notAcknowledgeable(id.ValueString()); problem != "" {
				resp.Diagnostics.Append(diagnostic.ProviderAcknowledgedInvalid.At(req.Path, fmt.Sprintf("%s: %s.", req.Path, problem)))
			}
		}
	}
}

// notAcknowledgeable says why an id cannot be acknowledged, empty if it can.
func notAcknowledgeable(id string) string {
	entries := diagnostic.Catalogue()
	i := slices.IndexFunc(entries, func(e diagnostic.Entry) bool { return e.ID == id })
	switch {
	case i < 0:
		return fmt.Sprintf("%q is not the id of a warning. The documentation of acknowledged_warnings lists the ids", id)
	case entries[i].IsError:
		return fmt.Sprintf("%q is an error, and only warnings can be acknowledged", id)
	case !entries[i].IsAcknowledgeable:
		return fmt.Sprintf("%q (%s) announces or reports a change of a secret, so it cannot be hidden", id, entries[i].Summary)
	}
	return ""
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
