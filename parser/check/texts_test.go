package check

import (
	"slices"
	"testing"

	"nianbao/parser/catalog"
)

// A finding of a rule without texts could not be explained to who meets it.
func TestWordsHaveTexts(t *testing.T) {
	all := loadWords()
	if len(all) == 0 {
		t.Fatal("no rows")
	}
	for _, c := range all {
		if !slices.ContainsFunc(catalog.Rules(), func(r catalog.Rule) bool { return r.Code == c.rule }) {
			t.Errorf("words.csv has the rule %s, parser/catalog/rules.csv no texts of it", c.rule)
		}
	}
}
