package parser

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/region"
)

// labels are what the page says about the report beside it.
type labels struct {
	publisher string // behind 来源, 发布机构 …
	published string // behind 发布时间, 发布日期 …
	compiler  string // 本报告由X编制
	signature string // the line above the date at the end
	signedOn  string // that date, ISO 8601
}

const (
	publisherLabels = `信息来源|稿件来源|文章来源|内容来源|来源|发布机构|发布单位|发布机关|公开机构|公开机关|公开单位|公开主体|发文机关|发文单位|信息提供单位|发布部门|公开部门|责任部门|公开责任部门|所属机构`
	publishedLabels = `发布时间|发布日期|公开时间|公开日期|公布时间|公布日期|发表时间|更新时间|发文日期|发布于|发表于|日期|时间`
)

var (
	// An entry runs to the next label. Without a colon it needs white space, for
	// 来源 is a word of sentences too.
	publisherEntry = regexp.MustCompile(`(?:^|[\s\[【|(])(?:` + publisherLabels + `)[】\]]?\s*(?::|\s)\s*[\[【]?\s*([^\s\[\]【】|]{2,60})`)
	publishedEntry = regexp.MustCompile(`(?:(?:^|[\s\[【|(])(?:` + publishedLabels + `)|(?:发布|公开|公布)(?:时间|日期))[】\]]?\s*:?\s*[\[【]?\s*(\d{4}\s*(?:年|[-/.])[^\[\]【】|]{2,30}|\d{8})`)
	// Where the space before the next label was lost.
	nextLabel     = regexp.MustCompile(`(?:发布|公开|公布|发表|更新|发文)(?:时间|日期)|(?:日期|时间|作者|字号|字体|浏览|点击|阅读|责任编辑|编辑|文号|审核|来源).{0,4}:|点击数|浏览次数|\d{4}-\d`)
	besideDate    = regexp.MustCompile(`(?:来源|浏览|点击|阅读|字体|字号|访问|作者)[^\p{Han}]|发布于`)
	labelStart    = regexp.MustCompile(`^[\[【(]?(?:` + publisherLabels + `|` + publishedLabels + `|索引号|信息分类|文号|作者|浏览|点击|字体|字号|当前位置|您的位置|首页|主题|分类|访问)`)
	publisherCell = regexp.MustCompile(`^(?:` + publisherLabels + `):?$`)
	publishedCell = regexp.MustCompile(`^(?:` + publishedLabels + `):?$`)
	compilerForm  = regexp.MustCompile(`(?:报告|年报)由([^,。;:]{4,60}?)(?:根据|依据|依照|按照|负责|编制|编写|组织|牵头|汇总|综合)|,由([^,。;:]{4,60}?)(?:编制|编写)`)
	// Names of sites, not of who publishes.
	siteName = regexp.MustCompile(`(?:网|网站|门户|平台|本站|原创|管理员|编辑|admin|客户端|公众号|微信|日报|频道)$`)
)

// readLabels collects what stands beside the report: in the lines above it, in
// the table of properties (索引号, 发布机构 …), at its end.
func (r *metadataReader) readLabels() {
	head := r.lines[:r.headEnd]
	for i, l := range head {
		if len(l.text) > 900 || !mayBeLabel(l.text) {
			continue
		}
		text := foldLabels(l.text)
		r.takeLabels(text)
		if !l.cell || i+1 >= len(head) || head[i+1].block != l.block {
			continue
		}
		next := strings.TrimSpace(foldLabels(head[i+1].text))
		key := squeeze(l.text)
		if publisherCell.MatchString(key) && r.labelled.publisher == "" && isPublisher(next) {
			r.labelled.publisher = next
		}
		if publishedCell.MatchString(key) && r.labelled.published == "" && firstDate(next) != "" {
			r.labelled.published = next
		}
	}
	for _, key := range []string{"contentsource", "source", "author_unit"} {
		if v := strings.TrimSpace(r.doc.Meta[key]); r.labelled.publisher == "" && isPublisher(v) {
			r.labelled.publisher = v
		}
	}
	if g := compilerForm.FindStringSubmatch(squeeze(r.opening)); g != nil && isPublisher(g[1]+g[2]) {
		r.labelled.compiler = g[1] + g[2]
	}
	r.readSignature()
	if r.labelled.published == "" {
		tail := r.lines[max(r.headEnd, len(r.lines)-signatureLines):]
		for _, l := range slices.Backward(tail) {
			if text := foldLabels(l.text[:min(len(l.text), 400)]); strings.Contains(text, "发布") && utf8.RuneCountInString(text) < 100 {
				r.takeLabels(text)
			}
		}
	}
}

// mayBeLabel is a cheap look before the patterns.
func mayBeLabel(s string) bool {
	for _, word := range []string{"源", "机构", "機構", "机关", "機關", "单位", "單位", "部门", "部門", "主体", "主體", "时间", "時間", "日期", "浏", "瀏", "字号", "发布", "發布", "阅", "閱"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

func (r *metadataReader) takeLabels(text string) {
	if g := publisherEntry.FindStringSubmatch(text); g != nil && r.labelled.publisher == "" {
		name := g[1]
		if loc := nextLabel.FindStringIndex(name); loc != nil {
			name = name[:loc[0]]
		}
		if isPublisher(name) {
			r.labelled.publisher = name
		}
	}
	if r.labelled.published != "" {
		return
	}
	if g := publishedEntry.FindStringSubmatch(foldDates(text)); g != nil {
		r.labelled.published = g[1]
	} else if besideDate.MatchString(text) && len(dateForm.FindAllString(text, 2)) == 1 {
		// 2022-01-20 10:33 来源:… 浏览:12
		r.labelled.published = text
	}
}

// readSignature finds the date under the report and the name above it.
func (r *metadataReader) readSignature() {
	for i := len(r.lines) - 1; i >= max(r.headEnd, len(r.lines)-signatureLines); i-- {
		text := squeeze(r.lines[i].text[:min(len(r.lines[i].text), 400)])
		if utf8.RuneCountInString(text) > 14 || r.lines[i].cell {
			continue
		}
		date := firstDate(text)
		if date == "" || strings.Trim(foldDates(text), "0123456789年月日号-/. ") != "" {
			continue
		}
		r.labelled.signedOn = date
		if i > 0 {
			name := headingWords(r.lines[i-1].text)
			if m := region.Recognise(name, region.Context{}); m.Publisher != "" && utf8.RuneCountInString(name) <= shortLine {
				r.labelled.signature = name
			}
		}
		return
	}
}

// isPublisher keeps the names of sites and persons out.
func isPublisher(name string) bool {
	name = squeeze(name)
	if n := utf8.RuneCountInString(name); n < 3 || n > 60 || siteName.MatchString(name) || labelStart.MatchString(name) {
		return false
	}
	m := region.Recognise(name, region.Context{})
	return m.Publisher != "" || m.Region.Code != "" && m.Rest == ""
}

// foldLabels folds widths and keeps single spaces, which part the entries.
func foldLabels(s string) string {
	s = strings.Map(func(c rune) rune {
		c = foldWidth(c)
		if isSpaceOrFormat(c) {
			return ' '
		}
		return region.SimplifyRune(c)
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
