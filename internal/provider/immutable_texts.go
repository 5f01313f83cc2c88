package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// refuseDifferences fails the plan for differences in what the service cannot change.
// A value that is unknown in the plan has a separate error.
func (s *service) refuseDifferences(state *secretModel, found differences, onChange onImmutableChange) diag.Diagnostics {
	summary, protected := diagnostic.SecretChangeRefused, isProtected(state)
	if protected {
		summary = diagnostic.SecretReplacementProtected
	}
	known, unknown := found.split()
	return append(
		s.refuse(summary, state, known, refusedDetail(state.ID.ValueString(), known, onChange, protected)),
		s.refuse(diagnostic.SecretAttributeUnknown, state, unknown, unknownDetail(state.ID.ValueString(), unknown))...)
}

// refuseKeeping fails the plan for differences that "keep" cannot pass over.
func (s *service) refuseKeeping(state *secretModel, found differences) diag.Diagnostics {
	known, unknown := found.split()
	return append(
		s.refuse(diagnostic.SecretChangeRefused, state, known, notKeepableDetail(state.ID.ValueString(), known)),
		s.refuse(diagnostic.SecretAttributeUnknown, state, unknown, unknownDetail(state.ID.ValueString(), unknown))...)
}

// refuse makes the error about differences, which is brief where a run has printed many
// like it. There is none where nothing differs.
func (s *service) refuse(summary diagnostic.Error, state *secretModel, found differences, detail string) (diags diag.Diagnostics) {
	if len(found) == 0 {
		return nil
	}
	id := state.ID.ValueString()
	brief := fmt.Sprintf("The service cannot change %s of the secret %s.", found.nameList(), id)
	if found[0].unknown {
		brief = fmt.Sprintf("The plan does not know %s of the secret %s.", found.nameList(), id)
	}
	diags.Append(summary.At(path.Root(found[0].attribute), s.run.repeats.detail(summary, id, detail, brief)))
	return diags
}

// refusedDetail says why a plan cannot make the change, and what can be done.
func refusedDetail(id string, found differences, onChange onImmutableChange, protected bool) string {
	why := `on_immutable_change = "refuse" (the default) stops that`
	switch {
	case protected:
		why = "deletion_protection stops that"
	case onChange == wishUnknown:
		why = "on_immutable_change is not known in this plan, and until it is, that is refused"
	}
	return fmt.Sprintf("The service cannot change %s of the secret %s:\n%s"+
		"Terraform would have to delete the secret with all its versions, which cannot be recovered, and create it again; %s. To resolve this, do one of:\n"+
		"  - keep the secret: %s;\n"+
		"  - replace the secret and lose its versions: %s.",
		found.attributeList(), id, found.lines(), why, found.waysToKeep(), found.wayToReplace(onChange, protected))
}

// waysToKeep says how the secret stays as it is.
func (d differences) waysToKeep() string {
	if d.ofIdentity() {
		return "revert the change of " + d.attributeList() + ". For a second secret, add another resource"
	}
	write := "write the values of the service into the configuration, or "
	if _, cannot := d.keepable(); len(cannot) > 0 {
		return write + "add " + d.ignoreChanges()
	}
	return write + `set on_immutable_change = "keep"`
}

// ignoreChanges is the block that makes Terraform pass over the attributes.
func (d differences) ignoreChanges() string {
	return "lifecycle { ignore_changes = [" + d.attributeList() + "] }"
}

// wayToReplace says how the secret is replaced.
func (d differences) wayToReplace(onChange onImmutableChange, protected bool) string {
	last := "apply this change"
	if onChange != replaceSecret && !d.ofIdentity() {
		last = `set on_immutable_change = "replace"`
	}
	if protected {
		return "first apply deletion_protection = false without this change, then " + last
	}
	return last
}

// unknownDetail says that a plan cannot tell whether there is a change, and how it can.
func unknownDetail(id string, found differences) string {
	text := fmt.Sprintf("The plan does not know %s of the secret %s:\n%s"+
		"The service cannot change %s, so the provider does not know whether the secret must be replaced. "+
		"The usual cause is depends_on, or an input of a data source that another resource supplies. To resolve this, do one of:\n"+
		"  - remove the depends_on of the data source or module, so that Terraform reads the value in the plan;\n"+
		"  - apply the other change first, with terraform apply -target=ADDRESS, and plan again",
		found.nameList(), id, found.lines(), found.attributeList())
	if _, cannot := found.keepable(); len(cannot) == 0 && !found.ofIdentity() {
		text += ";\n  - leave the secret as it is for any value: set on_immutable_change = \"keep\""
	}
	return text + "."
}

// keptDetail says what a plan leaves as it is.
func keptDetail(id string, found differences) string {
	return fmt.Sprintf("on_immutable_change = \"keep\": the secret %s stays as it is at the service, which cannot change %s:\n%s"+
		"To end this warning, write the values of the service into the configuration.", id, found.attributeList(), found.lines())
}

// notKeepableDetail says why "keep" cannot pass over a difference.
func notKeepableDetail(id string, found differences) string {
	return fmt.Sprintf("on_immutable_change = \"keep\" cannot keep %s of the secret %s:\n%s"+
		"Terraform lets a plan keep a value only if the state and the configuration both have one. To resolve this, do one of:\n"+
		"  - write the value of the service into the configuration, and remove what the service does not have;\n"+
		"  - add %s.", found.attributeList(), id, found.lines(), found.ignoreChanges())
}

// replacedDetail says why a plan replaces the secret.
func replacedDetail(found differences) string {
	return fmt.Sprintf("\nThe plan replaces it, because the service cannot change %s:\n%s", found.attributeList(), strings.TrimSuffix(found.lines(), "\n"))
}
