package checks

import (
	"go/ast"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// Files of one package may use each other as they like, and the compiler says nothing. Where
// they use each other in a circle, none of them can be read or changed alone, so there is no
// circle in the packages that decide and in the one that Terraform talks to.
func TestNoCirclesOfFiles(t *testing.T) {
	t.Parallel()
	config := &packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps,
		Dir:  filepath.Join("..", ".."),
	}
	found, err := packages.Load(config, "./internal/provider", "./internal/version", "./internal/diagnostic", "./internal/inventory", "./internal/settings", "./internal/tfserver")
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(found) > 0 {
		t.Fatal("a package does not compile")
	}
	for _, p := range found {
		uses := usesOf(p)
		if len(uses) == 0 {
			t.Errorf("%s: no file uses another, which is not so", p.PkgPath)
		}
		if circle := circleIn(uses); len(circle) > 0 {
			t.Errorf("%s: these files use each other in a circle: %s", p.PkgPath, strings.Join(circle, " -> "))
		}
	}
}

// usesOf are the files of a package, each with those that declare what it uses. Fields say
// nothing that their type does not.
func usesOf(p *packages.Package) map[string]map[string]bool {
	uses := map[string]map[string]bool{}
	for _, file := range p.Syntax {
		from := filepath.Base(p.Fset.Position(file.Pos()).Filename)
		ast.Inspect(file, func(n ast.Node) bool {
			name, isName := n.(*ast.Ident)
			if !isName {
				return true
			}
			used := p.TypesInfo.Uses[name]
			if used == nil || used.Pkg() != p.Types {
				return true
			}
			if v, isVar := used.(*types.Var); isVar && v.Parent() != p.Types.Scope() {
				return true
			}
			if to := filepath.Base(p.Fset.Position(used.Pos()).Filename); to != from {
				if uses[from] == nil {
					uses[from] = map[string]bool{}
				}
				uses[from][to] = true
			}
			return true
		})
	}
	return uses
}

// circleIn is a way from a file back to itself, nil where there is none.
func circleIn(uses map[string]map[string]bool) []string {
	done := map[string]bool{}
	var way []string
	var visit func(file string) []string
	visit = func(file string) []string {
		if i := slices.Index(way, file); i >= 0 {
			return append(slices.Clone(way[i:]), file)
		}
		if done[file] {
			return nil
		}
		way = append(way, file)
		for _, next := range slices.Sorted(maps.Keys(uses[file])) {
			if circle := visit(next); circle != nil {
				return circle
			}
		}
		way, done[file] = way[:len(way)-1], true
		return nil
	}
	for _, file := range slices.Sorted(maps.Keys(uses)) {
		if circle := visit(file); circle != nil {
			return circle
		}
	}
	return nil
}

func TestCircleIn(t *testing.T) {
	t.Parallel()
	uses := map[string]map[string]bool{"a.go": {"b.go": true, "c.go": true}, "b.go": {"c.go": true}}
	if circle := circleIn(uses); circle != nil {
		t.Errorf("%v is not a circle", circle)
	}
	uses["c.go"] = map[string]bool{"b.go": true}
	if circle := circleIn(uses); !slices.Equal(circle, []string{"b.go", "c.go", "b.go"}) {
		t.Errorf("the circle is %v", circle)
	}
}
