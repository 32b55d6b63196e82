package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"nianbao/crawler"
)

// known remembers what is in the database for certain, so that it need not be
// asked: the links that all pages of a site have, and hosts and seeds. It is
// forgotten when the session is lost: a standby may know less.
type known struct {
	links []pgtype.UUID // one a slot, the newest
	hosts map[string]struct{}
	seeds map[pgtype.UUID]struct{}
}

func (k *known) forget() {
	k.links = make([]pgtype.UUID, 1<<16)
	k.hosts, k.seeds = map[string]struct{}{}, map[pgtype.UUID]struct{}{}
}

func (k *known) slot(key pgtype.UUID) *pgtype.UUID {
	return &k.links[int(key.Bytes[0])<<8|int(key.Bytes[1])]
}

// prepare sees to it that the hosts and seeds of requests are there.
func (q *Queue) prepare(ctx context.Context, requests []crawler.Request) error {
	var hosts, platforms []string
	var seeds []pgtype.UUID
	var rows [][]byte
	q.mu.Lock()
	for _, r := range requests {
		host := r.Host()
		if host == "" {
			q.mu.Unlock()
			return fmt.Errorf("%w: %q", crawler.ErrURL, r.URL)
		}
		if _, ok := q.known.hosts[host]; !ok && !slices.Contains(hosts, host) {
			hosts, platforms = append(hosts, host), append(platforms, q.settings.platformOf(host))
		}
		key := keyOf(r.Seed.URL)
		if _, ok := q.known.seeds[key]; !ok && !slices.Contains(seeds, key) {
			row, err := json.Marshal(r.Seed)
			if err != nil {
				q.mu.Unlock()
				return err
			}
			seeds, rows = append(seeds, key), append(rows, row)
		}
	}
	q.mu.Unlock()
	if len(hosts)+len(seeds) == 0 {
		return nil
	}
	err := q.db.retry(ctx, func(ctx context.Context) error {
		b := &pgx.Batch{}
		b.Queue("INSERT INTO platform (name) SELECT DISTINCT n FROM unnest($1::text[]) AS t(n) ORDER BY n ON CONFLICT DO NOTHING", platforms)
		b.Queue("INSERT INTO host (name, platform) SELECT t.h, p.id FROM unnest($1::text[], $2::text[]) AS t(h, p) JOIN platform p ON p.name = t.p ORDER BY t.h ON CONFLICT DO NOTHING", hosts, platforms)
		b.Queue("INSERT INTO seed (key, row) SELECT * FROM unnest($1::uuid[], $2::jsonb[]) AS t(k, r) ORDER BY k ON CONFLICT DO NOTHING", seeds, rows)
		return q.db.pool.SendBatch(ctx, b).Close()
	})
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, h := range hosts {
		q.known.hosts[h] = struct{}{}
	}
	for _, k := range seeds {
		q.known.seeds[k] = struct{}{}
	}
	return nil
}

// platformOf is what a host is claimed with before anybody knows its address.
func (s Settings) platformOf(host string) string {
	name := (&url.URL{Host: host}).Hostname()
	for _, p := range s.Platforms {
		if name == p || strings.HasSuffix(name, "."+p) {
			return p
		}
	}
	return host
}

// lockPlatforms takes the platforms of hosts for the transaction, always in the
// same order. Whoever adds or ends an address of a host has its platform.
const lockPlatforms = `SELECT 1 FROM platform WHERE id IN (SELECT platform FROM host WHERE name = ANY($1)) ORDER BY id FOR NO KEY UPDATE`

// mine is true of a host t.host that a session $1 still holds. It goes from the
// host to its owner, row by row: a planner that has not heard yet how many
// platforms the session holds would go through all of them for each row.
const mine = `(SELECT p.owner FROM host h JOIN platform p ON p.id = h.platform WHERE h.name = t.host) = $1
	AND EXISTS (SELECT 1 FROM session WHERE id = $1 AND ended_at IS NULL AND lease_ends > now())`

// insertion is a statement's worth of new addresses.
type insertion struct {
	keys, seeds                                         []pgtype.UUID
	hosts, urls, roles, texts, refs, hops, forms, sites []string
	priorities, depths, pages                           []int32
}

