package region

import (
	"slices"
	"strings"
)

// chain is one reading of the names that stand one after the other from a
// place in a text on: 江苏省 淮安市 洪泽区.
type chain struct {
	region int  // of the last name, as an index into data.all; -1 for a division that was merged
	place  int  // the same, or what the merged division became part of
	ended  int  // the year in which the name went out of use, 0 for one in use
	end    int  // behind the last name
	above  bool // a name of something the region belongs to stands before it
	weak   bool // the last name lacks its suffix, or is too plain to stand alone
	start  int  // of the last name
}

// newArea is no division of the list but stands between the province and its
// three counties in names (河北雄安新区雄县).
const newArea = "雄安新区"

// chains returns the readings that reach furthest among those whose last name
// is strong; when there are none, the weak ones.
func (d *data) chains(s []rune, start int) []chain {
	r := reading{data: d, text: s}
	r.read(start, -1, 0)
	if len(r.strong) == 0 {
		return furthest(r.weak)
	}
	return furthest(r.strong)
}

// reading collects the chains of names that begin at a place of a text.
type reading struct {
	*data
	text         []rune
	strong, weak []chain
}

// read takes the names that begin at a place, of what lies within a region, or anywhere
// for -1.
func (r *reading) read(at, within, depth int) {
	if n := len([]rune(newArea)); at > 0 && strings.HasPrefix(string(r.text[at:min(at+n, len(r.text))]), newArea) {
		at += n
	}
	if at >= len(r.text) {
		return
	}
	for n := min(r.reach[r.text[at]], len(r.text)-at); n >= 2; n-- {
		name := string(r.text[at : at+n])
		for _, c := range r.called(name) {
			if within >= 0 && !r.isUnder(c.place, within) {
				continue
			}
			c.start, c.end, c.above = at, at+n, within >= 0
			if c.weak = c.weak || within < 0 && slices.Contains(words["plain"], name); c.weak {
				r.weak = append(r.weak, c)
			} else {
				r.strong = append(r.strong, c)
			}
			if c.region >= 0 && depth < 3 && r.all[c.region].Level != LevelCounty {
				r.read(at+n, c.region, depth+1)
			}
		}
	}
}

// called are the readings of a name alone.
func (d *data) called(name string) (cs []chain) {
	for _, i := range d.names[name] {
		cs = append(cs, chain{region: i, place: i, weak: d.all[i].Level == LevelProvince && d.isBare(name, i)})
	}
	for _, i := range d.bare[name] {
		cs = append(cs, chain{region: i, place: i, weak: true})
	}
	for _, k := range d.former[name] {
		s := d.successions[k]
		c := chain{region: -1, place: d.byCode[s.ToCode], ended: s.Year}
		if s.Kind == Renamed {
			c.region = c.place
		}
		cs = append(cs, c)
	}
	return cs
}

// isBare reports whether a name of a province lacks its suffix (广西).
func (d *data) isBare(name string, i int) bool { return bareName(d.all[i]) == name }

func (d *data) isUnder(i, above int) bool {
	code := d.all[above].Code
	for r := d.all[i]; r.ParentCode != ""; r = d.all[d.byCode[r.ParentCode]] {
		if r.ParentCode == code {
			return true
		}
	}
	return false
}

func furthest(cs []chain) []chain {
	end := 0
	for _, c := range cs {
		end = max(end, c.end)
	}
	var best []chain
	seen := map[int]int{}
	for _, c := range cs {
		if c.end != end {
			continue
		}
		if at, ok := seen[c.region]; ok {
			if c.above && !best[at].above {
				best[at] = c
			}
			continue
		}
		seen[c.region] = len(best)
		best = append(best, c)
	}
	return best
}
