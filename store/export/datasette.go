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
	}
	notes := map[string]string{}
	for _, c := range long(measures{}, nil).columns {
		notes[c.Name] = c.Note
	}
	question := func(title, sql string) map[string]string { return map[string]string{"title": title, "sql": sql} }
	name := filepath.Base(s.Path())
	name = strings.TrimSuffix(name, filepath.Ext(name))
	doc := map[string]any{
		"title":       "Annual reports on government information disclosure (政府信息公开工作年度报告)",
		"description": meta["blank"] + " " + meta["citation"],
		"license":     meta["licence"],
		"databases": map[string]any{name: map[string]any{
			"tables": map[string]described{
				"current_fact":    {Description: "Figures of the current reports with everything that names them.", Columns: notes},
				"current_report":  {Description: "The newest version of each report."},
				"headline":        {Description: "One row a current report: what is compared most."},
				"requests_wide":   {Description: "One row a current report: the column total of the requests table."},
				"disclosure_wide": {Description: "One row a current report: what it disclosed on its own initiative."},
				"review_wide":     {Description: "One row a current report: reviews and lawsuits."},
				"derived_fact":    {Description: "Sums that no table prints, such as all refused requests."},
				"fact_data":       {Hidden: true}, "fact_count": {Hidden: true}, "finding_data": {Hidden: true}, "mention_data": {Hidden: true}, "region_due": {Hidden: true}, "report_copy": {Hidden: true},
			},
			"queries": map[string]any{
				"most_requests": question("Counties with the most requests in a year",
					"SELECT region_name, requests_received FROM headline WHERE year = cast(:year AS INTEGER) AND scope = 'region' ORDER BY requests_received DESC LIMIT 50"),
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
