package flattened

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/report"
)

// Truth is what a generated text says.
type Truth struct {
	Seed   int64
	Style  string   // how the tables are printed
	Twists []string // what else was done to the text
	Name   string   // a file name that suits the text
	Layout string   // 2014, 2019 or 2021
	// SumsHold tells that the tables agree with their own sums; in the other
	// reports one figure does not.
	SumsHold bool
	Cells    map[string]Cell // by report.Fact.Key
}

// Cell is one cell of the standard tables as it is printed.
type Cell struct {
	Status report.Status // reported, blank, not_applicable or unreadable
	Value  float64       // of a reported figure, in the indicator's unit
	Raw    string        // the text of the cell as printed
}

func (c Cell) String() string {
	if c.Status == report.StatusReported {
		return strconv.FormatFloat(c.Value, 'f', -1, 64) + " printed as " + strconv.Quote(c.Raw)
	}
	return string(c.Status) + " printed as " + strconv.Quote(c.Raw)
}

// Difference is a cell that was not read as it is printed.
type Difference struct {
	Key       string // as report.Fact.Key
	Want, Got string
}

func (d Difference) String() string { return d.Key + ": want " + d.Want + ", got " + d.Got }

// Judge holds what was read against what is printed. Wrong is a figure that is
// not the printed one or that no cell prints; falseBlank is a cell called
// empty, or a dash, that is not. Missing are figures that were left out or
// called unreadable, which a reader is free to do. Each list is sorted by key.
func Judge(rep *report.Report, truth Truth) (wrong, falseBlank, missing []Difference) {
	read := map[string]bool{}
	for _, f := range rep.Facts {
		key := f.Key()
		cell, printed := truth.Cells[key]
		told := func() Difference {
			want := "no such cell"
			if printed {
				want = cell.String()
			}
			return Difference{Key: key, Want: want, Got: got(f)}
		}
		switch {
		case f.Status.HasValue():
			read[key] = true
			if !printed || cell.Status != report.StatusReported || f.Value == nil || !same(*f.Value, cell.Value) {
				wrong = append(wrong, told())
			}
		case f.Status == report.StatusBlank || f.Status == report.StatusNotApplicable:
			read[key] = true
			if !printed || f.Status != cell.Status {
				falseBlank = append(falseBlank, told())
			}
		case f.Status != report.StatusUnreadable:
			wrong = append(wrong, told())
		}
	}
	for key, cell := range truth.Cells {
		if cell.Status == report.StatusReported && !read[key] {
			missing = append(missing, Difference{Key: key, Want: cell.String(), Got: "nothing"})
		}
	}
	for _, list := range [][]Difference{wrong, falseBlank, missing} {
		slices.SortStableFunc(list, func(a, b Difference) int { return strings.Compare(a.Key, b.Key) })
	}
	return wrong, falseBlank, missing
}

func got(f report.Fact) string {
	if f.Value == nil {
		return fmt.Sprintf("%s %q (%s)", f.Status, f.Raw, f.Locator)
	}
	return fmt.Sprintf("%s %s %q (%s)", f.Status, strconv.FormatFloat(*f.Value, 'f', -1, 64), f.Raw, f.Locator)
}

// same compares figures that may have been converted from another unit.
func same(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }
