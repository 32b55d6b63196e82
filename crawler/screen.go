package crawler

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shortPage is the visible text, in octets, up to which marks are looked for: a
// report may well speak of logging in.
const shortPage = 2 << 10

type mark struct {
	reason Reason
	source string // in the source, as octets; ASCII, so the charset does not matter
	text   string // in the text, lower case and without white space
}

// marks are what firewalls and content systems of government sites put into
// their pages: product names and script names are facts about them.
var marks = []mark{
	{reason: Challenge, source: "/_guard/"},
	{reason: Challenge, source: "__jsl_clearance"},
	{reason: Challenge, source: "acw_sc__v2"},
	{reason: Challenge, source: "$_ts=window"},
	{reason: Challenge, source: "cdn-cgi/challenge-platform"},
	{reason: Challenge, source: "safedog"},
	{reason: Challenge, source: "yunsuo_session"},
	{reason: Challenge, source: "yundun"},
	{reason: Challenge, source: "waf_captcha"},
	{reason: Challenge, text: "网站防火墙"},
	{reason: Challenge, text: "访问被拦截"},
	{reason: Challenge, text: "请求被拦截"},
	{reason: Challenge, text: "安全验证"},
	{reason: Challenge, text: "滑动验证"},
	{reason: Challenge, text: "访问过于频繁"},
	{reason: Challenge, text: "您的请求可能存在威胁"},
	{reason: Challenge, text: "创宇盾"},
	{reason: Challenge, text: "人机验证"},
	{reason: Challenge, text: "正在检查您的浏览器"},
	{reason: Challenge, text: "拦截提示"},
	{reason: Challenge, text: "您的访问被阻断"},
	{reason: Challenge, text: "web应用防火墙"},
	{reason: SoftNotFound, text: "404notfound"},
	{reason: SoftNotFound, text: "页面不存在"},
	{reason: SoftNotFound, text: "页面没有找到"},
	{reason: SoftNotFound, text: "您访问的页面"},
	{reason: SoftNotFound, text: "您所访问的页面"},
	{reason: SoftNotFound, text: "找不到该页"},
	{reason: SoftNotFound, text: "找不到页面"},
	{reason: SoftNotFound, text: "页面找不到"},
	{reason: SoftNotFound, text: "页面未找到"},
	{reason: SoftNotFound, text: "页面走丢"},
	{reason: SoftNotFound, text: "页面已删除"},
	{reason: SoftNotFound, text: "页面已被删除"},
	{reason: SoftNotFound, text: "您要查看的页面"},
	{reason: SoftNotFound, text: "您要访问的页面"},
	{reason: SoftNotFound, text: "文档不存在"},
	{reason: SoftNotFound, text: "资源不存在"},
	{reason: SoftNotFound, text: "404错误"},
	{reason: SoftNotFound, text: "无法找到该页"},
	{reason: SoftNotFound, text: "内容不存在"},
	{reason: SoftNotFound, text: "信息不存在"},
	{reason: SoftNotFound, text: "该信息已被删除"},
	{reason: SoftNotFound, text: "文章不存在"},
	{reason: SoftNotFound, text: "栏目不存在"},
	{reason: SoftNotFound, text: "已删除或不存在"},
	{reason: LoginWall, text: "请先登录"},
	{reason: LoginWall, text: "请登录后"},
	{reason: LoginWall, text: "统一身份认证"},
}

// screen looks at a page's octets: whether it is the answer of a firewall, a
// "not found" with status 200, a login form, or nothing at all. It answers a zero
// Verdict for everything it has no proof against.
func (c *Capture) screen(maxLinks int) Verdict {
	body, contentType := c.Body, c.Header.Get("Content-Type")
	if len(bytes.TrimSpace(body)) == 0 {
		return Verdict{Reason: EmptyBody, Detail: "the body is empty"}
	}
	if !isHTML(contentType, body) {
		return Verdict{}
	}
	c.page = readLinks(body, contentType, c.URL, maxLinks+1)
	if len(c.page.text) > shortPage {
		return Verdict{}
	}
	text := c.page.visible(body, contentType)
	flat := squeeze(text)
	var source []byte
	if c.page.active { // a challenge is a script
		source = bytes.ToLower(body[:min(len(body), sourceSample)])
	}
	for _, m := range marks {
		if m.source != "" && bytes.Contains(source, []byte(m.source)) {
			return Verdict{Reason: m.reason, Detail: "the source has " + m.source, Retry: m.reason == Challenge}
		}
		if m.text != "" && strings.Contains(flat, m.text) {
			return Verdict{Reason: m.reason, Detail: "the page says " + m.text, Retry: m.reason == Challenge}
		}
	}
	if c.page.password {
		return Verdict{Reason: LoginWall, Detail: "a short page with a password field"}
	}
	// A page without text may lead elsewhere, or be filled by its scripts.
	if flat == "" && !c.page.active && len(c.page.links) == 0 {
		return Verdict{Reason: EmptyBody, Detail: "the page has no text"}
	}
	return Verdict{}
}

// squeeze is a text in lower case without white space.
func squeeze(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if !unicode.IsSpace(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// sourceSample is how much of a page's source is looked through for marks.
const sourceSample = 32 << 10

// isHTML decides by the octets first: content types lie.
func isHTML(contentType string, body []byte) bool {
	head := bytes.TrimLeft(bytes.TrimPrefix(body[:min(len(body), 1024)], []byte("\xef\xbb\xbf")), " \t\r\n\x00")
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")), bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")),
		bytes.HasPrefix(head, []byte("Rar!")), bytes.HasPrefix(head, []byte("{\\rtf")), bytes.HasPrefix(head, []byte("\x89PNG")), bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return false
	case bytes.HasPrefix(head, []byte("<")):
		return true
	}
	return strings.Contains(strings.ToLower(contentType), "html")
}

// visible is the beginning of a page's text without tags, scripts, styles and
// comments, decoded.
func (p *linkPage) visible(body []byte, contentType string) string {
	if utf8.Valid(p.text) {
		return unescape(string(p.text))
	}
	return unescape(decodeText(p.text, charsetOf(body, contentType)))
}
