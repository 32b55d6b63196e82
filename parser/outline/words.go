package outline

import (
	_ "embed"
	"strings"

	"nianbao/parser/catalog"
)

//go:embed words.csv
var wordsCSV string

// words are those by which the parts of a page are told, by their kind: about, of
// titles that speak about reports instead of naming one, or are of papers for part of
// a year, of a school, or on something else; announces, with which a sentence begins
// that names a report; publisher, published and property, the labels of a page's
// properties, and label_part, words of which every label has one; table_row and
// table_row_alone, with which the rows of tables begin; period, of a sentence that tells
// the period: an end alone (截至2021年12月31日) is none, 统计期限…至2021年12月31日 is one
// without a start.
var words = func() map[string][]string {
	all := map[string][]string{}
	for _, r := range catalog.Rows("words.csv", wordsCSV) {
		all[r[0]] = strings.Split(r[1], "|")
	}
	return all
}()
