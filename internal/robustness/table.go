package robustness

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// Table counts what came of each trouble, by wish.
type Table struct {
	rows     map[string]map[Wish]*count
	runs     int
	writes   int
	problems int
	excused  int
}

// count is what came of one trouble to one wish.
type count struct{ runs, retried, settled, reported, killed int }

// NewTable makes an empty table.
func NewTable() *Table { return &Table{rows: map[string]map[Wish]*count{}} }

// Add counts a run, its problems, and what a lie in the API's own form excuses. Steps
// that no trouble struck do not count.
func (t *Table) Add(h History, problems, excused int) {
	t.runs++
	t.problems += problems
	t.excused += excused
	for _, step := range h.Steps {
		if step.Fired == 0 {
			continue
		}
		t.writes++
		row := t.rows[step.Trouble]
		if row == nil {
			row = map[Wish]*count{}
			t.rows[step.Trouble] = row
		}
		c := row[step.Wish]
		if c == nil {
			c = &count{}
			row[step.Wish] = c
		}
		c.add(step, len(step.events(h, "secrets.destroy_version")))
	}
}

// add counts a step that has destroyed so many versions.
func (c *count) add(step Step, destroyed int) {
	c.runs++
	asked := step.Requests[step.Wish.operation()]
	wanted := 1
	if step.Wish == DestroyOld {
		wanted = destroyed
	}
	switch {
	case step.Outcome == Killed:
		c.killed++
	case step.Outcome != Done:
		c.reported++
	case asked > wanted:
		c.retried++
	case step.Wish == CreateSecret && step.Requests["getSecret"] > 0,
		slices.Contains(step.Warned, "Response to the put was lost: "+dbID):
		c.settled++
	}
}

// Writes is how many writes met trouble so far.
func (t *Table) Writes() int { return t.writes }

// String implements fmt.Stringer.
func (t *Table) String() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "trouble\toperation\truns\tretried\tsettled by read-back\treported\tkilled")
	var total count
	for _, trouble := range Troubles() {
		for _, wish := range Wishes() {
			c := t.rows[trouble.Name][wish]
			if c == nil {
				continue
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\n", trouble.Name, wish, c.runs, c.retried, c.settled, c.reported, c.killed)
			total.runs += c.runs
			total.retried += c.retried
			total.settled += c.settled
			total.reported += c.reported
			total.killed += c.killed
		}
	}
	fmt.Fprintf(w, "all\t\t%d\t%d\t%d\t%d\t%d\n", total.runs, total.retried, total.settled, total.reported, total.killed)
	_ = w.Flush() // Into memory.
	fmt.Fprintf(&text, "%d seeds, %d faulted writes, %d problems; %d false words, told in the API's own form about what was done, were believed\n",
		t.runs, total.runs, t.problems, t.excused)
	return text.String()
}
