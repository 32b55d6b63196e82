package crawler

import (
	"strings"
	"testing"
	"time"
)

func TestRobotsAllows(t *testing.T) {
	for _, c := range []struct {
		name, file string
		allowed    string // paths, by spaces
		forbidden  string
	}{
		{"empty", "", "/ /a", ""},
		{"all", "User-agent: *\nDisallow: /", "/robots.txt", "/ /a?b"},
		{"nothing", "User-agent: *\nDisallow:", "/ /a", ""},
		{"longest wins", "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c", "/ /a/b /a/bx", "/a /ax /a/b/c"},
		{"allow among equals", "User-agent: *\nDisallow: /page\nAllow: /page", "/page", ""},
		{"wildcards", "User-agent: *\nDisallow: /*.doc$\nDisallow: /tmp/*/x", "/a.docx /a.doc?x /tmp/x", "/a.doc /b/c.doc /tmp/1/x /tmp/1/2/xyz"},
		{"dollar in the middle is a character", "User-agent: *\nDisallow: /a$b", "/a /ab", "/a$b /a$bc"},
		{"own group before *", "User-agent: *\nDisallow: /\nUser-agent: NIANBAO\nDisallow: /x", "/ /y", "/x"},
		{"own groups are joined", "User-agent: nianbao\nDisallow: /x\n\nUser-agent: other\nDisallow: /z\n\nuser-agent: nianbao/2.0\ndisallow: /y", "/z", "/x /y"},
		{"several agents share rules", "User-agent: other\nUser-agent: nianbao\nDisallow: /x", "/y", "/x"},
		{"a prefix is no match", "User-agent: nian\nDisallow: /", "/ /x", ""},
		{"own empty group allows", "User-agent: nianbao\nDisallow:\nUser-agent: *\nDisallow: /", "/x", ""},
		{"percent", "User-agent: *\nDisallow: /%e5%b9%b4\nDisallow: /%7euser", "/x", "/%E5%B9%B4%E6%8A%A5 /~user/ /年报"},
		{"encoded slash stays", "User-agent: *\nDisallow: /a%2Fb", "/a/b", "/a%2fb"},
		{"comments, CR, BOM", "\ufeffUser-agent: * # all\rDisallow: /x # not this\r", "/y", "/x"},
		{"sitemap does not end a group", "User-agent: *\nSitemap: http://a/\nDisallow: /x", "/y", "/x"},
		{"rules without a group", "Disallow: /\nUser-agent: *\nDisallow: /x", "/y", "/x"},
		{"query", "User-agent: *\nDisallow: /*?print=", "/a?x=1", "/a?print=1"},
		{"garbage", "<html>\x00\xff: :\nDisallow /\n", "/ /x", ""},
	} {
		r := parseRobots([]byte(c.file), "nianbao")
		for p := range strings.FieldsSeq(c.allowed) {
			if !r.allows(p) {
				t.Errorf("%s: %s is forbidden", c.name, p)
			}
		}
		for p := range strings.FieldsSeq(c.forbidden) {
			if r.allows(p) {
				t.Errorf("%s: %s is allowed", c.name, p)
			}
		}
	}
}

func TestCrawlDelay(t *testing.T) {
	for file, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 2.5":                                    2500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: 9\nUser-agent: nianbao\nCrawl-delay: 3": 3 * time.Second,
		"User-agent: *\nCrawl-delay: -1":                                     0,
		"User-agent: *\nCrawl-delay: NaN":                                    0,
		"User-agent: *\nCrawl-delay: soon":                                   0,
		"User-agent: *\nCrawl-delay: 1e99":                                   1e6 * time.Second,
	} {
		if got := parseRobots([]byte(file), "nianbao").delay; got != want {
			t.Errorf("%q: %v, want %v", file, got, want)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*b*c$\nAllow: /%e5", "/a/b/c%E5")
	f.Add("User-agent: *\nDiasllow: /", "/a")
	f.Fuzz(func(t *testing.T, file, path string) {
		r := parseRobots([]byte(file), "nianbao")
		if got := r.allows(path); got != r.allows(path) {
			t.Error("two answers")
		}
		if !r.allows("/robots.txt") {
			t.Error("/robots.txt is forbidden")
		}
		forbids := false
		for key, meant := range robotsKeys {
			forbids = forbids || meant == robotsDisallow && strings.Contains(strings.ToLower(file), key)
		}
		if !forbids && !r.allows(path) {
			t.Error("forbidden without a rule")
		}
	})
}
