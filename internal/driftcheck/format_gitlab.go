package driftcheck

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
)

type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// writeGitLab writes an issue for each finding.
func writeGitLab(w io.Writer, r *Report, _ Options) error {
	issues := []gitlabIssue{}
	prints := fingerprints{}
	add := func(rule Rule, severity string, at Location, resource, text string) {
		issues = append(issues, gitlabIssue{
			Description: text, CheckName: rule.ID, Fingerprint: prints.of(rule, resource), Severity: severity,
			Location: gitlabLocation{at.File, gitlabLines{at.Line}},
		})
	}
	for _, f := range r.Drift {
		severity := "major"
		if f.Rule == RuleDeleted || f.Rule == RuleNoValue {
			severity = "critical"
		}
		add(f.Rule, severity, r.place(f), f.Resource, f.sentence())
	}
	if !r.Complete {
		add(RuleCheckFailed, "blocker", r.anywhere(), "", r.failure())
	}
	for _, f := range r.Due {
		add(f.Rule, "info", r.place(f), f.Resource, f.sentence())
	}
	return encode(w, issues)
}

// fingerprints are those of one report. The same finding has the same one in every run, and
// no two of a report are equal.
type fingerprints map[string]int

func (p fingerprints) of(rule Rule, resource string) string {
	text := strings.Join([]string{"drift-check", rule.ID, resource}, "\x00")
	n := p[text]
	p[text]++
	if n > 0 {
		text += "\x00" + strconv.Itoa(n)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
