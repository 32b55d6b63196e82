package region

import "strings"

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

// plain are names of districts that are ordinary words too; they name a
// district only behind its city.
var plain = map[string]bool{"城区": true, "郊区": true, "矿区": true, "东区": true, "西区": true}

// chains returns the readings that reach furthest among those whose last name
// is strong; when there are none, the weak ones.
func (d *data) chains(s []rune, start int) []chain {
	var strong, weak []chain
	var walk func(at, within, depth int)
	walk = func(at, within, depth int) {
		if n := len([]rune(newArea)); at > 0 && strings.HasPrefix(string(s[at:min(at+n, len(s))]), newArea) {
			at += n
		}
		if at >= len(s) {
			return
		}
		for n := min(d.reach[s[at]], len(s)-at); n >= 2; n-- {
			name := string(s[at : at+n])
			take := func(c chain) {
				if within >= 0 && !d.isUnder(c.place, within) {
					return
				}
				c.start, c.end, c.above = at, at+n, within >= 0
				if c.weak = c.weak || plain[name] && within < 0; c.weak {
					weak = append(weak, c)
				} else {
					strong = append(strong, c)
				}
				if c.region >= 0 && depth < 3 && d.all[c.region].Level != LevelCounty {
					walk(at+n, c.region, depth+1)
				}
			}
			for _, i := range d.names[name] {
				take(chain{region: i, place: i, weak: d.all[i].Level == LevelProvince && d.isBare(name, i)})
			}
			for _, i := range d.bare[name] {
				take(chain{region: i, place: i, weak: true})
			}
			for _, k := range d.former[name] {
				s := d.successions[k]
				c := chain{region: -1, place: d.byCode[s.ToCode], ended: s.Year}
				if s.Kind == Renamed {
					c.region = c.place
				}
				take(c)
			}
		}
	}
	walk(start, -1, 0)
	if len(strong) == 0 {
		return furthest(weak)
	}
	return furthest(strong)
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
