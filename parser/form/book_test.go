package form

import (
	"slices"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
)

// TestNewForm adds a form that no notice prescribes, as rows of the tables alone:
// section two has inspections and a column for them, section three an outcome, a kind
// of applicant, an order of its columns and a sum that no form had before. Grids and
// flattened text must both be read by it.
func TestNewForm(t *testing.T) {
	texts := catalog.Built()
	last := lastForm().Name
	// The last form goes on in the new one, but with fewer kinds of applicants.
	kept := []string{"natural_person", "commercial_enterprise", "research_institution", "total"}
	var applicants strings.Builder
	for line := range strings.Lines(texts.Applicants) {
		if code, _, _ := strings.Cut(line, ","); slices.Contains(kept, code) {
			line = strings.Replace(line, last+",", last+";2090,", 1)
		}
		applicants.WriteString(line)
	}
	texts.Applicants = applicants.String()
	for _, t := range []*string{&texts.Indicators, &texts.Headers, &texts.Relations} {
		*t = goesOn(*t, last, "2090")
	}
	texts.Indicators += "disclosure.inspections.sites,active_disclosure,2090,第二十条第(六)项 > 行政检查 > 检查点位数,个,none,,Inspected sites,\n" +
		"disclosure.inspections.decisions,active_disclosure,2090,第二十条第(六)项 > 行政检查 > 本年处理决定数量,件,none,,Inspections,\n" +
		"requests.denied.trade_secret,requests,2090,三、本年度办理结果 > (三)不予公开 > 9.属于商业秘密,件,applicant,,Denied: trade secret,\n"
	texts.Forms += "2090,2090,国办公开办函,2090,9,sections,二、主动公开政府信息情况,三、收到和处理政府信息公开申请情况,四、政府信息公开行政复议、行政诉讼情况,,\n"
	texts.Applicants += "individual_business,2090,个体工商户,Individual businesses\n"
	texts.Headers += "disclosure,2090,decisions sites,\n" +
		"requests,2090,individual_business legal_person(commercial_enterprise research_institution) natural_person total,\n"
	texts.Relations += "requests.outcomes_sum,2090,=,requests.processed_total,requests.granted requests.denied.trade_secret\n"
	cat, err := catalog.Parse(texts)
	if err != nil {
		t.Fatal(err)
	}
	b := newBook(cat, strings.TrimRight(labelsCSV, "\n")+"\nmetric,sites,检查点位数\nsubject,disclosure.inspections,行政检查|行政检查事项\noutcome,requests.denied.trade_secret,属于商业秘密\napplicant,individual_business,个体工商户|个体户\n")
	if got := cat.Prescribed(2095).Name; got != "2090" {
		t.Errorf("the form of 2095 is %s", got)
	}
	rows := [][]string{
		{"信息内容", "本年处理决定数量", "检查点位数"}, {"行政检查", "7", "31"},
		{"申请人情况", "个体工商户", "法人或其他组织", "", "自然人", "总计"},
		{"", "", "商业企业", "科研机构", "", ""},
		{"一、本年新收政府信息公开申请数量", "3", "1", "0", "5", "9"},
		{"二、上年结转政府信息公开申请数量", "0", "0", "0", "0", "0"},
		{"(一)予以公开", "1", "1", "", "", "2"}, // flattened, two of its cells are lost
		{"(三)不予公开 9.属于商业秘密", "2", "0", "0", "4", "6"},
		{"(七)总计", "3", "1", "0", "4", "8"},
		{"四、结转下年度继续办理", "0", "0", "0", "1", "1"},
	}
	var grid, flat document.Builder
	for _, table := range [][][]string{rows[:2], rows[2:]} {
		var g document.GridBuilder
		for _, row := range table {
			g.StartRow()
			for _, cell := range row {
				g.AddCell(cell, 1, 1)
				if cell != "" {
					flat.AddText(document.Paragraph, cell)
				}
			}
		}
		grid.AddGrid(g.Grid())
	}
	for name, doc := range map[string]*document.Document{"grid": grid.Document(), "flattened": flat.Document()} {
		r := b.read(doc, Of{Year: 2090})
		if r.Layout != "2090" || r.Open {
			t.Errorf("%s: the form is %q, open %v", name, r.Layout, r.Open)
		}
		got := map[string]string{}
		for _, f := range r.Facts {
			got[f.Key()] = f.Raw
		}
		for key, want := range map[string]string{
			"disclosure.inspections.sites": "31", "disclosure.inspections.decisions": "7", "requests.received@commercial_enterprise": "1",
			"requests.denied.trade_secret@natural_person": "4", "requests.denied.trade_secret@individual_business": "2", "requests.denied.trade_secret@total": "6",
			"requests.granted@individual_business": "1", "requests.granted@commercial_enterprise": "1", "requests.granted@natural_person": "", "requests.granted@total": "2",
			"requests.received@individual_business": "3", "requests.processed_total@total": "8",
		} {
			if raw, ok := got[key]; raw != want || !ok {
				t.Errorf("%s: %s is %q, there %v, want %q", name, key, raw, ok, want)
			}
		}
	}
	// Without its rows, none of it is known.
	for _, f := range Read(grid.Document(), Of{Year: 2090}).Facts {
		if strings.Contains(f.Indicator, "inspections") || strings.Contains(f.Indicator, "trade_secret") {
			t.Errorf("%s was read without the form that has it", f.Key())
		}
	}
}

