package main

import (
	"cmp"
	"fmt"
	"runtime"
	"time"
)

// What a user wants to know comes first: what a drift check costs, and where its time goes.

// bound is a ratio that is wanted of this provider, by the wall or the CPU time of another.
type bound struct {
	name   string
	other  string
	most   float64
	taking func(results, string, string) time.Duration
}

var bounds = []bound{
	{"CPU of the provider / of `idle`", idleName, 0.35, results.cpu},
	{"wall / of `idle`", idleName, 0.72, results.wall},
	{"wall / of `echo`", echoName, 1.2, results.wall},
}

// driftCheck says what a plan costs that finds nothing.
func (r report) driftCheck(line func(string, ...any)) {
	line("## What a drift check costs\n")
	line("A drift check is a plan of a state in which nothing has changed. \"Terraform alone\" is the time for a plan of as many")
	line("`terraform_data` resources, without any provider process. Terraform's own time grows faster than the state.\n")
	line("| secrets, with a version each | | wall | CPU of Terraform | CPU of the provider | peak memory of the provider | requests |\n|---:|---|---:|---:|---:|---:|---:|")
	row := func(measured results, contender, name string) {
		if len(measured.samples[contender][phasePlan]) == 0 {
			return
		}
		line("| %d | %s | %s | %s | %s | %s | %d |", measured.secrets, name, seconds(measured.wall(contender, phasePlan)),
			seconds(measured.core(contender)), seconds(measured.cpu(contender, phasePlan)), mebibytes(measured.memory(contender, phasePlan)), measured.requests(contender, phasePlan))
	}
	row(r.reading, peerName, "another provider")
	for _, measured := range append([]results{r.reading}, r.large...) {
		line("| %d | Terraform alone | %s | %s | | | |", measured.secrets, seconds(measured.wall(floorName, phasePlan)), seconds(measured.core(floorName)))
		row(measured, autoName, "this provider")
	}
	line("")
}

// whereTimeGoes splits the CPU time of a steady plan.
func (r report) whereTimeGoes(line func(string, ...any)) {
	cpu := func(contender string) time.Duration { return r.reading.cpu(contender, phasePlan) }
	core := r.reading.core(autoName)
	line("### Where the time goes\n")
	line("CPU time of the steady plan of %d secrets and versions, by who takes it.\n", r.reading.secrets)
	line("| | CPU | how it is known |\n|---|---:|---|")
	line("| Terraform | %s | the CLI's own; %s of it for as many `terraform_data` resources |", seconds(core), seconds(r.reading.core(floorName)))
	line("| protocol | %s | `echo`: a provider with the same schemas that returns the bytes it gets |", seconds(cpu(echoName)))
	line("| framework and this provider | %s | what `auto` takes beyond `echo` |", seconds(cpu(autoName)-cpu(echoName)))
	line("| framework, if it answers everything | %s | what `idle` takes beyond `echo`: the same schemas, no request, nothing found |", seconds(cpu(idleName)-cpu(echoName)))
	requests := r.reading.requests(autoName, phasePlan)
	line("| service | | %d requests of %s each; the plan goes on meanwhile |\n", requests, r.latency)
	line("| ratio | wanted | %s | %s |\n|---|---:|---:|---:|", phasePlan, phaseRefresh)
	for _, b := range bounds {
		of := func(phase string) string {
			return ratio(b.taking(r.reading, autoName, phase).Seconds(), b.taking(r.reading, b.other, phase).Seconds())
		}
		line("| %s | at most %g | %s | %s |", b.name, b.most, of(phasePlan), of(phaseRefresh))
	}
	line("")
}

// otherFleets compares steady plans of states that are not as simple.
func (r report) otherFleets(line func(string, ...any)) {
	if len(r.fleets) == 0 {
		return
	}
	line("## Other fleets\n")
	line("Steady plans of %d secrets and versions with `read_strategy = \"auto\"`, measured once.\n", r.reading.secrets)
	line("| fleet | wall | CPU | peak memory | requests |\n|---|---:|---:|---:|---:|")
	row := func(name string, measured results) {
		line("| %s | %s | %s | %s | %d |", name, seconds(measured.wall(autoName, phasePlan)), seconds(measured.cpu(autoName, phasePlan)),
			mebibytes(measured.memory(autoName, phasePlan)), measured.requests(autoName, phasePlan))
	}
	row(plainFleet.name, r.reading)
	for i, measured := range r.fleets {
		row(fleets[i].name, measured)
	}
	line("")
}

// header says what was measured, and on what.
func (r report) header(line func(string, ...any)) {
	line("# Benchmarks\n")
	line("Written by `make bench` on %s, of %s. Everything on this page was measured in one run on one machine. Between machines, only",
		r.began.UTC().Format(time.DateOnly), cmp.Or(r.revision, "a work tree"))
	line("the ratios compare.\n")
	line("| | |\n|---|---|")
	line("| machine | %s, %d cores, %s of memory, %s |", cmp.Or(r.machine.processor, "unknown processor"), r.machine.cores, cmp.Or(r.machine.memory, "unknown size"), r.machine.system)
	line("| software | %s, %s |", cmp.Or(r.machine.cli, "unknown CLI"), runtime.Version())
	line("| service | the reference server on the same machine, %s for each response |", r.latency)
	line("| state | %d secrets and a version of each, in 20 directories, where it is read; %d where it is written |", r.reading.secrets, r.writing.secrets)
	line("| runs | %s; medians |\n", r.runsInWords())
}

func (r report) runsInWords() string {
	return fmt.Sprintf("%d of what is read, %d of what is written, by turns", r.runs, r.writeRuns)
}
