package plot

import (
	"math"
	"nianbao/store/ask"
	"strconv"

	"gonum.org/v1/plot"
)

// numbers are ticks with plain numbers and commas.
type numbers struct{}

// Ticks implements plot.Ticker.
func (numbers) Ticks(low, high float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(low, high)
	for i, t := range ticks {
		if t.Label != "" {
			ticks[i].Label = plain(t.Value)
		}
	}
	return ticks
}

// years are ticks at whole years.
type years struct{}

// Ticks implements plot.Ticker.
func (years) Ticks(low, high float64) (ticks []plot.Tick) {
	for y := math.Ceil(low); y <= high && len(ticks) < 200; y++ {
		ticks = append(ticks, plot.Tick{Value: y, Label: strconv.Itoa(int(y))})
	}
	return ticks
}

// printed writes a value of a measure, with its factor, as people read it.
func printed(m ask.Measure, v float64) string {
	if m.Share {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return plain(v)
}

// plain writes a number as people read it.
func plain(v float64) string {
	digits := 2
	if v == math.Trunc(v) {
		digits = 0
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', digits, 64)
	whole, rest := s, ""
	for i := range s {
		if s[i] == '.' {
			whole, rest = s[:i], s[i:]
		}
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if v < 0 {
		whole = "-" + whole
	}
	return whole + rest
}
