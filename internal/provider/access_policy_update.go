package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// errPolicyInPlace stops an update of a policy that is at the service already.
var errPolicyInPlace = errors.New("the access policy is as configured")

// updatePolicy sends a policy that means something else than the one that the service
// has. A policy that is not managed any more stays as it is.
func (s *service) updatePolicy(ctx context.Context, id secretpath.SecretID, state *secretModel, life version.Life, after types.Object) diag.Diagnostics {
	before := state.AccessPolicy
	if after.IsNull() {
		return nil
	}
	had, diags := policyToAPI(ctx, before)
	wanted, more := policyToAPI(ctx, after)
	diags.Append(more...)
	if diags.HasError() || !before.IsNull() && isSamePolicy(had, wanted) {
		return diags
	}
	defer s.writing(id)()
	guard := client.Guard{Ask: func(fresh client.Secret) error {
		if stale := version.MayChange(historyOf(fresh), life); stale != nil {
			return stale
		}
		// The state does not know a policy that was not managed.
		if isSamePolicy(fresh.AccessPolicy, wanted) {
			return errPolicyInPlace
		}
		return nil
	}}
	if _, err := s.client.UpdateAccessPolicy(ctx, id, wanted, guard); err != nil && !errors.Is(client.Refusal(err), errPolicyInPlace) {
		diags.Append(s.failure(ctx, attempt{summary: diagnostic.AccessPolicyUpdateFailed, op: diagnostic.UpdatePolicy, id: id}, err))
	}
	return diags
}
