package narrative

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/text"
)

// rule is one row of tables/rules.tsv.
type rule struct {
	metric   string // "" for a row that denies every metric
	kinds    []text.Kind
	units    []string
	anyUnit  bool
	near     []concepts // each must be met
	topic    []concepts
	not      concepts
	notTopic concepts
	counted  concepts // what a noun right beside the figure may be
	anyNoun  bool
	kind     string // a sentence of the kind that it is for
}

// ruleSet is the rules, and those that each unit leaves of them.
type ruleSet struct {
	all    []rule
	byUnit map[unitKey][]*rule
}

type unitKey struct {
	unit string
	kind text.Kind
}

func (f figure) key() unitKey { return unitKey{f.unit, f.kind} }

// of returns the rules that a figure's unit leaves, in their order.
func (rs *ruleSet) of(k unitKey) []*rule {
	if some, ok := rs.byUnit[k]; ok {
		return some
	}
	return rs.left(k)
}

func (rs *ruleSet) left(k unitKey) []*rule {
	var some []*rule
	for i := range rs.all {
		if ru := &rs.all[i]; ru.anyUnit || slices.Contains(ru.kinds, k.kind) || slices.Contains(ru.units, k.unit) {
			some = append(some, ru)
		}
	}
	return some
}

func newRuleSet(rules []rule) *ruleSet {
	rs := &ruleSet{all: rules, byUnit: map[unitKey][]*rule{}}
	keys := []unitKey{{"", unitNone}, {"", unitSlot}}
	for _, u := range text.Units() {
		name := u.Name
		if u.Kind == text.Percent {
			name = percentName(name)
		}
		keys = append(keys, unitKey{name, u.Kind})
	}
	for _, k := range keys {
		rs.byUnit[k] = rs.left(k)
	}
	return rs
}

var loadRules = sync.OnceValue(func() *ruleSet {
	l := loadLexicon()
	neutral := l.set("NEUTRAL")
	var rules []rule
	for _, row := range readTable("rules.tsv", 8) {
		ru := rule{not: l.set(row[4]), notTopic: l.set(row[5]), counted: neutral, kind: row[7]}
		if row[0] != "-" {
			if _, ok := catalog.LookupMetric(row[0]); !ok {
				panic("narrative: tables/rules.tsv names the metric " + row[0] + ", which the catalogue does not have")
			}
			ru.metric = row[0]
		}
		for u := range strings.SplitSeq(row[1], ",") {
			switch name, printed := strings.CutPrefix(u, "="); {
			case printed:
				ru.units = append(ru.units, name)
			case u == "*":
				ru.anyUnit = true
			case u == "none":
				ru.kinds = append(ru.kinds, unitNone)
			default:
				if kind := text.Kind(u); kind != unitSlot && !slices.ContainsFunc(text.Units(), func(k text.Unit) bool { return k.Kind == kind }) {
					panic(fmt.Sprintf("narrative: tables/rules.tsv, the row %q: no unit has the kind %q", strings.Join(row, "\t"), u))
				}
				ru.kinds = append(ru.kinds, text.Kind(u))
			}
		}
		for _, f := range strings.Fields(row[2]) {
			ru.near = append(ru.near, l.set(f))
			ru.counted = ru.counted.or(l.set(f))
		}
		for _, f := range strings.Fields(row[3]) {
			ru.topic = append(ru.topic, l.set(f))
			ru.counted = ru.counted.or(l.set(f))
		}
		if row[6] == "*" {
			ru.anyNoun = true
		} else {
			ru.counted = ru.counted.or(l.set(row[6]))
		}
		rules = append(rules, ru)
	}
	return newRuleSet(rules)
})

// fits reports whether the rule gives a figure of one of its units its metric.
func (ru *rule) fits(fr *frame) bool {
	if fr.near.any(ru.not) {
		return false
	}
	own := len(ru.topic) > 0 // the clause names what the rule is about, whatever was spoken of before
	for _, c := range ru.topic {
		own = own && fr.near.any(c)
	}
	if !own && fr.topic.any(ru.notTopic) {
		return false
	}
	for _, c := range ru.near {
		if !fr.near.any(c) {
			return false
		}
	}
	for _, c := range ru.topic {
		if !fr.near.or(fr.topic).any(c) {
			return false
		}
	}
	return ru.metric == "" || ru.anyNoun || !fr.hasObject || fr.object.any(ru.counted)
}