func (n *insertion) add(key pgtype.UUID, r crawler.Request) error {
	hops := ""
	if len(r.Hops) > 0 {
		b, err := json.Marshal(r.Hops)
		if err != nil {
			return err
		}
		hops = string(b)
	}
	n.keys, n.seeds = append(n.keys, key), append(n.seeds, keyOf(r.Seed.URL))
	n.hosts, n.urls, n.roles, n.texts = append(n.hosts, r.Host()), append(n.urls, r.URL), append(n.roles, string(r.Role)), append(n.texts, storable(r.Text))
	n.refs, n.hops = append(n.refs, r.Referrer), append(n.hops, storable(hops))
	n.forms, n.sites = append(n.forms, storable(r.Form)), append(n.sites, storable(r.Site))
	n.priorities, n.depths, n.pages = append(n.priorities, int32(r.Priority)), append(n.depths, int32(r.Depth)), append(n.pages, int32(r.Page))
	return nil
}

// storable is a text as PostgreSQL keeps it: UTF-8 without NUL.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
}

// queue puts the insertion into a batch.
func (n *insertion) queue(b *pgx.Batch) {
	if len(n.keys) == 0 {
		return
	}
	b.Queue(`INSERT INTO url (key, place, host, seed, priority, role, depth, page, url, text, referrer, hops, form, site)
		SELECT t.key, base.n + t.i, (SELECT id FROM host WHERE name = t.host), (SELECT id FROM seed WHERE key = t.seed), t.priority, t.role, t.depth, t.page, t.url, t.text, t.ref, t.hops, t.form, t.site
		FROM (SELECT nextval('url_place') AS n) base, unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::int[], $11::int[], $12::text[], $13::text[])
			WITH ORDINALITY AS t(key, seed, host, url, role, text, ref, hops, priority, depth, page, form, site, i)
		ON CONFLICT (key) DO NOTHING`,
		n.keys, n.seeds, n.hosts, n.urls, n.roles, n.texts, n.refs, n.hops, n.priorities, n.depths, n.pages, n.forms, n.sites)
	b.Queue("UPDATE platform SET waiting = true WHERE NOT waiting AND id IN (SELECT platform FROM host WHERE name = ANY($1))", n.hosts)
	bySeed := map[pgtype.UUID]int32{}
	for _, k := range n.seeds {
		bySeed[k]++
	}
	var keys []pgtype.UUID
	var counts []int32
	for k, c := range bySeed {
		keys, counts = append(keys, k), append(counts, c)
	}
	b.Queue("UPDATE seed s SET added = added + t.n FROM unnest($1::uuid[], $2::int[]) AS t(k, n) WHERE s.key = t.k", keys, counts)
}

func hostsOf(requests []crawler.Request) []string {
	var names []string
	for _, r := range requests {
		if h := r.Host(); !slices.Contains(names, h) {
			names = append(names, h)
		}
	}
	return names
}

// There answers which keys are in the database; of what is locked for the transaction.
func there(ctx context.Context, tx pgx.Tx, keys []pgtype.UUID) (map[pgtype.UUID]bool, error) {
	rows, err := tx.Query(ctx, "SELECT key FROM url WHERE key = ANY($1)", keys)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[pgtype.UUID])
	m := make(map[pgtype.UUID]bool, len(found))
	for _, k := range found {
		m[k] = true
	}
	return m, err
}

// Add implements crawler.Queue.
func (q *Queue) Add(ctx context.Context, requests []crawler.Request) (added int, err error) {
	for chunk := range slices.Chunk(requests, 1024) {
		n, err := q.add(ctx, chunk)
		added += n
		if err != nil {
			return added, err
		}
	}
	return added, nil
}

