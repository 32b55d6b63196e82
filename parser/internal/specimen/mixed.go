package specimen

import (
	"math/rand/v2"
	"slices"
	"strings"

	"nianbao/parser/document"
)

// Mixed returns a style put together from others at random: how the tables are
// drawn, what the cells say, how the labels are spelt, and what it is all
// written as. Where the mixture leaves a copy without the bounds of its cells,
// every figure counts as undecidable: it may be missing, never wrong.
func Mixed(rng *rand.Rand, layout string) Style {
	pick := func(styles []Style, fits func(s Style) bool) Style {
		var fitting []Style
		for _, s := range styles {
			if s.Writes(layout) && (fits == nil || fits(s)) {
				fitting = append(fitting, s)
			}
		}
		if len(fitting) == 0 {
			return Style{Name: "none"}
		}
		return fitting[rng.IntN(len(fitting))]
	}
	writer := pick(slices.Concat(htmlStyles(), charsetStyles(), textStyles(), officeStyles()), func(s Style) bool {
		return !slices.Contains(unmixed, s.Name)
	})
	html := writer.Container == document.HTML
	grid := pick(gridStyles(), func(s Style) bool {
		return !slices.Contains(unmixed, s.Name) && (html || slices.Contains(portable, s.Name))
	})
	cells := pick(cellStyles(), func(s Style) bool {
		switch {
		case slices.Contains(unmixed, s.Name):
			return false
		case s.Name == "cell-split" || s.Name == "cell-row-short": // rows of other lengths than the table's
			return html
		case writer.Container == document.XLSX: // a workbook holds values, not their spelling
			return slices.Contains(valueless, s.Name)
		}
		return true
	})
	labels := pick(labelStyles(), nil)
	flat := writer.Container == document.Text && !strings.HasPrefix(writer.Name, "text-pipes") && !strings.HasPrefix(writer.Name, "text-tabs") && writer.Name != "text-markdown"
	parts := []Style{grid, cells, labels, writer}
	mixed := writer
	mixed.Name = "mixed"
	mixed.Layouts = []string{layout}
	mixed.form = func(f *form) {
		for _, s := range parts {
			if s.form != nil {
				s.form(f)
			}
		}
	}
	mixed.page = func(p *page) {
		for _, s := range parts {
			if s.page != nil {
				s.page(p)
			}
		}
		// Two departures at once may hide what a finding would be about.
		p.want.Rules = nil
		if flat {
			for key := range p.want.Facts {
				p.doubt(Undecidable, key)
			}
		}
	}
	var shows []string
	for _, s := range parts {
		mixed.Name += "+" + s.Name
		if s.Shows != "" {
			shows = append(shows, s.Shows)
		}
	}
	mixed.Shows = strings.Join(shows, "; ")
	return mixed
}

var (
	// unmixed styles say something about a cell or a table that another style
	// would make untrue.
	unmixed = []string{
		"cell-two-figures", "cell-links", "cell-unit-row-yuan", "cell-merged-zeros", "grid-cut-row", "grid-merged-repeated", "grid-review-upright", "grid-annex-abreast",
		"html-partial", "html-applications-only", "charset-big5", "charset-traditional", "charset-pinyin", "text-cells-units", "docx-grid-gaps",
	}
	// portable styles draw tables that every container can hold.
	portable = []string{
		"grid-split", "grid-abreast", "grid-cut-with-header", "grid-one-row-others", "grid-extra-document-row", "grid-extra-request-row",
		"grid-missing-column", "grid-columns-reordered", "grid-total-first", "grid-rows-reordered", "grid-rows-missing", "grid-blocks-reordered",
		"grid-columns-swapped", "grid-one-header-row", "grid-annex-no-units", "grid-annex-province-rows", "grid-annex-units-in-labels",
	}
	// valueless styles change which cells have a figure, not how it is spelt.
	valueless = []string{"cell-blanks", "cell-dashes", "cell-unreadable", "cell-totals-blank", "cell-totals-zero", "cell-all-blank"}
)
