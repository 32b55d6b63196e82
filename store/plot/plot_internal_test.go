package plot

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/store/ask"
)

// What a legend says of a shade is true of every value that has it: none is below the
// bound of its shade, and none reaches that of the next.
func TestShadesAreAsTheLegendSays(t *testing.T) {
	count := ask.Measure{Kind: ask.KindIndicator, Unit: "件"}
	rate := ask.Measure{Kind: ask.KindRate, Share: true}
	rng := rand.New(rand.NewPCG(3, 5))
	many := make([]float64, 300)
	for i := range many {
		many[i] = float64(int(rng.ExpFloat64() * 4000))
	}
	for name, c := range map[string]struct {
		m      ask.Measure
		values []float64
	}{
		"medians": {count, []float64{8.5, 12, 13, 17, 18, 19, 20, 21, 24, 25, 28, 30, 44, 69}}, "small": {count, []float64{0, 1, 2, 3}}, "one": {count, []float64{7}}, "two": {count, []float64{0, 1}},
		"counts": {count, many}, "large": {count, []float64{12345, 23456, 1234567, 98765432}}, "shares": {rate, []float64{.0004, .256, .33, .5, 1}}, "below zero": {count, []float64{-12, -3, 0, 4, 9}}, "nothing": {count, []float64{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			s := shadesOf(c.m, c.values)
			chart := &Chart{Width: 2000}
			chart.legend(Options{}, c.m, s, 0, 0, "无数值")
			var bounds []float64
			for _, label := range regexp.MustCompile(`≥ ([^<]+)<`).FindAllStringSubmatch(chart.Inline(), -1) {
				bounds = append(bounds, printedNumber(t, label[1]))
			}
			if !slices.IsSorted(bounds) || len(slices.Compact(slices.Clone(bounds))) != len(bounds) || len(bounds) == 0 {
				t.Fatalf("the bounds are %v", bounds)
			}
			order := map[int]int{} // of the shades in the legend
			for step := 1; step <= steps; step++ {
				if s.has(step) {
					order[step] = len(order)
				}
			}
			for _, v := range c.values {
				k, ok := order[s.step(v)]
				if !ok || v < bounds[k]-1e-9 || k+1 < len(bounds) && v >= bounds[k+1] {
					t.Errorf("%v has the shade of number %d of %v", v, k+1, bounds)
				}
			}
		})
	}
}

// printedNumber reads a number as a chart has it.
func printedNumber(t *testing.T, s string) float64 {
	by := 1.0
	for _, u := range []struct {
		end string
		by  float64
	}{{"%", .01}, {"万", 1e4}, {"亿", 1e8}} {
		if rest, ok := strings.CutSuffix(s, u.end); ok {
			s, by = rest, u.by
		}
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v * by
}
