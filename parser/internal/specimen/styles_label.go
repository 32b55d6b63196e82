package specimen

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/document"
)

// labelStyles differ in how the labels are spelt.
func labelStyles() []Style {
	relabel := func(change func(p *page, c *cell)) func(*page) {
		return func(p *page) {
			p.cells(func(_ *grid, c *cell) {
				if c.kind == headCell || c.kind == labelCell {
					change(p, c)
				}
			})
		}
	}
	replace := func(pairs ...string) func(*page) {
		for _, s := range slices.Clone(pairs) {
			pairs = append(pairs, widen(s))
		}
		r := strings.NewReplacer(pairs...)
		return relabel(func(_ *page, c *cell) { c.text = r.Replace(c.text) })
	}
	styles := []Style{
		{Name: "label-variants", Shows: "other spellings of the standard's labels", Layouts: newLayouts, page: replace(
			"行政规范性文件", "规范性文件", "现行有效件数", "现行有效件", "本年处理决定数量", "处理决定数量", "结转下年度继续办理", "结转下年继续办理",
			"其他法律行政法规禁止公开", "其他法律、行政法规禁止公开", "“三安全一稳定”", "\"三安全一稳定\"", "结转政府信息公开申请数量", "结转政府信息公开申请件数",
			"1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "1.逾期不补正", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "2.逾期不缴费",
			"采购项目数量", "采购项目总数", "(区分处理的,只计这一情形,不计其他情形)", "")},
		{Name: "label-typos", Shows: "labels with the typing errors that are copied from year to year", Layouts: newLayouts, page: replace(
			"其他法律行政法规禁止公开", "其他法律行政止公开", "没有现成信息需要另行制作", "没有现成信息需另行制做", "补正后申请内容仍不明确", "补正后申请内容仍不名确",
			"要求行政机关确认或重新出具已获取信息", "要求行政机关确认或重新出据已获取信息", "本机关不掌握相关政府信息", "本机关不掌握相关政府政府信息",
			"社会公益组织", "社会公益组识", "无正当理由大量反复申请", "无正当理由大量反复申清", "属于四类过程性信息", "属于四类过程信息", "结果纠正", "结果纠整",
			"本年新收政府信息公开申请数量", "本年新收政府公开申请数量")},
		{Name: "label-no-ordinals", Shows: "the ordinals 一、 (一) 1. are missing", Layouts: newLayouts, page: relabel(func(_ *page, c *cell) {
			c.text = dropOrdinal(c.text)
		})},
		{Name: "label-other-ordinals", Shows: "the ordinals are written in other ways: 1、 ① (1) 一. 三:", Layouts: newLayouts, page: func(p *page) {
			forms := []func(n string) string{
				func(n string) string { return n + "、" }, func(n string) string { return "(" + n + ")" }, func(n string) string { return n + ". " },
				func(n string) string { return string(rune('①' + int(n[0]-'1'))) },
			}
			form := forms[p.rng.IntN(len(forms))]
			p.cells(func(_ *grid, c *cell) {
				if c.kind != labelCell {
					return
				}
				if len(c.text) > 2 && c.text[1] == '.' && c.text[0] >= '1' && c.text[0] <= '9' {
					c.text = form(c.text[:1]) + c.text[2:]
				}
				for _, n := range []string{"一", "二", "三", "四"} {
					if rest, ok := strings.CutPrefix(c.text, n+"、"); ok {
						c.text = n + "." + rest
					}
				}
			})
		}},
		{Name: "label-full-width", Shows: "digits, brackets and punctuation of the labels in full-width forms", Layouts: anyLayout, page: relabel(func(_ *page, c *cell) {
			c.text = fullWidthASCII(c.text)
		})},
		{Name: "label-half-width", Shows: "all punctuation of the labels in half-width forms, quotation marks too", Layouts: anyLayout, page: relabel(func(_ *page, c *cell) {
			c.text = strings.Map(func(r rune) rune {
				switch {
				case r > fullWidth && r < fullWidth+0x7f:
					return r - fullWidth
				case r == '、':
					return ','
				case r == '“' || r == '”':
					return '"'
				}
				return r
			}, c.text)
		})},
		{Name: "label-invisible", Shows: "zero-width and soft-hyphen characters, directional marks and a byte order mark between the characters", Layouts: anyLayout, page: relabel(func(p *page, c *cell) {
			invisible := []string{"\u200b", "\u00ad", "\u200d", "\ufeff", "\u200c", "\u2060", "\u200e"}
			var b strings.Builder
			for i, r := range []rune(c.text) {
				if i > 0 && p.rng.IntN(3) == 0 {
					b.WriteString(invisible[p.rng.IntN(len(invisible))])
				}
				b.WriteRune(r)
			}
			c.text = b.String()
		})},
		{Name: "label-spaced", Shows: "spaces of several kinds within labels: 规 章, ( 三 )", Layouts: anyLayout, page: relabel(func(p *page, c *cell) {
			spaces := []string{" ", "\u00a0", "\u3000", "\u2002", "\t"}
			r := []rune(c.text)
			if len(r) < 2 {
				return
			}
			space := spaces[p.rng.IntN(len(spaces))]
			var b strings.Builder
			for i, ch := range r {
				if i > 0 && (len(r) <= 4 || strings.ContainsRune("()、.\uff08\uff09", r[i-1]) || ch == ')' || ch == fullWidth+')') {
					b.WriteString(space)
				}
				b.WriteRune(ch)
			}
			c.text = b.String()
		})},
		{Name: "label-broken", Shows: "labels broken over lines by <br> or by paragraphs, header labels a character a line", Layouts: anyLayout, page: func(p *page) {
			p.cells(func(_ *grid, c *cell) {
				if c.kind != headCell && c.kind != labelCell || utf8.RuneCountInString(c.text) < 4 {
					return
				}
				r := []rune(c.text)
				switch {
				case c.kind == headCell && len(r) <= 6:
					var lines []string
					for _, ch := range r {
						lines = append(lines, string(ch))
					}
					c.text = strings.Join(lines, "\n")
				default:
					at := 2 + p.rng.IntN(len(r)-3)
					c.text = string(r[:at]) + "\n" + string(r[at:])
				}
				if p.rng.IntN(2) == 0 {
					c.html = indent(c.level) + "<p>" + strings.ReplaceAll(html.EscapeString(c.text), "\n", "</p>\n<p>") + "</p>"
				}
			})
		}},
		{Name: "label-source-lines", Shows: "labels broken over lines of the source, which a browser shows as spaces", Layouts: anyLayout, page: func(p *page) {
			p.cells(func(_ *grid, c *cell) {
				if r := []rune(c.text); (c.kind == headCell || c.kind == labelCell) && len(r) >= 6 {
					c.html = indent(c.level) + html.EscapeString(string(r[:len(r)/2])) + "\n        " + html.EscapeString(string(r[len(r)/2:]))
				}
			})
		}},
		{Name: "label-explained", Shows: "long explanations within the labels", Layouts: newLayouts, page: replace(
			"行政许可", "行政许可(含依申请办理的其他行政权力事项,由各审批部门分别统计后汇总)", "行政规范性文件", "行政规范性文件(指经合法性审核并编号公布的文件)",
			"规章", "规章(设区的市、自治州人民政府应提供相关数据)", "(一)予以公开", "(一)予以公开(含答复中指明获取途径的)", "1.属于国家秘密", "1.属于国家秘密(应当附有定密的依据)",
			"3.其他", "3.其他(指不能归入前两项的情形)", "行政强制", "行政强制(含强制措施和强制执行,按案件计)", "(七)总计", "(七)总计(等于前六项之和)")},
		{Name: "label-instructions", Shows: "the template's instructions are left in the cells", Layouts: newLayouts, page: replace(
			"二、上年结转政府信息公开申请数量", "二、上年结转政府信息公开申请数量(注:应与上一年度报告的“结转下年度继续办理”一致,填写时请删除本注)",
			"四、结转下年度继续办理", "四、结转下年度继续办理(注:没有的填0,不得空白)")},
		{Name: "label-bold-markup", Shows: "labels are cut into many inline elements, with markup between two characters of a word", Layouts: anyLayout, page: relabel(func(_ *page, c *cell) {
			var b strings.Builder
			b.WriteString(indent(c.level))
			for i, r := range []rune(c.text) {
				switch i % 3 {
				case 0:
					b.WriteString("<b><span>" + html.EscapeString(string(r)) + "</span></b>")
				case 1:
					b.WriteString("<font face=\"仿宋\">" + html.EscapeString(string(r)) + "</font>")
				default:
					b.WriteString(html.EscapeString(string(r)) + "<!-- x --><a name=\"_GoBack\"></a>")
				}
			}
			c.html = b.String()
		})},
	}
	for i := range styles {
		styles[i].Container, styles[i].Extension = document.HTML, ".html"
	}
	return styles
}

// dropOrdinal removes 一、 (一) and 1. from the beginning of a label.
func dropOrdinal(s string) string {
	r := []rune(s)
	cut := 0
	switch {
	case len(r) > 3 && strings.ContainsRune("一二三四", r[0]) && r[1] == '、':
		cut = 2
	case len(r) > 3 && r[0] == '(' && strings.ContainsRune("一二三四五六七", r[1]):
		cut = 3
	case len(r) > 3 && r[0] == fullWidth+'(' && strings.ContainsRune("一二三四五六七", r[1]):
		cut = 3
	case len(r) > 2 && r[0] >= '1' && r[0] <= '9' && r[1] == '.':
		cut = 2
	}
	return string(r[cut:])
}

// fullWidthASCII writes every visible ASCII character in its full-width form.
func fullWidthASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + fullWidth
		}
		return r
	}, s)
}
