package narrative

import (
	"slices"
	"strings"
	"sync"
)

// rule is one row of tables/rules.tsv.
type rule struct {
	metric   string // "" for a row that denies every metric
	kinds    []unitKind
	units    []string
	anyUnit  bool
	near     []concepts // each must be met
	topic    []concepts
	not      concepts
	notTopic concepts
	counted  concepts // what a noun right beside the figure may be
	anyNoun  bool
}

var loadRules = sync.OnceValue(func() []rule {
	l := loadLexicon()
	neutral := l.set("NEUTRAL")
	var rules []rule
	for _, row := range readTable("rules.tsv", 7) {
		ru := rule{not: l.set(row[4]), notTopic: l.set(row[5]), counted: neutral}
		if row[0] != "-" {
			if _, ok := LookupMetric(row[0]); !ok {
				panic("narrative: tables/rules.tsv names the metric " + row[0] + ", which tables/metrics.tsv does not have")
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
				ru.kinds = append(ru.kinds, unitKind(u))
			}
		}
		for _, f := range strings.Fields(row[2]) {
			ru.near = append(ru.near, l.set(f))
			ru.counted |= l.set(f)
		}
		for _, f := range strings.Fields(row[3]) {
			ru.topic = append(ru.topic, l.set(f))
			ru.counted |= l.set(f)
		}
		if row[6] == "*" {
			ru.anyNoun = true
		} else {
			ru.counted |= l.set(row[6])
		}
		rules = append(rules, ru)
	}
	return rules
})

// fits reports whether the rule gives the figure its metric.
func (ru rule) fits(f figure, fr frame) bool {
	if !ru.anyUnit && !slices.Contains(ru.kinds, f.kind) && !slices.Contains(ru.units, f.unit) {
		return false
	}
	if fr.near&ru.not != 0 || fr.topic&ru.notTopic != 0 {
		return false
	}
	for _, c := range ru.near {
		if fr.near&c == 0 {
			return false
		}
	}
	for _, c := range ru.topic {
		if (fr.near|fr.topic)&c == 0 {
			return false
		}
	}
	return ru.metric == "" || ru.anyNoun || !fr.hasObject || fr.object&ru.counted != 0
}
