package driftcheck

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// In the data of a workflow command these would end it, and in a property these two more.
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub writes an annotation for each finding. The texts are printable, so they are
// no commands themselves.
func writeGitHub(w io.Writer, r *Report, _ Options) error {
	var out bytes.Buffer
	annotate := func(level string, at Location, title, text string) {
		fmt.Fprintf(&out, "::%s file=%s,line=%d,title=%s::%s\n",
			level, escapeProperty.Replace(at.File), at.Line, escapeProperty.Replace(title), escapeData.Replace(text))
	}
	for _, f := range r.Drift {
		annotate("error", r.place(f), "Drift: "+f.about(), f.sentence())
	}
	if !r.Complete {
		annotate("error", r.anywhere(), "Drift check failed", r.failure())
	}
	for _, text := range r.Warnings {
		annotate("warning", r.anywhere(), "Drift check", text)
	}
	for _, f := range r.Due {
		annotate("notice", r.place(f), "Due work: "+f.about(), f.sentence())
	}
	_, err := w.Write(out.Bytes())
	return err
}
