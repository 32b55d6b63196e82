package ask

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// halves cuts a text at its bars.
type halves struct{}

func (halves) Cut(texts []string) [][]string {
	all := make([][]string, len(texts))
	for i, t := range texts {
		all[i] = strings.Split(t, "|")
	}
	return all
}

// However few are asked for, they are the first of all.
func TestRankFew(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	terms := []term{{text: "公开"}, {text: "目录"}}
	for range 200 {
		var found []candidate
		for id := range random.IntN(120) {
			c := candidate{id: int64(id)}
			for _, term := range terms {
				around := "主动" + term.text + "指南"
				if random.IntN(3) > 0 {
					around = "主动|" + term.text + "|指南"
				}
				c.terms = append(c.terms, occurrence{float64(random.IntN(6)), []string{around}})
			}
			found = append(found, c)
		}
		ranked := func(limit int) []candidate {
			f := search{query: SearchQuery{Limit: limit, Cutter: halves{}}}
			all := slices.Clone(found)
			f.rank(terms, all)
			return all[:min(limit, len(all))]
		}
		all := ranked(max(len(found), 1))
		for _, limit := range []int{1, 2, 7, 20} {
			if few := ranked(limit); !reflect.DeepEqual(few, all[:min(limit, len(all))]) {
				t.Fatalf("%d of %d:\n%s\nwant\n%s", limit, len(found), fmt.Sprint(few), fmt.Sprint(all[:len(few)]))
			}
		}
	}
}
