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
	near     []concepts // each must be met
	topic    []concepts
	not      concepts
	notTopic concepts
	counted  concepts // what a noun right beside the figure may be
	anyNoun  bool
	kind     string // a sentence of the kind that it is for
}

var loadRules = sync.OnceValue(func() []rule {
	l := loadLexicon()
	neutral := l.set("NEUTRAL")
	kinds := []text.Kind{unitNone, unitSlot}
	for _, u := range text.Units() {
		kinds = append(kinds, u.Kind)
	}
	var rules []rule
	for _, row := range readTable("rules.tsv") {
		ru := rule{not: l.set(row[4]), notTopic: l.set(row[5]), counted: neutral, kind: row[7]}
		if row[0] != "-" {
			if _, ok := catalog.LookupMetric(row[0]); !ok {
				panic("narrative: tables/rules.tsv names the metric " + row[0] + ", which the catalogue does not have")
			}
			ru.metric = row[0]
		}
		for u := range strings.SplitSeq(row[1], ",") {
			kind := text.Kind(u)
			switch name, printed := strings.CutPrefix(u, "="); {
			case printed:
				ru.units = append(ru.units, name)
				continue
			case u == "*":
				ru.kinds = append(ru.kinds, kinds...)
				continue
			case u == "none":
				kind = unitNone
			}
			if !slices.Contains(kinds, kind) {
				panic(fmt.Sprintf("narrative: tables/rules.tsv, the row %q: no unit has the kind %q", strings.Join(row, "\t"), u))
			}
			ru.kinds = append(ru.kinds, kind)
		}
		each := func(names string) (sets []concepts) {
			for f := range strings.FieldsSeq(names) {
				sets = append(sets, l.set(f))
				ru.counted = ru.counted.or(l.set(f))
			}
			return sets
		}
		ru.near, ru.topic = each(row[2]), each(row[3])
		if row[6] == "*" {
			ru.anyNoun = true
		} else {
			ru.counted = ru.counted.or(l.set(row[6]))
		}
		rules = append(rules, ru)
	}
	return rules
})

// ruleSet are the rules for figures with each unit, in their order, and for those whose
// unit goes by its kind alone.
type ruleSet map[unitOf][]*rule

type unitOf struct {
	kind text.Kind
	name string // "" for every unit of the kind
}

func newRuleSet(rules []rule) ruleSet {
	set := ruleSet{}
	units := []unitOf{{kind: unitNone}, {kind: unitSlot}}
	for _, u := range text.Units() {
		units = append(units, unitOf{u.Kind, u.Name}, unitOf{kind: u.Kind})
	}
	for _, u := range units {
		var of []*rule
		for i := range rules {
			if ru := &rules[i]; slices.Contains(ru.kinds, u.kind) || slices.Contains(ru.units, u.name) {
				of = append(of, ru)
			}
		}
		set[u] = of
	}
	return set
}

// of returns the rules for a figure.
func (set ruleSet) of(f figure) []*rule {
	if rules, ok := set[unitOf{f.kind, f.unit}]; ok {
		return rules
	}
	return set[unitOf{kind: f.kind}] // 万元, and percentages, which have one name
}

// fits reports whether the rule gives a figure of one of its units its metric.
func (ru *rule) fits(fr *frame) bool {
	for _, c := range ru.near {
		if !fr.near.any(c) {
			return false
		}
	}
	own := len(ru.topic) > 0 // the clause names what the rule is about, whatever was spoken of before
	for _, c := range ru.topic {
		if !fr.near.any(c) {
			own = false
			if !fr.topic.any(c) {
				return false
			}
		}
	}
	if fr.near.any(ru.not) || !own && fr.topic.any(ru.notTopic) {
		return false
	}
	return ru.metric == "" || ru.anyNoun || !fr.hasObject || fr.object.any(ru.counted)
}
