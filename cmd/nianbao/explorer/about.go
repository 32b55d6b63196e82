package explorer

import "net/http"

// about says where the figures come from, what the statuses mean and how to
// cite.
type about struct {
	Version string
	Licence string
	Today   string
}

func (e *Explorer) aboutPage(r *http.Request) (*page, error) {
	p := newPage(r, "about", "about")
	a := about{Version: e.cfg.Version, Today: e.cfg.Now().Format("2006-01-02")}
	var err error
	if a.Licence, err = e.store.Meta(r.Context(), "licence"); err != nil {
		return nil, err
	}
	p.Title, p.V = p.T("about.title"), a
	return p, nil
}
