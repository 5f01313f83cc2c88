package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// A region that the service does not have is called that by every operation, with the
// regions that there are: a plan asks before it proposes a create, and everything else when
// the service answers 404.

// checkRegion refuses a region that is missing or that the service does not have,
// before anything is created there.
func (s *service) checkRegion(ctx context.Context, region types.String) (diags diag.Diagnostics) {
	switch {
	case region.IsUnknown():
		return diags
	case region.ValueString() == "":
		diags.Append(diagnostic.RegionMissing.At(path.Root("region"),
			"region is required here, because the provider has no default. Set it, or set region in the provider block or as the environment variable THALASSA_REGION."))
		return diags
	}
	known := s.inventory.Regions(ctx)
	found, has := regionNamed(known, region.ValueString())
	switch {
	case len(known) == 0:
	case !has:
		diags.Append(diagnostic.RegionUnknown.At(path.Root("region"), unknownRegionDetail(region.ValueString(), known)))
	case !found.Available:
		diags.Append(diagnostic.RegionWithoutKMS.At(path.Root("region"), fmt.Sprintf(
			"The region %q has no KMS available at present, and no secret can be written without one. Choose another region, or try again later.", found.Slug)))
	}
	return diags
}

// isRegionGone tells "no such region" from "no such secret": both are a 404, but
// only the second means that the secret was deleted.
// Where the regions are not available, a list decides: it is empty for a missing secret
// and a 404 for a missing region.
func (s *service) isRegionGone(ctx context.Context, region string, at secretpath.Prefix) bool {
	known := s.inventory.Regions(ctx)
	if _, has := regionNamed(known, region); has || len(known) > 0 {
		return !has
	}
	_, err := s.client.ListSecrets(ctx, region, at)
	return client.IsNotFound(err)
}

// regionProbe is where a list begins that is only to tell whether there is a region: at a
// place with few secrets or none.
var regionProbe = mustPrefix("/thalassasecrets/region")

func mustPrefix(s string) secretpath.Prefix {
	prefix, err := secretpath.ParsePrefix(s)
	if err != nil {
		panic(err)
	}
	return prefix
}

func regionNamed(known []client.KMSRegion, slug string) (region client.KMSRegion, has bool) {
	for _, r := range known {
		if r.Slug == slug {
			return r, true
		}
	}
	return region, false
}

// stateWithoutRegion is the error about a secret of a state.
func (s *service) stateWithoutRegion(ctx context.Context, id secretpath.SecretID) diag.Diagnostic {
	return diagnostic.RegionUnknown.With(fmt.Sprintf(
		"The service has no region %q, so nothing is known about the secret %s. %s The state is left as it is. "+
			"Check that endpoint (or THALASSA_API_ENDPOINT) names the installation that the secret lives in.", id.Region, id, regionsText(s.inventory.Regions(ctx))))
}

func unknownRegionDetail(region string, known []client.KMSRegion) string {
	return fmt.Sprintf("There is no region %q. %s", region, regionsText(known))
}

// regionsText names the regions that there are.
func regionsText(known []client.KMSRegion) string {
	slugs := make([]string, 0, len(known))
	for _, r := range known {
		slugs = append(slugs, r.Slug)
	}
	if len(slugs) == 0 {
		return "The service did not say which regions it has."
	}
	return "The service has " + strings.Join(slugs, ", ") + "."
}
