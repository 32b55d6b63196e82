package catalog

import (
	_ "embed"
	"strings"
	"sync"

	"nianbao/parser/lazyregexp"
)

//go:embed names.csv
var namesCSV string

var shortNames = sync.OnceValue(func() map[string][2]string {
	all := map[string][2]string{}
	for _, r := range Rows("names.csv", namesCSV) {
		all[r[0]] = [2]string{r[1], r[2]}
	}
	return all
})

// besideLabel is what stands before a printed label (三、 (二) 4.) and the unit behind it.
var besideLabel = lazyregexp.New(`^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d+\.)\s*|[(（]单位[:：][^)）]*[)）]$`)

// Labels are the labels of a path as forms print them, the outermost first, without
// their numbering and units.
func Labels(path string) (all []string) {
	for _, label := range strings.Split(path, " > ") {
		label, _, _ = strings.Cut(label, "|")
		if label = besideLabel.ReplaceAllString(label, ""); label != "" {
			all = append(all, label)
		}
	}
	return all
}

// Name is what people call the indicator.
func (i Indicator) Name() (zh, en string) { return Name(i.Code, i.LabelZH(), i.LabelEN) }

// Name is what people call a figure of a code and two labels: what is asked for first
// by a short name, what has a path for a label by the path, without its numbering and
// the article of the regulations.
func Name(code, labelZH, labelEN string) (zh, en string) {
	if n, ok := shortNames()[code]; ok {
		return n[0], n[1]
	}
	var path []string
	for _, label := range Labels(labelZH) {
		if !strings.HasPrefix(label, "第二十条") {
			path = append(path, label)
		}
	}
	return strings.Join(path, " › "), labelEN
}
