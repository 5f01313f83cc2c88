// Package settings decides what the provider block and the environment say together: where the
// service is, as whom to speak to it, and what resources take where they name nothing. It knows
// neither Terraform's types nor its diagnostics.
package settings

import (
	"fmt"
	"slices"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Settings are the provider block and the environment taken together.
type Settings struct {
	// Client is the part that the client takes.
	Client client.Config
	// Caller says which credentials were chosen.
	Caller        Caller
	Region        string
	DefaultLabels map[string]string
	RotateBefore  time.Time
	ReadStrategy  inventory.Strategy
	// Unknown are the names of the arguments that are known only after an apply, sorted.
	Unknown []string
}

// Resolve lets the block beat the environment. Where there are problems, the settings are of
// no use.
func Resolve(b Block, getenv func(string) string) (Settings, []Problem) {
	r := &resolver{getenv: getenv}
	out := Settings{}
	out.Client.Endpoint = r.text(setting{"endpoint", "THALASSA_API_ENDPOINT", b.Endpoint})
	out.Client.Organisation = r.word(setting{"organisation_id", "THALASSA_ORGANISATION", b.OrganisationID})
	out.Client.Project = r.word(setting{"project_id", "THALASSA_PROJECT_ID", b.ProjectID})
	out.Region = r.text(setting{"region", "THALASSA_REGION", b.Region})
	if out.Client.Organisation == "" && !b.OrganisationID.unknown && len(r.problems) == 0 {
		r.refuseAt(OrganisationMissing, "organisation_id",
			"organisation_id is required. Set it in the provider block or as the environment variable THALASSA_ORGANISATION.")
	}
	if out.Region != "" {
		if _, err := secretpath.ParseRegion(out.Region); err != nil {
			r.refuseAt(RegionInvalid, "region", fmt.Sprintf("The default region %v.", err))
		}
	}
	out.Client.Credentials, out.Caller = resolveCredentials(b, out.Client.Organisation, r)
	r.rootCAs(&out.Client, setting{"ca_certificate_file", "THALASSA_CA_CERTIFICATE_FILE", b.CACertificateFile})
	out.RotateBefore = r.rotateBefore(setting{"rotate_before", "THALASSA_ROTATE_BEFORE", b.RotateBefore})
	out.Client.RequestTimeout = known(r, "request_timeout", b.RequestTimeout)
	out.Client.RequestsPerSecond = known(r, "requests_per_second", b.RequestsPerSecond)
	out.Client.Retry = r.retry(b.Retry)
	out.ReadStrategy = r.readStrategy(setting{"read_strategy", "THALASSA_READ_STRATEGY", b.ReadStrategy})
	out.DefaultLabels = known(r, "default_labels", b.DefaultLabels)
	slices.Sort(r.unknown)
	out.Unknown = r.unknown
	return out, r.problems
}

// rotateBefore reads a time. Whether it is in the future is decided by the service's clock,
// which the first refresh knows.
func (r *resolver) rotateBefore(s setting) time.Time {
	text := r.text(s)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		r.refuseAt(RotateBeforeInvalid, s.name, fmt.Sprintf("rotate_before: %q must be a time in RFC 3339, such as \"2026-11-01T09:00:00Z\".", text))
	}
	return at
}

// rootCAs reads the file at once: no request can be sent without it, and it does not change
// while Terraform runs.
func (r *resolver) rootCAs(c *client.Config, s setting) {
	file := r.text(s)
	if file == "" {
		return // The system's.
	}
	pool, err := client.RootCAs(file)
	if err != nil {
		r.refuseAt(CAFileInvalid, s.name, fmt.Sprintf(
			"%s (or %s): %v. Give a file with the certificates, in PEM form, of the authorities that the service's certificate may come from.", s.name, s.env, err))
	}
	c.RootCAs = pool
}

// retry reads how requests are repeated. Zero values mean the client's defaults.
func (r *resolver) retry(given Value[Retry]) client.Retry {
	m := known(r, "retry", given)
	out := client.Retry{
		MaxAttempts: int(known(r, "retry.max_attempts", m.MaxAttempts)),
		MinWait:     known(r, "retry.min_wait", m.MinWait),
		MaxWait:     known(r, "retry.max_wait", m.MaxWait),
	}
	// A wait that is left out counts with its default.
	if full, usual := out.WithDefaults(), (client.Retry{}).WithDefaults(); full.MinWait > full.MaxWait && len(r.problems) == 0 && len(r.unknown) == 0 {
		r.refuseAt(RetryInvalid, "retry", fmt.Sprintf(
			"retry.min_wait (%s) is longer than retry.max_wait (%s). Set both, the first no longer than the second; the defaults are %s and %s.",
			full.MinWait, full.MaxWait, usual.MinWait, usual.MaxWait))
	}
	return out
}

// readStrategy reads the strategy, which the schema has not validated where it comes from the
// environment.
func (r *resolver) readStrategy(s setting) inventory.Strategy {
	switch strategy := inventory.Strategy(r.text(s)); strategy {
	case "":
		return inventory.Auto
	case inventory.Auto, inventory.Individual:
		return strategy
	default:
		r.refuseAt(ReadStrategyInvalid, s.name, fmt.Sprintf("%s must be %q or %q, and is %q.", s, inventory.Auto, inventory.Individual, strategy))
		return inventory.Auto
	}
}