func (q *Queue) add(ctx context.Context, requests []crawler.Request) (added int, err error) {
	if err := q.prepare(ctx, requests); err != nil {
		return 0, err
	}
	var keys []pgtype.UUID
	for _, r := range requests {
		keys = append(keys, keyOf(r.Key()))
	}
	err = q.db.inTx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockPlatforms, hostsOf(requests)); err != nil {
			return err
		}
		have, err := there(ctx, tx, keys)
		if err != nil {
			return err
		}
		var fresh insertion
		for i, r := range requests {
			if !have[keys[i]] {
				have[keys[i]] = true
				if err := fresh.add(keys[i], r); err != nil {
					return err
				}
			}
		}
		added = len(fresh.keys)
		b := &pgx.Batch{}
		fresh.queue(b)
		if b.Len() == 0 {
			return nil
		}
		return tx.SendBatch(ctx, b).Close()
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// Ack implements crawler.Queue.
func (q *Queue) Ack(ctx context.Context, finished []crawler.Finished) ([]crawler.Acked, error) {
	ctx, done := q.patience(ctx)
	defer done()
	acked := make([]crawler.Acked, len(finished))
	w, links := q.writable(finished)
	if len(w.at) == 0 {
		return acked, nil
	}
	if err := q.prepare(ctx, links); err != nil {
		return nil, err
	}
	var settled map[int]bool
	err := q.db.inTx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		clear(acked)
		var err error
		settled, err = w.write(ctx, tx, finished, acked)
		return err
	})
	if err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, i := range w.at {
		d := &finished[i]
		if p := q.holds(d.Request); p != nil {
			q.ended(p, d.Request)
		}
		if settled[i] {
			q.counts.Done++
			if d.Failed {
				q.counts.Done--
				q.counts.Failed++
			}
			for _, key := range w.links[i] {
				*q.known.slot(key) = key
			}
		}
		if over := acked[i].OverBudget; len(over) > 0 {
			for _, l := range over {
				*q.known.slot(keyOf(l.Key())) = pgtype.UUID{}
			}
		}
	}
	return acked, nil
}

// ended takes a request off what is leased of a platform; under the lock.
func (q *Queue) ended(p *platform, r crawler.Request) {
	delete(p.leased, r.Key())
	p.rested = time.Now()
}

// An acknowledgement is what Ack writes, but for what the server decides.
type acknowledgement struct {
	session pgtype.UUID
	worker  *Queue
	at      []int                 // which of the finished
	links   map[int][]pgtype.UUID // of each one's links that may be new, in order
	fresh   map[int][]crawler.Request

	keys                                       []pgtype.UUID
	hosts, reasons, details, validators, files []string
	states, statuses, tries                    []int32
	positions                                  []int64
	touched                                    []string // hosts of what may be written
	seeds                                      []pgtype.UUID
}

// writable sorts out what is still held, and which links may be new.
func (q *Queue) writable(finished []crawler.Finished) (*acknowledgement, []crawler.Request) {
	w := &acknowledgement{worker: q, links: map[int][]pgtype.UUID{}, fresh: map[int][]crawler.Request{}}
	var links []crawler.Request
	hosts, seeds := map[string]bool{}, map[pgtype.UUID]bool{}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.session == nil {
		return w, nil
	}
	w.session = q.session.id
	for i, d := range finished {
		if q.holds(d.Request) == nil {
			continue
		}
		state := int32(crawler.StateDone)
		if d.Failed {
			state = crawler.StateFailed
		}
		validators := ""
		if d.Request.Earlier != (crawler.Earlier{}) {
			b, err := json.Marshal(d.Request.Earlier)
			if err != nil {
				continue // it has no value that could fail
			}
			validators = string(b)
		}
		w.at = append(w.at, i)
		w.keys, w.hosts = append(w.keys, keyOf(d.Request.Key())), append(w.hosts, d.Request.Host())
		w.reasons, w.details, w.validators = append(w.reasons, string(d.Reason)), append(w.details, storable(d.Detail)), append(w.validators, storable(validators))
		w.states, w.statuses, w.tries = append(w.states, state), append(w.statuses, int32(d.Status)), append(w.tries, int32(d.Request.Tries))
		w.files, w.positions = append(w.files, d.Where.File), append(w.positions, d.Where.Offset)
		hosts[d.Request.Host()] = true
		for _, l := range d.Links {
			key := keyOf(l.Key())
			if *q.known.slot(key) == key {
				continue
			}
			w.links[i], w.fresh[i] = append(w.links[i], key), append(w.fresh[i], l)
			hosts[l.Host()] = true
			seeds[keyOf(l.Seed.URL)] = true
			links = append(links, l)
		}
		if d.Budget > 0 && len(w.links[i]) > 0 {
			seeds[keyOf(d.Request.Seed.URL)] = true
			links = append(links, crawler.Request{URL: d.Request.URL, Seed: d.Request.Seed})
		}
	}
	for h := range hosts {
		w.touched = append(w.touched, h)
	}
	for s := range seeds {
		w.seeds = append(w.seeds, s)
	}
	return w, links
}

