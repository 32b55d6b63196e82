package ask

import (
	"context"
	"database/sql"
	"encoding/json"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// RepeatedText is the measure that tells how much of a report's prose stands in
// the same office's report of the year before: a part of one.
const RepeatedText = "rate.repeated_text"

// NotCompared is the status of a report whose prose was not compared: there is
// none of the year before, too little of it, or the comparison has not run.
const NotCompared report.Status = "not_compared"

// Kinds of copies.
const (
	CopyYearBefore  = "year_before"  // of the same office, the year before
	CopyOtherOffice = "other_office" // of another office, the same year
)

// CopyQuery chooses copied reports.
type CopyQuery struct {
	store.Filter
	Report int64   // only what this report repeats, and what repeats it; 0 for all
	Kind   string  // CopyYearBefore, CopyOtherOffice; "" for both
	Least  float64 // the least share, a part of one
	Limit  int     // 0: no bound
}

// Copy is a report with another one in which its prose stands.
type Copy struct {
	ReportLine
	Kind     string
	Share    float64 // of ReportLine's own characters, 0 to 1
	Other    ReportLine
	Passages []store.Passage // the longest
}

// Copies lists reports that repeat others, the largest share first. The comparison of
// texts (store/panel, Copies) fills what it reads.
func Copies(ctx context.Context, s *store.Store, q CopyQuery) (all []Copy, err error) {
	where, args, err := q.Condition()
	if err != nil {
		return nil, err
	}
	defer func() { err = s.Explain("read", err) }()
	if q.Kind != "" {
		where, args = where+" AND c.kind = ?", append(args, q.Kind)
	}
	if q.Report != 0 {
		where, args = where+" AND (c.report_id = ? OR c.other_id = ?)", append(args, q.Report, q.Report)
	}
	limit := q.Limit
	if limit <= 0 {
		limit = -1
	}
	var ids []int64
	all, err = query.All(ctx, s.DB(), func(rows *sql.Rows) (c Copy, err error) {
		var passages []byte
		if err := rows.Scan(&c.ID, &c.Other.ID, &c.Kind, &c.Share, &passages); err != nil {
			return c, err
		}
		ids = append(ids, c.ID, c.Other.ID)
		return c, json.Unmarshal(passages, &c.Passages)
	}, "SELECT c.report_id, c.other_id, c.kind, c.share, c.passages FROM similarity c JOIN report r ON r.id = c.report_id WHERE "+where+
		" AND c.share >= ? ORDER BY c.share DESC, c.report_id, c.other_id LIMIT ?", append(args, q.Least, limit)...)
	if err != nil {
		return nil, err
	}
	list, err := query.List(ids)
	if err != nil {
		return nil, err
	}
	lines, err := reportLines(ctx, s, "r.id IN (SELECT value FROM json_each(?))", list)
	by := map[int64]ReportLine{}
	for _, l := range lines {
		by[l.ID] = l
	}
	for i, c := range all {
		all[i].ReportLine, all[i].Other = by[c.ID], by[c.Other.ID]
	}
	return all, err
}

// TextsCompared reports whether the comparison of texts has been run over any
// report of the file.
func TextsCompared(ctx context.Context, s *store.Store) (done bool, err error) {
	defer func() { err = s.Explain("read", err) }()
	err = s.DB().QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM similarity_done)").Scan(&done)
	return done, err
}
