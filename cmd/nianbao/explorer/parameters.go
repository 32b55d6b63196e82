package explorer

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
)

// parameters reads an address. The first thing that is wrong is kept in err;
// unknown parameters are ignored.
type parameters struct {
	url.Values
	err error
}

func (p *parameters) wrong(name string, value any) {
	if p.err == nil {
		p.err = badRequest("error.parameter", name, value)
	}
}

// text is a value of bounded length, without control characters.
func (p *parameters) text(name string, longest int) string {
	v := strings.TrimSpace(p.Get(name))
	if utf8.RuneCountInString(v) > longest || !utf8.ValidString(v) || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' }) {
		p.wrong(name, "…")
		return ""
	}
	return v
}

// number is a whole number in a range; absent when there is none.
func (p *parameters) number(name string, least, most, absent int) int {
	v := strings.TrimSpace(p.Get(name))
	if v == "" {
		return absent
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		p.wrong(name, p.text(name, 40))
		return absent
	}
	return n
}

func (p *parameters) year(absent int) int { return p.number("year", 2000, 2100, absent) }

// flag is true for 1.
func (p *parameters) flag(name string) bool { return p.Get(name) == "1" }

// one is a value out of a list; "" when there is none.
func (p *parameters) one(name string, of ...string) string {
	v := p.Get(name)
	if v != "" && !slices.Contains(of, v) {
		p.wrong(name, p.text(name, 40))
		return ""
	}
	return v
}

// region is a code or the name of one region; "" when there is none.
func (p *parameters) region(name string) string {
	v := p.text(name, 40)
	if v == "" {
		return ""
	}
	if _, ok := region.Lookup(v); ok {
		return v
	}
	found := region.Find(v)
	if len(found) == 0 { // the beginning of a name, or of its Hanyu Pinyin
		if found = region.Suggest(v, 3); len(found) > 1 && region.Latin(found[0].Code) != region.Latin(found[1].Code) {
			found = found[:1]
		}
	}
	if found = region.Meant(v, found); len(found) != 1 {
		p.wrong(name, v)
		return ""
	}
	return found[0].Code
}

func (p *parameters) level(absent string) string {
	if v := p.one("level", region.LevelProvince, region.LevelPrefecture, region.LevelCounty); v != "" {
		return v
	}
	return absent
}

func (p *parameters) scope() report.Scope {
	return report.Scope(p.one("scope", string(report.ScopeRegion), string(report.ScopeAgency)))
}

// filter is what most lists choose reports by. A region that is given by
// region is meant itself, one by under what is below it.
func (p *parameters) filter() store.Filter {
	f := store.Filter{Under: p.region("under"), Level: p.level(""), Scope: p.scope()}
	if code := p.region("region"); code != "" {
		f.Regions = []string{code}
	}
	if y := p.year(0); y != 0 {
		f.Years = store.Year(y)
	}
	return f
}

// maxPage bounds how far a list can be leafed through: what comes later is
// found by narrowing the list, or in the file to download.
const maxPage = 50

func (p *parameters) page() int { return p.number("page", 1, maxPage, 1) }

// pager tells where in a list a page is.
type pager struct {
	Page     int
	Size     int
	Total    int  // of the list, as far as it was counted
	More     bool // the list is longer than Total
	From, To int  // of this page, from 1
}

func newPager(page, size, total int, more bool) pager {
	last := max(1, (total+size-1)/size)
	page = min(page, last)
	return pager{Page: page, Size: size, Total: total, More: more, From: min(total, (page-1)*size+1), To: min(total, page*size)}
}

// Previous and Next are pages; 0 where there is none.
func (p pager) Previous() int { return p.Page - 1 }
func (p pager) Next() int {
	if p.To < p.Total && p.Page < maxPage {
		return p.Page + 1
	}
	return 0
}