// eachKey reads rows of keys alone.
func eachKey(take func(pgtype.UUID)) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var key pgtype.UUID
		_, err := pgx.ForEachRow(rows, []any{&key}, func() error {
			take(key)
			return nil
		})
		return err
	}
}

// write answers which of the finished were the session's to end. What they led
// to is added for those alone: a repetition after an answer that was lost adds
// nothing twice.
func (w *acknowledgement) write(ctx context.Context, tx pgx.Tx, finished []crawler.Finished, acked []crawler.Acked) (map[int]bool, error) {
	index := map[pgtype.UUID]int{}
	for n, key := range w.keys {
		index[key] = w.at[n]
	}
	settled, have, spent := map[int]bool{}, map[pgtype.UUID]bool{}, map[pgtype.UUID]int{}
	var candidates []pgtype.UUID
	for _, i := range w.at {
		candidates = append(candidates, w.links[i]...)
	}
	b := &pgx.Batch{}
	b.Queue(lockPlatforms, w.touched)
	b.Queue(`UPDATE url u SET state = t.state, reason = t.reason, detail = t.detail, status = t.status, tries = t.tries, validators = t.validators,
			ended_at = now(), file = t.file, position = t.position, archive = CASE WHEN t.file = '' THEN u.archive ELSE (SELECT archive FROM session WHERE id = $1) END
		FROM unnest($2::uuid[], $3::text[], $4::int[], $5::text[], $6::text[], $7::int[], $8::int[], $9::text[], $10::text[], $11::bigint[])
			AS t(key, host, state, reason, detail, status, tries, validators, file, position)
		WHERE u.key = t.key AND u.state = 0 AND `+mine+` RETURNING u.key`,
		w.session, w.keys, w.hosts, w.states, w.reasons, w.details, w.statuses, w.tries, w.validators, w.files, w.positions).Query(eachKey(func(key pgtype.UUID) { settled[index[key]] = true }))
	if len(candidates) > 0 {
		b.Queue("SELECT key, added FROM seed WHERE key = ANY($1) ORDER BY id FOR NO KEY UPDATE", w.seeds).Query(func(rows pgx.Rows) error {
			var key pgtype.UUID
			var n int
			_, err := pgx.ForEachRow(rows, []any{&key, &n}, func() error {
				spent[key] = n
				return nil
			})
			return err
		})
		b.Queue("SELECT key FROM url WHERE key = ANY($1)", candidates).Query(eachKey(func(key pgtype.UUID) { have[key] = true }))
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return nil, err
	}

	var fresh insertion
	var products [][]byte
	rest, learnt := map[string]time.Time{}, map[string]crawler.HostState{}
	refused := map[crawler.Reason]int64{}
	var kept keptLinks
	for _, i := range w.at {
		d := &finished[i]
		if !settled[i] {
			continue
		}
		seed := keyOf(d.Request.Seed.URL)
		for n, l := range w.fresh[i] {
			key := w.links[i][n]
			switch {
			case have[key]:
			case d.Budget > 0 && spent[seed] >= d.Budget:
				acked[i].OverBudget = append(acked[i].OverBudget, l)
			default:
				have[key] = true
				spent[keyOf(l.Seed.URL)]++
				acked[i].Added++
				if err := fresh.add(key, l); err != nil {
					return nil, err
				}
			}
		}
		refused[crawler.LinkKnown] += int64(len(d.Links) - acked[i].Added - len(acked[i].OverBudget))
		for _, l := range append(acked[i].Refused(d.Request), d.Refused...) {
			refused[l.Reason]++
			w.worker.keep(&kept, seed, d.Request, l)
		}
		products = append(products, d.Products...)
		h := d.Request.Host()
		if learnt[h] = d.Learnt; d.Rest.After(rest[h]) {
			rest[h] = d.Rest
		}
	}
	b = &pgx.Batch{}
	fresh.queue(b)
	if len(products) > 0 {
		b.Queue("INSERT INTO parcel (data, sender) SELECT data, $2 FROM unnest($1::bytea[]) AS data", products, w.worker.cfg.Worker)
	}
	if err := w.worker.queueRests(b, rest, learnt); err != nil {
		return nil, err
	}
	queueRefused(b, w.session, refused)
	kept.queue(b)
	if b.Len() == 0 {
		return settled, nil
	}
	return settled, tx.SendBatch(ctx, b).Close()
}

