package pdfdoc_test

import (
	"fmt"
	"strings"
)

const (
	width  = 595.0
	height = 842.0
	left   = 80.0 // of the text and the tables
	right  = 515.0
)

// ruled draws all lines of a grid.
func (c *canvas) ruled(xs, ys []float64) {
	for _, y := range ys {
		c.line(xs[0], y, xs[len(xs)-1], y)
	}
	for _, x := range xs {
		c.line(x, ys[0], x, ys[len(ys)-1])
	}
}

// row sets the texts of a row, each a little right of its column's line.
func (c *canvas) row(xs []float64, y float64, texts ...string) {
	for i, s := range texts {
		if s != "" {
			c.text(xs[i]+4, y, 9, s)
		}
	}
}

// prose sets a paragraph in lines of n characters, the first two indented.
func (c *canvas) prose(y float64, s string) float64 {
	const n = 36
	r := []rune(s)
	x, room := left+24, n-2
	for len(r) > 0 {
		k := min(room, len(r))
		c.text(x, y, 12, string(r[:k]))
		r, x, room = r[k:], left, n
		y += 22
	}
	return y
}

var five = []float64{80, 230, 301, 372, 443, 515}

// drawings are reports and parts of them, each drawn in one of the ways programs
// draw. Places are real, figures are invented.
var drawings = map[string]func(*drawing){
	// A label spans rows on both pages; the last row of a page has no line below.
	"table-over-pages": func(d *drawing) {
		p := d.page(width, height)
		p.text(left, 80, 12, "三、收到和处理政府信息公开申请情况")
		xs := []float64{80, 150, 330, 420, 515}
		for _, y := range []float64{700, 720, 740, 760} {
			x := 80.0
			if y > 720 {
				x = 150
			}
			p.line(x, y, 515, y)
		}
		for _, x := range xs {
			p.line(x, 700, x, 780)
		}
		p.row(xs, 714, "本年度办理", "处理情况", "自然人", "总计")
		p.row(xs, 734, "（三）不予公开", "1.属于国家秘密", "3", "4")
		p.row(xs, 754, "", "2.危及稳定", "0", "11")
		p.row(xs, 774, "", "3.保护第三方合法权益", "", "25")
		p.text(290, 815, 10, "— 1 —")
		q := d.page(width, height)
		for _, y := range []float64{70, 90, 110} {
			q.line(150, y, 515, y)
		}
		q.line(80, 110, 515, 110)
		q.line(80, 130, 515, 130)
		for _, x := range xs {
			q.line(x, 70, x, 130)
		}
		q.row(xs, 84, "", "4.属于内部事务信息", "1", "1")
		q.row(xs, 104, "", "5.属于过程性信息", "0", "2")
		q.row(xs, 124, "（四）无法提供", "1.本机关不掌握", "6", "7")
		q.text(290, 815, 10, "— 2 —")
	},
	// Notes' numbers, raised and lowered; figures struck out, alone or before what
	// is right; a line below a figure strikes nothing.
	"raised-lowered-struck": func(d *drawing) {
		p := d.page(width, height)
		p.text(left, 80, 12, "全年受理3593")
		p.text(left+12*6, 76, 7, "1")
		p.text(left+12*6+5, 80, 12, "件，原为99")
		p.line(left+12*10+5, 76, left+12*11+5, 76)
		p.text(left+12*11+6, 80, 12, "3593件。")
		xs := []float64{80, 180, 280, 380, 480}
		p.ruled(xs, []float64{100, 125, 150, 175, 200})
		p.row(xs, 117, "上标", "3593", "3593", "3593")
		p.text(xs[1]+4+18.5, 113, 6, "1")       // smaller and raised
		p.text(xs[2]+4+18.5, 113, 9, "1")       // raised only
		p.latin(xs[3]+4+18.5, 112.5, 6, "[12]") // in another font
		p.row(xs, 142, "下标", "3593", "", "3593")
		p.text(xs[1]+4+18.5, 144, 6, "1")
		p.text(xs[2]+4, 138, 6, "1")
		p.text(xs[2]+8, 142, 9, "3593")
		p.row(xs, 167, "删除", "993593", "99", "3593")
		p.line(xs[1]+4, 164, xs[1]+13, 164)
		p.bar(xs[2]+3.5, 164, xs[2]+13.5, 164)
		p.line(xs[3]+4, 168.5, xs[3]+22, 168.5)
		p.row(xs, 192, "不变", "3593", "3593", "3593")
		p.line(xs[1]+4, 180, xs[1]+22, 180)
	},
	// Figures underlined in their cells, as tracked changes print what is new, one of two lines:
	// the line parts no rows, while one across a cell does.
	"underlined-in-cells": func(d *drawing) {
		p := d.page(width, height)
		p.text(left, 80, 12, "修订处以下划线标出")
		xs := []float64{80, 180, 210, 240, 270}
		p.ruled(xs, []float64{100, 140, 180, 220})
		p.row(xs, 122, "名称", "甲", "乙", "丙")
		p.row(xs, 162, "上年结转", "", "7", "35")
		p.text(xs[1]+8, 152, 9, "53")
		p.line(xs[1]+8, 149, xs[1]+12.5, 149)
		p.line(xs[1]+12.5, 153.5, xs[1]+17, 153.5)
		p.text(xs[1]+10, 165, 9, "8")
		p.line(xs[1]+10, 166.5, xs[1]+14.5, 166.5)
		p.line(xs[3]+4, 163.5, xs[3]+13, 163.5)
		p.row(xs, 196, "", "4", "2", "6")
		p.line(xs[0], 200, xs[4], 200)
		p.row(xs, 213, "结转下年", "0", "1", "1")
	},
	// Digits of a font that gives them false widths, each at its place: at the distance of one
	// figure's, with nothing between them in the file or a blank, and at that of two figures.
	"digits-one-by-one": func(d *drawing) {
		d.narrow = true
		p := d.page(width, height)
		p.text(left, 80, 12, "表中数字逐个排印")
		xs := []float64{80, 180, 280, 380, 480}
		p.ruled(xs, []float64{100, 125, 150, 175, 200})
		each := func(column int, y, pitch float64, figure string) {
			for i, r := range figure {
				p.raw(fmt.Sprintf("BT /F3 9 Tf 1 0 0 1 %g %g Tm <%s> Tj ET", xs[column]+4+float64(i)*pitch, p.h-y, ucs2(string(r))))
			}
		}
		p.row(xs, 117, "名称", "紧排", "带空格", "分开")
		for i, figures := range [][3]string{{"604", "60", "604"}, {"3,118", "31", "31"}, {"95.7", "95", "95"}} {
			y := 142 + 25*float64(i)
			p.row(xs, y, "第"+string([]rune("一二三")[i])+"行")
			each(1, y, 4.5, figures[0])
			p.raw(fmt.Sprintf("BT /F3 9 Tf 1 0 0 1 %g %g Tm <%s> Tj ET", xs[2]+4, p.h-y, ucs2(figures[1][:1]+" "+figures[1][1:])))
			each(3, y, 6.8, figures[2])
		}
	},
	// Figures as wide as their cells touch at the line between: two where they stand further
	// apart than the digits of one, one where a line runs through it, and unread where nobody
	// can tell.
	"figures-touch-at-line": func(d *drawing) {
		p := d.page(width, height)
		p.text(left, 80, 12, "列宽恰为四位数字")
		xs := []float64{80, 180, 198.6, 217.2, 235.8}
		p.ruled(xs, []float64{100, 125, 150, 175, 200, 225})
		p.row(xs, 117, "名称")
		for i, figures := range [][]struct {
			from int // the figure's first digit, of the four that its cell has room for
			text string
		}{{{0, "5277"}, {0, "3446"}, {0, "8"}}, {{3, "5"}, {0, "34"}, {0, "346"}}, {{2, "20"}, {2, "31456"}, {0, ""}}, {{3, "5"}, {0, "7"}, {0, ""}}} {
			y := 142 + 25*float64(i)
			p.row(xs, y, "第"+string([]rune("一二三四")[i])+"行")
			for k, f := range figures {
				p.text(xs[k+1]+0.3+4.5*float64(f.from), y, 9, f.text)
			}
		}
	},
	// Figures in white are not seen on paper, and are where something dark lies below them.
	"white-on-paper": func(d *drawing) {
		p := d.page(width, height)
		xs := []float64{80, 180, 280, 380, 480}
		p.raw(fmt.Sprintf("0.1 0.2 0.5 rg 80 %g 400 25 re f 1 g 80 %g 400 25 re f", p.h-125, p.h-150))
		p.row(xs, 117, "名称", "2021", "2022", "2023")
		p.raw("0 g")
		p.text(left, 80, 12, "上一年的数字用白字留在表中")
		p.ruled(xs, []float64{100, 125, 150, 175})
		p.row(xs, 142, "规章", "", "", "9")
		p.row(xs, 167, "文件", "", "12", "5")
		p.raw("1 1 1 rg")
		p.text(xs[2]+13, 167, 9, "34")
		p.text(xs[1]+4, 142, 9, "31")
		p.text(xs[1]+4, 167, 9, "7")
		p.raw("0 g")
		p.text(xs[1]+8.5, 167, 9, "8")
	},
	// The number of a note that stands alone in a cell, beside figures of others, raised or hardly so;
	// beside a figure, hardly raised; digits of a point; and a figure that is only smaller, or only higher.
	"notes-alone": func(d *drawing) {
		p := d.page(width, height)
		xs := []float64{80, 180, 280, 380, 480}
		p.ruled(xs, []float64{100, 125, 150, 175, 200, 225})
		p.row(xs, 117, "名称", "甲", "乙", "丙")
		p.row(xs, 142, "收到", "218", "", "46")
		p.text(xs[2]+4, 138, 6, "1")
		p.row(xs, 167, "办结", "", "97", "30")
		p.text(xs[1]+4, 166, 6, "8")
		p.text(xs[2]+13.5, 167, 1, "9")
		p.row(xs, 192, "结转", "", "5", "")
		p.text(xs[1]+4, 186, 9, "12")
		p.text(xs[3]+4, 192, 1, "4")
		p.row(xs, 217, "其中", "", "35", "7")
		p.text(xs[1]+4, 217, 6, "8")
		p.text(xs[2]+4+9.5, 216, 8.5, "1")
	},
	// Cells that show a picture, a drawing, or nothing; a stamp over several.
	"cells-that-show-no-text": func(d *drawing) {
		p := d.page(width, height)
		xs := []float64{80, 180, 280, 380, 480}
		p.ruled(xs, []float64{100, 125, 150, 175})
		p.row(xs, 117, "名称", "甲", "乙", "丙")
		p.row(xs, 142, "规章", "", "12", "")
		picture := func(x, y, w, h float64) {
			p.raw(fmt.Sprintf("q %g 0 0 %g %g %g cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q", w, h, x, p.h-y))
		}
		picture(190, 145, 10, 10)
		picture(310, 145, 10, 10)
		p.row(xs, 167, "文件", "", "", "5")
		p.raw(fmt.Sprintf("%g %g m %g %g %g %g %g %g c %g %g %g %g %g %g c f", 190.0, p.h-160, 200.0, p.h-155, 200.0, p.h-165, 190.0, p.h-170, 185.0, p.h-165, 185.0, p.h-160, 190.0, p.h-160))
		picture(250, 240, 120, 120)
	},
	// The row's label is broken by the page's end, and so is the label beside it.
	"row-cut-by-page": func(d *drawing) {
		xs := []float64{80, 180, 330, 420, 515}
		p := d.page(width, height)
		p.ruled(xs, []float64{700, 725, 750, 775})
		p.row(xs, 715, "（四）无法提供", "1.本机关不掌握相关信息", "9", "9")
		p.row(xs, 740, "（五）不予处", "1.信访举报投诉类申请", "2", "2")
		p.row(xs, 765, "（六）其他处理", "1.申请人无正当理由逾", "1", "13")
		q := d.page(width, height)
		q.ruled(xs, []float64{60, 85, 110})
		q.row(xs, 75, "", "期不补正", "", "")
		q.row(xs, 100, "（七）总计", "", "12", "24")
	},
	// The row's label is broken by the page's end, and the header stands above its
	// second half.
	"row-cut-under-header": func(d *drawing) {
		xs := []float64{80, 350, 420, 515}
		p := d.page(width, height)
		p.ruled(xs, []float64{675, 700, 725, 750})
		p.row(xs, 690, "统计指标", "单位", "统计数")
		p.row(xs, 715, "3.政策解读稿件发布数", "篇", "14")
		p.row(xs, 740, "4.微博微信回应", "次", "2")
		q := d.page(width, height)
		q.ruled(xs, []float64{60, 85, 110, 135})
		q.row(xs, 75, "统计指标", "单位", "统计数")
		q.row(xs, 100, "事件数", "", "")
		q.row(xs, 125, "5.其他方式回应事件数", "次", "0")
	},
	// A heading in large type above small tables keeps its marks.
	"large-heading": func(d *drawing) {
		p := d.page(width, height)
		p.text(left, 80, 22, "四、存在的问题，改进的措施。")
		for i := range 30 {
			p.text(left, 120+14*float64(i), 7, "行政许可的处理决定数量按项目分别统计并逐项核对后填报")
		}
	},
	// Two rows that may be one: without numbers, the second without figures.
	"row-cut-unclear": func(d *drawing) {
		xs := []float64{80, 330, 420, 515}
		p := d.page(width, height)
		p.ruled(xs, []float64{700, 725, 750})
		p.row(xs, 715, "信息内容", "本年制发件数", "现行有效件数")
		p.row(xs, 740, "规章", "3", "31")
		q := d.page(width, height)
		q.ruled(xs, []float64{60, 85, 110})
		q.row(xs, 75, "行政规范性文件", "", "")
		q.row(xs, 100, "行政许可", "550", "7")
	},
	// A row's label and some of its figures stand on one page, the others on the other: without
	// a label, or with what is left of a numbered one.
	"row-parted-by-page": func(d *drawing) {
		xs := []float64{80, 270, 330, 390, 450, 515}
		p := d.page(width, height)
		p.ruled(xs, []float64{700, 725, 750})
		p.row(xs, 715, "申请情况", "自然人", "商业企业", "其他", "总计")
		p.row(xs, 740, "", "61", "", "8", "71")
		q := d.page(width, height)
		q.ruled(xs, []float64{60, 85, 785, 810})
		q.row(xs, 75, "一、本年新收数量", "", "2", "", "")
		q.row(xs, 800, "1.属于国家秘密的信", "4", "", "1", "")
		r := d.page(width, height)
		r.ruled(xs, []float64{60, 85, 785, 810})
		r.row(xs, 75, "息", "", "0", "", "5")
		r.row(xs, 800, "2.属于内部信息", "", "3", "6", "")
		s := d.page(width, height)
		s.ruled(xs, []float64{60, 85})
		s.row(xs, 75, "", "9", "", "", "18")
	},
	// The same, but not every figure is there, or both rows may be rows: nothing is blank that
	// may have its figure on the other page.
	"row-parted-unclear": func(d *drawing) {
		xs := []float64{80, 270, 330, 390, 450, 515}
		p := d.page(width, height)
		p.ruled(xs, []float64{700, 725, 750})
		p.row(xs, 715, "申请情况", "自然人", "商业企业", "其他", "总计")
		p.row(xs, 740, "", "61", "", "", "71")
		q := d.page(width, height)
		q.ruled(xs, []float64{60, 85, 785, 810})
		q.row(xs, 75, "一、本年新收数量", "", "2", "", "")
		q.row(xs, 800, "1.属于国家秘密", "4", "", "", "")
		r := d.page(width, height)
		r.ruled(xs, []float64{60, 85, 785, 810})
		r.row(xs, 75, "", "", "", "5", "9")
		r.row(xs, 800, "2.属于内部信息", "7", "", "", "7")
		s := d.page(width, height)
		s.ruled(xs, []float64{60, 85})
		s.row(xs, 75, "3.属于过程性信息", "", "1", "1", "")
	},
	// Rows without figures on both sides of the page's end are rows still.
	"blank-rows-over-pages": func(d *drawing) {
		xs := []float64{80, 330, 420, 515}
		p := d.page(width, height)
		p.ruled(xs, []float64{700, 725, 750})
		p.row(xs, 715, "（一）召开会议数", "次", "4")
		p.row(xs, 740, "（二）举办培训班数", "次", "")
		q := d.page(width, height)
		q.ruled(xs, []float64{60, 85})
		q.row(xs, 75, "（三）接受培训人员数", "人次", "")
	},
	// A figure wraps in its cell where the page ends: nobody may read 12 or 34.
	"figure-cut-by-page": func(d *drawing) {
		xs := []float64{80, 330, 420, 515}
		p := d.page(width, height)
		p.ruled(xs, []float64{700, 725, 750})
		p.row(xs, 715, "信息内容", "处理决定数量", "上年")
		p.row(xs, 740, "行政处罚", "12", "5")
		q := d.page(width, height)
		q.ruled(xs, []float64{60, 85, 110})
		q.row(xs, 75, "", "34", "")
		q.row(xs, 100, "行政强制", "6", "7")
	},
	// Lines as thin filled rectangles, one for each side of each cell.
	"lines-as-bars": func(d *drawing) {
		p := d.page(width, height)
		ys := []float64{100, 120, 140, 160}
		for i := range five[:5] {
			for j := range ys[:3] {
				p.bar(five[i], ys[j], five[i+1], ys[j])
				p.bar(five[i], ys[j+1], five[i+1], ys[j+1])
				p.bar(five[i], ys[j], five[i], ys[j+1])
				p.bar(five[i+1], ys[j], five[i+1], ys[j+1])
			}
		}
		p.row(five, 114, "信息内容", "制发", "废止", "有效", "备注")
		p.row(five, 134, "规章", "1", "2", "3", "")
		p.row(five, 154, "规范性文件", "10", "", "30", "—")
	},
	// Dotted lines made of squares, and shading behind the header.
	"lines-dotted": func(d *drawing) {
		p := d.page(width, height)
		p.raw("0.9 g 80 722 150 20 re f 0 g")
		for _, y := range []float64{100, 120, 140} {
			for x := 80.0; x <= 230; x += 2 {
				p.bar(x-0.3, y, x+0.3, y+0.6)
			}
		}
		four := []float64{80, 140, 170, 200, 230}
		for _, x := range four {
			for y := 100.0; y <= 140; y += 2 {
				p.bar(x, y-0.3, x+0.6, y+0.3)
			}
		}
		p.row(four, 114, "信息内容", "甲", "乙", "丙")
		p.row(four, 134, "规章", "1", "22", "3")
	},
	// One path draws all lines; the table has no lines left and right.
	"open-sides": func(d *drawing) {
		p := d.page(width, height)
		var ops strings.Builder
		for _, y := range []float64{100, 120, 140, 160} {
			fmt.Fprintf(&ops, "80 %g m 515 %g l ", height-y, height-y)
		}
		for _, x := range five[1:5] {
			fmt.Fprintf(&ops, "%g %g m %g %g l ", x, height-100, x, height-160)
		}
		p.raw(ops.String() + "S")
		p.row(five, 114, "信息内容", "制发", "废止", "有效", "备注")
		p.row(five, 134, "规章", "1", "2", "3", "")
		p.row(five, 154, "规范性文件", "10", "20", "30", "")
	},
	// A line between two figures is missing: they share a cell and stay apart. One
	// half of the line between two rows is missing: the rows stay rows.
	"lines-missing": func(d *drawing) {
		p := d.page(width, height)
		for _, y := range []float64{100, 120, 140, 180} {
			p.line(80, y, 515, y)
		}
		p.line(80, 160, 301, 160)
		for i, x := range five {
			if i == 2 {
				p.line(x, 100, x, 120)
				p.line(x, 140, x, 180)
				continue
			}
			p.line(x, 100, x, 180)
		}
		p.row(five, 114, "信息内容", "制发", "废止", "有效", "备注")
		p.row(five, 134, "规章", "1", "2", "3", "4")
		p.row(five, 154, "规范性文件", "10", "20", "30", "40")
		p.row(five, 174, "其他文件", "11", "21", "31", "41")
	},
	// Cells that span rows and columns, a double outer border.
	"spans-and-double-border": func(d *drawing) {
		p := d.page(width, height)
		p.raw(fmt.Sprintf("0.5 w %g %g %g %g re S %g %g %g %g re S", 78.0, height-182, 439.0, 84.0, 80.0, height-180, 435.0, 80.0))
		p.line(230, 100, 230, 180)
		p.line(230, 120, 515, 120)
		p.line(80, 140, 515, 140)
		p.line(80, 160, 515, 160)
		for _, x := range []float64{301, 372, 443} {
			p.line(x, 120, x, 180)
		}
		p.row(five, 124, "信息内容", "")
		p.text(340, 114, 9, "法人或其他组织")
		p.row(five, 134, "", "企业", "机构", "组织", "其他")
		p.row(five, 154, "规章", "1", "2", "3", "4")
		p.row(five, 174, "规范性文件", "5", "6", "7", "8")
	},
	// The page lies on its side; its text runs upwards on the sheet.
	"landscape-rotated": func(d *drawing) {
		p := d.page(width, height)
		p.rotate = 90
		turned := func(x, y float64, s string) { p.turned(y, height-x, 10, s) }
		line := func(x0, y0, x1, y1 float64) { p.line(y0, height-x0, y1, height-x1) }
		turned(100, 80, "四、政府信息公开行政复议、行政诉讼情况")
		for _, y := range []float64{100, 120, 140} {
			line(100, y, 700, y)
		}
		for _, x := range []float64{100, 250, 400, 550, 700} {
			line(x, 100, x, 140)
		}
		for i, s := range []string{"结果维持", "结果纠正", "尚未审结", "总计"} {
			turned(104+150*float64(i), 115, s)
			turned(104+150*float64(i), 135, fmt.Sprint(i+7))
		}
	},
	// Bold without a bold font, a shadow, a watermark across the page.
	"drawn-twice": func(d *drawing) {
		p := d.page(width, height)
		for _, shift := range []float64{0, 0.25, 0.5} {
			p.text(left+shift, 80, 16, "松江区2021年政府信息公开工作年度报告")
		}
		p.raw("BT /F1 60 Tf 0.7 0.7 -0.7 0.7 150 300 Tm <" + ucs2("内部资料22") + "> Tj ET")
		p.ruled(five, []float64{100, 120, 140})
		p.row(five, 114, "信息内容", "制发", "废止", "有效", "备注")
		for _, shift := range []float64{0, 0.3} {
			p.text(five[0]+4+shift, 134, 9, "规章")
			p.text(five[1]+4+shift, 134, 9, "11")
			p.text(five[2]+4+shift, 134, 9, "111")
		}
	},
	// Headers and numbers of pages go; a sentence goes on over the page's end; an
	// indented line begins a paragraph; a number that counts no pages stays.
	"headers-and-page-numbers": func(d *drawing) {
		long := strings.Repeat("本区全年更新目录并公布办事指南，", 5) + "收到来信"
		for i := range 3 {
			p := d.page(width, height)
			p.text(220, 50, 10, "松江区政府信息公开年报")
			y := 90.0
			if i == 0 {
				p.text(200, 90, 16, "2021年年度报告")
				y = 130
			}
			if i > 0 {
				p.text(left, y, 12, fmt.Sprintf("其中%d件已办结。", 30+i))
				y += 22
			}
			y = p.prose(y, long+fmt.Sprintf("%d件，", 300+i)+strings.Repeat("按期答复", 4)+"，")
			p.prose(y, "各镇设查阅点。")
			p.text(left, 736, 12, string([]rune(long)[:36])) // goes on over the page's end
			if i == 1 {
				p.text(left, 758, 12, "1136")
			}
			p.text(295, 815, 10, fmt.Sprint(i+1))
		}
	},
	// Justified text whose characters are set apart; figures with spaces, commas,
	// full-width digits; the radicals some fonts give for characters.
	"spacing": func(d *drawing) {
		p := d.page(width, height)
		for i, r := range "主动公开信息数量为" {
			p.text(left+float64(i)/3*19, 80, 12, string(r))
		}
		p.text(left, 110, 12, "受理 21 件 ， 答 复 1,136 件 ； 收费 7730.28 元")
		p.latin(left, 140, 12, "11 111 1 1 2023 7730.28 tel 0517-87222589")
		p.text(left, 170, 12, "⼀、总体情况：⺠政局⽂件２１６５件")
		p.text(left, 200, 12, "来源：区政府办公室 发布时间：2022-01-20 字号：大 中 小")
		p.ruled(five, []float64{220, 240, 260})
		p.row(five, 234, "总    计", "１１", "1 2", "一", "１ ２")
		p.row(five, 254, "规 章", "2,165", "−3", "+1", "无")
	},
	// A table without lines: columns become tabs, nothing is guessed.
	"table-without-lines": func(d *drawing) {
		p := d.page(width, height)
		p.row(five, 114, "信息内容", "制发", "废止", "有效")
		p.row(five, 134, "规章", "1", "", "3")
		p.row(five, 154, "规范性文件", "10", "20", "30")
	},
	// A figure too wide for its cell is printed over the line; two figures close to
	// a line from both sides are two.
	"figure-over-line": func(d *drawing) {
		p := d.page(width, height)
		xs := []float64{80, 160, 190, 220, 250}
		p.ruled(xs, []float64{100, 120, 140, 160})
		p.row(xs, 114, "内容", "甲", "乙", "丙")
		p.text(84, 134, 9, "行政许可")
		p.text(157, 134, 9, "12345678")
		p.text(230, 134, 9, "0")
		p.text(84, 154, 9, "行政处罚")
		p.text(176, 154, 9, "123")
		p.text(190.8, 154, 9, "456")
		p.text(230, 154, 9, "7")
	},
	// Words down the side of a table, and words turned to run upwards.
	"label-down-the-side": func(d *drawing) {
		p := d.page(width, height)
		xs := []float64{80, 110, 140, 300, 400}
		for _, x := range xs {
			p.line(x, 100, x, 220)
		}
		for _, y := range []float64{100, 220} {
			p.line(80, y, 400, y)
		}
		for _, y := range []float64{140, 180} {
			p.line(140, y, 400, y)
		}
		for i, r := range "办理结果" {
			p.text(90, 120+float64(i)/3*24, 10, string(r))
		}
		p.turned(128, 190, 10, "不予公开")
		p.row(xs, 124, "", "", "国家秘密", "1")
		p.row(xs, 164, "", "", "危及稳定", "2")
		p.row(xs, 204, "", "", "行政查询", "3")
	},
	// A frame around the page and one around a paragraph are no tables.
	"frames": func(d *drawing) {
		p := d.page(width, height)
		p.raw("1 w 40 40 515 762 re S")
		p.raw("1 w 70 640 460 130 re S")
		p.prose(100, "本报告中的数据截至年底，由各部门汇总，经核对后公布。")
		p.ruled(five, []float64{300, 320, 340})
		p.row(five, 314, "信息内容", "制发", "废止", "有效", "备注")
		p.row(five, 334, "规章", "1", "2", "3", "4")
	},
	// A picture of a page, and the words a scanner laid under it.
	"scanned": func(d *drawing) {
		p := d.page(width, height)
		p.raw("q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI Q")
		p.raw("BT 3 Tr ET")
		p.text(left, 100, 12, "受理申请28件")
	},
	// A picture beside text is nothing to speak of.
	"picture-and-text": func(d *drawing) {
		p := d.page(width, height)
		p.raw("q 100 0 0 80 400 700 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q")
		p.text(left, 100, 12, "受理申请28件")
	},
	"no-content": func(d *drawing) { d.page(width, height) },
}
