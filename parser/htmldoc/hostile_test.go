package htmldoc

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"nianbao/parser/document"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

// Input made to hang or to fill the memory ends in a document with bounds.
func TestHostile(t *testing.T) {
	rep := strings.Repeat
	deepTable := rep("<table><tr><td>", 3000) + "21"
	for n, tc := range []struct {
		name    string
		page    string
		finding string // that must be among the findings
		text    string // that must be in a block
	}{
		{"ten megabytes of zeros", rep("\x00", 10<<20), "", ""},
		{"a million cells", "<table>" + rep("<tr>"+rep("<td>1", 1000), 1000), report.RuleLimit, "1"},
		{"a million rows", "<table>" + rep("<tr><td>1<td>2", 100_000), report.RuleLimit, "1"},
		{"a row of wide spans", "<table>" + rep("<tr>"+rep("<td colspan=99999999 rowspan=99999999>1", 50), 400), report.RuleLimit, ""},
		{"nested divs", rep("<div>", 100_000) + "受理21件" + rep("</div>", 100_000), report.RuleMalformed, "受理21件"},
		{"nested divs of a colour", rep("<div bgcolor=red style=color:red id=a class=x>", 20_000) + "受理21件", report.RuleMalformed, "受理21件"},
		{"nested divs of a colour, again", rep("<div bgcolor=red style=color:red id=a class=x>", 20_001) + "受理21件", report.RuleMalformed, "受理21件"},
		{"nested spans", rep("<span>", 100_000) + "受理21件", "", "受理21件"},
		{"nested tables", deepTable, report.RuleMalformed, "21"},
		{"tables nested as deep as allowed", rep("<table><tr><td>x<td>", 120) + "21", "", "21"},
		{"nested lists", rep("<ul><li>", 50_000) + "21", report.RuleMalformed, "21"},
		{"formatting left open", "<p>" + rep("<b><i><u><s><font size=1>", 200) + rep("<p>件", 60_000), "", "件"},
		{"links left open", rep("<p><a href=x>件", 50_000), "", "件"},
		{"paragraphs", rep("<p>件", 400_000), report.RuleLimit, "件"},
		{"end tags", "21" + rep("<x>", 500) + rep("</y>", 100_000), "", "21"},
		{"end tags that make paragraphs", rep("<div>", 480) + "21" + rep("</p>", 100_000), report.RuleMalformed, "21"},
		{"end tags of inline elements left open", rep("<div>", 20) + "21" + rep("<form></x></form><x>", 400) + rep("</y>", 100_000), report.RuleLimit, "21"},
		{"end tags of lists", rep("<div>", 480) + "21" + rep("</li></dd></h1>", 300_000), report.RuleMalformed, "21"},
		{"paragraphs deep down", rep("<div>", 480) + rep("<p>", 100_000) + "21", "", "21"},
		{"an attribute never closed", `<p>21件<td title="` + rep("x", 5<<20), report.RuleTruncated, "21件"},
		{"attributes", "<p" + rep(" a=b", 500_000) + ">21", "", "21"},
		{"attributes of a page read thoroughly", "<svg></svg><p" + rep(" a=b", 500_000) + ">21", "", "21"},
		{"less-than signs", rep("<", 1<<20), "", "<"},
		{"comments never closed", "<p>21件" + rep("<!--", 2<<20), report.RuleTruncated, "21件"},
		{"scripts never closed", "<p>21" + rep("<script>", 1<<20), "", "21"},
		{"end tags of scripts never closed", "<p>21<script>" + rep("</script", 1<<20), "", "21"},
		{"titles", rep("<title>a</title>", 20_000) + "21", "", "21"},
		{"selects", rep("<select><option>1</select>", 200_000) + "21", "", "21"},
		{"ampersands", rep("&#x", 1<<19), "", "&#x"},
		{"line breaks", rep("<br>件", 300_000), report.RuleLimit, "件"},
		{"digits and tags", rep("1<b>", 1<<19), "", "1"},
		{"NULs and lone surrogates", "<p>2\x001\xed\xa0\x80件", report.RuleEncoding, "21"},
		{"small tables", rep("<table><tr><td>1<td>2</table>", 100_000), report.RuleLimit, "12"},
		{"column groups", "<table><colgroup>" + rep("<col span=1000 style=visibility:collapse>", 100_000) + "<tr><td>1<td>2", "", ""},
		{"a flood of orphans", rep("<td>1", 100_000), report.RuleMalformed, "1"},
		{"foster parents", "<table>" + rep("<tr>x<td>", 100_000), "", "x"},
		{"conditions within conditions", "<style>" + rep("@media screen{", 150_000) + "</style><p>21", "", "21"},
		{"conditions within conditions, all ended", "<style>" + rep("@media screen{", 150_000) + rep("}", 150_000) + "</style><p>21", "", "21"},
		{"rules within a rule", "<style>td{" + rep("a:b;x{}", 300_000) + "}</style><p>21", "", "21"},
		{"rules within rules", "<style>" + rep("td{", 300_000) + "</style><p>21", "", "21"},
		{"rules within one of many selectors", "<style>" + rep("a.b,", 200) + "i{" + rep("b,c,u{display:none}", 60_000) + "}</style><p>21", "", "21"},
		{"lists in selectors", "<style>" + rep(rep("b:is(a,i)", 60)+"{display:none}", 2_000) + "</style><p>21", "", "21"},
		{"ids that no script writes into", rep("<script>x.innerHTML='';'#a'</script><i id=b>1</i>", 40_000), "", "1"},
		{"comments in a sheet", "<style>" + rep("i{display:/*none}*/inline}", 80_000) + "</style><p>21", "", "21"},
		{"what a sheet writes before elements", "<style>" + rep(".a::before{content:'1'}", 80_000) + "</style><p>21", "", "21"},
		{"floats in a cell", "<table><tr><td>x<td>" + rep("<i style=float:right>1</i>", 20_000), "", "x"},
		{"SVG", rep("<svg><g>", 200_000) + "21", "", ""},
	} {
		if !often.Asked() && n%3 != 0 {
			continue
		}
		t.Run(tc.name, func(t *testing.T) {
			d := mustRead(t, []byte(tc.page), "", false)
			cells := 0
			var all bytes.Buffer
			for _, b := range d.Blocks {
				all.WriteString(b.Text)
				if b.Grid != nil {
					for _, row := range b.Grid.Rows {
						cells += len(row)
						for _, c := range row {
							all.WriteString(c.Text)
						}
					}
				}
				if all.Len() > 1<<20 {
					break
				}
			}
			if cells > document.MaxCells || len(d.Blocks) > document.MaxBlocks || len(d.Links) > maxLinks {
				t.Errorf("%d cells, %d blocks, %d links", cells, len(d.Blocks), len(d.Links))
			}
			if !strings.Contains(all.String(), tc.text) {
				t.Errorf("%q is not in the text", tc.text)
			}
			has := func(f report.Finding) bool { return f.Rule == tc.finding }
			if tc.finding != "" && !slices.ContainsFunc(d.Findings, has) {
				t.Errorf("no finding %s in %v", tc.finding, d.Findings)
			}
		})
	}
}
