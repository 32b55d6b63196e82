package narrative

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestDebug(t *testing.T) {
	if os.Getenv("XS") == "" {
		t.SkipNow()
	}
	r := reader(t)
	names := map[concepts]string{}
	for n, b := range r.lexicon.bits {
		names[b] = n
	}
	show := func(c concepts) string {
		var o []string
		for b, n := range names {
			if c&b != 0 {
				o = append(o, n)
			}
		}
		return strings.Join(o, "|")
	}
	for _, line := range strings.Split(os.Getenv("XS"), "\n") {
		s := []rune(line)
		figs := figures(s)
		items := r.items(s, figs)
		for _, it := range items {
			fmt.Printf("%s/%d/%s[%s] ", string(s[it.start:it.end]), it.kind, it.tag, show(it.is))
		}
		fmt.Println()
		p := passage{reader: r, text: s, before: func() concepts { return 0 }}
		ts, _ := p.read(figs)
		for _, f := range ts {
			fmt.Printf("  %s: %v near %s topic %s object %v %s subj %s\n", string(s[f.start:f.end]), f.metrics, show(f.near), show(f.topic), f.hasObject, show(f.object), string(s[f.subjectStart:f.subjectEnd]))
		}
	}
}
