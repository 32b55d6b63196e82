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
	metric   string     // "" for a row that denies every metric
	kinds    uint64     // of units, as bits of [kindBits]
	units    []string   // and those that it names
	near     []concepts // each must be met
	topic    []concepts
	not      concepts
	notTopic concepts
	counted  concepts // what a noun right beside the figure may be
	anyNoun  bool
	kind     string // a sentence of the kind that it is for
}

// kindBits are the bits of the kinds of units.
var kindBits = sync.OnceValue(func() map[text.Kind]uint64 {
	bits := map[text.Kind]uint64{unitNone: 1, unitSlot: 2}
	for _, u := range text.Units() {
		if bits[u.Kind] == 0 {
			bits[u.Kind] = 1 << len(bits)
		}
	}
	return bits
})

var loadRules = sync.OnceValue(func() []rule {
	l := loadLexicon()
	neutral := l.set("NEUTRAL")
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
				ru.kinds = ^uint64(0)
				continue
			case u == "none":
				kind = unitNone
			}
			if kindBits()[kind] == 0 {
				panic(fmt.Sprintf("narrative: tables/rules.tsv, the row %q: no unit has the kind %q", strings.Join(row, "\t"), u))
			}
			ru.kinds |= kindBits()[kind]
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
	return rules
})

// ruleSet are the rules for figures of each kind of unit, in their order; those that name
// units are among all of them.
type ruleSet map[text.Kind][]*rule

func newRuleSet(rules []rule) ruleSet {
	set := ruleSet{}
	for kind, bit := range kindBits() {
		for i := range rules {
			if ru := &rules[i]; ru.kinds&bit != 0 || len(ru.units) > 0 {
				set[kind] = append(set[kind], ru)
			}
		}
	}
	return set
}

// counts reports whether the rule is for figures of a unit, whose kind has a bit.
func (ru *rule) counts(kind uint64, unit string) bool {
	return ru.kinds&kind != 0 || len(ru.units) > 0 && slices.Contains(ru.units, unit)
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
