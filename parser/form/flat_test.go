package form_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
	"nianbao/parser/form"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

// The tests of this file write flattened text in every order there is, and hold
// the reader to one sentence: right or left out.

var requestLabels = []string{"自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"}

// requestRows are rows whose figures are all different and add up.
var requestRows = []struct {
	code, label string
	figures     []int
}{
	{"requests.received", "一、本年新收政府信息公开申请数量", []int{3001, 53, 7, 2, 61, 4, 3128}},
	{"requests.carried_in", "二、上年结转政府信息公开申请数量", []int{34, 5, 11, 12, 1, 13, 76}},
	{"requests.granted", "(一)予以公开", []int{2288, 21, 15, 14, 50, 3, 2391}},
	{"requests.not_processed.duplicate", "2.重复申请", []int{8, 6, 17, 18, 9, 19, 77}},
	{"requests.carried_out", "四、结转下年度继续办理", []int{103, 22, 23, 24, 25, 26, 223}},
}

func requestTruth() map[string]string {
	truth := map[string]string{}
	for _, r := range requestRows {
		for k, a := range catalog.Default().ApplicantsOf(catalog.Layout2021) {
			truth[r.code+"@"+a.Code] = strconv.Itoa(r.figures[k])
		}
	}
	return truth
}

// rightOrLeftOut reads lines and reports every fact that is not the truth's.
// It returns how many were right.
func rightOrLeftOut(t *testing.T, truth map[string]string, lines []string) int {
	t.Helper()
	var b document.Builder
	for _, l := range lines {
		b.AddText(document.Paragraph, l)
	}
	right := 0
	for _, f := range form.Read(b.Document(), form.Of{Year: 2021}).Facts {
		want, ok := truth[f.Key()]
		if f.Status == report.StatusReported && ok && f.Raw == want {
			right++
			continue
		}
		t.Errorf("%s is %q, %s; printed is %q, in\n%s", f.Key(), f.Raw, f.Status, want, strings.Join(lines, "\n"))
		return right
	}
	return right
}

