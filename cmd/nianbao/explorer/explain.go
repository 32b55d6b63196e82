package explorer

import (
	"nianbao/parser/check"
	"nianbao/parser/report"
)

// Explain tells a finding in the language of the page, without names of code.
func (p *page) Explain(f report.Finding) string { return p.say(check.Explain(f)) }

// Quote is the sentence of the report that a finding is about; "" where it is about
// none.
func (p *page) Quote(f report.Finding) string { return check.Quote(f) }

// side is what one side of a finding says.
type side struct{ Label, Text string }

// Sides are those of a finding, named by what the rule compares.
func (p *page) Sides(f report.Finding) (all []side) {
	for _, s := range check.Sides(f) {
		all = append(all, side{p.say(s.Name), p.Evidence(s.Says)})
	}
	return all
}

func (p *page) say(w check.Words) string { return p.Of(w.ZH, w.EN) }
