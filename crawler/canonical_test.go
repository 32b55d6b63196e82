package crawler

import (
	"errors"
	"testing"
)

func TestCanonical(t *testing.T) {
	for raw, want := range map[string]string{
		"HTTP://WWW.Example.GOV.cn:80/a/../b/./c?q=1#top": "http://www.example.gov.cn/b/c?q=1",
		"https://example.gov.cn:443":                      "https://example.gov.cn/",
		"http://example.gov.cn:8080/":                     "http://example.gov.cn:8080/",
		"http://example.gov.cn./":                         "http://example.gov.cn/",
		" \u3000http://a.gov.cn/\n年 报.html ":              "http://a.gov.cn/%E5%B9%B4%20%E6%8A%A5.html",
		`http://a.gov.cn\zwgk\x.html?p=\`:                 `http://a.gov.cn/zwgk/x.html?p=\`,
		"http://a.gov.cn/%e5%b9%b4?x=%7e%2f":              "http://a.gov.cn/%E5%B9%B4?x=~%2F",
		"http://a.gov.cn/100%":                            "http://a.gov.cn/100%25",
		"http://a.gov.cn/x;jsessionid=1A2B?y=1":           "http://a.gov.cn/x?y=1",
		"http://a.gov.cn/x?PHPSESSID=1&y=2":               "http://a.gov.cn/x?y=2",
		"http://a.gov.cn/x?b=2&a=1":                       "http://a.gov.cn/x?b=2&a=1",
		"http://a.gov.cn/x?":                              "http://a.gov.cn/x",
		"http://a.gov.cn//x//y/":                          "http://a.gov.cn/x/y/",
		"http://user:pw@a.gov.cn/":                        "http://a.gov.cn/",
		"http://政府.cn/":                                   "http://xn--mxtq1m.cn/",
		"http://szf_b.a.gov.cn/":                          "http://szf_b.a.gov.cn/",
		"http://[::1]:8080/x":                             "http://[::1]:8080/x",
		"http://127.0.0.1/":                               "http://127.0.0.1/",
	} {
		got, err := Canonical(raw)
		if err != nil || got != want {
			t.Errorf("Canonical(%q) = %q, %v, want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{"", "  ", "ftp://a.gov.cn/", "javascript:void(0)", "mailto:a@b.cn", "/zwgk/", "http://", "http:///x", "http://[::1/", "http://a b/", "http://a.gov.cn:x/"} {
		if got, err := Canonical(raw); !errors.Is(err, ErrURL) {
			t.Errorf("Canonical(%q) = %q, %v", raw, got, err)
		}
	}
}

// Whatever comes in, the canonical spelling is canonical, and one line of ASCII.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"http://a.gov.cn/%e5/../年 报?x#y", `http:\\A\b`, "http://a/;jsessionid=", "http://a/%2e%2e/x", "http://a/?sess&PHPSESSID=&x", "http://xn--/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once, err := Canonical(raw)
		if err != nil {
			return
		}
		if !isPrintableASCII(once) {
			t.Errorf("%q → %q is not printable ASCII", raw, once)
		}
		if twice, err := Canonical(once); err != nil || twice != once {
			t.Errorf("%q → %q → %q, %v", raw, once, twice, err)
		}
	})
}