// permutations calls f with every order of n things.
func permutations(n int, f func([]int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	var walk func(k int)
	walk = func(k int) {
		if k == n {
			f(order)
			return
		}
		for i := k; i < n; i++ {
			order[k], order[i] = order[i], order[k]
			walk(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	walk(0)
}

// TestHeaderInAnyOrder writes the header of the requests table in every order of
// its labels, with and without the heading of the legal persons. Where a print of
// the form can have the order, the figures stand as in the form; in every other
// they stand in the order of the header.
func TestHeaderInAnyOrder(t *testing.T) {
	truth := requestTruth()
	const heading = 7
	printed := []string{"70612345", "70123456", "07612345", "07123456"}
	for _, heads := range []int{7, 8} {
		read, tried := 0, 0
		permutations(heads, func(order []int) {
			if t.Failed() {
				return
			}
			name := ""
			var header []string
			var leaves []int
			for _, k := range order {
				name += strconv.Itoa(k)
				if k == heading {
					header = append(header, "法人或其他组织")
					continue
				}
				header = append(header, requestLabels[k])
				leaves = append(leaves, k)
			}
			if slices.Contains(printed, name) {
				leaves = []int{0, 1, 2, 3, 4, 5, 6}
			}
			each := map[int]int{7: 1, 8: 7}[heads] // there are 5,040 and 40,320
			if !often.Asked() {
				each *= 5
			}
			if tried++; tried%each != 0 && !slices.Contains(printed, name) {
				return
			}
			lines := append([]string{"申请人情况"}, header...)
			for i, r := range requestRows {
				cells := []string{r.label}
				for _, k := range leaves {
					cells = append(cells, strconv.Itoa(r.figures[k]))
				}
				if i == 1 {
					cells = []string{strings.Join(cells, " ")}
				}
				lines = append(lines, cells...)
			}
			read += rightOrLeftOut(t, truth, lines)
		})
		if read == 0 {
			t.Errorf("no figure was read under any order of %d labels", heads)
		}
	}
}

// flatShapes are ways to write the cells of rows as lines.
var flatShapes = map[string]func(cells []string) []string{
	"one cell a line":  func(cells []string) []string { return cells },
	"all in one line":  func(cells []string) []string { return []string{strings.Join(cells, " ")} },
	"lines of five":    func(cells []string) []string { return wrapped(cells, 5) },
	"lines of eight":   func(cells []string) []string { return wrapped(cells, 8) },
	"lines of a label": labelLines,
}

func wrapped(cells []string, n int) []string {
	var out []string
	for part := range slices.Chunk(cells, n) {
		out = append(out, strings.Join(part, " "))
	}
	return out
}

// labelLines begins a line with each label.
func labelLines(cells []string) []string {
	var out []string
	for _, c := range cells {
		if _, err := strconv.Atoi(c); err == nil && len(out) > 0 {
			out[len(out)-1] += " " + c
			continue
		}
		out = append(out, c)
	}
	return out
}

// TestRotations begins the rows of a table with each of their cells in turn: the
// cells before it stand at the end, or are lost.
func TestRotations(t *testing.T) {
	disclosure := map[string]string{"disclosure.penalties.decisions": "3985758", "disclosure.coercion.decisions": "88283"}
	tables := []struct {
		header []string
		truth  map[string]string
		rows   [][]string
	}{
		{[]string{"第二十条第(六)项", "信息内容", "本年处理决定数量"}, disclosure, [][]string{{"行政处罚", "3985758"}, {"行政强制", "88283"}}},
		{append([]string{"申请人情况", "自然人", "法人或其他组织", "总计"}, requestLabels[1:6]...), requestTruth(), nil},
	}
	for _, r := range requestRows {
		row := []string{r.label}
		for _, v := range r.figures {
			row = append(row, strconv.Itoa(v))
		}
		tables[1].rows = append(tables[1].rows, row)
	}
	read := 0
	for name, shape := range flatShapes {
		for _, table := range tables {
			// Label before figures, and figures before the label.
			for _, before := range []bool{false, true} {
				var cells []string
				for _, row := range table.rows {
					if before {
						row = append(slices.Clone(row[1:]), row[0])
					}
					cells = append(cells, row...)
				}
				for k := range cells {
					for _, lost := range []bool{false, true} {
						turned := slices.Clone(cells[k:])
						if _, err := strconv.Atoi(turned[0]); before && err != nil {
							continue // reads as labels with their figures behind them
						}
						if !lost {
							turned = append(turned, cells[:k]...)
						}
						t.Run(fmt.Sprintf("%s from cell %d, figures first %v, lost %v", name, k, before, lost), func(t *testing.T) {
							read += rightOrLeftOut(t, table.truth, append(slices.Clone(table.header), shape(turned)...))
						})
					}
				}
			}
		}
	}
	if read == 0 {
		t.Error("no figure was read in any order")
	}
}

// A header whose first label is broken over lines names no column more than it has.
func TestFlatBrokenCorner(t *testing.T) {
	truth := map[string]string{
		"disclosure.licensing.items_last_year": "12", "disclosure.licensing.items_change": "-3", "disclosure.licensing.decisions": "8008",
		"disclosure.other_services.items_last_year": "579", "disclosure.other_services.items_change": "-31", "disclosure.other_services.decisions": "12285",
	}
	for _, corner := range [][]string{{"信息内容"}, {"信息内", "容"}, {"信息", "内容"}, {"信", "息", "内", "容"}} {
		for _, last := range [][]string{{"579 -31 1228", "5"}, {"579 -31 12285"}, {"579", "-31", "1228", "5"}} {
			lines := slices.Concat([]string{"第二十条第(五)项"}, corner, []string{"上一年", "项目数", "量", "本年增", "/减", "处理决", "定数量", "行政许", "可", "12 -3 8008", "其他对", "外管理", "服务事", "项"}, last)
			rightOrLeftOut(t, truth, lines)
		}
	}
}

// Where a column broke its dashes in two it may have cut digits off.
func TestFlatBrokenDash(t *testing.T) {
	lines := func(dash ...string) []string {
		return slices.Concat([]string{"统计指标 单位 统计数", "一、主动公开情况"}, dash, []string{
			"（一）主动公开政府信息数 条 45", "其中：主动公开规范性文件数 条 2", "制发规范性文件总数 件 19", "1.政府公报公开政府信息数 条 4",
			"2.政府网站公开政府信息数 条 45", "3.政务微博公开政府信息数 条 0", "4.政务微信公开政府信息数 条 19", "5.其他方式公开政府信息数 条 43"})
	}
	read := func(lines []string) int {
		var b document.Builder
		for _, l := range lines {
			b.AddText(document.Paragraph, l)
		}
		return len(form.Read(b.Document(), form.Of{Year: 2017}).Facts)
	}
	for _, whole := range [][]string{nil, {"—— ——"}, {"——", "——"}, {"—", "—"}} {
		if n := read(lines(whole...)); n < 7 {
			t.Errorf("%q: %d figures of 8", whole, n)
		}
	}
	for _, broken := range [][]string{{"— —", "—"}, {"—", "—", "—", "—"}} {
		if n := read(lines(broken...)); n != 0 {
			t.Errorf("%q: %d figures", broken, n)
		}
	}
}

// Figures with a comma behind each are of cells that nobody can count, and no row
// of blanks.
func TestFlatCommas(t *testing.T) {
	for _, row := range []string{"2.重复申请, 0, 0, 0, 0, 0, 0, ", "2.重复申请, 8, 6, 17, 18, 9, 19, 77", "2.重复申请; 0; 0; 0; 0; 0; 0;"} {
		lines := append([]string{strings.Join(requestLabels, " ")}, "一、本年新收政府信息公开申请数量 3001 53 7 2 61 4 3128", row)
		var b document.Builder
		for _, l := range lines {
			b.AddText(document.Paragraph, l)
		}
		for _, f := range form.Read(b.Document(), form.Of{Year: 2021}).Facts {
			if f.Indicator != "requests.received" && (f.Value != nil && f.Raw != "77" || f.Status == report.StatusBlank) {
				t.Errorf("%q: %s is %q, %s", row, f.Key(), f.Raw, f.Status)
			}
		}
	}
}

// A figure in a bracket that the line opens and closes is part of the label.
func TestFlatFigureInNote(t *testing.T) {
	rest := []string{"其中：主动公开规范性文件数", "制发规范性文件总数", "1.政府公报公开政府信息数", "2.政府网站公开政府信息数", "3.政务微博公开政府信息数", "4.政务微信公开政府信息数", "5.其他方式公开政府信息数"}
	label := "（一）主动公开政府信息数（不同渠道和方式公开相同信息计 1 条）"
	for _, c := range []struct {
		line string
		want string // "" for left out
	}{{label, ""}, {label + " 条 1069", ""}, {label + " 1069", ""}} {
		var b document.Builder
		for _, l := range append([]string{"统计指标", "一、主动公开情况", c.line}, rest...) {
			b.AddText(document.Paragraph, l)
		}
		got := ""
		for _, f := range form.Read(b.Document(), form.Of{Year: 2017}).Facts {
			if f.Indicator == "disclosure.published.total" && f.Status == report.StatusReported {
				got = f.Raw
			}
		}
		if got != c.want && got != "1069" {
			t.Errorf("%s: %q, want %q", c.line, got, c.want)
		}
	}
}

// A dash that was run into a label is the row's, and no blank.
func TestFlatGluedDash(t *testing.T) {
	for _, row := range []string{"行政许可,－", "行政许可;—", "行政许可—", `"行政许可","-"`, "行政许可,"} {
		var b document.Builder
		for _, l := range []string{"第二十条第（五）项", "信息内容,本年处理决定数量", row, "第二十条第（六）项", "信息内容,本年处理决定数量", "行政处罚,3", "行政强制,1"} {
			b.AddText(document.Paragraph, l)
		}
		for _, f := range form.Read(b.Document(), form.Of{Year: 2021}).Facts {
			if f.Indicator == "disclosure.licensing.decisions" && f.Status != report.StatusNotApplicable && row != "行政许可," {
				t.Errorf("%s: %q, %s", row, f.Raw, f.Status)
			}
		}
	}
}

// A header of section four that lacks a total is a piece of one, and figures behind it
// may be those of the rest.
func TestFlatResultsWithoutTotal(t *testing.T) {
	for header, want := range map[string]int{"结果维持 结果纠正 其他结果 尚未审结": 0, "结果维持 结果纠正 其他结果 尚未审结 总计": 5} {
		var b document.Builder
		for _, l := range []string{"四、政府信息公开行政复议、行政诉讼情况", "行政复议", header, "0 0 1 2 3"[:2*len(strings.Fields(header))-1]} {
			b.AddText(document.Paragraph, l)
		}
		if n := len(form.Read(b.Document(), form.Of{Year: 2021}).Facts); n != want {
			t.Errorf("%s: %d figures, want %d", header, n, want)
		}
	}
}

// flatFacts reads lines as a report of 2021 and gives its figures by their keys.
func flatFacts(lines ...string) map[string]report.Fact {
	var b document.Builder
	for _, l := range lines {
		b.AddText(document.Paragraph, l)
	}
	facts := map[string]report.Fact{}
	for _, f := range form.Read(b.Document(), form.Of{Year: 2021}).Facts {
		facts[f.Key()] = f
	}
	return facts
}

// Last year's table below this year's stays last year's where a page repeats its
// header between two of its rows, which have the ordinals of sections.
func TestFlatOtherYear(t *testing.T) {
	header := []string{"申请人情况", "自然人", "法人或其他组织", "总计", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"}
	lines := slices.Concat(header, []string{"(一)予以公开 7 0 0 0 0 0 7", "2.重复申请 1 0 0 0 0 0"}, []string{"附:2020年收到和处理政府信息公开申请情况"}, header,
		[]string{"一、本年新收政府信息公开申请数量 9 0 0 0 0 0 9", "二、上年结转政府信息公开申请数量", "4 0 0 0 0 0 4", "三、本年度办理结果"}, header, []string{"2.重复申请 3 0 0 0 0 0 3", "四、结转下年度继续办理 5 0 0 0 0 0 5"})
	facts := flatFacts(lines...)
	if len(facts) != 7 || facts["requests.granted@total"].Raw != "7" {
		t.Errorf("read as this year's: %v", facts)
	}
	list := []string{"统计指标 单位 统计数", "一、主动公开情况 —— ——", "(一)主动公开政府信息数 条 %d1", "其中:主动公开规范性文件数 条 %d2", "制发规范性文件总数 件 %d3", "1.政府公报公开政府信息数 条 %d4",
		"2.政府网站公开政府信息数 条 %d5", "二、回应解读情况 —— ——", "(一)回应公众关注热点或重大舆情数 次 %d6", "三、依申请公开情况 —— ——", "(一)收到申请数 件 %d7", "1.当面申请数 件 %d8"}
	lines = []string{"2021年政府信息公开情况统计表"}
	for _, l := range list[:7] {
		lines = append(lines, strings.ReplaceAll(l, "%d", "5"))
	}
	lines = append(lines, "附:2020年政府信息公开情况统计表")
	for _, l := range list {
		lines = append(lines, strings.ReplaceAll(l, "%d", "6"))
	}
	facts = flatFacts(lines...)
	if len(facts) != 5 {
		t.Errorf("%d figures of the list, want 5", len(facts))
	}
	for key, f := range facts {
		if !strings.HasPrefix(f.Raw, "5") {
			t.Errorf("%s is %q, last year's", key, f.Raw)
		}
	}
}

// Dashes around figures are cells where figures are awaited, and no page number.
func TestFlatRowLikePageNumber(t *testing.T) {
	for _, lines := range [][]string{
		{"信息内容 本年制发件数 本年废止件数 现行有效件数", "规章", "- 9 -", "规范性文件", "9 51 -"},
		{"信息内容 本年制发件数 本年废止件数 现行有效件数", "- 9 -", "规章", "9 51 -", "规范性文件"},
		{"申请人情况", "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计", "(一)予以公开 1 0 0 0 0 0 1", "3.危及“三安全一稳", "定”", "- 0 0 0 - -", "2.重复申请 0 0 0 0 0 0 0"},
		{"申请人情况", "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计", "(一)予以公开 1 0 0 0 0 0 1", "3.危及“三安全一稳定”", "- 0 -", "2.重复申请 0 0 0 0 0 0 0"},
	} {
		for key, f := range flatFacts(lines...) {
			row := strings.Contains(key, "regulations") || strings.Contains(key, "safety")
			if f.Status == report.StatusBlank || row && f.Raw != map[bool]string{true: "9", false: "-"}[strings.Contains(key, "repealed")] {
				t.Errorf("%s: %s is %q, %s", lines, key, f.Raw, f.Status)
			}
		}
	}
	for _, mark := range []string{"- 9 -", "—9—", "第 3 页 共 9 页", "第3页/共9页"} {
		if got := flatFacts("信息内容 本年制发件数 本年废止件数 现行有效件数", "规章", "7", "8", "9", mark, "规范性文件", "1", "2", "3"); len(got) != 6 {
			t.Errorf("around the number of a page %d figures, want 6", len(got))
		}
	}
}

// Dashes behind the heading of rows may be those of the row beside it, which is not
// blank then.
func TestFlatHeadingWithDashes(t *testing.T) {
	header := []string{"申请人情况", "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"}
	for _, rows := range [][]string{
		{"3.危及“三安全一稳定”", "- - - - - - -", "4.保护第三方合法权益", "(三)不予公开 - - - - - - -", "5.属于三类内部事务信息", "- - - - 5 - 5"},
		{"(三)不予公开", "- - - - - - -", "6.属于四类过程性信息", "- - - - 5 - 5", "5.属于三类内部事务信息", "7.属于行政执法案卷", "3 - - - - - 3"},
	} {
		for key, f := range flatFacts(slices.Concat(header, rows)...) {
			if f.Status == report.StatusBlank {
				t.Errorf("%s: %s is blank", rows, key)
			}
		}
	}
}

// Labels above a note whose figures may stand below it are not blank.
func TestFlatNoteBelowLabels(t *testing.T) {
	header := []string{"申请人情况", "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"}
	const note = "注:本表的统计口径见后文的说明。"
	for _, lines := range [][]string{
		append(header, "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", note, "(一)予以公开", "5", "0", "0", "0", "0", "0", "5", "3", "0", "0", "0", "0", "0", "3"),
		{"信息内容 本年制发件数 本年废止件数 现行有效件数", "规章", "规范性文件", "0", note, "17", "0", "7", "2", "54"},
		{"统计指标 单位 统计数", "制发规范性文件总数 件 5", "1.政府公报公开政府信息数 条 5", "2.政府网站公开政府信息数 条 5", "(一)收到申请数 件 5", "1.当面申请数 件 5", "2.传真申请数 件 5", "3.网络申请数", "备注:略", "件", "5"},
		{"统计指标 单位 统计数", "制发规范性文件总数 件 5", "1.政府公报公开政府信息数 条 5", "2.政府网站公开政府信息数 条 5", "(一)收到申请数 件 5", "1.当面申请数 件 5", "2.传真申请数 件 5", "3.网络申请数 件", "7 以上均为全年办理的数量,由各单位报送。", "4.信函申请数 件 5"},
	} {
		for key, f := range flatFacts(lines...) {
			if f.Status != report.StatusReported || f.Raw != "5" {
				t.Errorf("%s: %s is %q, %s", lines, key, f.Raw, f.Status)
			}
		}
	}
}

// A figure set wide, of which nobody knows whether it is one, is a figure however many such
// places it has: its row is not blank.
func TestFlatFigureSetWide(t *testing.T) {
	facts := flatFacts("第二十条第（六）项", "信息内容\t本年处理决定数量", "行政处罚\t7", "行政强制\t5", "第二十条第（八）项", "信息内容\t本年收费金额（单位：万元）", "行政事业性收费\t1￼2￼9￼3￼4.0￼8")
	if f := facts["disclosure.penalties.decisions"]; f.Raw != "7" {
		t.Errorf("the figures beside it are not read: %+v", facts)
	}
	if f := facts["disclosure.fees.amount"]; f.Status != report.StatusUnreadable {
		t.Errorf("%+v", f)
	}
}
