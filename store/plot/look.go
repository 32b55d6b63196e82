package plot

import (
	"image/color"
	"strconv"
)

// look is how shapes of a class are drawn in a file. Inside a page the page's
// style sheet may say otherwise.
type look struct {
	fill, stroke string // #rrggbb; "": none
	width        float64
	dash         []float64
}

// looks are those of all classes. The colours of series and of marks are told
// apart by people who see colours differently (Okabe and Ito); the steps h1 to
// h6 go evenly from light to dark and print in grey as well.
var looks = map[string]look{
	"paper":   {fill: "#ffffff"},
	"ink":     {fill: "#1b1f23"},
	"title":   {fill: "#1b1f23"},
	"soft":    {fill: "#57606a"},
	"white":   {fill: "#ffffff"},
	"onlight": {fill: "#1b1f23"},
	"grid":    {stroke: "#e3e8ed", width: 1},
	"axis":    {stroke: "#8c9baa", width: 1},
	"break":   {stroke: "#8c9baa", width: 1, dash: []float64{2, 3}},
	"median":  {stroke: "#1b1f23", width: 1.2, dash: []float64{4, 3}},
	"middle":  {stroke: "#57606a", width: 1.6, dash: []float64{5, 3}},
	"peer":    {stroke: "#d55e00", width: 1.6, dash: []float64{5, 3}},
	"band":    {fill: "#e9edf1"},
	"bar":     {fill: "#82b9da"},
	"stem":    {stroke: "#9cc7e2", width: 2},
	"dot":     {fill: "#0072b2"},
	"own":     {fill: "#d55e00"},
	"ownbar":  {fill: "#d55e00"},
	"ownline": {stroke: "#d55e00", width: 2},
	"tileown": {stroke: "#d55e00", width: 4},
	"doubt":   {fill: "#ffffff", stroke: "#b84300", width: 2},
	"border":  {stroke: "#ffffff", width: 0.5},
	"h0":      {fill: "#e4e7ea"}, "h1": {fill: "#dcebf5"}, "h2": {fill: "#b5d6ea"}, "h3": {fill: "#82b9da"},
	"h4": {fill: "#2a76a4"}, "h5": {fill: "#14618f"}, "h6": {fill: "#0b3d5c"},
}

// palette has the colours of lines; beyond them dashes tell lines apart.
var palette = []string{"#0072b2", "#d55e00", "#009e73", "#b3498a", "#946200", "#3b6ea5", "#1b1f23"}

var dashes = [][]float64{nil, {7, 3}, {2, 3}, {9, 3, 2, 3}}

func init() {
	for i := range maxSeries {
		colour := palette[i%len(palette)]
		looks["line"+strconv.Itoa(i)] = look{stroke: colour, width: 2, dash: dashes[i/len(palette)%len(dashes)]}
		looks["point"+strconv.Itoa(i)] = look{fill: colour}
		looks["hollow"+strconv.Itoa(i)] = look{fill: "#ffffff", stroke: colour, width: 1.6}
	}
}

// rgb reads #rrggbb.
func rgb(s string) color.RGBA {
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		panic("plot: a look has the colour " + s)
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}
}

// steps is how many shades a value can have.
const steps = 6

// on is the class of a text on a shade.
func on(step int) string {
	switch {
	case step == 0:
		return "soft"
	case step >= 4:
		return "white"
	}
	return "onlight"
}