// queueRests keeps what a new owner of a host could not know of by itself: that
// it wants to rest for longer than the pause, with which a takeover reckons, and
// what was learnt of it since the server was last told.
func (q *Queue) queueRests(b *pgx.Batch, rest map[string]time.Time, learnt map[string]crawler.HostState) error {
	var hosts, news []string
	var secs []float64
	var states [][]byte
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.session == nil {
		return nil
	}
	for h, at := range rest {
		// The hosts of one platform take turns by these times.
		several := q.session.hosts[h] != nil && q.session.hosts[h].several
		if d := time.Until(at); several || d > q.settings.Pause+time.Second/10 {
			hosts, secs = append(hosts, h), append(secs, d.Seconds())
		}
	}
	for h, s := range learnt {
		if q.session.learnt[h] == s {
			continue
		}
		row, err := json.Marshal(s)
		if err != nil {
			return err
		}
		// Where the transaction fails the session is told again with the next one.
		news, states = append(news, h), append(states, row)
	}
	if len(hosts) > 0 {
		b.Queue("UPDATE host h SET next_at = greatest(h.next_at, now() + make_interval(secs => t.s)) FROM unnest($1::text[], $2::float8[]) AS t(h, s) WHERE h.name = t.h", hosts, secs)
	}
	if len(news) > 0 {
		session := q.session
		b.Queue("UPDATE host h SET learnt = t.l FROM unnest($1::text[], $2::jsonb[]) AS t(h, l) WHERE h.name = t.h", news, states).Exec(func(pgconn.CommandTag) error {
			q.mu.Lock()
			defer q.mu.Unlock()
			for _, h := range news {
				session.learnt[h] = learnt[h]
			}
			return nil
		})
	}
	return nil
}

// Retry implements crawler.Queue.
func (q *Queue) Retry(ctx context.Context, postponed []crawler.Postponed) error {
	ctx, done := q.patience(ctx)
	defer done()
	var id pgtype.UUID
	var keys []pgtype.UUID
	var hosts, reasons, details []string
	var tries []int32
	at := make([]time.Time, 0, len(postponed))
	rest, learnt := map[string]time.Time{}, map[string]crawler.HostState{}
	q.mu.Lock()
	if q.session != nil {
		id = q.session.id
	}
	for _, p := range postponed {
		if q.holds(p.Request) == nil {
			continue
		}
		keys, hosts = append(keys, keyOf(p.Request.Key())), append(hosts, p.Request.Host())
		reasons, details, tries = append(reasons, string(p.Reason)), append(details, storable(p.Detail)), append(tries, int32(p.Request.Tries))
		at = append(at, p.At)
		h := p.Request.Host()
		if learnt[h] = p.Learnt; p.Rest.After(rest[h]) {
			rest[h] = p.Rest
		}
	}
	q.mu.Unlock()
	if len(keys) == 0 {
		return nil
	}
	err := q.db.inTx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		secs := make([]float64, len(at))
		for i, t := range at {
			secs[i] = max(time.Until(t).Seconds(), 0)
		}
		b := &pgx.Batch{}
		b.Queue(lockPlatforms, hosts)
		b.Queue(`UPDATE url u SET state = 1, reason = t.reason, detail = t.detail, tries = t.tries, ready_at = now() + make_interval(secs => t.secs)
			FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::float8[]) AS t(key, host, reason, detail, tries, secs)
			WHERE u.key = t.key AND u.state = 0 AND `+mine, id, keys, hosts, reasons, details, tries, secs)
		if err := q.queueRests(b, rest, learnt); err != nil {
			return err
		}
		return tx.SendBatch(ctx, b).Close()
	})
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, p := range postponed {
		if h := q.holds(p.Request); h != nil {
			q.ended(h, p.Request)
		}
	}
	return nil
}
