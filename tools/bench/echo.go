package main

import (
	"context"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// The echo provider has the schemas of this provider's resources and returns what it gets, as it
// came. It decodes nothing and makes no request. So what it takes is what Terraform and
// the protocol take for resources of such a shape: no provider can take less. It can only be
// read with, and only where nothing changes.

const echoProgram = "echo-provider"

func isEcho(program string) bool { return filepath.Base(program) == echoProgram }

func serveEcho() error {
	return tfserver.Serve(func() tfprotov6.ProviderServer {
		return echoServer{tfserver.Of(idleProvider{provider.New("echo")()})}
	}, false)
}

// echoServer leaves what is asked once, such as the schema, to the framework.
type echoServer struct{ tfprotov6.ProviderServer }

// ValidateResourceConfig implements tfprotov6.ResourceServer.
func (echoServer) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

// UpgradeResourceState implements tfprotov6.ResourceServer.
func (echoServer) UpgradeResourceState(_ context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON}}, nil
}

// ReadResource implements tfprotov6.ResourceServer.
func (echoServer) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private, NewIdentity: req.CurrentIdentity}, nil
}

// PlanResourceChange implements tfprotov6.ResourceServer.
func (echoServer) PlanResourceChange(_ context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: req.PriorState, PlannedPrivate: req.PriorPrivate, PlannedIdentity: req.PriorIdentity}, nil
}
