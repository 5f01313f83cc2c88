package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// What the texts of a failed import end with.
const (
	formOfSecret  = "A secret is imported by its region and path, such as nl-01/app/db: terraform import ADDRESS nl-01/app/db." //nolint:gosec // It names one only.
	formOfVersion = "A version is imported by its secret and its number, such as nl-01/app/db@4, or as nl-01/app/db@" + secretpath.CurrentName +
		" for the current version: terraform import ADDRESS nl-01/app/db@" + secretpath.CurrentName + "."
	formOfIdentity = `An identity is a region and a path, such as identity = { region = "nl-01", path = "/app/db" }.`
)

// isByIdentity reports an import by identity. Where an import is by an id, an empty one
// included, the framework hands over an identity without a value.
func isByIdentity(req resource.ImportStateRequest) bool {
	return req.ID == "" && req.Identity != nil && !req.Identity.Raw.IsNull()
}

// importedSecret names the secret of an import by id or by identity.
func (s *service) importedSecret(ctx context.Context, req resource.ImportStateRequest) (secretpath.SecretID, diag.Diagnostics) {
	if isByIdentity(req) {
		return s.identified(ctx, req.Identity)
	}
	id, err := secretpath.ParseSecretID(req.ID)
	if err == nil {
		return id, nil
	}
	problem := importIDProblem(req.ID, err)
	if version, err := secretpath.ParseVersionID(req.ID); err == nil {
		problem = fmt.Sprintf("%q is the id of a version, and this resource is a secret. Use %q here, and import the version into a thalassasecrets_secret_version.", req.ID, version.Secret)
	}
	return id, diag.Diagnostics{diagnostic.ImportIDInvalid.With(problem + " " + formOfSecret)}
}

// importedVersion names the version of an import. One by identity takes the current
// version.
func (s *service) importedVersion(ctx context.Context, req resource.ImportStateRequest) (secretpath.VersionID, diag.Diagnostics) {
	if isByIdentity(req) {
		secret, diags := s.identified(ctx, req.Identity)
		return secretpath.VersionID{Secret: secret}, diags
	}
	id, err := secretpath.ParseVersionID(req.ID)
	if err == nil {
		return id, nil
	}
	problem := importIDProblem(req.ID, err)
	if secret, err := secretpath.ParseSecretID(req.ID); err == nil {
		problem = fmt.Sprintf("%q is the id of a secret, and this resource is a version. Use \"%s@%s\" here, or the number of a version after the \"@\".", req.ID, secret, secretpath.CurrentName)
	}
	return id, diag.Diagnostics{diagnostic.ImportIDInvalid.With(problem + " " + formOfVersion)}
}

// importIDProblem says what is wrong with an id, the likely cause first.
func importIDProblem(id string, err error) string {
	switch {
	case strings.TrimSpace(id) == "":
		return "The import id is empty. Check the variable or expression that gives it."
	case strings.TrimSpace(id) != id:
		return fmt.Sprintf("The import id %q begins or ends with white space. Remove it, for example with trimspace().", id)
	}
	return fmt.Sprintf("The import id %v.", err)
}

// identified names the secret of an identity.
func (s *service) identified(ctx context.Context, identity identityReader) (secretpath.SecretID, diag.Diagnostics) {
	var model identityModel
	diags := identity.Get(ctx, &model)
	if diags.HasError() {
		return secretpath.SecretID{}, diags
	}
	if diags := s.unready("import", model.Path.ValueString()); diags.HasError() {
		return secretpath.SecretID{}, diags
	}
	region := s.regionOr(model.Region)
	id, err := secretpath.NewSecretID(region.ValueString(), model.Path.ValueString())
	if err != nil {
		diags.Append(diagnostic.ImportIdentityInvalid.With(identityProblem(region, model.Path, err) + " " + formOfIdentity))
	}
	return id, diags
}

// identityReader is an identity as Terraform hands it over.
type identityReader interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

func identityProblem(region, path types.String, err error) string {
	switch {
	case region.ValueString() == "":
		return "The identity has no region, and the provider has no default. Set region in the identity, in the provider block or as the environment variable THALASSA_REGION."
	case path.ValueString() == "":
		return "The path of the identity must not be empty. Check the variable or expression that gives it."
	}
	return fmt.Sprintf("The identity names no secret: %v.", err)
}
