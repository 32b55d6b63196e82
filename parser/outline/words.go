package outline

import (
	_ "embed"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
)

//go:embed words.csv
var wordsCSV string

// words are those by which the parts of a page are told, by their kind; the table says what each are.
var words = catalog.Lists("words.csv", wordsCSV)

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
