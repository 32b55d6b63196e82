package explorer

import (
	"math"
	"nianbao/store/ask"
	"strconv"
	"strings"
)

// The size of a small multiple, in the units of its viewBox, and the room for
// its labels.
const (
	chartWidth, chartHeight                              = 320.0, 170.0
	chartLeft, chartRight, chartTop, chartBottom float64 = 46, 12, 12, 24
)

// lineChart is one measure over the years: the region's own line, with the
// medians of its peers behind it.
type lineChart struct {
	XTicks, YTicks []chartTick
	Lines          []string // paths of the region's own, broken where a year is missing
	Breaks         []float64
	Dots           []chartDot
	Medians        []medianLine
	Width, Height  float64
}

type chartTick struct {
	At    float64
	Label string
}

type chartDot struct {
	X, Y     float64
	Label    string
	Year     int
	ReportID int64
}

// medianLine is the median of a group of peers.
type medianLine struct {
	Class string // of the style sheet
	Path  string
}

// peers are a group whose median is drawn behind a region's own line.
type peers struct {
	Class   string // of the style sheet
	Name    string // key in texts.csv, with the place for Of
	Of      string // the province or prefecture
	Medians map[int]float64

	by, group string // as ask.MediansQuery.By and ask.Median.Group
}

// newLineChart draws points over the years from first to last.
func newLineChart(points []ask.TrendPoint, groups []peers, first, last int, rate bool) lineChart {
	c := lineChart{Width: chartWidth, Height: chartHeight}
	low, high := 0.0, 0.0
	for _, p := range points {
		if p.Value != nil {
			low, high = min(low, *p.Value), max(high, *p.Value)
		}
	}
	for _, g := range groups {
		for _, m := range g.Medians {
			low, high = min(low, m), max(high, m)
		}
	}
	if high <= low {
		high = low + 1
	}
	step := niceStep((high - low) / 3)
	low, high = math.Floor(low/step)*step, math.Ceil(high/step-1e-9)*step
	x := func(year int) float64 {
		if last == first {
			return round1((chartLeft + chartWidth - chartRight) / 2)
		}
		return round1(chartLeft + (chartWidth-chartLeft-chartRight)*float64(year-first)/float64(last-first))
	}
	y := func(v float64) float64 {
		return round1(chartHeight - chartBottom - (chartHeight-chartTop-chartBottom)*(v-low)/(high-low))
	}
	for n := 0; low+float64(n)*step <= high*(1+1e-9)+1e-9; n++ {
		v := low + float64(n)*step
		label := short(v)
		if rate {
			label = strconv.FormatFloat(math.Round(v*1e4)/100, 'f', -1, 64) + "%"
		}
		c.YTicks = append(c.YTicks, chartTick{y(v), label})
	}
	every := 1 + (last-first)/6
	for year := first; year <= last; year++ {
		if (last-year)%every == 0 {
			c.XTicks = append(c.XTicks, chartTick{x(year), strconv.Itoa(year)})
		}
	}
	var path strings.Builder
	flush := func() {
		if path.Len() > 0 {
			c.Lines = append(c.Lines, path.String())
		}
		path.Reset()
	}
	previous := 0
	for _, p := range points {
		if p.Break {
			c.Breaks = append(c.Breaks, round1(x(p.Year)-(x(last)-x(first))/float64(max(1, last-first))/2))
			flush()
		}
		if p.Value == nil || previous != 0 && p.Year != previous+1 {
			flush()
		}
		if p.Value == nil {
			continue
		}
		previous = p.Year
		px, py := x(p.Year), y(*p.Value)
		path.WriteString(map[bool]string{true: "M", false: "L"}[path.Len() == 0])
		path.WriteString(number1(px) + " " + number1(py))
		label := formatNumber(*p.Value)
		if rate {
			label = formatPercent(*p.Value)
		}
		c.Dots = append(c.Dots, chartDot{px, py, label, p.Year, p.ReportID})
	}
	flush()
	for _, g := range groups {
		var path strings.Builder
		for year := first; year <= last; year++ {
			m, ok := g.Medians[year]
			if !ok {
				continue
			}
			_, before := g.Medians[year-1]
			path.WriteString(map[bool]string{true: "L", false: "M"}[before && path.Len() > 0])
			path.WriteString(number1(x(year)) + " " + number1(y(m)))
		}
		if path.Len() > 0 {
			c.Medians = append(c.Medians, medianLine{g.Class, path.String()})
		}
	}
	return c
}

func round1(v float64) float64 { return math.Round(v*10) / 10 }
func number1(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// short prints a tick's figure in few characters.
func short(v float64) string {
	switch {
	case math.Abs(v) >= 1e6:
		return strconv.FormatFloat(math.Round(v/1e4)/100, 'f', -1, 64) + "M"
	case math.Abs(v) >= 1e4:
		return strconv.FormatFloat(math.Round(v/100)/10, 'f', -1, 64) + "k"
	}
	return formatNumber(v)
}
