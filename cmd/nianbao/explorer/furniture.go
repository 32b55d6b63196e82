package explorer

import (
	"strings"
	"unicode/utf8"

	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
)

// A site prints around a report where in it the reader is, who published it and when,
// and buttons. Beside another report these lines say nothing: they are alike on every page
// of a site and differ between sites.
var (
	sitePath     = lazyregexp.New(`^(?:您?(?:当前|现在|所在)的?(?:所在)?(?:位置|栏目)\s*[:：]|(?:网站)?首页\s*(?:[>＞»›/]|&gt;))`)
	siteLabel    = lazyregexp.New(`(?:(?:信息|文章|稿件)?来源|发布(?:时间|日期|机构|单位|人)|(?:成文|发文|生成|更新)(?:日期|时间)|索引号|发文字号|字号|字体(?:大小)?|浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:次数|数|量)?|访问量|责任编辑|编辑)\s*[:：]`)
	siteButtons  = lazyregexp.New(`^(?:[\s|｜/\[\]【】()（）:：、·]|打印(?:本页|此页)?|关闭(?:窗口|本页)?|分享(?:到)?|收藏(?:本页)?|返回(?:顶部|首页)?|字号|字体|大|中|小|微信|微博|QQ空间|扫一扫)+$`)
	siteSiblings = lazyregexp.New(`^[上下]一(?:篇|条)(?:\s*[:：]|$)`)
	siteFooter   = lazyregexp.New(`版权所有|网站标识码|ICP备|公网安备|^(?:主办|承办)(?:单位)?\s*[:：]|技术支持\s*[:：]`)
)

// longestFurniture is how many characters such a line has at most.
const longestFurniture = 120

// furniture reports whether a line is the site's and not the report's.
func furniture(line string) bool {
	line = strings.TrimSpace(line)
	if line == "" || utf8.RuneCountInString(line) > longestFurniture {
		return false
	}
	if sitePath.MatchString(line) || siteButtons.MatchString(line) || siteSiblings.MatchString(line) || siteFooter.MatchString(line) {
		return true
	}
	// Several labels side by side, or nothing but one with what it says.
	labels := siteLabel.FindAllStringIndex(line, -1)
	return len(labels) > 1 || len(labels) == 1 && labels[0][0] == 0 && utf8.RuneCountInString(line) <= 30 && !strings.ContainsAny(line, "，。；")
}

// unfurnished are sections without the site's lines.
func unfurnished(sections []report.Section) []report.Section {
	all := make([]report.Section, len(sections))
	for i, s := range sections {
		var kept []string
		for line := range strings.SplitSeq(s.Text, "\n") {
			if !furniture(line) {
				kept = append(kept, line)
			}
		}
		s.Text = strings.Join(kept, "\n")
		all[i] = s
	}
	return all
}
