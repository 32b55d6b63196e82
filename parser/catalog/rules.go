package catalog

import (
	_ "embed"
	"slices"
	"sync"
)

// Rule is what a rule of findings means, in both languages.
type Rule struct {
	Code               string // as in report.Finding.Rule
	TitleZH, TitleEN   string // a few words
	MeaningZH, Meaning string // a sentence or two; Meaning is English
}

//go:embed rules.csv
var rulesCSV string

var loadRules = sync.OnceValue(func() (c struct {
	all  []Rule
	code map[string]Rule
}) {
	c.code = map[string]Rule{}
	for _, r := range Rows("rules.csv", rulesCSV) {
		rule := Rule{Code: r[0], TitleZH: r[1], TitleEN: r[2], MeaningZH: r[3], Meaning: r[4]}
		if _, twice := c.code[rule.Code]; twice {
			panic("catalog: embedded rules.csv: " + rule.Code + " stands twice")
		}
		c.all, c.code[rule.Code] = append(c.all, rule), rule
	}
	return c
})

// Rules returns every rule that a finding can name, those of one group
// together.
func Rules() []Rule { return slices.Clone(loadRules().all) }

// FindRule returns the rule of a code.
func FindRule(code string) (Rule, bool) {
	r, ok := loadRules().code[code]
	return r, ok
}
