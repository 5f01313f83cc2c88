package acctest

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Query is what a list block asks for.
type Query struct {
	Config          map[string]any
	Limit           int64
	IncludeResource bool
	// Take is how many results are listened to before the stream is left; zero: all.
	Take int
}

// Listed is a result of a query.
type Listed struct {
	Name     string
	Identity *tfprotov6.ResourceIdentityData
	Resource *tftypes.Value // nil unless it was sent
}

// List plays what "terraform query" does with a list block: it validates and lists
// in a new provider. It also returns the warnings in words.
func (c *Core) List(ctx context.Context, q Query) (found []Listed, warnings []string, err error) {
	if c.list == nil {
		return nil, nil, fmt.Errorf("there is no list resource %s", c.typeName)
	}
	provider, err := c.provider(ctx)
	if err != nil {
		return nil, nil, err
	}
	server, ok := provider.(tfprotov6.ListResourceServer)
	if !ok {
		return nil, nil, errors.New("the provider serves no list resources")
	}
	config, err := dynamic(objectOf(c.list.ValueType(), q.Config))
	if err != nil {
		return nil, nil, err
	}
	valid, err := server.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: c.typeName, Config: config})
	if err != nil {
		return nil, nil, err
	}
	if err := failed(valid.Diagnostics); err != nil {
		return nil, nil, err
	}
	stream, err := server.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: c.typeName, Config: config, IncludeResource: q.IncludeResource, Limit: q.Limit,
	})
	if err != nil {
		return nil, nil, err
	}
	for event := range stream.Results {
		for _, d := range event.Diagnostics {
			warnings = append(warnings, d.Summary+": "+d.Detail)
		}
		if err := failed(event.Diagnostics); err != nil {
			return found, warnings, err
		}
		if event.Identity == nil {
			continue // Terraform takes it for a word about the whole list.
		}
		listed, err := c.listedOf(event)
		if err != nil {
			return found, warnings, err
		}
		if found = append(found, listed); len(found) == q.Take {
			break
		}
	}
	return found, warnings, nil
}

func (c *Core) listedOf(event tfprotov6.ListResourceResult) (Listed, error) {
	listed := Listed{Name: event.DisplayName, Identity: event.Identity}
	if event.Resource == nil {
		return listed, nil
	}
	resource, err := event.Resource.Unmarshal(c.schema.ValueType())
	listed.Resource = &resource
	return listed, err
}
