package main

import (
	"fmt"
	"testing"
)

// The framework copies the map of attributes for each attribute: with four times as many
// attributes, planning a resource as it is takes far more than four times the bytes. When
// this fails, run the program and see whether the fast path of internal/tfserver can go.
func TestFrameworkCopiesAttributes(t *testing.T) {
	few, many := bytesOfAPlan(t, 16), bytesOfAPlan(t, 64)
	if growth := float64(many) / float64(few); growth < 6 {
		t.Errorf("a plan of 16 attributes takes %d bytes and one of 64 takes %d, %.1f times as many: the framework has become cheaper", few, many, growth)
	}
}

func bytesOfAPlan(t *testing.T, attributes int) int64 {
	t.Helper()
	r, err := newReproduction(t.Context(), attributes)
	if err != nil {
		t.Fatal(err)
	}
	return testing.Benchmark(func(b *testing.B) {
		b.Helper()
		b.ReportAllocs()
		for b.Loop() {
			if err := r.plan(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}).AllocedBytesPerOp()
}

// BenchmarkPlan plans a resource as it is.
func BenchmarkPlan(b *testing.B) {
	for _, attributes := range []int{8, 32} {
		b.Run(fmt.Sprint(attributes), func(b *testing.B) {
			r, err := newReproduction(b.Context(), attributes)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := r.plan(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
