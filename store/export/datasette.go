package export

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"nianbao/store"
)

// Metadata writes a metadata.json for Datasette, for the database file itself:
// `datasette FILE -m metadata.json`. It describes the tables and views, names
// the columns' units and offers a few questions.
func Metadata(ctx context.Context, s *store.Store, w io.Writer) (err error) {
	n, err := s.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	meta, err := readMeta(ctx, n)
	if err != nil {
		return err
	}
	type described struct {
		Description string            `json:"description,omitempty"`
		Columns     map[string]string `json:"columns,omitempty"`
		Hidden      bool              `json:"hidden,omitempty"`
		Size        int               `json:"size,omitempty"` // rows a page
	}
	notes := map[string]string{} // of the view that exports are like
	for _, c := range long(measures{}, nil).columns {
		notes[c.Name] = c.Note
	}
	tables := map[string]described{}
	schema, err := n.Schema(ctx)
	if err != nil {
		return err
	}
	for _, t := range schema {
		d := described{Description: t.Says, Columns: map[string]string{}, Hidden: t.Internal()}
		if t.View {
			d.Size = 50 // a row of the wide ones is put together of a hundred figures
		}
		for _, c := range t.Columns {
			if t.Name == "current_fact" {
				c.Note = notes[c.Name]
			}
			if c.Note != "" {
				d.Columns[c.Name] = c.Note
			}
		}
		tables[t.Name] = d
	}
	question := func(title, sql string) map[string]string { return map[string]string{"title": title, "sql": sql} }
	name := filepath.Base(s.Path())
	name = strings.TrimSuffix(name, filepath.Ext(name))
	doc := map[string]any{
		"title":       "Annual reports on government information disclosure (政府信息公开工作年度报告)",
		"description": meta["blank"] + " " + meta["citation"],
		"license":     meta["licence"],
		"databases": map[string]any{name: map[string]any{
			"tables": tables,
			"queries": map[string]any{
				"most_requests": question("Counties with the most requests in a year",
					"SELECT region_name, requests_received FROM headline WHERE year = cast(:year AS INTEGER) AND scope = 'region' ORDER BY requests_received DESC LIMIT 50"),
				"figures_of_indicators": question("How many figures there are of each indicator",
					"SELECT indicator, label_zh, label_en, sum(figures) AS figures, sum(CASE WHEN status = 'blank' THEN figures ELSE 0 END) AS blank FROM fact_summary GROUP BY indicator ORDER BY indicator"),
				"findings_of_region": question("What is wrong with the reports of a region",
					"SELECT r.year, f.rule, f.severity, f.message FROM finding f JOIN current_report r ON r.id = f.report_id WHERE r.region_code = :region_code ORDER BY r.year, f.rule"),
			},
		}},
	}
	b, err := asJSON(doc)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}
