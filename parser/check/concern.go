package check

import (
	"slices"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// Concerned are the codes of all figures that a finding puts in doubt: of a sum
// that does not add up its totals and its parts, for nobody knows which of them is
// wrong; of words against a table the indicator and the metric; else the indicator
// that it names. Nil where it names none.
func Concerned(f report.Finding) (codes []string) {
	add := func(code string) {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	for _, r := range relationsOf(f) {
		for _, t := range slices.Concat(r.Totals, slices.Concat(slices.Concat(r.Parts...)...)) {
			add(t.Indicator)
		}
	}
	for _, c := range loadWords() {
		if c.rule != f.Rule || f.Indicator != "" && !c.expects(f.Indicator) {
			continue
		}
		add(c.metric)
		for _, k := range slices.Concat(c.expected...) {
			add(k.indicator)
		}
	}
	if f.Indicator != "" {
		add(f.Indicator)
	}
	return codes
}

// Relation are the terms of the sum that a finding says does not add up: its totals
// and its parts, and whether the parts may fall short of them. False for a finding
// of another kind.
func Relation(f report.Finding) (totals, parts []string, atMost, ok bool) {
	all := relationsOf(f)
	if len(all) == 0 {
		return nil, nil, false, false
	}
	r := all[0]
	for _, t := range r.Totals {
		totals = append(totals, t.Indicator)
	}
	for _, part := range r.Parts {
		for _, t := range part[0] {
			parts = append(parts, t.Indicator)
		}
	}
	return totals, parts, r.AtMost, true
}

// relationsOf are the relations of which a finding may say that they do not hold.
func relationsOf(f report.Finding) []catalog.Relation {
	return slices.DeleteFunc(catalog.Default().Relations(""), func(r catalog.Relation) bool {
		return r.Rule != f.Rule || r.Totals[0].Indicator != f.Indicator
	})
}

// expects reports whether the check holds its metric against a sum with an
// indicator.
func (c tableCheck) expects(indicator string) bool {
	return slices.ContainsFunc(c.expected, func(sum []key) bool {
		return slices.ContainsFunc(sum, func(k key) bool { return k.indicator == indicator })
	})
}
