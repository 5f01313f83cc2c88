//go:build ignore

// Schema prints the provider's schema as `terraform providers schema -json` would,
// asking the provider itself. A CLI tells only of what it knows, so the pages of
// list resources, actions and identities would depend on whose machine they were
// made on; this does not.
//
// It belongs to the provider's module although it lies beside the tools, so it is
// run from the repository's root, as a file: go run tools/schema/main.go
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// providerName is the key that the docs generator looks for.
const providerName = "thalassasecrets"

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	server := providerserver.NewProtocol6(provider.New("docs")())()

	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return fmt.Errorf("asking for the schema: %w", err)
	}
	if err := diagnosed(schemas.Diagnostics); err != nil {
		return fmt.Errorf("the provider's schema: %w", err)
	}

	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return fmt.Errorf("asking for the identities: %w", err)
	}
	if err := diagnosed(identities.Diagnostics); err != nil {
		return fmt.Errorf("the resources' identities: %w", err)
	}

	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(documentJSON{
		FormatVersion: "1.0",
		Providers: map[string]providerJSON{providerName: {
			Provider:           schemaOf(schemas.Provider),
			Resources:          each(schemas.ResourceSchemas, schemaOf),
			DataSources:        each(schemas.DataSourceSchemas, schemaOf),
			EphemeralResources: each(schemas.EphemeralResourceSchemas, schemaOf),
			ListResources:      each(schemas.ListResourceSchemas, schemaOf),
			Actions:            each(schemas.ActionSchemas, actionOf),
			Functions:          each(schemas.Functions, functionOf),
			Identities:         each(identities.IdentitySchemas, identityOf),
		}},
	})
}

// diagnosed turns the errors among diagnostics into one error.
func diagnosed(diagnostics []*tfprotov6.Diagnostic) error {
	var errs []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return errors.Join(errs...)
}

func each[From, To any](in map[string]From, convert func(From) To) map[string]To {
	out := make(map[string]To, len(in))
	for name, v := range in {
		out[name] = convert(v)
	}
	return out
}

type documentJSON struct {
	FormatVersion string                  `json:"format_version"`
	Providers     map[string]providerJSON `json:"provider_schemas"`
}

type providerJSON struct {
	Provider           *schemaJSON              `json:"provider,omitempty"`
	Resources          map[string]*schemaJSON   `json:"resource_schemas,omitempty"`
	DataSources        map[string]*schemaJSON   `json:"data_source_schemas,omitempty"`
	EphemeralResources map[string]*schemaJSON   `json:"ephemeral_resource_schemas,omitempty"`
	ListResources      map[string]*schemaJSON   `json:"list_resource_schemas,omitempty"`
	Actions            map[string]*actionJSON   `json:"action_schemas,omitempty"`
	Functions          map[string]*functionJSON `json:"functions,omitempty"`
	Identities         map[string]*identityJSON `json:"resource_identity_schemas,omitempty"`
}

type schemaJSON struct {
	Version int64      `json:"version"`
	Block   *blockJSON `json:"block,omitempty"`
}

func schemaOf(s *tfprotov6.Schema) *schemaJSON {
	if s == nil {
		return nil
	}
	return &schemaJSON{Version: s.Version, Block: blockOf(s.Block)}
}

type actionJSON struct {
	Block *blockJSON `json:"block,omitempty"`
}

func actionOf(a *tfprotov6.ActionSchema) *actionJSON {
	return &actionJSON{Block: blockOf(a.Schema.Block)}
}

type blockJSON struct {
	Attributes      map[string]attributeJSON   `json:"attributes,omitempty"`
	Blocks          map[string]nestedBlockJSON `json:"block_types,omitempty"`
	Description     string                     `json:"description,omitempty"`
	DescriptionKind string                     `json:"description_kind,omitempty"`
	Deprecated      bool                       `json:"deprecated,omitempty"`
}

type nestedBlockJSON struct {
	Nesting  string     `json:"nesting_mode,omitempty"`
	Block    *blockJSON `json:"block,omitempty"`
	MinItems int64      `json:"min_items,omitempty"`
	MaxItems int64      `json:"max_items,omitempty"`
}

