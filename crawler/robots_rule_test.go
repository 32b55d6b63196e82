package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// A robotsCase is one robots.txt with the paths that an agent may and may not
// ask for: those that RFC 9309 and its reference parser decide.
type robotsCase struct {
	name, agent, file  string
	allowed, forbidden string // by spaces
}

// robotsPatterns hold one pattern each against paths.
var robotsPatterns = []struct{ pattern, match, miss string }{
	{"/", "/ /a /a/b?c=1 /年报", ""},
	{"/*", "/ /a /a/b?c=1", ""},
	{"/$", "/", "/a /index.html /?a"},
	{"/nb", "/nb /nb.html /nb/2021.html /nbfile /nb?id=1 /nb/", "/NB /Nb.html /a/nb /nB /zwgk/nb.html"},
	{"/nb*", "/nb /nb.html /nb/2021.html /nbs/x", "/NB /a/nb /Nb.asp"},
	{"/nb/", "/nb/ /nb/?id=1 /nb/2021.html", "/nb /nb.html /NB/2021.html /a/nb/"},
	{"/*.pdf", "/a.pdf /x/a.pdf /a.pdf?x=1 /a.pdf/ /a.pdfs /x.any.pdf.html", "/ /a.PDF /apdf"},
	{"/*.pdf$", "/a.pdf /x/a.pdf", "/a.pdf?x=1 /a.pdf/ /a.pdf5 /a.PDF"},
	{"/nb*.pdf", "/nb.pdf /nb2021.pdf /nb/a.pdf?x=1", "/NB.pdf /nb.html /a/nb.pdf"},
	{"/a*b*c", "/abc /a1b2c3 /a/b/c", "/acb /ab /ac"},
	{"/a*b*c$", "/abc /a1b2c /abcabc", "/abcd /a1b2c3"},
	{"/**", "/ /x", ""},
	{"/a**b", "/ab /axb", "/a /b"},
	{"*", "/ /a", ""},
	{"*.doc", "/a.doc /b/a.docx", "/a.htm"},
	{"/a?x=", "/a?x= /a?x=1&y=2", "/a /a?y=1 /ax="},
	{"/*?", "/a? /a?b", "/a"},
	{"/*;sid", "/a;sid=1", "/a"},
	{"/a$b", "/a$b /a$bc", "/a /ab"},
	{"/a$$", "/a$", "/a /a$b"},
	{"/a%24", "/a$ /a%24 /a$b", "/a"},
	{"/a%24$", "/a$ /a%24", "/a /a$b"},
	{"/a%2A", "/a* /a%2a /a*b", "/a /ab"},
	{"/a%2a.html", "/a*.html /a%2A.html", "/a.html /ax.html"},
	{"/%2F", "/%2f /%2Fa", "/ //"},
	{"/a%2Fb", "/a%2Fb /a%2fb", "/a/b"},
	{"/~u", "/~u /%7Eu /%7eu/a", "/u"},
	{"/%7Eu", "/~u /%7eu", "/u"},
	{"/%61%62", "/ab /%61b", "/AB"},
	{"/年报", "/年报 /%E5%B9%B4%E6%8A%A5 /%e5%b9%b4%e6%8a%a5/2021", "/年 /%E5%B9%B4"},
	{"/%e5%b9%b4", "/年报 /年 /%E5%B9%B4", "/报"},
	{"/a%zz", "/a%zz", "/a"},
	{"/a b", "/a%20b", "/ab"},
}

