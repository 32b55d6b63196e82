package outline

import (
	_ "embed"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
)

//go:embed words.csv
var wordsCSV string

// words are those by which the parts of a page are told, by their kind: about, of
// titles that speak about reports instead of naming one, or are of papers for part of
// a year, of a school, or on something else; announces, with which a sentence begins
// that names a report; publisher, published, made (the day of the paper itself) and
// property, the labels of a page's properties, and label_part, words of which every label
// has one; table_row and table_row_alone, with which the rows of tables begin; topic, of which every
// heading of a section has one; period, of a
// sentence that tells the period: an end alone (截至2021年12月31日) is none,
// 统计期限…至2021年12月31日 is one without a start.
var words = func() map[string][]string {
	all := map[string][]string{}
	for _, r := range catalog.Rows("words.csv", wordsCSV) {
		all[r[0]] = strings.Split(r[1], "|")
	}
	return all
}()

//go:embed patterns.csv
var patternsCSV string

// patterns are those made of words: of titles (title is what every report's says in one
// of its forms; opens, what the text behind it begins with), of offices and of whom a
// text speaks.
var patterns = func() map[string]*lazyregexp.Regexp {
	all := map[string]*lazyregexp.Regexp{}
	for _, r := range catalog.Rows("patterns.csv", patternsCSV) {
		all[r[0]] = lazyregexp.New(r[1])
	}
	return all
}()

// pattern is the one of a name, which patterns.csv must have.
func pattern(name string) *lazyregexp.Regexp {
	p := patterns[name]
	if p == nil {
		panic("outline: patterns.csv has no " + name)
	}
	return p
}
