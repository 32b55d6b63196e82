package region

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/text"
)

// Context is what else is known of where a text comes from. It only decides
// between regions of one name, or completes a name without its suffix; it
// never names a region by itself.
type Context struct {
	// Texts name regions too: the publisher, the site's name, the opening
	// paragraph with its address and telephone number.
	Texts []string
	Host  string // of the page's URL: www.zlq.gov.cn
	Year  int    // the year reported on, 0 when unknown
}

//go:embed evidence.csv
var evidenceCSV string

// traces are the hosts and telephone area codes of the places that have
// namesakes.
type traces struct {
	hosts, phones map[string][]string // to region codes
}

var loadTraces = sync.OnceValue(func() traces {
	t := traces{map[string][]string{}, map[string][]string{}}
	d := load()
	for _, r := range catalog.Rows("evidence.csv", evidenceCSV) {
		d.mustIndex("evidence.csv", r[2])
		m := t.hosts
		if r[0] == "telephone" {
			m = t.phones
		}
		m[r[1]] = append(m[r[1]], r[2])
	}
	return t
})

// settle returns the one reading among several of the same name that every
// piece of evidence agrees on, and whether there is one.
func (d *data) settle(name string, among []chain, context Context) (chain, bool) {
	among = d.listed(among, context.Year)
	if d.oneTerritory(among) {
		return slices.MaxFunc(among, func(a, b chain) int { return cmp.Compare(d.all[a.place].LastList, d.all[b.place].LastList) }), true
	}
	votes := []func(i int) int{func(i int) int { return d.traced(domains(context.Host), loadTraces().hosts, i) }}
	for _, t := range context.Texts {
		t = text.Fold(t)
		votes = append(votes, func(i int) int { return d.named(t, name, i) },
			func(i int) int { return d.traced(areaCodes(t), loadTraces().phones, i) })
	}
	// Each piece of evidence speaks for one place, or for none or several, which is no matter.
	winner := -1
	for _, weigh := range votes {
		best, at := 0, -1
		for n, c := range among {
			switch w := weigh(c.place); {
			case w > best:
				best, at = w, n
			case w == best:
				at = -1
			}
		}
		if at >= 0 && winner >= 0 && winner != at {
			return chain{}, false
		}
		winner = max(winner, at)
	}
	if winner < 0 {
		return chain{}, false
	}
	return among[winner], true
}

// oneTerritory reports whether all readings are of one territory: 钢城区 under the code of
// today and under that of 莱芜市.
func (d *data) oneTerritory(among []chain) bool {
	if slices.ContainsFunc(among, func(c chain) bool { return c.region < 0 }) {
		return len(among) == 1
	}
	series := Series(d.all[among[0].region].Code)
	return !slices.ContainsFunc(among, func(c chain) bool { return !slices.Contains(series, d.all[c.region]) })
}

// listed drops the regions that did not exist in the year or had another name,
// when others of the name did: one district may have had two codes (三元区).
func (d *data) listed(among []chain, year int) []chain {
	if year == 0 {
		return among
	}
	left := slices.DeleteFunc(slices.Clone(among), func(c chain) bool {
		gone := c.ended > 0 && year > c.ended+1 // nobody reports under a name two years gone
		if gone || c.region < 0 || d.all[c.region].InList(year) {
			return gone
		}
		// One that has just ended or is about to begin may report on the year: no other place may
		// stand for it (清河区 of 淮安市 for that of 铁岭市), but what it became or came from.
		r := d.all[c.region]
		return year > r.LastList+2 || year < r.FirstList-1 || slices.ContainsFunc(among, func(o chain) bool { return o.region >= 0 && d.tied(r, d.all[o.region]) })
	})
	if len(left) == 0 {
		return among
	}
	return left
}

// tied reports whether one of two regions went over into the other.
func (d *data) tied(a, b Region) bool {
	return slices.ContainsFunc(d.successions, func(s Succession) bool {
		return s.FromCode == a.Code && s.ToCode == b.Code || s.FromCode == b.Code && s.ToCode == a.Code
	})
}

// named weighs how a folded text names what region i belongs to: 3 its prefecture
// right before its name, 2 its prefecture, 1 its province, 0 nothing.
func (d *data) named(s, name string, i int) int {
	weight := 0
	for parent := d.all[i].ParentCode; parent != ""; {
		r := d.all[d.byCode[parent]]
		parent = r.ParentCode
		if r.Nominal() {
			continue
		}
		w := 1
		if r.Level == LevelPrefecture || strings.HasSuffix(r.Name, "市") { // of provinces, a municipality
			w = 2
		}
		short := bareName(r)
		if short != "" && strings.Contains(s, short+name) || strings.Contains(s, r.Name+name) {
			w = 3
		} else if !strings.Contains(s, r.Name) {
			continue
		}
		weight = max(weight, w)
	}
	return weight
}

// traced weighs whether a trace leads to region i or to what it belongs to.
func (d *data) traced(keys []string, table map[string][]string, i int) int {
	for _, k := range keys {
		for _, code := range table[k] {
			if at := d.byCode[code]; at == i || d.isUnder(i, at) {
				return 1
			}
		}
	}
	return 0
}

var telephone = lazyregexp.New(`(?:^|[^\d])(0\d{2,3})[-—–－)）][2-9]\d{6,7}(?:[^\d]|$)`)

func areaCodes(folded string) []string {
	var codes []string
	for _, m := range telephone.FindAllStringSubmatch(folded, 20) {
		codes = append(codes, m[1])
	}
	return codes
}

// domains returns a host and every domain above it.
func domains(host string) []string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	var all []string
	for host != "" && len(all) < 10 {
		all = append(all, host)
		_, host, _ = strings.Cut(host, ".")
	}
	return all
}
