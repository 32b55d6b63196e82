package specimen

import (
	"fmt"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// metaStyles differ in how the report says which one it is. None has a <title>
// or properties, so that only the text can be asked.
func metaStyles() []Style {
	retitle := func(write func(m report.Meta) (printed, title string)) func(*page) {
		return func(p *page) {
			p.markup.noMeta = true
			for _, b := range p.blocks {
				if b.kind == titleBlock {
					b.text, p.want.Meta.Title = write(p.truth.Meta)
				}
			}
		}
	}
	// said replaces the sentence of the reference period.
	said := func(write func(year int) string, known bool) func(*page) {
		return func(p *page) {
			p.markup.noMeta = true
			year := int(p.truth.Meta.Year)
			old := fmt.Sprintf("所列数据的统计期限自%d年1月1日起至%d年12月31日止。", year, year)
			for _, b := range p.blocks {
				b.text = strings.ReplaceAll(b.text, old, write(year))
			}
			if !known {
				p.want.Meta.PeriodStart, p.want.Meta.PeriodEnd = "", ""
			}
		}
	}
	dated := func(write func(iso string) string) func(*page) {
		return func(p *page) {
			p.markup.noMeta = true
			for _, b := range p.blocks {
				if b.kind == sourceBlock {
					b.text = strings.ReplaceAll(b.text, p.truth.Meta.PublishedOn, write(p.truth.Meta.PublishedOn))
				}
			}
		}
	}
	body := func(m report.Meta) string {
		if m.Scope == report.ScopeAgency {
			return m.Publisher
		}
		return m.Region
	}
	styles := []Style{
		{Name: "meta-year-first", Shows: "年度 twice in the title", page: retitle(func(m report.Meta) (string, string) {
			s := fmt.Sprintf("%d年度%s政府信息公开工作年度报告", m.Year, body(m))
			return s, s
		})},
		{Name: "meta-about", Shows: "a title that begins with 关于", page: retitle(func(m report.Meta) (string, string) {
			s := fmt.Sprintf("关于%s%d年政府信息公开工作的年度报告", body(m), m.Year)
			return s, s
		})},
		{Name: "meta-government-work", Shows: "政务公开 instead of 政府信息公开, the year in the middle", page: retitle(func(m report.Meta) (string, string) {
			s := fmt.Sprintf("%s政务信息公开%d年度报告", body(m), m.Year)
			return s, s
		})},
		{Name: "meta-title-broken", Shows: "the title is broken over lines", page: retitle(func(m report.Meta) (string, string) {
			return fmt.Sprintf("%s\n%d年政府信息公开\n工作年度报告", body(m), m.Year), fmt.Sprintf("%s%d年政府信息公开工作年度报告", body(m), m.Year)
		})},
		{Name: "meta-title-spaced", Shows: "the title's characters stand apart", page: retitle(func(m report.Meta) (string, string) {
			s := fmt.Sprintf("%s %d 年 政府信息公开 工作 年度报告", body(m), m.Year)
			return s, "" // how its spaces are kept is left open
		})},
		{Name: "meta-title-twice", Shows: "the title is printed twice", page: func(p *page) {
			p.markup.noMeta = true
			p.blocks = append([]*block{{kind: titleBlock, text: p.truth.Meta.Title}}, p.blocks...)
		}},
		{Name: "meta-no-agency", Shows: "the title names no agency; the source line and the prose do", page: func(p *page) {
			retitle(func(m report.Meta) (string, string) {
				s := fmt.Sprintf("%d年政府信息公开工作年度报告", m.Year)
				return s, s
			})(p)
			p.want.Meta.Scope = report.ScopeUnknown // whose work it tells of is left open
		}},
		{Name: "meta-numerals", Shows: "the year in Chinese numerals", page: retitle(func(m report.Meta) (string, string) {
			s := fmt.Sprintf("%s%s年政府信息公开工作年度报告", body(m), chineseYear(int(m.Year)))
			return s, s
		})},
		{Name: "meta-period-range", Shows: "the period as a range with a tilde", page: said(func(y int) string {
			return fmt.Sprintf("统计期限:%d年1月1日~%d年12月31日。", y, y)
		}, true)},
		{Name: "meta-period-hyphen", Shows: "the period as a range with a hyphen and points", page: said(func(y int) string { return fmt.Sprintf("统计期限为%d.1.1-%d.12.31。", y, y) }, true)},
		{Name: "meta-period-lost", Shows: "the CMS lost digits and 年 and 月 of the period", page: said(func(y int) string {
			return fmt.Sprintf("所列数据的统计期限自%d11日至%d1231日止。", y, y)
		}, false)},
		{Name: "meta-period-stale", Shows: "a stale period beside the year's: 2008年5月1日起", page: said(func(y int) string {
			return fmt.Sprintf("自2008年5月1日起施行条例以来第%d次编写。统计期限为%d年1月1日至12月31日。", y-2007, y)
		}, true)},
		{Name: "meta-period-none", Shows: "no period at all", page: said(func(int) string { return "" }, false)},
		{Name: "meta-date-glued", Shows: "date and time of publication stand together: 2021-03-2918:26", page: dated(func(iso string) string { return iso + "18:26" })},
		{Name: "meta-date-chinese", Shows: "the date of publication as 2022年1月20日", page: dated(func(iso string) string {
			var y, m, d int
			fmt.Sscanf(iso, "%d-%d-%d", &y, &m, &d)
			return fmt.Sprintf("%d年%d月%d日", y, m, d)
		})},
		{Name: "meta-date-numerals", Shows: "the date at the end in Chinese numerals, no source line", page: func(p *page) {
			p.markup.noMeta = true
			var y, m, d int
			fmt.Sscanf(p.truth.Meta.PublishedOn, "%d-%d-%d", &y, &m, &d)
			for _, b := range p.blocks {
				if b.kind == sourceBlock {
					b.text = ""
				}
			}
			p.dropEmpty()
			p.add(paragraphBlock, 6, p.truth.Meta.Publisher)
			p.add(paragraphBlock, 6, chineseYear(y)+"年"+chineseSmall(m)+"月"+chineseSmall(d)+"日")
		}},
	}
	for i := range styles {
		styles[i].Container, styles[i].Extension, styles[i].Layouts = document.HTML, ".html", anyLayout
	}
	return styles
}

var chineseDigits = []string{"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"}

// chineseYear writes a year digit by digit: 二〇二二.
func chineseYear(y int) string {
	s := ""
	for ; y > 0; y /= 10 {
		s = chineseDigits[y%10] + s
	}
	return s
}

// chineseSmall writes a number from 1 to 99: 二十一.
func chineseSmall(n int) string {
	s := ""
	if n >= 20 {
		s = chineseDigits[n/10]
	}
	if n >= 10 {
		s += "十"
	}
	if n%10 > 0 {
		s += chineseDigits[n%10]
	}
	return s
}
