package acctest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// Factories serve the provider in the test's own process, configured to use the
// server and its clock.
func (s *Server) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	environment := s.Environment()
	// The clock stands still, and a server in the same process has no lag to wait for.
	sleep := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	getenv := func(name string) string { return environment[name] }
	serve := provider.NewServer("test", slices.Concat(s.providerClock(), s.comparing(), []provider.Option{provider.WithEnvironment(getenv), provider.WithSleep(sleep)})...)
	return map[string]func() (tfprotov6.ProviderServer, error){
		"thalassasecrets": func() (tfprotov6.ProviderServer, error) { return serve(), nil },
	}
}

// providerClock is the clock of a provider in the test's own process, which is the
// server's, but for what SkewClock adds.
func (s *Server) providerClock() []provider.Option {
	s.mu.Lock()
	defer s.mu.Unlock()
	skew := s.skew
	options := []provider.Option{provider.WithClock(func() time.Time { return s.Clock().Now().Add(skew) })}
	if skew != 0 {
		options = append(options, provider.WithLoopbackSkew())
	}
	return options
}

// SkewClock sets the clock of each provider that begins from now on ahead of the
// server's, or behind it, and lets it warn about that as it does with other servers.
func (s *Server) SkewClock(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew = by
}

// NoDrift is a plan check that a refresh has found nothing changed.
type NoDrift struct{}

var _ plancheck.PlanCheck = NoDrift{}

// CheckPlan implements plancheck.PlanCheck.
func (NoDrift) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceDrift {
		resp.Error = fmt.Errorf("drift of %s: %v became %v", change.Address, change.Change.Before, change.Change.After)
	}
}
