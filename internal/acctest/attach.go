package acctest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// attachVariable names the running providers and their addresses to a CLI.
const attachVariable = "TF_REATTACH_PROVIDERS"

// attach serves a provider in the process of the test, as for a debugger, and returns
// its address for a CLI. A CLI starts a provider three times for a plan, which costs
// more than the plan itself. Stop ends the provider and waits for its end.
//
// All phases of a command share this provider, and each configures it again.
func (w *Workspace) attach(ctx context.Context) (found string, stop func(), err error) {
	sink, ok := w.t.(interface {
		testing.TB
		Parallel()
	})
	if !ok {
		return "", nil, errors.New("only a test can have a provider in its own process")
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	serving := make(chan *plugin.ReattachConfig)
	ended := make(chan struct{})
	failed := make(chan error, 1)
	serve := w.serve
	if serve == nil {
		serve = provider.NewServer("test", slices.Concat(w.Server.providerClock(), w.Server.comparing(),
			[]provider.Option{provider.WithEnvironment(func(name string) string { return w.Env[name] })})...)
	}
	go func() {
		failed <- tf6server.Serve("registry.terraform.io/thalassasecrets/thalassasecrets", serve,
			tf6server.WithDebug(ctx, serving, ended),
			tf6server.WithLoggingSink(sink),
			tf6server.WithoutLogStderrOverride(),
			tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
	}()
	var config *plugin.ReattachConfig
	select {
	case config = <-serving:
	case err := <-failed:
		cancel()
		return "", nil, err
	}
	attached := map[string]any{
		"Protocol": "grpc", "ProtocolVersion": 6, "Pid": config.Pid, "Test": true,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}
	text, err := json.Marshal(map[string]any{
		"registry.terraform.io/thalassasecrets/thalassasecrets": attached,
		"registry.opentofu.org/thalassasecrets/thalassasecrets": attached,
	})
	return string(text), func() {
		cancel()
		<-ended
	}, err
}
