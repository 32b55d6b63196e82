package store

import (
	"context"
	"database/sql"

	"nianbao/store/internal/query"
)

// cell is what a figure is counted by.
type cell struct{ indicator, applicant, status int64 }

// cellChange is a figure more, by 1, or less, by -1.
type cellChange struct {
	cell
	by int64
}

// cellCounts are figures more or fewer than before: what is to be added to
// fact_count.
type cellCounts map[cell]int64

func (c cellCounts) add(changes []cellChange) {
	for _, change := range changes {
		c[change.cell] += change.by
	}
}

// gone appends that the figures are gone that the file has of a report.
func gone(ctx context.Context, q *sql.Stmt, report int64, changes []cellChange) ([]cellChange, error) {
	err := query.To(q.QueryContext(ctx, report)).Each(func(rows *sql.Rows) error {
		c := cellChange{by: -1}
		err := rows.Scan(&c.indicator, &c.applicant, &c.status)
		changes = append(changes, c)
		return err
	})
	return changes, err
}

// addCounts adds a JSON array of counts to the file, each an array too.
const addCounts = `INSERT INTO fact_count SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE 1
	ON CONFLICT DO UPDATE SET figures = figures + excluded.figures`

// write adds the counts to the file, and begins anew.
func (c cellCounts) write(ctx context.Context, add *sql.Stmt) error {
	var counts [][4]int64
	for k, n := range c {
		if n != 0 {
			counts = append(counts, [4]int64{k.indicator, k.applicant, k.status, n})
		}
	}
	clear(c)
	if len(counts) == 0 {
		return nil
	}
	list, err := query.List(counts)
	if err == nil {
		_, err = add.ExecContext(ctx, list)
	}
	return err
}

// countedWrong tells how many figures fact_count is off by.
func (s *Store) countedWrong(ctx context.Context) (n int, err error) {
	err = query.Each(ctx, s.read, func(rows *sql.Rows) error { return rows.Scan(&n) }, `SELECT coalesce(sum(abs(n)), 0) FROM (SELECT sum(n) AS n FROM (
		SELECT indicator, applicant, status, figures AS n FROM fact_count UNION ALL
		SELECT indicator, applicant, status, -count(*) FROM fact_data GROUP BY indicator, applicant, status) GROUP BY indicator, applicant, status)`)
	return n, err
}
