package store

import (
	"context"
	"database/sql"

	"nianbao/store/internal/query"
)

// cellCounts are figures by indicator, applicant and status, more or fewer than
// before: what is to be added to fact_count.
type cellCounts map[cell]int64

type cell struct{ indicator, applicant, status int64 }

func (c cellCounts) add(o cellCounts) {
	for k, n := range o {
		c[k] += n
	}
}

// gone counts the figures that the file has of a report as gone.
func (c cellCounts) gone(ctx context.Context, q *sql.Stmt, report int64) error {
	rows, err := q.QueryContext(ctx, report)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k cell
		if err := rows.Scan(&k.indicator, &k.applicant, &k.status); err != nil {
			return err
		}
		c[k]--
	}
	return rows.Err()
}

// write adds the counts to the file, and begins anew.
func (c cellCounts) write(ctx context.Context, add *sql.Stmt) error {
	for k, n := range c {
		if n == 0 {
			continue
		}
		if _, err := add.ExecContext(ctx, k.indicator, k.applicant, k.status, n); err != nil {
			return err
		}
	}
	clear(c)
	return nil
}

// countedWrong tells how many figures fact_count is off by.
func (s *Store) countedWrong(ctx context.Context) (n int, err error) {
	err = query.Each(ctx, s.read, func(rows *sql.Rows) error { return rows.Scan(&n) }, `SELECT coalesce(sum(abs(n)), 0) FROM (SELECT sum(n) AS n FROM (
		SELECT indicator, applicant, status, figures AS n FROM fact_count UNION ALL
		SELECT indicator, applicant, status, -count(*) FROM fact_data GROUP BY indicator, applicant, status) GROUP BY indicator, applicant, status)`)
	return n, err
}
