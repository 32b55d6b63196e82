package check

import (
	"slices"

	"nianbao/parser/report"
)

// Concerned are the codes of all figures that a finding puts in doubt: of a sum
// that does not add up its totals and its parts, for nobody knows which of them is
// wrong; of words against a table the indicator and the metric; else the indicator
// that it names. Nil where it names none.
func Concerned(f report.Finding) (codes []string) {
	add := func(keys ...key) {
		for _, k := range keys {
			if !slices.Contains(codes, k.indicator) {
				codes = append(codes, k.indicator)
			}
		}
	}
	for _, s := range loadSums() {
		if s.rule != f.Rule || s.totals[0].indicator != f.Indicator {
			continue
		}
		add(s.totals...)
		for _, part := range s.parts {
			for _, alternative := range part {
				add(alternative...)
			}
		}
	}
	for _, c := range loadWords() {
		if c.rule != f.Rule || f.Indicator != "" && !c.expects(f.Indicator) {
			continue
		}
		codes = append(codes, c.metric)
		for _, e := range c.expected {
			add(e...)
		}
	}
	if f.Indicator != "" && !slices.Contains(codes, f.Indicator) {
		codes = append(codes, f.Indicator)
	}
	return codes
}

// Relation are the terms of the sum that a finding says does not add up: its totals
// and its parts, and whether the parts may fall short of them. False for a finding
// of another kind.
func Relation(f report.Finding) (totals, parts []string, atMost, ok bool) {
	for _, s := range loadSums() {
		if s.rule != f.Rule || s.totals[0].indicator != f.Indicator {
			continue
		}
		for _, k := range s.totals {
			totals = append(totals, k.indicator)
		}
		for _, part := range s.parts {
			for _, k := range part[0] {
				parts = append(parts, k.indicator)
			}
		}
		return totals, parts, s.atMost, true
	}
	return nil, nil, false, false
}

// expects reports whether the check holds its metric against a sum with an
// indicator.
func (c tableCheck) expects(indicator string) bool {
	return slices.ContainsFunc(c.expected, func(sum []key) bool {
		return slices.ContainsFunc(sum, func(k key) bool { return k.indicator == indicator })
	})
}
