package driftcheck

import (
	"bytes"
	"encoding/xml"
	"io"
)

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Classname string        `xml:"classname,attr"`
	Skipped   string        `xml:"skipped,omitempty"`
	Error     *junitProblem `xml:"error"`
	Failure   *junitProblem `xml:"failure"`
}

type junitProblem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a test for the check itself and one for each finding.
func writeJUnit(w io.Writer, r *Report, _ Options) error {
	suite := junitSuite{Name: "drift-check"}
	check := junitCase{Name: "the plans succeed", Classname: "drift-check"}
	if !r.Complete {
		check.Error = &junitProblem{RuleCheckFailed.ID, "The plan failed.", r.failure()}
		suite.Errors++
	}
	suite.Cases = append(suite.Cases, check)
	for _, f := range r.Drift {
		suite.Cases = append(suite.Cases, junitCase{
			Name: f.about() + ": " + f.What, Classname: f.Resource, Failure: &junitProblem{f.Rule.ID, f.What, f.sentence()},
		})
		suite.Failures++
	}
	for _, f := range r.Due {
		suite.Cases = append(suite.Cases, junitCase{Name: f.about() + ": " + f.What, Classname: f.Resource, Skipped: "Due work: " + f.What})
		suite.Skipped++
	}
	suite.Tests = len(suite.Cases)
	var out bytes.Buffer
	out.WriteString(xml.Header)
	encoder := xml.NewEncoder(&out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(junitSuites{Suites: []junitSuite{suite}}); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err := w.Write(out.Bytes())
	return err
}
