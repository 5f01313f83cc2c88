package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// contender is what is measured.
type contender struct {
	name string
	// program is the provider, empty for none.
	program string
	// source is its address in configurations.
	source string
	// configuration is by file name.
	configuration map[string]string
	environment   []string
	// stateBy is the program that applies what this one is to read; empty for itself.
	stateBy string
	// fleet is what its state is like.
	fleet fleet
}

const (
	floorName      = "floor"
	idleName       = "idle"
	echoName       = "echo"
	autoName       = "auto"
	individualName = "individual"
	peerName       = "peer"
	ownSource      = "thalassasecrets/thalassasecrets"
)

// The configurations have the same shape: as many containers, as many versions, and a
// variable that rotates all. No instance refers to another by its index, because
// Terraform then evaluates all of them for each of them, which would drown the rest.
const (
	variables = `variable "secrets" {
  type = number
}

variable "rotation" {
  type = string
}
`
	floorConfiguration = variables + `
resource "terraform_data" "secret" {
  count = var.secrets
  input = "/bench/team-${count.index % 20}/secret-${count.index}"
}

resource "terraform_data" "version" {
  count      = var.secrets
  input      = "/bench/team-${count.index % 20}/secret-${count.index} ${var.rotation}"
  depends_on = [terraform_data.secret]
}
`
	ownConfiguration = variables + `
terraform {
  required_providers {
    thalassasecrets = { source = "` + ownSource + `" }
  }
}

resource "thalassasecrets_secret" "bench" {
  count               = var.secrets
  path                = "/bench/team-${count.index % 20}/secret-${count.index}"
  kms_key_id          = "` + kmsKey + `"
  deletion_protection = false
}

resource "thalassasecrets_secret_version" "bench" {
  count            = var.secrets
  path             = "/bench/team-${count.index % 20}/secret-${count.index}"
  depends_on       = [thalassasecrets_secret.bench]
  `
)

func contendersOf(o options) ([]contender, error) {
	floor := contender{name: floorName, configuration: map[string]string{"main.tf": floorConfiguration}}
	contenders := []contender{floor, own(o, autoName, plainFleet), own(o, individualName, plainFleet)}
	if o.peer == "" {
		return contenders, nil
	}
	peer, err := peerOf(o.peer, o.peerConfig)
	return append(contenders, peer), err
}

func own(o options, strategy string, f fleet) contender {
	return contender{
		name: strategy, program: o.provider, source: ownSource, fleet: f,
		configuration: map[string]string{"main.tf": ownConfiguration + f.arguments + "}\n"},
		environment:   []string{"THALASSA_READ_STRATEGY=" + strategy},
	}
}

// boundsOf are the idle and the echo provider, with this provider's configuration and state.
func boundsOf(o options, scratch string) ([]contender, error) {
	var bounds []contender
	for name, program := range map[string]string{echoName: echoProgram, idleName: idleProgram} {
		installed, err := installSelf(scratch, program)
		if err != nil {
			return nil, err
		}
		bound := own(o, autoName, plainFleet)
		bound.name, bound.program, bound.stateBy = name, installed, o.provider
		bounds = append(bounds, bound)
	}
	slices.SortFunc(bounds, func(a, b contender) int { return strings.Compare(a.name, b.name) })
	return bounds, nil
}

// A source in a configuration, such as "thalassa-cloud/thalassa".
var sourceIn = regexp.MustCompile(`source\s*=\s*"((?:[\w.-]+/)?[\w-]+/([\w-]+))"`)

// peerOf reads the configuration for another provider. It takes the variables
// "secrets" and "rotation", and finds the service by the THALASSA_ variables.
func peerOf(program, dir string) (contender, error) {
	c := contender{name: peerName, program: program, configuration: map[string]string{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		return c, err
	}
	name := strings.TrimPrefix(filepath.Base(program), providerPrefix)
	for _, file := range files {
		content, err := os.ReadFile(file) //nolint:gosec // The user names it.
		if err != nil {
			return c, err
		}
		c.configuration[filepath.Base(file)] = string(content)
		for _, found := range sourceIn.FindAllStringSubmatch(string(content), -1) {
			if strings.HasPrefix(name, found[2]) {
				c.source = found[1]
			}
		}
	}
	if c.source == "" {
		return c, fmt.Errorf("%s: no *.tf names a source whose last part begins the name %q of the program", dir, name)
	}
	return c, nil
}

// providerName is the last part of the address.
func (c contender) providerName() string { return c.source[strings.LastIndexByte(c.source, '/')+1:] }
