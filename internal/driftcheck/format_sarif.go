package driftcheck

import (
	"io"
	"net/url"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	guide       = "https://registry.terraform.io/providers/thalassasecrets/thalassasecrets/latest/docs/guides/drift-checks-in-ci"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string    `json:"id"`
	ShortDescription sarifText `json:"shortDescription"`
	HelpURI          string    `json:"helpUri"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifInvocation struct {
	ExecutionSuccessful bool                `json:"executionSuccessful"`
	ExitCode            int                 `json:"exitCode"`
	Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

// writeSARIF writes a result for each finding. Errors and warnings of the plans are
// notifications of the invocation, and a check that failed is a result too, because
// viewers show results only.
func writeSARIF(w io.Writer, r *Report, o Options) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "drift-check", Version: o.Version, InformationURI: guide}},
		Invocations: []sarifInvocation{{ExecutionSuccessful: r.Complete, ExitCode: o.ExitCode}},
		Results:     []sarifResult{},
	}
	for _, rule := range allRules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{rule.ID, sarifText{rule.Description}, guide})
	}
	notify := func(level, text string) {
		of := &run.Invocations[0]
		of.Notifications = append(of.Notifications, sarifNotification{level, sarifText{text}})
	}
	for _, e := range r.Errors {
		notify("error", e.String())
	}
	for _, text := range r.Warnings {
		notify("warning", text)
	}
	prints := fingerprints{}
	add := func(rule Rule, level string, at Location, resource, text string) {
		result := sarifResult{
			RuleID: rule.ID, Level: level, Message: sarifText{text},
			Locations:    []sarifLocation{{Physical: sarifPhysical{sarifArtifact{uri(at.File)}, sarifRegion{at.Line}}}},
			Fingerprints: map[string]string{"driftCheck/v1": prints.of(rule, resource)},
		}
		if resource != "" {
			result.Locations[0].Logical = []sarifLogical{{resource, "resource"}}
		}
		run.Results = append(run.Results, result)
	}
	for _, f := range r.Drift {
		add(f.Rule, "error", r.place(f), f.Resource, f.sentence())
	}
	if !r.Complete {
		add(RuleCheckFailed, "error", r.anywhere(), "", r.failure())
	}
	for _, f := range r.Due {
		add(f.Rule, "note", r.place(f), f.Resource, f.sentence())
	}
	return encode(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

// uri writes the path of a file as a URI reference.
func uri(file string) string { return (&url.URL{Path: file}).String() }
