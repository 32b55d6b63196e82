package explorer

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
)

// language is what a page is written in.
type language string

const (
	chinese language = "zh-CN"
	english language = "en"
)

//go:embed texts.csv
var textsCSV string

// pair is a text in both languages.
type pair struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

func (p pair) in(l language) string {
	if l == english {
		return p.En
	}
	return p.Zh
}

// readTable reads an embedded CSV whose first column is a key.
func readTable(name, data string) map[string][]string {
	table := map[string][]string{}
	for _, row := range catalog.Rows(name, data) {
		if _, twice := table[row[0]]; twice {
			panic(fmt.Sprintf("explorer: embedded %s: %s stands twice", name, row[0]))
		}
		table[row[0]] = row[1:]
	}
	return table
}

// texts are what the pages say, by key.
var texts = sync.OnceValue(func() map[string]pair {
	all := map[string]pair{}
	for key, row := range readTable("texts.csv", textsCSV) {
		all[key] = pair{row[0], row[1]}
	}
	return all
})

var plural = lazyregexp.New(`\{(\d):([^|{}]*)\|([^|{}]*)\}`)

// text is a text with its arguments in place, which stand as {1}, {2} …; a key
// that is not there shows itself, and a test fails.
func (l language) text(key string, args ...any) string {
	p, ok := texts()[key]
	if !ok {
		return "[" + key + "]"
	}
	s := plural.ReplaceAllStringFunc(p.in(l), func(word string) string { // {1:county|counties}
		m := plural.FindStringSubmatch(word)
		if n, _ := strconv.Atoi(m[1]); n <= len(args) && fmt.Sprint(args[n-1]) == "1" {
			return m[2]
		}
		return m[3]
	})
	for i, a := range args {
		s = strings.ReplaceAll(s, fmt.Sprintf("{%d}", i+1), fmt.Sprint(a))
	}
	return s
}

// ruleTitle names a rule; a rule of a newer program shows its code.
func (l language) ruleTitle(code string) string {
	if r, ok := catalog.FindRule(code); ok {
		return pair{r.TitleZH, r.TitleEN}.in(l)
	}
	return code
}

func (l language) ruleMeaning(code string) string {
	if r, ok := catalog.FindRule(code); ok {
		return pair{r.MeaningZH, r.Meaning}.in(l)
	}
	return ""
}

// unit is a unit as the language has it.
func (l language) unit(zh string) string {
	if l == chinese || zh == "" {
		return zh
	}
	if p, ok := texts()["unit."+zh]; ok {
		return p.En
	}
	return zh
}
