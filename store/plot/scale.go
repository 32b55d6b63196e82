package plot

import (
	"math"
	"strconv"
	"strings"

	"nianbao/store/ask"
)

// Scale places values between 0 and 1.
type Scale struct {
	Low, High float64
	Log       bool // counts by log(1+v), which has a place for zero
	Percent   bool // the values are parts of one
	English   bool
}

// NewScale spans from low to high, zero included, with round ends. A logarithmic
// one is linear where there are negative values.
func NewScale(low, high float64, log, percent, english bool) Scale {
	s := Scale{Low: min(low, 0), High: max(high, 0), Log: log && low >= 0, Percent: percent, English: english}
	if s.High <= s.Low {
		s.High = s.Low + 1
	}
	if !s.Log {
		step := niceStep((s.High - s.Low) / 4)
		s.Low, s.High = math.Floor(s.Low/step+1e-9)*step, math.Ceil(s.High/step-1e-9)*step
	}
	return s
}

// At is the place of a value.
func (s Scale) At(v float64) float64 {
	if s.Log {
		return math.Log1p(max(v, 0)) / math.Log1p(s.High)
	}
	return (v - s.Low) / (s.High - s.Low)
}

// Tick is a place on a scale with its label.
type Tick struct {
	At    float64 // 0 to 1
	Label string
}

// Ticks are at round values.
func (s Scale) Ticks() (all []Tick) {
	add := func(v float64) { all = append(all, Tick{s.At(v) + 0, s.Label(v + 0)}) }
	if s.Log {
		add(0)
		step := math.Pow(10, math.Max(1, math.Ceil(math.Log10(s.High)/5)))
		first := 10.0
		if s.Percent {
			step, first = 10, .01
		}
		for v := first; v <= s.High; v *= step {
			add(v)
		}
		if len(all) == 1 {
			add(s.High)
		}
		return all
	}
	step := niceStep((s.High - s.Low) / 4)
	for n := math.Ceil(s.Low/step - 1e-9); n*step <= s.High*(1+1e-9)+1e-12; n++ {
		add(math.Round(n*step*1e6) / 1e6)
	}
	return all
}

// apart are the ticks whose labels stand clear of each other when they are written in
// a size around their places; of two that would touch the later is left out.
func apart(ticks []Tick, place func(Tick) float64, size float64) (clear []Tick) {
	end := math.Inf(-1)
	for _, t := range ticks {
		half := width(t.Label, size) / 2
		if place(t)-half < end {
			continue
		}
		clear, end = append(clear, t), place(t)+half+size/2
	}
	return clear
}

// Label prints the value of a tick.
func (s Scale) Label(v float64) string {
	if s.Percent {
		return strconv.FormatFloat(math.Round(v*1e4)/100, 'f', -1, 64) + "%"
	}
	return Short(v, s.English)
}

// niceStep is the next of 1, 2 and 5 times a power of ten.
func niceStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, n := range []float64{1, 2, 5} {
		if v <= n*power*(1+1e-9) {
			return n * power
		}
	}
	return 10 * power
}

// Short prints a number in few characters: Chinese counts in 万 (ten thousand)
// and 亿 (a hundred million), English in thousands and millions.
func Short(v float64, english bool) string {
	units := []struct {
		from, by float64
		name     string
	}{{1e8, 1e8, "亿"}, {1e4, 1e4, "万"}}
	if english {
		units = []struct {
			from, by float64
			name     string
		}{{1e9, 1e9, "bn"}, {1e6, 1e6, "m"}, {1e4, 1e3, "k"}}
	}
	for _, u := range units {
		if math.Abs(v) >= u.from {
			return strconv.FormatFloat(math.Round(v/u.by*100)/100, 'f', -1, 64) + u.name
		}
	}
	return Number(v)
}

// Number prints a figure as people read it: thousands apart, at most two
// decimals. The minus is the plain hyphen: a spreadsheet takes a typographic one
// for text and leaves the figure out of its sums.
func Number(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 2, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	whole, fraction, _ := strings.Cut(s, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	if v < 0 && b.String() != "0" {
		return "-" + b.String()
	}
	return b.String()
}

// Percent prints a part of one.
func Percent(v float64) string {
	s := strconv.FormatFloat(math.Abs(v)*100, 'f', 1, 64) + "%"
	if v < 0 {
		return "-" + s
	}
	return s
}

// Whole rounds what is told of counts, a median of 738.5 to 739. Below ten a
// half says something and stays.
func Whole(v float64) float64 {
	if math.Abs(v) < 10 {
		return v
	}
	return math.Round(v)
}

// Value prints a value of a measure without its unit.
func Value(m ask.Measure, v float64) string {
	if m.Share {
		return Percent(v)
	}
	return Number(v)
}

// Statistic prints a median or quartile of a measure: of counts a whole number.
func Statistic(m ask.Measure, v float64) string {
	if m.Share {
		return Percent(v)
	}
	if m.Kind != ask.KindRate && m.Unit != "万元" && m.Unit != "%" {
		v = Whole(v)
	}
	return Number(v)
}
