package tfserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// protocol is all that the framework's server can do for this provider.
type protocol interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

var _ protocol = (*server)(nil)

// server is the framework's server without its memory: that keeps the context of
// every request until the process ends, with the loggers and the stream that hang on
// it. A plan of a thousand secrets so kept 140 MB, and the garbage collector walked
// through them again and again. Requests that come for each resource get a context
// that lets go of all this when they have been answered.
//
// No issue about it is known. It can go when the framework's registerContext removes the
// context of a request that was answered, as of v1.19.0 it does not:
// https://github.com/hashicorp/terraform-plugin-framework/blob/v1.19.0/internal/proto6server/serve.go#L24
type server struct {
	protocol

	ways ways
}

// Option changes how a provider is served.
type Option func(*server)

// WithoutFastPath leaves every request to the framework.
func WithoutFastPath() Option {
	return func(s *server) { s.ways.provider = nil }
}

// Watched makes the framework answer every request as well, and hands both answers to a
// test. No request to the service is sent twice.
func Watched(watch func(Answers)) Option {
	return func(s *server) { s.ways.watch = watch }
}

// Of puts a provider of the framework behind the protocol.
func Of(p provider.Provider, options ...Option) tfprotov6.ProviderServer {
	served := providerserver.NewProtocol6(p)()
	inner, ok := served.(protocol)
	if !ok {
		return served // Never, as a test shows.
	}
	s := &server{protocol: inner}
	s.ways.provider, _ = p.(ProviderWithFastPath)
	for _, option := range options {
		option(s)
	}
	return s
}

// answered runs a request with a separate context.
func answered[Req, Resp any](ctx context.Context, req Req, answer func(context.Context, Req) (Resp, error)) (Resp, error) {
	during, end := requestContext(ctx)
	defer end()
	return answer(during, req)
}

// ValidateResourceConfig implements tfprotov6.ResourceServer.
func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return eitherWay(ctx, &s.ways, request{"ValidateResourceConfig", req.TypeName}, req, (*fastPath).validate, s.protocol.ValidateResourceConfig)
}

// UpgradeResourceState implements tfprotov6.ResourceServer.
func (s *server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return eitherWay(ctx, &s.ways, request{"UpgradeResourceState", req.TypeName}, req, (*fastPath).upgrade, s.protocol.UpgradeResourceState)
}

// UpgradeResourceIdentity implements tfprotov6.ResourceServer.
func (s *server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return answered(ctx, req, s.protocol.UpgradeResourceIdentity)
}

// ReadResource implements tfprotov6.ResourceServer.
func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return eitherWay(ctx, &s.ways, request{"ReadResource", req.TypeName}, req, (*fastPath).read, s.protocol.ReadResource)
}

// PlanResourceChange implements tfprotov6.ResourceServer.
func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return eitherWay(ctx, &s.ways, request{"PlanResourceChange", req.TypeName}, req, (*fastPath).plan, s.protocol.PlanResourceChange)
}

// ApplyResourceChange implements tfprotov6.ResourceServer.
func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return answered(ctx, req, s.protocol.ApplyResourceChange)
}

// ImportResourceState implements tfprotov6.ResourceServer.
func (s *server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return answered(ctx, req, s.protocol.ImportResourceState)
}

// MoveResourceState implements tfprotov6.ResourceServer.
func (s *server) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return answered(ctx, req, s.protocol.MoveResourceState)
}

// StopProvider implements tfprotov6.ProviderServer. The framework cancels the requests that
// it knows.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.ways.stops.stop()
	return s.protocol.StopProvider(ctx, req)
}
