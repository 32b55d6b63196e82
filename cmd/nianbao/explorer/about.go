package explorer

import (
	"net/http"

	"nianbao/parser/report"
	"nianbao/store/ask"
)

// about says where the figures come from, what the statuses mean and how to
// cite.
type about struct {
	Version string
	Licence string
	Today   string
}

func (e *Explorer) aboutPage(p *page, r *http.Request) error {
	a := about{Version: e.cfg.Version, Today: e.cfg.Now().Format("2006-01-02")}
	var err error
	if a.Licence, err = e.store.Meta(r.Context(), "licence"); err != nil {
		return err
	}
	p.Title, p.V = p.T("about.title"), a
	return nil
}

// Licence is that of the data: what a new file says in the language of the page, and
// what its owner wrote as it stands.
func (p *page) Licence(text string) string {
	if text == english.text("about.licence.text") {
		return p.T("about.licence.text")
	}
	return text
}

// Statuses are what a cell, or the lack of one, can say.
func (p *page) Statuses() []report.Status {
	return []report.Status{report.StatusReported, report.StatusBlank, report.StatusNotApplicable, report.StatusUnreadable, report.StatusUnitAssumed,
		ask.NotRead, ask.NotInLayout, ask.NotTold, ask.Ambiguous, ask.BaseTooLow, ask.NoReport}
}