// lastForm is the last of the forms that there are.
func lastForm() catalog.Form {
	forms := catalog.Default().Forms()
	return forms[len(forms)-1]
}

// goesOn is a table with a new form in each list of forms that has the last.
func goesOn(table, last, name string) string {
	table = strings.ReplaceAll(table, ";"+last+",", ";"+last+";"+name+",")
	return strings.ReplaceAll(table, ","+last+",", ","+last+";"+name+",")
}

// TestTiedForms holds a form that begins later against tables that both forms print
// alike: a report of a year before it has the older one.
func TestTiedForms(t *testing.T) {
	texts := catalog.Built()
	last := lastForm()
	for _, t := range []*string{&texts.Indicators, &texts.Applicants, &texts.Headers, &texts.Relations} {
		*t = goesOn(*t, last.Name, "2090")
	}
	texts.Forms += "2090,2090,国办公开办函,2090,9,sections,二、主动公开政府信息情况,三、收到和处理政府信息公开申请情况,四、政府信息公开行政复议、行政诉讼情况,,\n"
	cat, err := catalog.Parse(texts)
	if err != nil {
		t.Fatal(err)
	}
	b := newBook(cat, labelsCSV)
	var d document.Builder
	var g document.GridBuilder
	for _, row := range [][]string{{"信息内容", "本年制发件数", "本年废止件数", "现行有效件数"}, {"规章", "1", "2", "3"}} {
		g.StartRow()
		for _, cell := range row {
			g.AddCell(cell, 1, 1)
		}
	}
	d.AddGrid(g.Grid())
	issued, _ := catalog.Lookup("disclosure.regulations.issued")
	printed := issued.Layouts // by forms whose rows are all the same
	for year, want := range map[int][]string{0: append(slices.Clone(printed), "2090"), last.FirstYear + 1: printed, 2090: append(slices.Clone(printed), "2090")} {
		if r := b.read(d.Document(), Of{Year: year}); !slices.Equal(r.Fits, want) || r.Open != (len(want) > 1) || !slices.Contains(want, r.Layout) || len(r.Facts) != 3 {
			t.Errorf("%d: the form %q of %v, open %v, %d figures", year, r.Layout, r.Fits, r.Open, len(r.Facts))
		}
	}
}

// TestSharedMarker has a label that the last form was known by printed by a new one too:
// it speaks for both, and the new form's own column decides.
func TestSharedMarker(t *testing.T) {
	texts := catalog.Built()
	last := lastForm()
	for _, t := range []*string{&texts.Indicators, &texts.Applicants, &texts.Headers, &texts.Relations} {
		*t = goesOn(*t, last.Name, "2090")
	}
	marker := last.Markers[0]
	texts.Forms += "2090,2090,国办公开办函,2090,9,sections,二、主动公开政府信息情况,三、收到和处理政府信息公开申请情况,四、政府信息公开行政复议、行政诉讼情况," + marker + "|检查点位数,\n"
	texts.Indicators += "disclosure.penalties.sites,active_disclosure,2090,第二十条第(六)项 > 行政处罚 > 检查点位数,个,none,,Inspected sites,\n"
	texts.Headers += "disclosure,2090,decisions sites,\n"
	cat, err := catalog.Parse(texts)
	if err != nil {
		t.Fatal(err)
	}
	b := newBook(cat, strings.TrimRight(labelsCSV, "\n")+"\nmetric,sites,检查点位数\n")
	for want, header := range map[string][]string{last.Name: {"信息内容", marker}, "2090": {"信息内容", marker, "检查点位数"}} {
		var d document.Builder
		var g document.GridBuilder
		figures := []string{"行政处罚", "7", "31"}
		for _, row := range [][]string{header, figures} {
			g.StartRow()
			for _, cell := range row[:len(header)] {
				g.AddCell(cell, 1, 1)
			}
		}
		d.AddGrid(g.Grid())
		if r := b.read(d.Document(), Of{Year: 2090}); !slices.Contains(r.Fits, want) || want == "2090" && r.Open {
			t.Errorf("under %v: the form %q of %v, open %v; want %s", header, r.Layout, r.Fits, r.Open, want)
		}
	}
}

