package flattened

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// style is a way of printing tables.
type style struct {
	name string
	// keeps: the place of an empty cell can be told. vanish: empty cells may
	// leave no trace. A style with neither prints no empty cells at all.
	keeps, vanish bool
	ordered       bool // every row's figures stand in order, so that sums may fail
	annex         bool // fit for the annex of 2014
	oneLine       bool
	stack         bool // section two's blocks may be one table
	table         func(p *printer, t *table)
}

// printer prints one report.
type printer struct {
	r      *rand.Rand
	style  style
	annual *annual
	lines  []string
	page   int
	choice int // of any

	emptyLines bool // an empty cell leaves an empty line

	vanish, pages, bare, repeat, notes, wideLabels, spaced bool
}

func (p *printer) emit(lines ...string) { p.lines = append(p.lines, lines...) }

// document prints the whole report.
func (p *printer) document() {
	a := p.annual
	title := fmt.Sprintf("%s%d年政府信息公开工作年度报告", a.place, a.year)
	intro := fmt.Sprintf("本报告由%s人民政府办公室汇编,所列数据的统计期限自%d年1月1日起至%d年12月31日止。", a.place, a.year, a.year)
	work := fmt.Sprintf("%d年,全县主动公开政府信息%d条,举办培训%d次。", a.year, 100+p.r.IntN(9000), 1+p.r.IntN(9))
	h := func(s string) string { return s }
	if p.style.name == "markdown" {
		title = "# " + title
		h = func(s string) string { return "## " + s }
	}
	p.emit(title, intro, h("一、总体情况"), work, h("二、主动公开政府信息情况"))
	if a.layout == "2014" {
		p.emit("全年更新栏目及时。", h("三、依申请公开政府信息情况"), "渠道畅通,件件有答复。",
			h("四、存在的主要问题及改进情况"), "有的栏目更新偏慢,已督促整改。", h("五、附表"), "政府信息公开情况统计表")
		p.print(annexTable(a.cells))
		p.emit("单位负责人签字从略。")
		return
	}
	normative := pick(p.r, "规范性文件", "行政规范性文件")
	var tables []*table
	for _, b := range a.blocks {
		tables = append(tables, blockTable(b, normative, a.cells))
	}
	if p.style.stack && chance(p.r, 0.6) {
		tables = []*table{stacked(tables)}
	}
	for _, t := range tables {
		p.print(t)
	}
	p.emit(h("三、收到和处理政府信息公开申请情况"))
	p.requests()
	p.emit(h("四、政府信息公开行政复议、行政诉讼情况"))
	p.print(reviewTable(a.cells))
	p.emit(h("五、存在的主要问题及改进情况"), "有的乡镇更新不够及时,下一步加强督促。", h("六、其他需要报告的事项"), "无其他需要报告的事项。")
}

// requests prints section three, as its style wants it.
func (p *printer) requests() {
	a := p.annual
	std := []int{0, 1, 2, 3, 4, 5, 6}
	switch p.style.name {
	case "columns in another order", "columns in another order, grid":
		order := append([]int{}, std...)
		for swapped := false; !swapped; {
			p.r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			// An order that keeps the kinds of legal persons in line may be the
			// printed form's own.
			last := 0
			for _, k := range order {
				if k >= 1 && k <= 5 {
					swapped = swapped || k < last
					last = k
				}
			}
		}
		data := order
		if !p.style.keeps && chance(p.r, 0.5) {
			data = std
		}
		p.print(requestTable(a.rows, order, data, a.cells))
	case "last year's table beside":
		v := map[string]float64{}
		requestValues(p.r, a.rows, v)
		var keys []string
		for _, row := range a.rows {
			for _, k := range kinds {
				keys = append(keys, row.code+"@"+k.code)
			}
		}
		last := requestTable(a.rows, std, std, dress{}.printed(p.r, keys, v))
		now := requestTable(a.rows, std, std, a.cells)
		switch p.r.IntN(3) {
		case 0:
			p.print(now)
			p.emit(fmt.Sprintf("附:%d年收到和处理政府信息公开申请情况", a.year-1))
			p.print(last)
		case 1:
			p.emit(fmt.Sprintf("附:%d年收到和处理政府信息公开申请情况", a.year-1))
			p.print(last)
			p.emit(fmt.Sprintf("%d年收到和处理政府信息公开申请情况", a.year))
			p.print(now)
		default:
			p.print(beside(now, last, a.year))
		}
	default:
		p.print(requestTable(a.rows, std, std, a.cells))
	}
}

// beside puts last year's figures to the right of this year's, under a row of
// years.
func beside(now, last *table, year int) *table {
	t := &table{head: now.head + 1, stub: now.stub}
	figures := now.cols - now.stub
	for i, src := range []*table{now, last} {
		t.add(fmt.Sprintf("%d年", year-i), 0, now.stub+i*figures, 1, figures)
		for _, c := range src.cells {
			if i == 1 && c.col < now.stub {
				continue
			}
			c.row++
			c.col += i * figures
			t.cells = append(t.cells, c)
		}
	}
	t.rows, t.cols = now.rows+1, now.cols+figures
	return t
}

// print prints a table with its labels as this report writes them.
func (p *printer) print(t *table) {
	for i := range t.cells {
		if c := &t.cells[i]; !c.figure {
			c.text = p.label(c.text)
		}
	}
	p.style.table(p, t)
}

func (p *printer) label(s string) string {
	if p.wideLabels {
		s = strings.NewReplacer("(", "（", ")", "）", ":", "：", ",", "，").Replace(s)
	}
	if p.spaced {
		switch s {
		case "总计", "规章", "其他", "自然人", "单位", "统计数":
			s = strings.Join(strings.Split(s, ""), " ")
		}
	}
	return s
}

// any is one of several ways of printing, the same for all tables of a report.
func (p *printer) any(of ...func(*printer, *table)) func(*printer, *table) {
	return of[p.choice%len(of)]
}

// between is called between two rows of a table, with the lines of its header.
func (p *printer) between(header []string) {
	if p.pages && chance(p.r, 0.08) {
		p.emit(p.pageNumber())
		if p.repeat {
			p.emit(header...)
		}
	}
	if p.notes && chance(p.r, 0.08) {
		p.emit(p.note())
	}
}

func (p *printer) note() string {
	return pick(p.r, "注:以上数据含各乡镇(街道)。", "(续表)", "说明:本表由各单位报送后汇总。", "备注:区分处理的,只计一次。", "续上表")
}

func (p *printer) pageNumber() string {
	p.page++
	n := strconv.Itoa(p.page)
	if p.bare {
		return n
	}
	return pick(p.r, "— "+n+" —", "- "+n+" -", "-"+n+"-", "第"+n+"页", "第 "+n+" 页 共 9 页", "－"+n+"－")
}

// row gives a row's labels and figures; the empty ones are gone.
func (p *printer) row(t *table, i int) (labels, figures []string) {
	labels, all := t.split(i)
	for _, f := range all {
		if f != "" {
			figures = append(figures, f)
		}
	}
	return labels, figures
}

// header gives the texts of the header's cells row by row.
func (t *table) header() (rows [][]string) {
	for i := range t.head {
		labels, _ := t.split(i)
		rows = append(rows, labels)
	}
	return rows
}
