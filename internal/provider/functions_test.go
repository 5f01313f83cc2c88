package provider

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"
)

// call runs a function, as Terraform does with arguments that are all known.
func call(ctx context.Context, f function.Function, arguments ...attr.Value) (attr.Value, *function.FuncError) {
	var definition function.DefinitionResponse
	f.Definition(ctx, function.DefinitionRequest{}, &definition)
	result, err := definition.Definition.Return.NewResultData(ctx)
	if err != nil {
		return nil, err
	}
	resp := function.RunResponse{Result: result}
	f.Run(ctx, function.RunRequest{Arguments: function.NewArgumentsData(arguments)}, &resp)
	return resp.Result.Value(), resp.Error
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	text := func(s string) attr.Value { return types.StringValue(s) }
	const rules = "must have only the characters A-Z a-z 0-9 / _ - . +"
	for name, tc := range map[string]struct {
		function  func() function.Function
		arguments []attr.Value
		want      string
		at        int64 // of the argument that is wrong
		says      string
	}{
		"secret":                      {newSecretIDFunction, []attr.Value{text("nl-01"), text("/app/db")}, `"nl-01/app/db"`, 0, ""},
		"secret, bad region":          {newSecretIDFunction, []attr.Value{text("NL-01"), text("app")}, "", 0, `"NL-01" must be a region's slug`},
		"secret, two in a region":     {newSecretIDFunction, []attr.Value{text("nl-01/app"), text("/db")}, "", 0, `must be a region's slug`},
		"secret, bad path":            {newSecretIDFunction, []attr.Value{text("nl-01"), text("app/db")}, "", 1, `"app/db" must start with "/"`},
		"secret, a version":           {newSecretIDFunction, []attr.Value{text("nl-01"), text("/app/db@4")}, "", 1, rules},
		"parsed secret":               {newParseSecretIDFunction, []attr.Value{text("nl-01/app/db")}, `{"path":"/app/db","region":"nl-01"}`, 0, ""},
		"parsed secret, none":         {newParseSecretIDFunction, []attr.Value{text("/app/db")}, "", 0, `"/app/db" must be a region followed by a path`},
		"parsed secret, a version":    {newParseSecretIDFunction, []attr.Value{text("nl-01/app/db@4")}, "", 0, rules},
		"version":                     {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db"), text("4")}, `"nl-01/app/db@4"`, 0, ""},
		"version, the current":        {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db"), text("current")}, `"nl-01/app/db@current"`, 0, ""},
		"version, zero":               {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db"), text("0")}, "", 1, `"nl-01/app/db@0" must end in "@" and a version's number (1 or more`},
		"version, negative":           {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db"), text("-1")}, "", 1, `"nl-01/app/db@-1" must end in "@"`},
		"version, large":              {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db"), text("1000000000000000")}, `"nl-01/app/db@1000000000000000"`, 0, ""},
		"version, too large":          {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db"), text("1000000000000000000000000000000")}, "", 1, `must end in "@" and a version's number`},
		"version, a part":             {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db"), text("1.5")}, "", 1, `"nl-01/app/db@1.5" must end in "@"`},
		"version, empty":              {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db"), text("")}, "", 1, `"nl-01/app/db@" must end in "@"`},
		"version, another":            {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db"), text("4@4")}, "", 1, `must end in "@"`},
		"version, of a path":          {newSecretVersionIDFunction, []attr.Value{text("/app/db"), text("4")}, "", 0, `must be a region followed by a path`},
		"version, of a version":       {newSecretVersionIDFunction, []attr.Value{text("nl-01/app/db@3"), text("4")}, "", 0, rules},
		"parsed version":              {newParseSecretVersionIDFunction, []attr.Value{text("nl-01/app/db@4")}, `{"path":"/app/db","region":"nl-01","secret_id":"nl-01/app/db","version":4}`, 0, ""},
		"parsed version, the current": {newParseSecretVersionIDFunction, []attr.Value{text("nl-01/app/db@current")}, `{"path":"/app/db","region":"nl-01","secret_id":"nl-01/app/db","version":<null>}`, 0, ""},
		"parsed version, none":        {newParseSecretVersionIDFunction, []attr.Value{text("nl-01/app/db")}, "", 0, `must be a secret's id, "@" and a version`},
		"parsed version, zero":        {newParseSecretVersionIDFunction, []attr.Value{text("nl-01/app/db@0")}, "", 0, `must end in "@" and a version's number`},
		"parsed version, two":         {newParseSecretVersionIDFunction, []attr.Value{text("nl-01/app/db@3@4")}, "", 0, `must end in "@" and a version's number`},
	} {
		got, err := call(t.Context(), tc.function(), tc.arguments...)
		switch {
		case tc.says == "" && (err != nil || got.String() != tc.want):
			t.Errorf("%s: %v and %v, want %s", name, got, err, tc.want)
		case tc.says != "" && (err == nil || err.FunctionArgument == nil || *err.FunctionArgument != tc.at || !strings.Contains(err.Text, tc.says)):
			t.Errorf("%s: %v and %v, want %q of argument %d", name, got, err, tc.says, tc.at)
		}
	}
}

// The functions accept what the resources accept and refuse the rest, for the same
// reason.
func TestFunctionsAgreeWithTheResources(t *testing.T) {
	t.Parallel()
	segment := rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9_.+-]{0,3}`), rapid.SampledFrom([]string{"", "..", "versions", "value", "policy", "é", "a b", "@4"}))
	place := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "/", "/", "nl"}).Draw(t, "lead") + strings.Join(rapid.SliceOfN(segment, 0, 4).Draw(t, "segments"), "/")
	})
	region := rapid.OneOf(rapid.SampledFrom([]string{"nl-01", "de", "", "NL", "nl-", "nl/01"}), rapid.StringMatching(`[a-z0-9-]{0,5}`))
	refused := func(v validator.String, s string) string {
		var resp validator.StringResponse
		v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("it"), ConfigValue: types.StringValue(s)}, &resp)
		if !resp.Diagnostics.HasError() {
			return ""
		}
		return resp.Diagnostics[0].Detail()
	}
	agrees := func(t *rapid.T, err *function.FuncError, at int64, detail string) {
		t.Helper()
		if (err == nil) != (detail == "") || err != nil && (*err.FunctionArgument != at || detail != "it: "+err.Text+".") {
			t.Fatalf("the function says %v, the resource %q", err, detail)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		region, place := region.Draw(t, "region"), place.Draw(t, "path")
		id, err := call(context.Background(), newSecretIDFunction(), types.StringValue(region), types.StringValue(place))
		if detail := refused(validRegion(), region); detail != "" {
			agrees(t, err, 0, detail)
		} else {
			agrees(t, err, 1, refused(validPath(), place))
		}
		parts, parseErr := call(context.Background(), newParseSecretIDFunction(), types.StringValue(region+place))
		agrees(t, parseErr, 0, refused(validSecretID(), region+place))
		if err != nil {
			return
		}
		// The parsed parts are those that the id was built from.
		if object, ok := parts.(types.Object); !ok || !object.Attributes()["region"].Equal(types.StringValue(region)) || !object.Attributes()["path"].Equal(types.StringValue(place)) {
			t.Fatalf("%q and %q came back from %v as %v", region, place, id, parts)
		}
		given, version := "current", types.Int64Null()
		if rapid.Bool().Draw(t, "numbered") {
			version = types.Int64Value(rapid.Int64Range(1, 1<<62).Draw(t, "version"))
			given = fmt.Sprint(version.ValueInt64())
		}
		versionID, err := call(context.Background(), newSecretVersionIDFunction(), id, types.StringValue(given))
		if err != nil {
			t.Fatal(err)
		}
		parts, err = call(context.Background(), newParseSecretVersionIDFunction(), versionID)
		if object, ok := parts.(types.Object); err != nil || !ok || !object.Attributes()["secret_id"].Equal(id) || !object.Attributes()["version"].Equal(version) {
			t.Fatalf("%v and %v came back from %v as %v, %v", id, version, versionID, parts, err)
		}
	})
}
