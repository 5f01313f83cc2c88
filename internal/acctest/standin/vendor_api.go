package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// vendorID names a secret. That provider goes by the attribute id, in which a version
// has its number at the end.
type vendorID struct{ region, path, number string }

func (r *vendorResource) idOf(ctx context.Context, state tfsdk.State) (id vendorID, diags diag.Diagnostics) {
	var text string
	diags.Append(state.GetAttribute(ctx, path.Root("id"), &text)...)
	region, rest, ok := strings.Cut(text, "/")
	if !ok {
		diags.AddError("Invalid id", fmt.Sprintf("%q is not an id of a %s.", text, r.name))
	}
	id = vendorID{region: region, path: "/" + rest}
	if last := strings.LastIndex(id.path, "/"); r.name == "secret_version" {
		id.path, id.number = id.path[:last], id.path[last+1:]
	}
	return id, diags
}

func (id vendorID) url() string { return "/v1/secrets/" + id.region + "/secret" + id.path }

// callAPI sends a request, with the settings of the environment that the two providers
// share, and decodes what comes back into answer, if that is not nil.
func callAPI(ctx context.Context, method, url string, body []byte, answer any) (found bool, err error) {
	request, err := http.NewRequestWithContext(ctx, method, os.Getenv("THALASSA_API_ENDPOINT")+url, bytes.NewReader(body)) //nolint:gosec // The test names its own server.
	if err != nil {
		return false, err
	}
	request.Header.Set("Authorization", "Token "+os.Getenv("THALASSA_API_TOKEN"))
	request.Header.Set("X-Organisation-Identity", os.Getenv("THALASSA_ORGANISATION"))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request) //nolint:gosec // The test names its own server.
	if err != nil {
		return false, err
	}
	defer func() { _ = response.Body.Close() }()
	switch {
	case response.StatusCode == http.StatusNotFound:
		return false, nil
	case response.StatusCode >= http.StatusMultipleChoices:
		return false, fmt.Errorf("%s %s: %s", method, url, response.Status)
	case answer == nil:
		return true, nil
	}
	return true, json.NewDecoder(response.Body).Decode(answer)
}
