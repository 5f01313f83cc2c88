package main

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
)

const (
	panelWidth  = 9 * vg.Centimeter
	panelHeight = 8 * vg.Centimeter
)

var strategyColors = map[inventory.Strategy]color.Color{
	inventory.Auto:       color.RGBA{R: 0x00, G: 0x6d, B: 0x77, A: 0xff},
	inventory.Individual: color.RGBA{R: 0xbc, G: 0x4b, B: 0x51, A: 0xff},
}

// drawSimulation draws requests, time and memory over the number of secrets.
func drawSimulation(file string, points []simulated) error {
	measures := []struct {
		title string
		of    func(simulated) float64
	}{
		{"requests", func(s simulated) float64 { return float64(s.requests) }},
		{"seconds", func(s simulated) float64 { return s.wall.Seconds() }},
		{"peak memory, MiB", func(s simulated) float64 { return float64(s.process.PeakMemory) / (1 << 20) }},
	}
	panels := make([]*plot.Plot, len(measures))
	for i, m := range measures {
		panel, err := panelOf(m.title, points, m.of)
		if err != nil {
			return err
		}
		panel.Legend.Top, panel.Legend.Left = true, true
		panels[i] = panel
	}
	canvas := vgsvg.New(panelWidth*vg.Length(len(panels)), panelHeight)
	tiles := draw.Tiles{Rows: 1, Cols: len(panels), PadX: vg.Centimeter / 2, PadTop: vg.Millimeter, PadBottom: vg.Millimeter, PadLeft: vg.Millimeter, PadRight: vg.Millimeter}
	for i, aligned := range plot.Align([][]*plot.Plot{panels}, tiles, draw.New(canvas))[0] {
		panels[i].Draw(aligned)
	}
	f, err := os.Create(file) //nolint:gosec // The command line names it.
	if err != nil {
		return err
	}
	if _, err := canvas.WriteTo(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// panelOf draws one measure on logarithmic scales, a line for each strategy.
func panelOf(title string, points []simulated, measure func(simulated) float64) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text = "secrets"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = decades{}, decades{}
	p.Add(plotter.NewGrid())
	for _, strategy := range []inventory.Strategy{inventory.Auto, inventory.Individual} {
		var line plotter.XYs
		for _, point := range points {
			if point.strategy == strategy {
				line = append(line, plotter.XY{X: float64(point.secrets), Y: measure(point)})
			}
		}
		if len(line) == 0 {
			continue
		}
		drawn, dots, err := plotter.NewLinePoints(line)
		if err != nil {
			return nil, fmt.Errorf("drawing %s: %w", title, err)
		}
		drawn.Color, drawn.Width = strategyColors[strategy], vg.Points(2)
		dots.Color, dots.Shape = strategyColors[strategy], draw.CircleGlyph{}
		p.Add(drawn, dots)
		p.Legend.Add(string(strategy), drawn, dots)
	}
	// Whole decades, so that no line hides in a corner.
	p.X.Min, p.X.Max = decadeBelow(p.X.Min), decadeAbove(p.X.Max)
	p.Y.Min, p.Y.Max = decadeBelow(p.Y.Min), decadeAbove(p.Y.Max)
	return p, nil
}

func decadeBelow(v float64) float64 { return math.Pow(10, math.Floor(math.Log10(v))) }

func decadeAbove(v float64) float64 { return math.Pow(10, math.Ceil(math.Log10(v))) }

// decades marks the powers of ten.
type decades struct{}

// Ticks implements plot.Ticker.
func (decades) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for v := decadeBelow(low); v <= high*1.001; v *= 10 {
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'f', -1, 64)})
	}
	return ticks
}
