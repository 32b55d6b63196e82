package cluster

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"nianbao/crawler"
)

// Of the links that were not followed a worker keeps so many for each seed; of
// the commonplace ones half as many.
const refusedPerSeed = 1000

// maxRefusedText is how much of a link's text is kept, in characters.
const maxRefusedText = 60

// keptLinks is a statement's worth of links that were not followed.
type keptLinks struct {
	seeds, keys, pages   []pgtype.UUID
	reasons, urls, texts []string
}

// keep takes a link that is to be told of, within its seed's bounds.
func (q *Queue) keep(k *keptLinks, seed pgtype.UUID, page crawler.Request, l crawler.RefusedLink) {
	q.mu.Lock()
	defer q.mu.Unlock()
	kind, limit := 0, refusedPerSeed
	if l.Reason.Commonplace() {
		kind, limit = 1, refusedPerSeed/2
	}
	n := q.keptOf[seed]
	if n[kind] >= limit {
		return
	}
	key := keyOf(l.URL)
	for i, other := range k.keys { // a statement changes no row twice
		if other == key && k.seeds[i] == seed {
			return
		}
	}
	n[kind]++
	q.keptOf[seed] = n
	text := []rune(storable(l.Text))
	k.seeds, k.keys, k.pages = append(k.seeds, seed), append(k.keys, key), append(k.pages, keyOf(page.Key()))
	k.reasons, k.urls, k.texts = append(k.reasons, string(l.Reason)), append(k.urls, storable(l.URL)), append(k.texts, string(text[:min(len(text), maxRefusedText)]))
}

func (k *keptLinks) queue(b *pgx.Batch) {
	if len(k.keys) == 0 {
		return
	}
	b.Queue(`INSERT INTO link (seed, key, page, reason, url, text)
		SELECT (SELECT id FROM seed WHERE key = t.seed), t.key, t.page, t.reason, t.url, t.text
		FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[]) AS t(seed, key, page, reason, url, text)
		ORDER BY 1, 2 ON CONFLICT DO NOTHING`, k.seeds, k.keys, k.pages, k.reasons, k.urls, k.texts)
}

// queueRefused counts links under the session, so that no two workers write the same row.
func queueRefused(b *pgx.Batch, session pgtype.UUID, n map[crawler.Reason]int64) {
	var reasons []string
	var counts []int64
	for r, c := range n {
		if c != 0 {
			reasons, counts = append(reasons, string(r)), append(counts, c)
		}
	}
	if len(reasons) > 0 {
		b.Queue(`INSERT INTO refused (session, reason, n) SELECT $1, t.r, t.n FROM unnest($2::text[], $3::bigint[]) AS t(r, n)
			ON CONFLICT (session, reason) DO UPDATE SET n = refused.n + excluded.n`, session, reasons, counts)
	}
}
