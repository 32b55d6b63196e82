package main

import (
	"strings"
	"testing"
)

// A site is a region's by what it says of itself, and no site is by the name of
// another region, or by a name that several have and nothing more.
func TestWhoseSite(t *testing.T) {
	for _, c := range []struct {
		name, code string
		lines      []string
		site       bool
		other      string // what the sentence on it has; "": there is none
	}{
		{"its number", "653101", []string{"门户网站", "网站标识码：6531010001"}, true, ""},
		{"another's number", "653101", []string{"喀什市人民政府", "网站标识码：6531210003"}, false, "疏附县"},
		{"its title", "653121", []string{"首页-疏附县人民政府"}, true, ""},
		{"another's title", "653121", []string{"首页-疏勒县人民政府"}, false, "疏勒县"},
		{"its organiser", "320830", []string{"门户", "主办：盱眙县人民政府办公室"}, true, ""},
		{"nothing", "320830", []string{"门户网站", ""}, false, ""},
		{"one of several of its name", "320106", []string{"鼓楼区人民政府"}, false, ""},
		{"one of several, in its city", "320106", []string{"南京市鼓楼区人民政府"}, true, ""},
		{"one of several, by its record number", "320106", []string{"鼓楼区人民政府", "苏ICP备05000001号"}, true, ""},
		{"one of several, another province's number", "320106", []string{"鼓楼区人民政府", "闽ICP备05000001号"}, false, ""},
		{"one of several, another city", "320106", []string{"福州市鼓楼区人民政府"}, false, "福州市"},
		{"no region", "999999", []string{"喀什市人民政府"}, false, ""},
	} {
		site, other := whose(c.code, "www.example.gov.cn", c.lines)
		if (site != "") != c.site {
			t.Errorf("%s: vouched by %q", c.name, site)
		}
		if c.other == "" && other != "" || !strings.Contains(other, c.other) {
			t.Errorf("%s: it seems to be another's: %q", c.name, other)
		}
	}
}
