package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// What the data source and the list resources that show many secrets share.

func byPath(a, b client.Secret) int { return strings.Compare(a.ID.Path.String(), b.ID.Path.String()) }

// selected are the secrets with all the wanted labels, by path and each once: the
// service promises no order, and a list may hold a secret twice that changed while
// it was made.
func selected(secrets []client.Secret, wanted map[string]string) []client.Secret {
	chosen := slices.DeleteFunc(slices.Clone(secrets), func(secret client.Secret) bool { return !hasLabels(secret, wanted) })
	slices.SortStableFunc(chosen, byPath)
	return slices.CompactFunc(chosen, func(a, b client.Secret) bool { return a.ID == b.ID })
}

// hasLabels reports that a secret has every wanted label.
func hasLabels(s client.Secret, wanted map[string]string) bool {
	for key, value := range wanted {
		if got, ok := s.Labels[key]; !ok || got != value {
			return false
		}
	}
	return true
}

// listFailure says why there is no list.
func (s *service) listFailure(ctx context.Context, region types.String, directory secretpath.Prefix, err error) diag.Diagnostic {
	return s.failure(ctx, attempt{
		summary: diagnostic.ListFailed, op: diagnostic.List,
		id: secretpath.SecretID{Region: region.ValueString()}, directory: directory,
	}, err)
}
