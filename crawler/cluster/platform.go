package cluster

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// Lookups at once, and how long one may take before its host is claimed by its
// name alone. When the crawler asks it, it reports what is wrong with the name.
const (
	lookups    = 32
	lookupTime = 5 * time.Second
)

// resolve looks up the hosts of newly claimed platforms whose address nobody has
// looked up, before anything of them is leased. A host at the address of another
// joins its platform.
func (q *Queue) resolve(s *session, claimed []string) {
	err := q.db.retry(s.ctx, func(ctx context.Context) error {
		rows, err := q.db.pool.Query(ctx, `SELECT h.name, p.name FROM host h JOIN platform p ON p.id = h.platform WHERE p.name = ANY($1) AND p.owner = $2 AND NOT h.resolved`, claimed, s.id)
		if err != nil {
			return err
		}
		type found struct {
			Host, Platform string
			address        netip.Addr
		}
		hosts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*found, error) {
			f := &found{}
			return f, row.Scan(&f.Host, &f.Platform)
		})
		if err != nil {
			return err
		}
		var g errgroup.Group
		g.SetLimit(lookups)
		for _, f := range hosts {
			g.Go(func() error {
				f.address = q.address(s.ctx, f.Host)
				return nil
			})
		}
		_ = g.Wait() // none of them fails
		var settled []string
		for _, f := range hosts {
			if !f.address.IsValid() {
				settled = append(settled, f.Host)
				continue
			}
			if err := q.settle(s.ctx, s, f.Host, f.Platform, f.address); err != nil {
				return err
			}
		}
		if len(settled) == 0 {
			return nil
		}
		_, err = q.db.pool.Exec(ctx, "UPDATE host SET resolved = true WHERE name = ANY($1)", settled)
		return err
	})
	if err != nil && s.ctx.Err() == nil && q.db.trouble != nil {
		q.db.trouble(err) // they stay unasked until the next lease
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, name := range claimed {
		if p := s.platforms[name]; p != nil && err == nil {
			p.unknown = false
		}
	}
	q.next = time.Now()
}

// address is the first address of a host in their order; the zero Addr where it
// has none, or one that says nothing: loopback is everybody's.
func (q *Queue) address(ctx context.Context, host string) netip.Addr {
	name := (&url.URL{Host: host}).Hostname()
	all := []netip.Addr{}
	if a, err := netip.ParseAddr(name); err == nil {
		all = append(all, a)
	} else {
		ctx, cancel := context.WithTimeout(ctx, lookupTime)
		defer cancel()
		resolver := q.cfg.Resolve
		if resolver == nil {
			resolver = net.DefaultResolver
		}
		if all, err = resolver.LookupNetIP(ctx, "ip", name); err != nil {
			return netip.Addr{}
		}
	}
	for i := range all {
		all[i] = all[i].Unmap().WithZone("")
	}
	slices.SortFunc(all, netip.Addr.Compare)
	if len(all) == 0 || all[0].IsLoopback() {
		return netip.Addr{}
	}
	return all[0]
}

// settle writes a host's address down, and moves the host to the platform at it
// when there is one and its own has no other host.
func (q *Queue) settle(ctx context.Context, s *session, host, own string, address netip.Addr) error {
	moved := false
	err := q.db.inTx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		moved = false
		// Of two hosts at one address that are looked up at once, one finds the other.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 15))", address.String()); err != nil {
			return err
		}
		var other string
		rows, err := tx.Query(ctx, `SELECT p.name FROM host h JOIN platform p ON p.id = h.platform WHERE h.address = $1 AND p.name <> $2
			AND (SELECT count(*) FROM host o JOIN platform op ON op.id = o.platform WHERE op.name = $2) = 1 ORDER BY p.id LIMIT 1`, address, own)
		if err != nil {
			return err
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		if len(names) > 0 {
			other, moved = names[0], true
			b.Queue("SELECT 1 FROM platform WHERE name IN ($1, $2) ORDER BY id FOR NO KEY UPDATE", own, other)
			b.Queue("UPDATE host SET platform = (SELECT id FROM platform WHERE name = $2) WHERE name = $1", host, other)
			b.Queue("UPDATE platform SET waiting = true WHERE name = $1", other)
			b.Queue("UPDATE platform SET owner = NULL, waiting = false WHERE name = $1 AND owner = $2", own, s.id)
		}
		b.Queue("UPDATE host SET address = $2, resolved = true WHERE name = $1", host, address)
		return tx.SendBatch(ctx, b).Close()
	})
	if err != nil || !moved {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(s.platforms, own)
	return nil
}
