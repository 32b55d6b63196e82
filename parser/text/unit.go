package text

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// Kind is what a unit measures.
type Kind string

// What a unit measures. A figure with one of the kinds up to Measure counts
// something; those behind never do.
const (
	Item    Kind = "item"     // 条, 件
	Times   Kind = "occasion" // 次, 场
	Person  Kind = "person"   // 人, 名
	Visit   Kind = "visit"    // 人次
	Percent Kind = "percent"
	Money   Kind = "money"
	Measure Kind = "measure" // 平方米
	Rank    Kind = "ordinal" // 号, 届
	Time    Kind = "time"
	Score   Kind = "score"
	Ratio   Kind = "ratio"
)

// Unit is a unit as it stands behind a figure.
type Unit struct {
	Name   string
	Kind   Kind
	name   []rune
	guards string // characters that make it the start of another word
}

//go:embed units.tsv
var unitsTSV string

// units holds the units by their first character, longest first.
var units = readUnits()

func readUnits() map[rune][]Unit {
	m := map[rune][]Unit{}
	for n, line := range strings.Split(strings.TrimSpace(unitsTSV), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := append(strings.Split(line, "\t"), "", "")
		if row[0] == "" || row[1] == "" {
			panic(fmt.Sprintf("text: units.tsv line %d names no unit or no kind", n+1))
		}
		u := Unit{row[0], Kind(row[1]), []rune(row[0]), row[2]}
		m[u.name[0]] = append(m[u.name[0]], u)
	}
	for _, list := range m {
		slices.SortStableFunc(list, func(a, b Unit) int { return len(b.name) - len(a.name) })
	}
	return m
}

// Units returns all units.
func Units() []Unit {
	var all []Unit
	for _, list := range units {
		all = append(all, list...)
	}
	return all
}

// UnitAt returns the longest unit that stands at s[i].
func UnitAt(s []rune, i int) (Unit, bool) {
	if i >= len(s) {
		return Unit{}, false
	}
	for _, u := range units[s[i]] {
		end := i + len(u.name)
		if end > len(s) || !slices.Equal(s[i:end], u.name) {
			continue
		}
		if end < len(s) && strings.ContainsRune(u.guards, s[end]) {
			continue
		}
		return u, true
	}
	return Unit{}, false
}

// UnitNamed returns the unit of a name; ok is false where there is none.
func UnitNamed(name string) (u Unit, ok bool) {
	u, ok = UnitAt([]rune(name), 0)
	return u, ok && u.Name == name
}

// Counts reports whether a unit counts things, occasions or people: those that
// people print in the cells of the tables, where the row says what is counted.
func (u Unit) Counts() bool {
	switch u.Kind {
	case Item, Times, Person, Visit:
		return true
	}
	return false
}

// moneyUnits with the power of ten that brings each to 万元, longest first.
var moneyUnits = []struct {
	name  string
	shift int
}{
	{"亿元", 4}, {"万元", 0}, {"千元", -1}, {"元", -4}, {"亿", 4}, {"万", 0},
}

// LeadingMoney splits the unit of money that a folded text begins with from what
// follows it, and tells the power of ten that brings amounts in it to 万元.
func LeadingMoney(folded string) (unit string, shift int, rest string) {
	for _, u := range moneyUnits {
		if rest, ok := strings.CutPrefix(folded, u.name); ok {
			return u.name, u.shift, rest
		}
	}
	return "", 0, folded
}

// MoneyNamed finds the unit of money that a folded header names:
// 本年收费金额(单位:万元). "" where it names none.
func MoneyNamed(folded string) string {
	for _, u := range moneyUnits[:3] {
		if strings.Contains(folded, u.name) {
			return u.name
		}
	}
	if strings.Contains(folded, ":元") || strings.Contains(folded, "(元)") || strings.HasSuffix(folded, "/元") {
		return "元"
	}
	return ""
}
