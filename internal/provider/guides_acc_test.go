package provider_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// guide is a guide under test: its text, and its example in a workspace whose
// provider shares the server's clock.
type guide struct {
	*acctest.Workspace
	s    *acctest.Server
	t    *testing.T
	text string   // with every run of white space as one blank
	path []string // where a script looks for programs first
}

// openGuide copies an example into a workspace. The text of the guide has to show
// its main.tf, so that what is tested is what is read.
func openGuide(t *testing.T, s *acctest.Server, example string, needs ...acctest.Feature) *guide {
	t.Helper()
	name, _, _ := strings.Cut(example, "/")
	g := readGuide(t, s, name, needs...)
	g.example(example)
	return g
}

// readGuide opens a guide whose configuration the test writes.
func readGuide(t *testing.T, s *acctest.Server, name string, needs ...acctest.Feature) *guide {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", name+".md.tmpl")) //nolint:gosec // A file of the source tree.
	if err != nil {
		t.Fatal(err)
	}
	return &guide{Workspace: acctest.NewWorkspace(t, s, needs...), s: s, t: t, text: oneLine(string(text))}
}

// example copies an example into the workspace, over what is there.
func (g *guide) example(example string) {
	g.t.Helper()
	from := filepath.Join("..", "..", "examples", "guides", filepath.FromSlash(example))
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil {
		g.t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file) //nolint:gosec // A file of the source tree.
		if err != nil {
			g.t.Fatal(err)
		}
		g.Write(filepath.Base(file), string(content))
	}
	g.shows(fmt.Sprintf(`{{ tffile "examples/guides/%s/main.tf" }}`, example))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// shows checks that the guide's text holds something.
func (g *guide) shows(what string) {
	g.t.Helper()
	if !strings.Contains(g.text, oneLine(what)) {
		g.t.Errorf("the guide does not show:\n%s", what)
	}
}

// quotes checks that a diagnostic came and that the guide prints it, or one of
// several with the same summary, as it is.
func (g *guide) quotes(r acctest.Result, severity tfjson.DiagnosticSeverity, summary string) {
	g.t.Helper()
	label := "Warning: "
	if severity == tfjson.DiagnosticSeverityError {
		label = "Error: "
	}
	var came []string
	for _, d := range r.Diagnostics {
		if d.Severity != severity || d.Summary != summary {
			continue
		}
		came = append(came, oneLine(label+d.Summary+" "+d.Detail))
		if strings.Contains(g.text, came[len(came)-1]) {
			return
		}
	}
	if len(came) == 0 {
		g.t.Errorf("no %s %q came", severity, summary)
	}
	g.t.Errorf("the guide quotes none of: %q", came)
}

func (g *guide) quotesWarning(r acctest.Result, summary string) {
	g.t.Helper()
	g.quotes(r, tfjson.DiagnosticSeverityWarning, summary)
}

func (g *guide) quotesError(r acctest.Result, summary string) {
	g.t.Helper()
	g.quotes(r, tfjson.DiagnosticSeverityError, summary)
}

// edit changes the example's main.tf, as the text says to.
func (g *guide) edit(old, changed string) {
	g.t.Helper()
	main := string(g.Read("main.tf"))
	if !strings.Contains(main, old) {
		g.t.Fatalf("main.tf does not hold %q", old)
	}
	g.Write("main.tf", strings.ReplaceAll(main, old, changed))
}

// due makes a plan in which something is to do, and checks the reason that it
// gives for a version.
func (g *guide) due(address, reason string) acctest.Plan {
	g.t.Helper()
	plan := g.Plan()
	if got := plannedValue(plan, address, "last_change"); plan.Code != 2 || got != reason {
		g.t.Errorf("exit code %d and the reason %v, want %q:\n%s", plan.Code, got, reason, plan.Text())
	}
	return plan
}

// active checks which versions can be read, newest first.
func (g *guide) active(id string, want ...int64) {
	g.t.Helper()
	if got := g.s.ActiveVersions(id); !slices.Equal(got, want) {
		g.t.Errorf("versions %v of %s are active, want %v", got, id, want)
	}
}

// manages checks which version a resource manages.
func (g *guide) manages(address string, want int) {
	g.t.Helper()
	if got := fmt.Sprint(g.StateValue(address, "version")); got != fmt.Sprint(want) {
		g.t.Errorf("%s manages version %s, want %d", address, got, want)
	}
}

// keepsNowhere checks that no file of the workspace, plans included, holds a value.
func (g *guide) keepsNowhere(value string) {
	g.t.Helper()
	for name, content := range everythingWritten(g.t, g.Dir) {
		for _, form := range []string{value, base64.StdEncoding.EncodeToString([]byte(value))} {
			if strings.Contains(content, form) {
				g.t.Errorf("the value is in %s", name)
			}
		}
	}
}

// script runs a script of the workspace, for which the CLI under test is terraform.
func (g *guide) script(name string, args ...string) (code int, said string) {
	g.t.Helper()
	return g.bash(append([]string{name}, args...)...)
}

// bash runs bash in the workspace, as a job would.
func (g *guide) bash(args ...string) (code int, said string) {
	g.t.Helper()
	command := g.Command(g.t.Context())
	bin := g.t.TempDir()
	if err := os.Symlink(command.Path, filepath.Join(bin, "terraform")); err != nil {
		g.t.Fatal(err)
	}
	script := exec.CommandContext(g.t.Context(), "bash", args...) //nolint:gosec // A script of the source tree.
	script.Dir = g.Dir
	script.Env = append(command.Env, "PATH="+strings.Join(slices.Concat([]string{bin}, g.path, []string{os.Getenv("PATH")}), string(os.PathListSeparator)))
	out, err := script.CombinedOutput()
	if script.ProcessState == nil {
		g.t.Fatal(err)
	}
	return script.ProcessState.ExitCode(), string(out)
}
