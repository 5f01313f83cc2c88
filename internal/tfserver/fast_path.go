package tfserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Most requests of a plan are about resources that have not changed, and the answer is what
// came with the request. To give it, the framework converts every attribute several times, and
// copies the map of all attributes for each of them. The fast path answers these requests
// without the framework. A resource decides by the functions that its framework methods use.
// Every change, diagnostic and doubt is left to the framework.
//
// No issue about the copies is known. tools/upstream reproduces and measures them, and says
// when the fast path can go.

// ProviderWithFastPath is a provider that hands out what it configures its resources with.
type ProviderWithFastPath interface {
	provider.Provider
	// ResourceData is the ResourceData of Configure, nil before.
	ResourceData() any
}

// ResourceWithFastPath is a managed resource that can tell by itself that a request changes
// nothing. False means that the framework is asked.
type ResourceWithFastPath interface {
	resource.ResourceWithConfigure
	// AcceptsConfig reports that the resource itself finds nothing wrong with a configuration.
	// The validators of the schema are asked separately.
	AcceptsConfig(ctx context.Context, config Values, client resource.ValidateConfigClientCapabilities) bool
	// KeepsInRead reports that a refresh leaves state and private state as they are, without a
	// diagnostic. It returns the identity.
	KeepsInRead(ctx context.Context, state Values, private Private) (identity map[string]string, keeps bool)
	// KeepsInPlan reports that a plan that begins with the values of the state leaves them and
	// private state as they are, without a diagnostic.
	KeepsInPlan(ctx context.Context, state, config Values, private Private) bool
}

// fastPath answers for one type of resource.
type fastPath struct {
	*facts

	data        func() any
	newResource func() resource.Resource
}

// fastPathsOf are the fast paths of a provider, by the types of its resources. A resource
// whose schema has something that is not known here has none, and the error says why.
func fastPathsOf(ctx context.Context, p ProviderWithFastPath) (paths map[string]*fastPath, err error) {
	if _, has := p.(provider.ProviderWithMetaSchema); has {
		return nil, errors.New("the provider has a schema for its metadata")
	}
	var names provider.MetadataResponse
	p.Metadata(ctx, provider.MetadataRequest{}, &names)
	paths = map[string]*fastPath{}
	for _, newResource := range p.Resources(ctx) {
		r, ok := newResource().(ResourceWithFastPath)
		if !ok {
			err = errors.Join(err, fmt.Errorf("%T has no fast path", newResource()))
			continue
		}
		var name resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: names.TypeName}, &name)
		known, why := factsOf(ctx, r)
		if why != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", name.TypeName, why))
			continue
		}
		paths[name.TypeName] = &fastPath{known, p.ResourceData, newResource}
	}
	return paths, err
}

// LeftToFramework says why resources of a provider are left to the framework. It is nil where
// all of them have a fast path.
func LeftToFramework(ctx context.Context, p ProviderWithFastPath) error {
	_, err := fastPathsOf(ctx, p)
	return err
}

// resource is a configured resource, as the framework makes one for each request. It is nil
// before the provider is configured.
func (f *fastPath) resource(ctx context.Context) ResourceWithFastPath {
	data := f.data()
	r, ok := f.newResource().(ResourceWithFastPath)
	if data == nil || !ok {
		return nil
	}
	var configured resource.ConfigureResponse
	r.Configure(ctx, resource.ConfigureRequest{ProviderData: data}, &configured)
	if len(configured.Diagnostics) > 0 {
		return nil
	}
	return r
}

// upgrade answers with the state as it was stored.
func (f *fastPath) upgrade(_ context.Context, req *tfprotov6.UpgradeResourceStateRequest) *tfprotov6.UpgradeResourceStateResponse {
	if req.RawState == nil || req.Version != f.schema.Version || !isExactObject(req.RawState.JSON, f.object.AttributeTypes) {
		return nil
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON}}
}

// read answers with the state as it came.
func (f *fastPath) read(ctx context.Context, req *tfprotov6.ReadResourceRequest) *tfprotov6.ReadResourceResponse {
	state, ok := f.state(ctx, req.CurrentState)
	private, known := privateOf(req.Private)
	r := f.resource(ctx)
	if !ok || !known || r == nil {
		return nil
	}
	named, keeps := r.KeepsInRead(ctx, state, private)
	if !keeps {
		return nil
	}
	identity, err := f.identified(named)
	if err != nil || !f.isIdentity(req.CurrentIdentity, identity) {
		return nil
	}
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: orNil(req.Private), NewIdentity: identity}
}

// isIdentity reports an identity that a state may have beside the one that it gets: the same
// one, or none as from a CLI that has no identities.
func (f *fastPath) isIdentity(current, next *tfprotov6.ResourceIdentityData) bool {
	if current == nil {
		return true
	}
	if current.IdentityData == nil {
		return false
	}
	if isSameBytes(current.IdentityData, next.IdentityData) {
		return true
	}
	had, err := current.IdentityData.Unmarshal(f.identity)
	has, errNext := next.IdentityData.Unmarshal(f.identity)
	return err == nil && errNext == nil && (had.IsFullyNull() || had.Equal(has))
}

// plan answers with the prior state.
func (f *fastPath) plan(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	prior, hasPrior := f.state(ctx, req.PriorState)
	proposed, hasProposed := prior, hasPrior
	if !isSameBytes(req.ProposedNewState, req.PriorState) {
		proposed, _, hasProposed = f.decode(ctx, req.ProposedNewState)
	}
	config, _, hasConfig := f.decode(ctx, req.Config)
	private, known := privateOf(req.PriorPrivate)
	identity := req.PriorIdentity
	switch {
	case !hasPrior, !hasProposed, !hasConfig, !known, !f.proposesSame(prior, proposed, config):
		return nil
	case identity == nil:
		identity = &tfprotov6.ResourceIdentityData{IdentityData: &f.noIdentity}
	case identity.IdentityData == nil:
		return nil
	}
	if r := f.resource(ctx); r == nil || !r.KeepsInPlan(ctx, prior, config, private) {
		return nil
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: req.PriorState, PlannedPrivate: orNil(req.PriorPrivate), PlannedIdentity: identity}
}

// isSameBytes reports two values that are encoded alike.
func isSameBytes(a, b *tfprotov6.DynamicValue) bool {
	return a != nil && b != nil && len(a.MsgPack) > 0 && bytes.Equal(a.MsgPack, b.MsgPack)
}

// orNil writes no private state in the form of the framework.
func orNil(raw []byte) []byte {
	if len(raw) == 0 {
		return nil
	}
	return raw
}
