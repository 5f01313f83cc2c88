package acctest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Run is one provider process that serves many resources, as each phase of
// Terraform has one.
type Run struct{ provider tfprotov6.ProviderServer }

// NewRun starts a process that is configured like the resource's provider.
func (c *Core) NewRun(ctx context.Context) (*Run, error) {
	alone := c.Fork(nil)
	provider, err := alone.provider(ctx)
	return &Run{provider}, err
}

// Fork is another resource of the same type, without a state. All that it does
// happens in the run, where there is one.
func (c *Core) Fork(run *Run) *Core {
	return &Core{
		Provider: c.Provider, CreateBeforeDestroy: c.CreateBeforeDestroy, CLI: c.CLI,
		factory: c.factory, typeName: c.typeName, block: c.block, schema: c.schema, list: c.list, run: run,
	}
}

// In is the same resource in another run.
func (c *Core) In(run *Run) *Core {
	other := c.Fork(run)
	other.State, other.Deposed = c.State, c.Deposed
	return other
}

// Refresh reads the resource and returns what its state becomes, nil for nothing,
// with the warnings in words. The state stays as it was.
func (c *Core) Refresh(ctx context.Context) (refreshed *Instance, warnings []string, err error) {
	provider, err := c.provider(ctx)
	if err != nil {
		return nil, nil, err
	}
	refreshed, diagnostics, err := c.read(ctx, provider, c.State)
	for _, d := range diagnostics {
		warnings = append(warnings, d.Summary+": "+d.Detail)
	}
	return refreshed, warnings, err
}

// ChangeLists lets f change what every list of secrets answers, entry by entry in
// the form that it has on the wire. An entry for which it returns false is left out.
func (s *Server) ChangeLists(f func(entry map[string]any) bool) {
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/secrets") || !r.URL.Query().Has("pathPrefix") {
			return false
		}
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, r)
		var entries []map[string]any
		if answer.Code != http.StatusOK || json.Unmarshal(answer.Body.Bytes(), &entries) != nil {
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes())
			return true
		}
		changed := []map[string]any{}
		for _, entry := range entries {
			if f(entry) {
				changed = append(changed, entry)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(changed)
		return true
	})
}

// Move converts the state of another provider's resource, as a moved block does, before
// any refresh. The request has the source state.
func (c *Core) Move(ctx context.Context, source tfprotov6.MoveResourceStateRequest) error {
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	source.TargetTypeName = c.typeName
	resp, err := provider.MoveResourceState(ctx, &source)
	if err != nil {
		return err
	}
	if err := failed(resp.Diagnostics); err != nil {
		return err
	}
	value, err := resp.TargetState.Unmarshal(c.schema.ValueType())
	if err != nil {
		return err
	}
	c.State = &Instance{Value: value, Private: resp.TargetPrivate, Identity: resp.TargetIdentity}
	return nil
}