func robotsCases() []robotsCase {
	cases := []robotsCase{
		// Lines: keys in any case, misspelt, with space or without, colons forgotten.
		{"plain", "nianbao", "user-agent: nianbao\ndisallow: /", "/robots.txt", "/ /x/y"},
		{"unknown keys", "nianbao", "foo: nianbao\nbar: /", "/x/y", ""},
		{"no colon", "nianbao", "user-agent nianbao\ndisallow /", "", "/x/y"},
		{"three words without colon", "nianbao", "user-agent nianbao now\ndisallow /", "/x", ""},
		{"keys in capitals", "nianbao", "USER-AGENT: nianbao\nALLOW: /x/\nDISALLOW: /", "/x/y", "/a/b"},
		{"keys in any case", "nianbao", "uSeR-aGeNt: nianbao\nAlLoW: /x/\ndIsAlLoW: /", "/x/y", "/a/b"},
		{"white space around", "nianbao", "  User-Agent \t:\tnianbao  \n\tDisallow  : /x  ", "/y", "/x"},
		{"misspelt keys", "nianbao", "useragent: nianbao\ndissallow: /a\ndissalow: /b\ndisalow: /c\ndiasllow: /d\ndisallaw: /e", "/f", "/a /b /c /d /e"},
		{"user agent in two words", "nianbao", "User Agent: nianbao\nDisallow: /x", "/y", "/x"},
		{"no end of line", "nianbao", "User-agent: nianbao\nDisallow: /x", "/y", "/x"},
		{"CR, LF, CRLF", "nianbao", "User-agent: nianbao\rDisallow: /x\nDisallow: /y\r\nDisallow: /z\r", "/w", "/x /y /z"},
		{"byte order mark", "nianbao", "\ufeffUser-agent: nianbao\nDisallow: /x", "/y", "/x"},
		{"byte order mark cut", "nianbao", "\xef\xbbUser-agent: nianbao\nDisallow: /x", "/x", ""},
		{"comments", "nianbao", "# User-agent: *\nUser-agent: nianbao # that is us\n#Disallow: /y\nDisallow: /x#y", "/y", "/x /x#y"},
		{"path with a colon", "nianbao", "User-agent: nianbao\nDisallow: /a:b", "/a", "/a:b"},
		{"NUL and bytes of no encoding", "nianbao", "\x00\xff\xfe\nUser-agent: nianbao\nDisallow: /x\xd0\n", "/y /x", "/x%D0"},

		// Groups: several agents, several groups, empty ones, rules of nobody.
		{"groups", "nianbao", "allow: /foo/bar/\n\nuser-agent: nianbao\ndisallow: /\nallow: /x/\nuser-agent: other\ndisallow: /\nallow: /y/\n\n\nuser-agent: third\ndisallow: /\nallow: /z/", "/x/b", "/z/d /y/c /foo/bar/"},
		{"the next group", "other", "user-agent: nianbao\ndisallow: /\nallow: /x/\nuser-agent: other\ndisallow: /\nallow: /y/", "/y/c", "/x/b"},
		{"agents share rules", "third", "user-agent: other\ndisallow: /\nallow: /y/\nuser-agent: third\nuser-agent: nianbao\ndisallow: /\nallow: /z/", "/z/d", "/y/c"},
		{"agents share rules over an empty line", "third", "user-agent: third\n\n\nuser-agent: nianbao\ndisallow: /z", "/y", "/z"},
		{"other keys end no group", "nianbao", "user-agent: nianbao\nsitemap: https://x/s.xml\nhost: x\nuser-agent: other\ndisallow: /x", "/y", "/x"},
		{"unknown keys end no group", "other", "user-agent: nianbao\nclean-param: a /b\nuser-agent: other\nnoindex: /z\ndisallow: /x", "/y /z", "/x"},
		{"crawl-delay ends no group", "nianbao", "user-agent: nianbao\ncrawl-delay: 5\nuser-agent: other\ndisallow: /x", "/y", "/x"},
		{"crawl-delay ends no group of all", "nianbao", "user-agent: *\ncrawl-delay: 5\nuser-agent: other\ndisallow: /x", "/y", "/x"},
		{"an empty rule ends a group", "nianbao", "user-agent: nianbao\ndisallow:\nuser-agent: other\ndisallow: /x", "/x", ""},
		{"groups are joined", "nianbao", "user-agent: nianbao\ndisallow: /a\n\nuser-agent: other\ndisallow: /b\n\nuser-agent: nianbao\ndisallow: /c", "/b", "/a /c"},
		{"groups of all are joined", "nianbao", "user-agent: *\ndisallow: /a\nuser-agent: other\ndisallow: /b\nuser-agent: *\ndisallow: /c", "/b", "/a /c"},
		{"rules of nobody", "nianbao", "disallow: /\nallow: /x", "/ /y", ""},
		{"no rules", "nianbao", "user-agent: nianbao", "/ /x", ""},
		{"own group without rules", "nianbao", "user-agent: *\ndisallow: /\nuser-agent: nianbao\n", "/x", ""},

		// Agents: no case, no version, no prefix; * when no other fits.
		{"agent in capitals", "nianbao", "user-agent: NIANBAO\ndisallow: /x", "/y", "/x"},
		{"agent in any case", "NianBao", "user-agent: nIANbAO\ndisallow: /x", "/y", "/x"},
		{"agent with a version", "nianbao", "user-agent: nianbao/1.0\ndisallow: /x", "/y", "/x"},
		{"agent with more words", "nianbao", "user-agent: nianbao robot\ndisallow: /x", "/y", "/x"},
		{"longer agent", "nianbao", "user-agent: nianbao-images\ndisallow: /", "/x", ""},
		{"shorter agent", "nianbao", "user-agent: nian\ndisallow: /", "/x", ""},
		{"agent with an underscore", "nian_bao", "user-agent: nian_bao\ndisallow: /x", "/y", "/x"},
		{"agent in the middle", "nianbao", "user-agent: the nianbao\ndisallow: /", "/x", ""},
		{"* first", "nianbao", "user-agent: *\ndisallow: /\nuser-agent: nianbao\nallow: /", "/x", ""},
		{"* last", "nianbao", "user-agent: nianbao\nallow: /\nuser-agent: *\ndisallow: /", "/x", ""},
		{"* for others", "other", "user-agent: nianbao\nallow: /\nuser-agent: *\ndisallow: /", "", "/x"},
		{"* and a word", "nianbao", "user-agent: * all\ndisallow: /x", "/y", "/x"},
		{"* and a letter", "nianbao", "user-agent: *all\ndisallow: /x", "/x", ""},
		{"empty agent", "nianbao", "user-agent:\ndisallow: /x", "/x", ""},

		// Which rule: the longest, and Allow among equals.
		{"shorter disallow", "nianbao", "user-agent: nianbao\ndisallow: /x/page.html\nallow: /x/", "/x/ /x/a.html", "/x/page.html"},
		{"longer allow", "nianbao", "user-agent: nianbao\nallow: /x/page.html\ndisallow: /x/", "/x/page.html", "/x/ /x/a.html"},
		{"equal and empty", "nianbao", "user-agent: nianbao\ndisallow:\nallow:", "/x/page.html", ""},
		{"equal and all", "nianbao", "user-agent: nianbao\ndisallow: /\nallow: /", "/x/page.html", ""},
		{"a slash more", "nianbao", "user-agent: nianbao\ndisallow: /x\nallow: /x/", "/x/", "/x"},
		{"page and end", "nianbao", "user-agent: nianbao\nallow: /page\ndisallow: /*.html", "/page", "/page.html /x/a.html"},
		{"end counts", "nianbao", "user-agent: nianbao\nallow: /x/page.\ndisallow: /*.html", "/x/page.html", "/x/y.html"},
		{"* counts as a character", "nianbao", "user-agent: nianbao\ndisallow: /a*\nallow: /a", "", "/a /ab"},
		{"$ counts as a character", "nianbao", "user-agent: nianbao\nallow: /$\ndisallow: /", "/", "/a /page.html"},
		{"order does not count", "nianbao", "user-agent: nianbao\nallow: /p\ndisallow: /", "/p /page", "/folder"},
		{"order does not count, turned", "nianbao", "user-agent: nianbao\ndisallow: /\nallow: /p", "/p /page", "/folder"},
		{"longest of three", "nianbao", "user-agent: nianbao\ndisallow: /a\nallow: /a/b\ndisallow: /a/b/c\nallow: /a/b/c/d", "/b /a/b /a/b/x /a/b/c/d/e", "/a /a/x /a/b/c /a/b/c/x"},
		{"capitals in paths count", "nianbao", "user-agent: nianbao\ndisallow: /X/", "/x/y", "/X/y"},
		{"robots.txt itself", "nianbao", "user-agent: *\ndisallow: /robots.txt\ndisallow: /", "/robots.txt", "/robots.html"},
		{"rules without a slash", "nianbao", "user-agent: nianbao\ndisallow: x", "/x /y", ""},
		{"host in a rule", "nianbao", "user-agent: nianbao\ndisallow: http://a.gov.cn/x", "/x", ""},
	}
	for _, p := range robotsPatterns {
		cases = append(cases,
			robotsCase{"disallow " + p.pattern, "nianbao", "user-agent: nianbao\ndisallow: " + p.pattern, p.miss, p.match},
			robotsCase{"allow " + p.pattern, "nianbao", "user-agent: nianbao\ndisallow: /\nallow: " + p.pattern, "", p.miss})
	}
	return cases
}

