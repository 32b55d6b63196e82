package crawler

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
)

//go:embed frontier_link.sql
var frontierLinkSQL string

// A RefusedLink is a link that was found and not followed.
type RefusedLink struct {
	URL    string // canonical where it could be resolved, else as written
	Text   string
	Page   string // where it stood
	Seed   int    // line of the seed
	Reason Reason
}

// Refused are the links beyond the budget, as links that were not followed.
func (a Acked) Refused(page Request) []RefusedLink {
	var links []RefusedLink
	for _, l := range a.OverBudget {
		links = append(links, RefusedLink{URL: l.URL, Text: l.Text, Page: page.URL, Seed: page.Seed.Line, Reason: LinkBudget})
	}
	return links
}

// Commonplace are the reasons of the links that every page is full of: menus,
// pictures, the rest of the site. They fill at most half of a seed's budget, so
// that the others find room.
func (r Reason) Commonplace() bool {
	return r == LinkPattern || r == LinkType || r == LinkScheme
}

const (
	defaultRefusedPerSeed = 1000
	maxRefusedText        = 120 // octets of a link's text that are kept
)

// refusedLinks is what a frontier remembers of the links it keeps.
type refusedLinks struct {
	limit int              // per seed; 0: none is kept
	kept  map[int64][2]int // by seed: commonplace ones, others
	// recent spares a look into the file for the menus that all pages of a site
	// have.
	recent []recentLink
}

type recentLink struct {
	seed int64
	key  [16]byte
}

func newRefusedLinks(limit int) refusedLinks {
	switch {
	case limit == 0:
		limit = defaultRefusedPerSeed
	case limit < 0:
		limit = 0
	}
	return refusedLinks{limit: limit, kept: map[int64][2]int{}, recent: make([]recentLink, 1<<13)}
}

// forget is for when a transaction failed: what was kept must be looked up again.
func (k *refusedLinks) forget() {
	clear(k.kept)
	clear(k.recent)
}

// refuse counts links that were not followed, and keeps them within the budget
// of their seed.
func (t *frontierTx) refuse(ctx context.Context, r Request, links []RefusedLink) error {
	if len(links) == 0 {
		return nil
	}
	for _, l := range links {
		t.tally[tallyKey{StateRefused, l.Reason}]++
	}
	k := &t.f.refused
	if k.limit == 0 {
		return nil
	}
	seed, err := t.seed(ctx, r.Seed)
	if err != nil {
		return err
	}
	kept, ok := k.kept[seed]
	if !ok {
		row := t.tx.QueryRowContext(ctx, "SELECT count(*) FILTER (WHERE reason IN (?, ?, ?)), count(*) FROM frontier_link WHERE seed = ?",
			string(LinkPattern), string(LinkType), string(LinkScheme), seed)
		if err := row.Scan(&kept[0], &kept[1]); err != nil {
			return err
		}
		kept[1] -= kept[0]
	}
	defer func() { k.kept[seed] = kept }()
	keep := t.tx.StmtContext(ctx, t.f.keep)
	for _, l := range links {
		kind, limit := 1, k.limit-kept[0]
		if l.Reason.Commonplace() {
			kind, limit = 0, min(k.limit/2, k.limit-kept[1])
		}
		if kept[kind] >= limit {
			continue
		}
		mark := recentLink{seed, [16]byte(urlKey(l.URL))}
		slot := &k.recent[(binary.LittleEndian.Uint64(mark.key[:])^uint64(seed))%uint64(len(k.recent))]
		if *slot == mark {
			continue
		}
		*slot = mark
		res, err := keep.ExecContext(ctx, seed, mark.key[:], string(l.Reason), l.URL, clip(l.Text, maxRefusedText), r.ID)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		kept[kind] += int(n)
	}
	return nil
}

// An Entry is one address or link that a crawl's frontier tells of.
type Entry struct {
	State  string `json:"state"` // waiting, postponed, done, failed or refused
	Reason Reason `json:"reason,omitempty"`
	URL    string `json:"url"`
	Text   string `json:"text,omitempty"`   // of the link
	Detail string `json:"detail,omitempty"` // one sentence for people
	Page   string `json:"page,omitempty"`   // where the link stood; "" for seeds
	Seed   int    `json:"seed_line"`
}

// States of an address, as frontiers number them.
const (
	StateWaiting = iota
	StatePostponed
	StateDone
	StateFailed
	StateRefused // of links only
)

// stateNames are in the order of the states.
var stateNames = [...]string{"waiting", "postponed", "done", "failed", "refused"}

// StateName is what an Entry calls a state's number in a frontier; "" for a
// number that is none.
func StateName(n int) string {
	if n < 0 || n >= len(stateNames) {
		return ""
	}
	return stateNames[n]
}

// StateNumber is the number of a state's name; -1 when it names none.
func StateNumber(name string) int { return slices.Index(stateNames[:], name) }

// ReadEntries lists what a frontier file tells of, running or not: the addresses
// of a state (waiting, postponed, done, failed), the links that were refused, or
// with a reason those of that reason.
func ReadEntries(ctx context.Context, path, what string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		f, err := openReadOnly(path)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		defer f.db.Close()
		state := StateNumber(what)
		var links int
		if err := f.db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'frontier_link'").Scan(&links); err != nil {
			yield(Entry{}, f.wrap(err))
			return
		}
		query := `SELECT u.state, u.reason, u.url, u.text, u.detail, u.referrer, coalesce(s.row ->> 'line', 0)
			FROM frontier_url u JOIN frontier_seed s ON s.id = u.seed WHERE u.state = ?1 OR ?1 < 0 AND u.reason = ?2`
		if links > 0 { // else a file of before they were kept
			// A link that was refused on one page and followed from another was followed.
			query += ` UNION ALL SELECT 4, l.reason, l.url, l.text, '', coalesce(u.url, ''), coalesce(s.row ->> 'line', 0)
			FROM frontier_link l JOIN frontier_seed s ON s.id = l.seed LEFT JOIN frontier_url u ON u.id = l.page
			WHERE (?1 = 4 OR ?1 < 0 AND l.reason = ?2) AND NOT EXISTS (SELECT 1 FROM frontier_url f WHERE f.key = l.key)`
		}
		for rows, err := range rowsOf(f.db.QueryContext(ctx, query, state, what)) {
			var e Entry
			if err == nil {
				err = rows.Scan(&state, &e.Reason, &e.URL, &e.Text, &e.Detail, &e.Page, &e.Seed)
			}
			if e.State = StateName(state); err == nil && e.State == "" {
				err = fmt.Errorf("%w: state %d", ErrFrontierCorrupt, state)
			}
			if err != nil {
				yield(Entry{}, f.wrap(err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// upgrade adds what files of earlier versions lack.
func (f *Frontier) upgrade(ctx context.Context) error {
	if _, err := f.db.ExecContext(ctx, frontierLinkSQL); err != nil {
		return err
	}
	for _, column := range []string{"form", "site"} {
		var there int
		if err := f.db.QueryRowContext(ctx, "SELECT count(*) FROM pragma_table_info('frontier_url') WHERE name = ?", column).Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			if _, err := f.db.ExecContext(ctx, "ALTER TABLE frontier_url ADD COLUMN "+column+" TEXT NOT NULL DEFAULT ''"); err != nil {
				return err
			}
		}
	}
	return nil
}

// prepareKeep prepares the statement that keeps a refused link.
func (f *Frontier) prepareKeep(ctx context.Context) (*sql.Stmt, error) {
	return f.db.PrepareContext(ctx, "INSERT INTO frontier_link (seed, key, reason, url, text, page) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
}
