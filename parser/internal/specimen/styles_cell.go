package specimen

import (
	"html"
	"math"
	"strconv"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
	"nianbao/parser/report"
)

// cellStyles differ in what a figure's cell says and how.
func cellStyles() []Style {
	styles := []Style{
		{Name: "cell-blanks", Shows: "every kind of blank: nothing, nbsp, full-width and zero-width spaces, o:p, an empty paragraph, a lone <br>", Layouts: anyLayout, page: func(p *page) {
			kinds := []string{"&nbsp;", "\u3000", "<o:p>&nbsp;</o:p>", "<p></p>", "<br>", "<p><span><o:p></o:p></span></p>", " &nbsp; \u3000", "&#8203;", "<!-- -->", "&ensp;", "<p>&nbsp;</p><p>&nbsp;</p>"}
			p.some(4, func(c *cell, _ float64) {
				p.blank(c)
				c.html = kinds[p.rng.IntN(len(kinds))]
			})
		}},
		{Name: "cell-dashes", Shows: "dashes, slashes, underscores and 无 stand beside figures and blanks", Layouts: anyLayout, page: func(p *page) {
			p.some(3, func(c *cell, _ float64) {
				if p.rng.IntN(4) == 0 {
					p.blank(c)
					return
				}
				p.mark(c, report.StatusNotApplicable, dashes[p.rng.IntN(len(dashes))])
			})
		}},
		{Name: "cell-unreadable", Shows: "words, question marks and letters where figures should be", Layouts: anyLayout, page: func(p *page) {
			p.some(6, func(c *cell, _ float64) {
				p.mark(c, report.StatusUnreadable, unreadable[p.rng.IntN(len(unreadable))])
			})
			p.want.Rules = append(p.want.Rules, report.RuleUnreadable)
		}},
		{Name: "cell-full-width", Shows: "figures in full-width digits, points and signs", Layouts: anyLayout, page: func(p *page) {
			p.figures(func(c *cell, _ float64) { c.text = fullWidthASCII(c.text) })
		}},
		{Name: "cell-thousands", Shows: "figures with thousand separators, half-width and full-width", Layouts: anyLayout, page: func(p *page) {
			p.figures(func(c *cell, v float64) {
				if math.Abs(v) < 1000 && v == math.Trunc(v) && p.rng.IntN(3) == 0 && !strings.HasSuffix(c.key, "items_change") {
					v = float64(1000 + p.rng.IntN(2_000_000))
					p.print(c, v, formatFigure(v))
				}
				comma := ","
				if p.rng.IntN(3) == 0 {
					comma = string(rune(',' + fullWidth))
				}
				c.text = thousands(c.text, comma)
			})
		}},
		{Name: "cell-units", Shows: "the unit stands behind the figure in its cell: 119件", Layouts: anyLayout, page: func(p *page) {
			p.figures(func(c *cell, _ float64) {
				code, _, _ := strings.Cut(c.key, "@")
				if ind, ok := catalog.Lookup(code); ok {
					space := ""
					if p.rng.IntN(4) == 0 {
						space = " "
					}
					c.text += space + ind.Unit
				}
			})
		}},
		{Name: "cell-yuan", Shows: "amounts in 元 within cells of a column in 万元", Layouts: anyLayout, page: amounts(func(p *page, v float64) string {
			return formatFigure(math.Round(v*1e4)) + "元"
		})},
		{Name: "cell-yuan-thousands", Shows: "amounts in 元 with thousand separators and two decimals", Layouts: anyLayout, page: amounts(func(p *page, v float64) string {
			return thousands(strconv.FormatFloat(v*1e4, 'f', 2, 64), ",") + "元"
		})},
		{Name: "cell-wan", Shows: "amounts in 万元 within cells, 万 alone in some", Layouts: anyLayout, page: amounts(func(p *page, v float64) string {
			return formatFigure(v) + []string{"万元", "万", " 万元", "(万元)"}[p.rng.IntN(4)]
		})},
		{Name: "cell-yi", Shows: "amounts in 亿元 within cells of a column in 万元", Layouts: anyLayout, page: amounts(func(p *page, v float64) string {
			return formatFigure(math.Round(v*100)/1e6) + "亿元"
		})},
		{Name: "cell-amount-prefix", Shows: "amounts with ¥ or 人民币 before the figure", Layouts: newLayouts, page: amounts(func(p *page, v float64) string {
			return []string{"¥", "人民币", "¥ "}[p.rng.IntN(3)] + formatFigure(v) + "万元"
		}, Undecidable)},
		{Name: "cell-header-yuan", Shows: "the column's heading names 元 instead of 万元", Layouts: newLayouts, page: func(p *page) {
			amounts(func(_ *page, v float64) string { return formatFigure(math.Round(v * 1e4)) })(p)
			p.cells(func(_ *grid, c *cell) {
				if c.kind == headCell {
					c.text = strings.ReplaceAll(c.text, "万元", "元")
				}
			})
		}},
		{Name: "cell-unit-row-yuan", Shows: "the annex's column of units names 元 instead of 万元", Layouts: only2014, page: func(p *page) {
			amounts(func(_ *page, v float64) string { return formatFigure(math.Round(v * 1e4)) })(p)
			p.cells(func(_ *grid, c *cell) {
				if c.kind == labelCell && c.text == "万元" {
					c.text = "元"
				}
			})
		}},
		{Name: "cell-no-unit", Shows: "neither the heading nor the cell names the amount's unit", Layouts: newLayouts, page: func(p *page) {
			p.cells(func(_ *grid, c *cell) {
				if c.kind == headCell && strings.Contains(c.text, "万元") {
					c.text = strings.NewReplacer("(单位:万元)", "", widen("(单位:万元)"), "").Replace(c.text)
				}
			})
			for _, key := range amountKeys {
				if e, ok := p.want.Facts[key]; ok && e.Value != nil {
					e.Status, e.Also = report.StatusUnitAssumed, nil
					if key == "disclosure.fees.amount" {
						e.Also = []report.Status{report.StatusReported} // the standard's column is in 万元
					}
					p.want.Facts[key] = e
				}
			}
		}},
		{Name: "cell-signed", Shows: "changes with signs of every kind: +1 -8 −3 +81 增2 减5", Layouts: only2019, page: func(p *page) {
			p.figures(func(c *cell, v float64) {
				if !strings.HasSuffix(c.key, "items_change") {
					return
				}
				size := formatFigure(math.Abs(v))
				switch {
				case v > 0:
					c.text = []string{"+", string(rune('+' + fullWidth)), "增", "增加", "+ "}[p.rng.IntN(5)] + size
				case v < 0:
					c.text = []string{"-", "−", string(rune('-' + fullWidth)), "减", "减少", "- ", "–", "—"}[p.rng.IntN(8)] + size
				default:
					c.text = []string{"0", "+0", "0"}[p.rng.IntN(3)]
				}
				if strings.ContainsAny(c.text, "增减") {
					p.doubt(Undecidable, c.key)
				}
			})
		}},
		{Name: "cell-change-unsigned", Shows: "changes that grew are printed without a sign", Layouts: only2019, page: func(p *page) {
			p.figures(func(c *cell, _ float64) { c.text = strings.TrimPrefix(c.text, "+") })
		}},
		{Name: "cell-remarks", Shows: "figures with a remark in brackets: 22(其中修订16件)", Layouts: anyLayout, page: func(p *page) {
			p.some(5, func(c *cell, v float64) {
				c.text += "(其中修订" + strconv.Itoa(p.rng.IntN(20)) + "件)"
				p.doubt(Undecidable, c.key)
			})
		}},
		{Name: "cell-paragraphs", Shows: "empty paragraphs, spaces and line breaks around the figure in its cell", Layouts: anyLayout, page: func(p *page) {
			p.figures(func(c *cell, _ float64) {
				s := html.EscapeString(c.text)
				c.html = []string{"<p></p><p>" + s + "</p>", "\n\t" + s + "\n", "<p>&nbsp;</p><p> " + s + "</p><p></p>", "<br>" + s + "<br>", "&nbsp;" + s + "\u3000", "<div><div>" + s + "</div></div>"}[p.rng.IntN(6)]
			})
		}},
		{Name: "cell-markup", Shows: "the figure's digits stand in inline elements of their own", Layouts: anyLayout, page: func(p *page) {
			p.figures(func(c *cell, _ float64) {
				var b strings.Builder
				for _, r := range c.text {
					b.WriteString("<span>" + html.EscapeString(string(r)) + "</span>")
				}
				c.html = "<p>" + b.String() + "</p>"
			})
		}},
		{Name: "cell-two-figures", Shows: "some cells hold two figures in two paragraphs: nobody knows which is meant", Layouts: anyLayout, page: func(p *page) {
			p.some(9, func(c *cell, _ float64) {
				c.html = "<p>" + html.EscapeString(c.text) + "</p><p>37</p>"
				p.doubt(Unknowable, c.key)
			})
		}},
		{Name: "cell-split", Shows: "in some rows a cell is split in two, 10 as 1 and 0, so that the row has a cell too many", Layouts: newLayouts, page: func(p *page) {
			for _, g := range p.grids("requests") {
				for _, r := range g.rows {
					keys := r.keys()
					for i, c := range r.cells {
						if digits := c.text; c.key != "" && len(digits) > 1 && strings.Trim(digits, "0123456789") == "" && p.rng.IntN(3) == 0 {
							rest := *c
							c.text, rest.text, rest.key = digits[:1], digits[1:], ""
							r.cells = append(r.cells[:i+1:i+1], append([]*cell{&rest}, r.cells[i+1:]...)...)
							p.doubt(Undecidable, keys...)
							break
						}
					}
				}
			}
		}},
		{Name: "cell-row-short", Shows: "in some rows a cell is missing, so that its figures could stand under several headings", Layouts: newLayouts, page: func(p *page) {
			for _, g := range p.grids("requests") {
				for _, r := range g.rows {
					keys := r.keys()
					if len(keys) < 2 || p.rng.IntN(4) > 0 {
						continue
					}
					at := len(r.cells) - 1 - p.rng.IntN(len(keys))
					delete(p.want.Facts, r.cells[at].key)
					p.doubt(Undecidable, keys...)
					r.cells = append(r.cells[:at:at], r.cells[at+1:]...)
				}
			}
		}},
		{Name: "cell-merged-zeros", Shows: "neighbouring zeros are merged into one cell over several columns", Layouts: newLayouts, page: func(p *page) {
			for _, g := range p.grids("requests") {
				for _, r := range g.rows {
					for i := 0; i+1 < len(r.cells); i++ {
						a, b := r.cells[i], r.cells[i+1]
						if a.key != "" && b.key != "" && a.text == "0" && b.text == "0" && p.rng.IntN(6) == 0 {
							a.cols = 2
							r.cells = append(r.cells[:i+1:i+1], r.cells[i+2:]...)
							p.doubt(Undecidable, a.key, b.key)
						}
					}
				}
			}
		}},
		{Name: "cell-totals-blank", Shows: "the column 总计 and the row (七)总计 are left empty though every part is given", Layouts: newLayouts, page: func(p *page) {
			p.figures(func(c *cell, _ float64) {
				if strings.HasSuffix(c.key, "@total") || strings.HasPrefix(c.key, "requests.processed_total@") || strings.HasSuffix(c.key, ".total") {
					p.blank(c)
				}
			})
		}},
		{Name: "cell-totals-zero", Shows: "the totals are printed as 0 though the parts are not", Layouts: newLayouts, page: func(p *page) {
			p.figures(func(c *cell, _ float64) {
				if strings.HasSuffix(c.key, "@total") || strings.HasSuffix(c.key, ".total") {
					p.print(c, 0, "0")
				}
			})
		}},
		{Name: "cell-all-blank", Shows: "a form nobody filled in: every cell is blank", Layouts: anyLayout, page: func(p *page) {
			p.figures(func(c *cell, _ float64) { p.blank(c) })
		}},
		{Name: "cell-decimals", Shows: "counts are printed with decimals: 12.0, 12.00", Layouts: anyLayout, page: func(p *page) {
			p.figures(func(c *cell, v float64) {
				if v == math.Trunc(v) {
					c.text += []string{".0", ".00", ""}[p.rng.IntN(3)]
				}
			})
		}},
		{Name: "cell-links", Shows: "figures are links, with notes as superscripts", Layouts: anyLayout, page: func(p *page) {
			p.figures(func(c *cell, _ float64) {
				c.html = `<a href="./t2022` + html.EscapeString(c.text) + `.html" title="9">` + html.EscapeString(c.text) + "</a>"
			})
			p.some(12, func(c *cell, _ float64) {
				c.html += "<sup>2</sup>"
				p.doubt(Undecidable, c.key) // 12 with note 2, never 122
			})
		}},
	}
	for i := range styles {
		styles[i].Container, styles[i].Extension = document.HTML, ".html"
	}
	return styles
}

var amountKeys = []string{"disclosure.fees.amount", "disclosure.procurement.amount", "requests.fees_collected", "resources.budget"}

// some visits about one figure in n.
func (p *page) some(n int, visit func(c *cell, v float64)) {
	p.figures(func(c *cell, v float64) {
		if p.rng.IntN(n) == 0 {
			visit(c, v)
		}
	})
}

// amounts prints the amounts of money in another way, none of them zero.
func amounts(write func(p *page, v float64) string, doubts ...Certainty) func(*page) {
	return func(p *page) {
		for _, key := range amountKeys {
			p.figures(func(c *cell, v float64) {
				if c.key != key {
					return
				}
				if v == 0 {
					v = 1415.5
				}
				p.print(c, v, write(p, v))
				for _, d := range doubts {
					p.doubt(d, c.key)
				}
			})
		}
	}
}

// thousands groups the digits before the point.
func thousands(s, comma string) string {
	whole, rest, point := strings.Cut(s, ".")
	sign := strings.TrimRight(whole, "0123456789")
	digits := whole[len(sign):]
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + comma + digits[i:]
	}
	if point {
		rest = "." + rest
	}
	return sign + digits + rest
}
