package robustness

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// Table counts the results of each fault by operation.
type Table struct {
	rows     map[string]map[Operation]*count
	runs     int
	writes   int
	problems int
	excused  int
}

// count has the results of one fault and one operation.
type count struct{ runs, retried, readBack, reported, killed int }

// NewTable makes an empty table.
func NewTable() *Table { return &Table{rows: map[string]map[Operation]*count{}} }

// Add counts a run, its problems, and the problems that false responses in the API's
// own form excuse. Steps whose fault did not fire do not count.
func (t *Table) Add(h History, problems, excused int) {
	t.runs++
	t.problems += problems
	t.excused += excused
	for _, step := range h.Steps {
		if step.Fired == 0 {
			continue
		}
		t.writes++
		row := t.rows[step.Fault]
		if row == nil {
			row = map[Operation]*count{}
			t.rows[step.Fault] = row
		}
		c := row[step.Operation]
		if c == nil {
			c = &count{}
			row[step.Operation] = c
		}
		c.add(step, len(step.events(h, "secrets.destroy_version")))
	}
}

// add counts a step that has destroyed this number of versions.
func (c *count) add(step Step, destroyed int) {
	c.runs++
	asked := step.Requests[step.Operation.request()]
	wanted := 1
	if step.Operation == DestroyOld {
		wanted = destroyed
	}
	switch {
	case step.Outcome == Killed:
		c.killed++
	case step.Outcome != Done:
		c.reported++
	case asked > wanted:
		c.retried++
	case step.Operation == CreateSecret && step.Requests["getSecret"] > 0,
		slices.Contains(step.Warnings, "Response to the put was lost: "+dbID):
		c.readBack++
	}
}

// Writes is the number of writes with a fault so far.
func (t *Table) Writes() int { return t.writes }

// String implements fmt.Stringer.
func (t *Table) String() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "fault\toperation\truns\tretried\tresolved by read-back\treported\tkilled")
	var total count
	for _, fault := range Faults() {
		for _, operation := range Operations() {
			c := t.rows[fault.Name][operation]
			if c == nil {
				continue
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\n", fault.Name, operation, c.runs, c.retried, c.readBack, c.reported, c.killed)
			total.runs += c.runs
			total.retried += c.retried
			total.readBack += c.readBack
			total.reported += c.reported
			total.killed += c.killed
		}
	}
	fmt.Fprintf(w, "all\t\t%d\t%d\t%d\t%d\t%d\n", total.runs, total.retried, total.readBack, total.reported, total.killed)
	_ = w.Flush() // Into memory.
	fmt.Fprintf(&text, "%d seeds, %d faulted writes, %d problems; %d were excused by false responses in the API's own form\n",
		t.runs, total.runs, t.problems, t.excused)
	return text.String()
}
