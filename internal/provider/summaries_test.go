package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// What stands in a summary for what is known only when it is printed.
const (
	anID    = "ID"
	aNumber = "N"
)

// summaryAt tells which argument of a call is the summary of a diagnostic, for what
// the framework calls so.
var summaryAt = map[string]int{
	"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1,
	"NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
}

// summariesOf collects from the source of packages what heads the errors and
// warnings that they make, and where. A summary that it cannot follow fails the
// test, so that none is missed for being written in a new way.
func summariesOf(t *testing.T, dirs ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, dir := range dirs {
		s := &summarySource{t: t, files: token.NewFileSet(), takers: map[string]taker{}, found: found}
		s.parse(dir)
		for _, file := range s.parsed {
			ast.Inspect(file, s.findTakers)
		}
		for _, file := range s.parsed {
			ast.Inspect(file, s.collect)
		}
	}
	return found
}

// summarySource is the source of one package.
type summarySource struct {
	t      *testing.T
	files  *token.FileSet
	parsed []*ast.File
	takers map[string]taker // by their names
	given  []string         // what functions called summary return
	found  map[string]string
}

// taker is a function that makes a diagnostic of a summary that it is given: its
// parameter is called so.
type taker struct {
	argument    int
	body        *ast.BlockStmt
	severity    string
	before, end string // what it puts around the summary
}

func (s *summarySource) parse(dir string) {
	s.t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(s.files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			s.t.Fatal(err)
		}
		s.parsed = append(s.parsed, file)
	}
}

// findTakers notes the functions that take a summary, and what those return that are
// called so.
func (s *summarySource) findTakers(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.FuncDecl:
		s.noteTaker(n.Name.Name, n.Type, n.Body)
		if n.Name.Name == "summary" {
			ast.Inspect(n.Body, func(node ast.Node) bool {
				if r, ok := node.(*ast.ReturnStmt); ok && len(r.Results) == 1 {
					if text := form(r.Results[0]); text != "" {
						s.given = append(s.given, text)
					}
				}
				return true
			})
		}
	case *ast.AssignStmt:
		for i, value := range n.Rhs {
			name, isName := n.Lhs[i].(*ast.Ident)
			if literal, ok := value.(*ast.FuncLit); ok && isName {
				s.noteTaker(name.Name, literal.Type, literal.Body)
			}
		}
	}
	return true
}

func (s *summarySource) noteTaker(name string, of *ast.FuncType, body *ast.BlockStmt) {
	at := 0
	for _, field := range of.Params.List {
		for _, parameter := range field.Names {
			if parameter.Name != "summary" {
				at++
				continue
			}
			found := taker{argument: at, body: body, severity: "Error: "}
			ast.Inspect(body, func(node ast.Node) bool {
				switch n := node.(type) {
				case *ast.CompositeLit:
					if nameOf(n.Type) == "Notice" {
						found.severity = "Warning: "
					}
				case *ast.BinaryExpr:
					if before, end, ok := strings.Cut(form(n), "\x00"); ok && found.before+found.end == "" {
						found.before, found.end = before, end
					}
				}
				return true
			})
			s.takers[name] = found
			return
		}
		at += max(0, 1-len(field.Names))
	}
}

// collect notes the summary that a piece of source makes a diagnostic with.
func (s *summarySource) collect(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.CallExpr:
		name := nameOf(n.Fun)
		if at, ok := summaryAt[name]; ok && len(n.Args) > at {
			severity := "Error: "
			if strings.Contains(name, "Warning") {
				severity = "Warning: "
			}
			s.note(severity, n.Args[at])
		} else if taker, ok := s.takers[name]; ok && len(n.Args) > taker.argument {
			s.noteGiven(taker, n.Args[taker.argument])
		}
	case *ast.CompositeLit:
		severity, isOne := map[string]string{"attempt": "Error: ", "parsed": "Error: ", "Notice": "Warning: "}[nameOf(n.Type)]
		if !isOne {
			return true
		}
		for _, element := range n.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok && strings.EqualFold(nameOf(pair.Key), "summary") {
				s.note(severity, pair.Value)
				return true
			}
		}
		s.t.Errorf("%s has no summary", s.files.Position(n.Pos()))
	}
	return true
}

// note notes a summary, unless it comes from where it is noted anyway: a field or
// method of that name, or a parameter.
func (s *summarySource) note(severity string, summary ast.Expr) {
	s.t.Helper()
	_, isVariable := summary.(*ast.Ident)
	switch text := form(summary); {
	case !isVariable && strings.EqualFold(nameOf(summary), "summary"), s.isParameter(summary, text):
	case text == "" || text == anID || strings.Contains(text, "\x00"):
		s.t.Errorf("%s: nobody can tell what this summary is", s.files.Position(summary.Pos()))
	default:
		s.found[severity+text] = s.files.Position(summary.Pos()).String()
	}
}

// noteGiven notes a summary that is given to a function, with what that puts around it.
func (s *summarySource) noteGiven(to taker, summary ast.Expr) {
	s.t.Helper()
	texts := []string{form(summary)}
	if texts[0] == "\x00" {
		texts = s.given
	}
	if len(texts) == 0 || texts[0] == "" || texts[0] == anID {
		s.t.Errorf("%s: nobody can tell what this summary is", s.files.Position(summary.Pos()))
	}
	for _, text := range texts {
		s.found[to.severity+to.before+text+to.end] = s.files.Position(summary.Pos()).String()
	}
}

// isParameter reports a summary that is made of the parameter of the function around
// it.
func (s *summarySource) isParameter(summary ast.Expr, text string) bool {
	for _, taker := range s.takers {
		if strings.Contains(text, "\x00") && taker.body.Pos() <= summary.Pos() && summary.End() <= taker.body.End() {
			return true
		}
	}
	return false
}

// form is the text of an expression, as far as the source tells it. A variable called
// summary is a zero byte.
func form(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err == nil {
			return text
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return form(e.X) + form(e.Y)
		}
	case *ast.ParenExpr:
		return form(e.X)
	case *ast.Ident:
		if e.Name == "summary" {
			return "\x00"
		}
	case *ast.CallExpr:
		if nameOf(e.Fun) == "Sprintf" && len(e.Args) > 0 {
			return strings.NewReplacer("%d", aNumber, "%s", anID, "%v", anID, "%q", anID).Replace(form(e.Args[0]))
		}
	}
	return anID
}

// nameOf is the last part of a name: of what is called, or of a type.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		return nameOf(e.Fun)
	case *ast.IndexExpr:
		return nameOf(e.X)
	}
	return ""
}