func blockOf(b *tfprotov6.SchemaBlock) *blockJSON {
	if b == nil {
		return nil
	}
	out := blockJSON{
		Attributes:      attributesOf(b.Attributes),
		Blocks:          make(map[string]nestedBlockJSON, len(b.BlockTypes)),
		Description:     b.Description,
		DescriptionKind: kindOf(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}
	for _, nested := range b.BlockTypes {
		out.Blocks[nested.TypeName] = nestedBlockJSON{
			Nesting:  strings.ToLower(nested.Nesting.String()),
			Block:    blockOf(nested.Block),
			MinItems: nested.MinItems,
			MaxItems: nested.MaxItems,
		}
	}
	return &out
}

type attributeJSON struct {
	Type            tftypes.Type    `json:"type,omitempty"`
	NestedType      *nestedTypeJSON `json:"nested_type,omitempty"`
	Description     string          `json:"description,omitempty"`
	DescriptionKind string          `json:"description_kind,omitempty"`
	Deprecated      bool            `json:"deprecated,omitempty"`
	Required        bool            `json:"required,omitempty"`
	Optional        bool            `json:"optional,omitempty"`
	Computed        bool            `json:"computed,omitempty"`
	Sensitive       bool            `json:"sensitive,omitempty"`
	WriteOnly       bool            `json:"write_only,omitempty"`
}

type nestedTypeJSON struct {
	Attributes map[string]attributeJSON `json:"attributes,omitempty"`
	Nesting    string                   `json:"nesting_mode,omitempty"`
}

func attributesOf(attributes []*tfprotov6.SchemaAttribute) map[string]attributeJSON {
	out := make(map[string]attributeJSON, len(attributes))
	for _, a := range attributes {
		converted := attributeJSON{
			Type:            a.Type,
			Description:     a.Description,
			DescriptionKind: kindOf(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		if a.NestedType != nil {
			converted.NestedType = &nestedTypeJSON{
				Attributes: attributesOf(a.NestedType.Attributes),
				Nesting:    strings.ToLower(a.NestedType.Nesting.String()),
			}
		}
		out[a.Name] = converted
	}
	return out
}

type identityJSON struct {
	Version    int64                            `json:"version"`
	Attributes map[string]identityAttributeJSON `json:"attributes,omitempty"`
}

type identityAttributeJSON struct {
	Type              tftypes.Type `json:"type,omitempty"`
	Description       string       `json:"description,omitempty"`
	RequiredForImport bool         `json:"required_for_import,omitempty"`
	OptionalForImport bool         `json:"optional_for_import,omitempty"`
}

func identityOf(s *tfprotov6.ResourceIdentitySchema) *identityJSON {
	out := identityJSON{
		Version:    s.Version,
		Attributes: make(map[string]identityAttributeJSON, len(s.IdentityAttributes)),
	}
	for _, a := range s.IdentityAttributes {
		out.Attributes[a.Name] = identityAttributeJSON{
			Type:              a.Type,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return &out
}

type functionJSON struct {
	Description        string          `json:"description,omitempty"`
	Summary            string          `json:"summary,omitempty"`
	DeprecationMessage string          `json:"deprecation_message,omitempty"`
	Return             tftypes.Type    `json:"return_type"`
	Parameters         []parameterJSON `json:"parameters,omitempty"`
	Variadic           *parameterJSON  `json:"variadic_parameter,omitempty"`
}

type parameterJSON struct {
	Name        string       `json:"name,omitempty"`
	Description string       `json:"description,omitempty"`
	Nullable    bool         `json:"is_nullable,omitempty"`
	Type        tftypes.Type `json:"type"`
}

func functionOf(f *tfprotov6.Function) *functionJSON {
	out := functionJSON{
		Description:        f.Description,
		Summary:            f.Summary,
		DeprecationMessage: f.DeprecationMessage,
		Return:             f.Return.Type,
	}
	for _, p := range f.Parameters {
		out.Parameters = append(out.Parameters, parameterOf(p))
	}
	if f.VariadicParameter != nil {
		variadic := parameterOf(f.VariadicParameter)
		out.Variadic = &variadic
	}
	return &out
}

func parameterOf(p *tfprotov6.FunctionParameter) parameterJSON {
	return parameterJSON{
		Name:        p.Name,
		Description: p.Description,
		Nullable:    p.AllowNullValue,
		Type:        p.Type,
	}
}

func kindOf(k tfprotov6.StringKind) string {
	return strings.ToLower(k.String())
}
