package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// The catalogue in internal/diagnostic has no summary that is never printed. That the provider prints
// no other is held by the types of the summaries, and by the linter.
func TestCatalogueIsPrinted(t *testing.T) {
	t.Parallel()
	declared, used := map[string]bool{}, map[string]bool{}
	files := token.NewFileSet()
	inspect(t, files, "../diagnostic", func(node ast.Node) {
		switch n := node.(type) {
		case *ast.ValueSpec:
			if call, ok := first(n.Values).(*ast.CallExpr); ok && strings.HasPrefix(nameOf(call.Fun), "new") {
				declared[n.Names[0].Name] = true
			}
		case *ast.CallExpr: // The notices print summaries of their own package.
			for _, argument := range append(n.Args, n.Fun) {
				if selector, ok := argument.(*ast.SelectorExpr); ok {
					argument = selector.X
				}
				used[nameOf(argument)] = true
			}
		}
	})
	inspect(t, files, ".", func(node ast.Node) {
		selector, ok := node.(*ast.SelectorExpr)
		switch {
		case !ok:
		case nameOf(selector.X) == "diagnostic":
			used[selector.Sel.Name] = true
		}
	})
	if len(declared) < 100 {
		t.Fatalf("found only %d summaries in the source of the catalogue", len(declared))
	}
	for name := range declared {
		if !used[name] {
			t.Errorf("nothing prints diagnostic.%s", name)
		}
	}
}

// inspect visits the source of a package without its tests.
func inspect(t *testing.T, files *token.FileSet, dir string, visit func(ast.Node)) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			visit(node)
			return true
		})
	}
}

func first(values []ast.Expr) ast.Expr {
	if len(values) == 0 {
		return nil
	}
	return values[0]
}

// nameOf is the name of a variable or function, empty for any other expression.
func nameOf(e ast.Expr) string {
	if name, ok := e.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}