// TestNewList adds a form that is a list, as that of 2014 is, with a row and a heading
// that it alone has, whose label stands below another heading too.
func TestNewList(t *testing.T) {
	texts := catalog.Built()
	for _, t := range []*string{&texts.Indicators, &texts.Applicants} {
		*t = strings.ReplaceAll(*t, ",2014,", ",2014;2029,")
	}
	texts.Forms += "2029,2029,国办发,2029,9,annex,,,,,合计表\n"
	texts.Indicators += "visits.total,resources,2029,十、走访数量,次,none,,Visits,\n" +
		"visits.corrected,resources,2029,十、走访数量 > (一)被依法纠错数,次,none,,Visits: corrected,\n"
	cat, err := catalog.Parse(texts)
	if err != nil {
		t.Fatal(err)
	}
	b := newBook(cat, strings.TrimRight(labelsCSV, "\n")+"\nannex,visits.total,走访数量|走访情况\nannex,visits.corrected,被依法纠错数\nannex_column,figure,合计数\nannex_unit,unit,趟\n")
	rows := [][]string{
		{"统计指标", "单位", "去年", "合计数"},
		{"(一)主动公开政府信息数", "条", "", "70"},
		{"主动公开规范性文件数", "件", "1", "9"},
		{"四、行政复议数量", "件", "", "5"}, {"(二)被依法纠错数", "件", "", "1"},
		{"五、行政诉讼数量", "件", "", "6"}, {"(二)被依法纠错数", "件", "", "2"},
		{"六、举报投诉数量", "件", "", "7"},
		{"十、走访数量", "趟", "", "8"}, {"(一)被依法纠错数", "趟", "", "3"},
	}
	var d document.Builder
	var g document.GridBuilder
	for _, row := range rows {
		g.StartRow()
		for _, cell := range row {
			g.AddCell(cell, 1, 1)
		}
	}
	d.AddGrid(g.Grid())
	// Another year's, below its title; no section's ordinal ends it.
	d.AddText(document.Paragraph, "附:2028年合计表")
	d.AddText(document.Paragraph, "一、主动公开情况")
	var other document.GridBuilder
	for _, row := range rows {
		other.StartRow()
		for _, cell := range row {
			if strings.Trim(cell, "0123456789") == "" {
				cell += "0"
			}
			other.AddCell(cell, 1, 1)
		}
	}
	d.AddGrid(other.Grid())
	want := map[string]string{
		"disclosure.published.total": "70", "disclosure.published.normative_documents": "9", "review.total": "5", "review.corrected": "1",
		"litigation.total": "6", "litigation.corrected": "2", "complaints.total": "7", "visits.total": "8", "visits.corrected": "3",
	}
	r := b.read(d.Document(), Of{Year: 2029})
	if r.Layout != "2029" || len(r.Facts) != len(want) {
		t.Errorf("the form is %q, with %d figures of %d", r.Layout, len(r.Facts), len(want))
	}
	for _, f := range r.Facts {
		if want[f.Key()] != f.Raw {
			t.Errorf("%s is %q, want %q", f.Key(), f.Raw, want[f.Key()])
		}
	}
}

// TestHeadingsOfCopiesAreFolded holds the characters by which a heading is folded at all
// to the words that it may say.
func TestHeadingsOfCopiesAreFolded(t *testing.T) {
	words := builtIn().lex.spelling[groupExample]
	if len(words) == 0 {
		t.Fatal("labels.csv has no words for examples")
	}
	for _, w := range words {
		if !strings.ContainsAny(w.text, ofCopies) {
			t.Errorf("%s holds none of %s: headings with it are never looked at", w.text, ofCopies)
		}
	}
}