func TestRobotsRules(t *testing.T) {
	checks := 0
	for _, c := range robotsCases() {
		rules := parseRobots([]byte(c.file), c.agent)
		for want, paths := range map[bool]string{true: c.allowed, false: c.forbidden} {
			for p := range strings.FieldsSeq(paths) {
				checks++
				if got := rules.allows(p); got != want {
					t.Errorf("%s: %s allowed: %v, want %v", c.name, p, got, want)
				}
			}
		}
	}
	if checks < 200 {
		t.Errorf("%d checks only", checks)
	}
}

// Each scheme of a host has its own rules, and so has each port.
func TestRobotsOfEachScheme(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	serve := func(name, rules string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			asked[name]++
			mu.Unlock()
			fmt.Fprint(w, rules)
		})
	}
	plain := httptest.NewServer(serve("http", "User-agent: *\nDisallow: /a\nCrawl-delay: 3"))
	defer plain.Close()
	secret := httptest.NewTLSServer(serve("https", "User-agent: *\nDisallow: /b\nCrawl-delay: 2"))
	defer secret.Close()
	c := newTestCrawler(t, Config{
		Clock: &fakeClock{now: noon}, AllowPrivate: true, Insecure: true, Delay: -1, DelayFactor: -1, MaxCrawlDelay: -1,
		Resolve: names{"a.gov.cn": {"127.0.0.1"}},
	})
	// One host object, as the two have it where both speak on their own ports.
	h := c.hosts.get("a.gov.cn")
	for _, s := range []struct{ address, allowed, forbidden string }{{plain.URL, "/b", "/a"}, {secret.URL, "/a", "/b"}, {plain.URL, "/b", "/a"}} {
		u, err := url.Parse(s.address)
		if err != nil {
			t.Fatal(err)
		}
		u.Host = "a.gov.cn:" + u.Port()
		rules, err := c.robotsOf(context.Background(), h, u)
		if err != nil {
			t.Fatal(err)
		}
		if !rules.allows(s.allowed) || rules.allows(s.forbidden) {
			t.Errorf("%s has other rules than its own", u.Scheme)
		}
	}
	if asked["http"] != 1 || asked["https"] != 1 {
		t.Errorf("asked %v", asked)
	}
	if h.crawlDelay != 3*time.Second {
		t.Errorf("a pause of %v, want the longer of the two", h.crawlDelay)
	}
}

// A Location in the characters of another encoding is asked for as it stands.
func TestLocationInGBK(t *testing.T) {
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header()["Location"] = []string{"/\xc4\xea\xb1\xa8/2021 a.html"}
			w.WriteHeader(http.StatusFound)
			return
		}
		got = r.RequestURI
	}))
	defer s.Close()
	a, err := get(t, Config{AllowPrivate: true}, s.URL+"/")
	if err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse(s.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	to, err := resolve(base, a.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, Config{AllowPrivate: true}, to.String()); err != nil {
		t.Fatal(err)
	}
	if want := "/%C4%EA%B1%A8/2021%20a.html"; got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
}
