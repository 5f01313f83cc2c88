package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
)

func samplesOf(walls ...time.Duration) []sample {
	var samples []sample
	for _, wall := range walls {
		samples = append(samples, sample{wall: wall, requests: map[string]int{"getSecret": 2, "listSecrets": 1}, core: wall / 4, process: usage{CPU: wall / 2, PeakMemory: 40 << 20}})
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

// The page has the numbers that were measured, and ratios of medians.
func TestReport(t *testing.T) {
	t.Parallel()
	measured := results{
		secrets: 10, contenders: []string{floorName, echoName, idleName, autoName, individualName}, phases: []string{phasePlan},
		samples: map[string]map[string][]sample{
			echoName:       {phasePlan: samplesOf(1250 * time.Millisecond)},
			floorName:      {phasePlan: samplesOf(time.Second)},
			idleName:       {phasePlan: samplesOf(1500 * time.Millisecond)},
			autoName:       {phasePlan: samplesOf(2 * time.Second)},
			individualName: {phasePlan: samplesOf(5 * time.Second)},
		},
	}
	read := measured
	read.samples = maps.Clone(measured.samples)
	for name, samples := range read.samples {
		read.samples[name] = map[string][]sample{phasePlan: samples[phasePlan], phaseRefresh: samples[phasePlan]}
	}
	page := report{
		options: options{runs: 1, latency: 20 * time.Millisecond, limit: 50, plot: "plot.svg"}, began: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		reading: read, writing: measured, large: []results{measured}, fleets: slices.Repeat([]results{measured}, len(fleets)),
		simulated: []simulated{{secrets: 100, strategy: inventory.Auto, requests: 5, wall: time.Second, process: usage{PeakMemory: 10 << 20}}},
	}.markdown()
	for _, want := range []string{
		"on 2026-11-01",
		"| steady plan | floor | 1.00 s |",
		"| steady plan | `auto` | 2.00 s | 1.00 s | 40 MiB | 3 | 0 |",
		"| steady plan | 0.40 | 0.40 | 1.00 |",
		"| 10 | Terraform alone | 1.00 s | 0.25 s | | | |",
		"| 10 | this provider | 2.00 s | 0.50 s | 1.00 s | 40 MiB | 3 |",
		"| Terraform | 0.50 s | the CLI's own; 0.25 s of it",
		"| protocol | 0.62 s |",
		"| framework and this provider | 0.38 s |",
		"| framework, if it answers everything | 0.12 s |",
		"| CPU of the provider / of `idle` | at most 0.35 | 1.33 | 1.33 |",
		"| wall / of `echo` | at most 1.2 | 1.60 | 1.60 |",
		"| imported, and not updated since | 2.00 s | 1.00 s | 40 MiB | 3 |",
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

func TestSizesFlag(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"3000,10000": "3000,10000", "500": "500", "0": "", " 7, 8 ": "7,8", "many": "!", "-1": "!", "": "!"} {
		sizes := sizesFlag{1}
		err := sizes.Set(text)
		if got := sizes.String(); (err != nil) != (want == "!") || err == nil && got != want {
			t.Errorf("%q is %q, %v, want %q", text, got, err, want)
		}
	}
}

// The phase with a limit is for those who make requests, and once.
func TestLimitedPhase(t *testing.T) {
	t.Parallel()
	maker, reader := contender{program: "p"}, contender{program: "p", stateBy: "q"}
	for name, test := range map[string]struct {
		contender contender
		run       int
		want      bool
	}{
		"the first run": {maker, 0, true}, "the second run": {maker, 1, false}, "no requests": {reader, 0, false}, "the floor": {contender{}, 0, false},
	} {
		if got := limitedPhase.concerns(test.contender, test.run); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
		if !planPhase.concerns(test.contender, test.run) {
			t.Errorf("%s: a plan is left out", name)
		}
	}
}
