package crawler

import (
	"net/netip"
	"net/url"
	"strings"

	"nianbao/parser/lazyregexp"
)

// screenHost says when a page's host is not a government's: not under .gov.cn,
// or with the marks of the mirrors that copy government sites into traditional
// characters with pinyin behind each word, as hijacked domains do. Loopback
// hosts are the user's own.
func (c *Capture) screenHost() Verdict {
	u, err := url.Parse(c.URL)
	if err != nil || isLoopbackHost(u) {
		return Verdict{}
	}
	if c.page != nil && len(annotated.FindAllString(c.page.visible(c.Body, c.Header.Get("Content-Type")), minAnnotated)) >= minAnnotated {
		return Verdict{Reason: UnofficialHost, Detail: "the text has pinyin in brackets behind its words, as copies on other domains do"}
	}
	h := u.Hostname()
	if _, err := netip.ParseAddr(h); err == nil {
		return Verdict{Reason: UnofficialHost, Detail: h + " is an address without a name"}
	}
	if h != "gov.cn" && !strings.HasSuffix(h, ".gov.cn") {
		return Verdict{Reason: UnofficialHost, Detail: h + " is not under .gov.cn"}
	}
	return Verdict{}
}

// annotated is a Chinese character with its pinyin in brackets: 數(shù).
var annotated = lazyregexp.New(`\p{Han}[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{1,6}[)）]`)

// minAnnotated is how many of them make a page a copy: a single one may explain
// a rare character.
const minAnnotated = 5
