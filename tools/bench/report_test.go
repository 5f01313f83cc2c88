package main

import (
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
)

func samplesOf(walls ...time.Duration) []sample {
	var samples []sample
	for _, wall := range walls {
		samples = append(samples, sample{wall: wall, requests: map[string]int{"getSecret": 2, "listSecrets": 1}, process: usage{CPU: wall / 2, PeakMemory: 40 << 20}})
	}
	return samples
}

func TestMedian(t *testing.T) {
	t.Parallel()
	wall := func(s sample) time.Duration { return s.wall }
	for name, test := range map[string]struct {
		samples []sample
		want    time.Duration
	}{
		"one":  {samplesOf(3), 3},
		"odd":  {samplesOf(9, 1, 5), 5},
		"even": {samplesOf(9, 1, 5, 7), 5},
	} {
		if got := median(test.samples, wall); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
}

// The page has the numbers that were measured, and ratios of overheads, not of
// wall times.
func TestReport(t *testing.T) {
	t.Parallel()
	measured := results{
		secrets: 10, contenders: []string{floorName, idleName, autoName, individualName}, phases: []string{phasePlan},
		samples: map[string]map[string][]sample{
			floorName:      {phasePlan: samplesOf(time.Second)},
			idleName:       {phasePlan: samplesOf(1500 * time.Millisecond)},
			autoName:       {phasePlan: samplesOf(2 * time.Second)},
			individualName: {phasePlan: samplesOf(5 * time.Second)},
		},
	}
	page := report{
		options: options{runs: 1, latency: 20 * time.Millisecond, limit: 50, plot: "plot.svg"}, began: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		reading: measured, writing: measured, large: measured,
		simulated: []simulated{{secrets: 100, strategy: inventory.Auto, requests: 5, wall: time.Second, process: usage{PeakMemory: 10 << 20}}},
	}.markdown()
	for _, want := range []string{
		"on 2026-11-01",
		"| steady plan | floor | 1.00 s |",
		"| steady plan | `auto` | 2.00 s | 1.00 s | 40 MiB | 3 | 0 |",
		"| steady plan | 1.00 s | 4.00 s | 0.25 | 0.40 | 1.00 |",
		"| steady plan | 0.50 s | 0.50 s | 3.50 s | 0.12 |",
		"| steady plan | getSecret 2, listSecrets 1 |",
		"| 100 | `auto` | 5 | 1.00 s |",
		"](plot.svg)",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

func TestPeerIsFoundByItsSource(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, dir+"/main.tf", `terraform {
  required_providers {
    thalassa = { source = "thalassa-cloud/thalassa" }
    random   = { source = "hashicorp/random" }
  }
}`)
	peer, err := peerOf("/somewhere/terraform-provider-thalassa_v0.26.3", dir)
	if err != nil || peer.source != "thalassa-cloud/thalassa" || peer.providerName() != "thalassa" {
		t.Errorf("got %q, %v", peer.source, err)
	}
	if _, err := peerOf("/somewhere/terraform-provider-other", dir); err == nil {
		t.Error("a provider that the configuration does not name is accepted")
	}
}
