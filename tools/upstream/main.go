// Upstream measures what terraform-plugin-framework takes to plan a resource that stays as it
// is, by a provider whose only resource has optional texts and no code:
//
//	go -C tools/upstream run .
//
// For each attribute that the framework looks at it copies the map of all attributes of the
// schema (Schema.GetAttributes), so the cost of a resource grows with the square of its
// attributes. The program measures the framework as it is, and once more with a copy of
// resource/schema/schema.go that keeps the map.
//
// The fast path of internal/tfserver avoids that, and a plan's other conversions, for
// resources that have not changed. It can go when planning such a resource with the framework
// takes no more than three times as long as decoding its state, configuration and proposed
// state, which the last column shows. TestFrameworkCopiesAttributes fails as soon as the
// framework no longer copies the map.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func main() {
	cached := flag.Bool("cached", false, "say that the framework keeps the map of attributes, as the program runs itself with")
	flag.Parse()
	ctx := context.Background()
	if err := measure(*cached); err != nil {
		fail(err)
	}
	if !*cached {
		if err := runCached(ctx); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// measure prints a line for each number of attributes.
func measure(cached bool) error {
	title := "terraform-plugin-framework as it is"
	if cached {
		title = "with a map of attributes that is kept"
	}
	fmt.Printf("%s\nattributes     plan  allocations      bytes  plan / decoding\n", title)
	for _, attributes := range []int{4, 8, 16, 32, 64} {
		r, err := newReproduction(context.Background(), attributes)
		if err != nil {
			return err
		}
		if err := errors.Join(r.plan(context.Background()), r.decode()); err != nil {
			return err
		}
		plan := testing.Benchmark(func(b *testing.B) {
			b.Helper()
			b.ReportAllocs()
			for b.Loop() {
				_ = r.plan(b.Context())
			}
		})
		decoding := testing.Benchmark(func(b *testing.B) {
			b.Helper()
			for b.Loop() {
				_ = r.decode()
			}
		})
		fmt.Printf("%10d %5d µs %12d %10d %16.0f\n", attributes, plan.NsPerOp()/1000, plan.AllocsPerOp(), plan.AllocedBytesPerOp(),
			float64(plan.NsPerOp())/float64(decoding.NsPerOp()))
	}
	return nil
}

// The function of the framework that copies the map, and one that keeps it.
const (
	copies = `func schemaAttributes(attributes map[string]Attribute) map[string]fwschema.Attribute {
`
	keeps = `var keptAttributes sync.Map

type kept struct {
	original map[string]Attribute // so that its address is its own
	copied   map[string]fwschema.Attribute
}

func schemaAttributes(attributes map[string]Attribute) map[string]fwschema.Attribute {
	key := reflect.ValueOf(attributes).Pointer()
	if known, ok := keptAttributes.Load(key); ok {
		return known.(kept).copied
	}
	copied := copyAttributes(attributes)
	keptAttributes.Store(key, kept{attributes, copied})
	return copied
}

func copyAttributes(attributes map[string]Attribute) map[string]fwschema.Attribute {
`
)

// runCached runs this program with a copy of the framework that keeps the map.
func runCached(ctx context.Context) error {
	const framework = "github.com/hashicorp/terraform-plugin-framework"
	found, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", framework).Output()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "upstream")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	patched := filepath.Join(dir, "framework")
	if err := os.CopyFS(patched, os.DirFS(strings.TrimSpace(string(found)))); err != nil {
		return err
	}
	if err := keepAttributes(filepath.Join(patched, "resource", "schema", "schema.go")); err != nil {
		return err
	}
	modules := filepath.Join(dir, "go.mod")
	if err := errors.Join(
		extend("go.mod", modules, fmt.Sprintf("\nreplace %s => %s\n", framework, patched)),
		extend("go.sum", filepath.Join(dir, "go.sum"), ""),
	); err != nil {
		return err
	}
	again := exec.CommandContext(ctx, "go", "run", "-modfile", modules, ".", "-cached") //nolint:gosec // This program itself.
	again.Stdout, again.Stderr = os.Stdout, os.Stderr
	return again.Run()
}

// keepAttributes makes a source file of the framework keep the map.
func keepAttributes(file string) error {
	source, err := os.ReadFile(file) //nolint:gosec // A copy that this program has made.
	if err != nil {
		return err
	}
	text := string(source)
	if strings.Count(text, copies) != 1 || strings.Count(text, "import (\n") != 1 {
		return errors.New("the framework no longer copies the attributes here: see whether the fast path of internal/tfserver can go")
	}
	text = strings.Replace(text, "import (\n", "import (\n\t\"reflect\"\n\t\"sync\"\n", 1)
	return os.WriteFile(file, []byte(strings.Replace(text, copies, keeps, 1)), 0o600) //nolint:gosec // As above.
}

// extend writes a copy of a file with something after it.
func extend(from, to, with string) error {
	source, err := os.ReadFile(from) //nolint:gosec // The files of this module.
	if err != nil {
		return err
	}
	return os.WriteFile(to, append(source, with...), 0o600) //nolint:gosec // In a directory of this program's own.
}
