package export

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
)

// tables are the files of a package, what is referred to first.
func tables(per []string) []table {
	return []table{
		query("regions", "Administrative divisions, GB/T 2260", []string{"code"}, nil, []Column{
			{"code", text, "six digits", false}, {"name", text, "name in full", false}, {"level", text, "province, prefecture or county", false}, {"parent_code", text, "division above", false},
			{"first_list", whole, "first yearly list of codes that has it, of 2013 to 2024", false}, {"last_list", whole, "last one", false}, {"series", text, "newest code of the same territory", false},
		}, "SELECT g.code, g.name, g.level, g.parent_code, g.first_list, g.last_list, s.series FROM region g JOIN region_series s ON s.code = g.code ORDER BY g.code"),
		query("indicators", "What the standard tables count", []string{"code"}, nil, []Column{
			{"code", text, "", false}, {"section", text, "part of the report", false}, {"label_zh", text, "printed path of labels", false}, {"label_en", text, "name in English", false},
			{"unit", text, "unit of the values", false}, {"dimension", text, "applicant: one figure for each kind of applicant", false}, {"layouts", text, "layouts that have it, separated by semicolons", false},
		}, "SELECT code, section, label_zh, label_en, unit, dimension, layouts FROM indicator ORDER BY number"),
		query("crosswalk", "Which indicators of two layouts may be compared", []string{"indicator_a", "indicator_b"},
			[]reference{{"indicator_a", "indicators", "code"}, {"indicator_b", "indicators", "code"}}, []Column{
				{"indicator_a", text, "of the earlier layout", false}, {"indicator_b", text, "of the later layout", false}, {"quality", text, "exact, close or none", false}, {"note", text, "what differs", false},
			}, "SELECT indicator_a, indicator_b, quality, note FROM crosswalk ORDER BY 1, 2"),
		query("reports", "Reports", []string{"report_id"}, []reference{{"region_code", "regions", "code"}}, append(reportColumns(),
			Column{"title", text, "", false}, Column{"container", text, "html, text, docx, pdf …", false}, Column{"period_start", text, "ISO 8601", false}, Column{"period_end", text, "ISO 8601", false},
			Column{"published_on", text, "ISO 8601", false}, Column{"source", text, "path or address", false}, Column{"document_sha256", text, "digest of the bytes it was read from", false},
			Column{"parser_version", text, "", false}),
			`SELECT r.id, r.region_code, r.region_name, r.year, r.publisher, r.scope, r.layout, r.title, r.container, r.period_start, r.period_end,
			r.published_on, r.source, r.document_sha256, r.parser_version FROM report r WHERE %s ORDER BY r.region_code, r.year, r.id`),
		query("applicants", "Kinds of applicants of the requests table", []string{"code"}, nil, []Column{
			{"code", text, "", true}, {"label_zh", text, "", true}, {"label_en", text, "", true},
		}, "SELECT code, label_zh, label_en FROM applicant WHERE code <> '' ORDER BY number"),
		query("statuses", "What the cell of a figure says; blank is not zero", []string{"code"}, nil, []Column{
			{"code", text, "", true}, {"meaning", text, "", true},
		}, "SELECT code, meaning FROM status ORDER BY number"),
		query("metrics", "What figures told in words count", []string{"code"}, nil, []Column{
			{"code", text, "", true}, {"label_zh", text, "", true}, {"label_en", text, "", true}, {"unit", text, "the usual one; a mention has its own as printed", false},
		}, "SELECT code, label_zh, label_en, nullif(unit, '') FROM metric ORDER BY code"),
		query("population", "Residents, which stand for the years between the bounds", []string{"region_code"}, []reference{{"region_code", "regions", "code"}}, []Column{
			{"region_code", text, "", true}, {"date", text, "the day they were counted on, ISO 8601", true}, {"residents", whole, "", true}, {"source", text, "", true},
			{"from_year", whole, "first year in which the code means the territory that was counted; empty: no bound is known", false}, {"to_year", whole, "last one", false},
		}, "SELECT region_code, date, residents, source, from_year, to_year FROM population ORDER BY region_code"),
		query("denominators", "What was imported to divide by", []string{"name", "region_code", "year"}, []reference{{"region_code", "regions", "code"}}, []Column{
			{"name", text, "", true}, {"region_code", text, "", true}, {"year", whole, "", true}, {"value", number, "", true}, {"source", text, "", true},
		}, "SELECT name, region_code, year, value, source FROM denominator ORDER BY name, region_code, year"),
		long(measures{indicators: catalog.Indicators()}, per),
		derived(per),
		query("mentions", "Figures told in words", []string{"report_id", "seq"}, []reference{{"report_id", "reports", "report_id"}, {"metric", "metrics", "code"}}, []Column{
			{"report_id", whole, "number of the report", false}, {"seq", whole, "counted from zero within the report", false}, {"metric", text, "what is counted; empty where no metric fits", false},
			{"subject", text, "noun phrase the figure counts, as printed", false}, {"value", number, "the plain number", false}, {"unit", text, "as printed", false},
			{"qualifier", text, "approx, at_least, at_most, cumulative, or none: the words say that there is none", false}, {"part_of", whole, "seq of the figure this one is a part of", false},
			{"section", whole, "number of the section", false}, {"sentence", text, "as printed", false}, {"char_start", whole, "place in the section's text, in characters", false},
			{"char_end", whole, "", false}, {"raw", text, "the figure as printed", false},
		}, `SELECT m.report_id, m.seq, nullif(m.metric, ''), m.subject, m.value, nullif(m.unit, ''), nullif(m.qualifier, ''), m.part_of, m.section, m.sentence, m.char_start, m.char_end, m.raw
			FROM report r CROSS JOIN mention m ON m.report_id = r.id WHERE %s ORDER BY r.region_code, r.year, r.id, m.seq`),
		query("findings", "What is wrong with reports or worth knowing", nil, []reference{{"report_id", "reports", "report_id"}}, []Column{
			{"report_id", whole, "number of the report", false}, {"rule", text, "code of the check", false}, {"severity", text, "error, warning or info", false}, {"indicator", text, "", false},
			{"applicant", text, "", false}, {"expected", text, "evidence of one side", false}, {"actual", text, "evidence of the other", false}, {"message", text, "", false}, {"locator", text, "place in the source", false},
		}, `SELECT f.report_id, f.rule, f.severity, nullif(f.indicator, ''), nullif(f.applicant, ''), f.expected, f.actual, f.message, nullif(f.locator, '')
			FROM report r CROSS JOIN finding f ON f.report_id = r.id WHERE %s ORDER BY r.region_code, r.year, r.id, f.seq`),
	}
}

// Package writes a folder of CSV files with a datapackage.json (Frictionless
// Data Package, profile tabular-data-package) that describes their columns,
// keys and digests, a csvw-metadata.json that says the same as CSV on the Web
// has it, and an index.html for people, with a description as schema.org/Dataset
// for search engines. The folder has to be there and empty: whoever replaces an
// older package lets the new one be made beside it and exchanges the two as a
// whole. o.Format and o.Shape are not used.
func Package(ctx context.Context, s *store.Store, dir string, o Options) (err error) {
	n, a, err := o.begin(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	p := a.descriptor()
	for _, t := range tables(o.Per) {
		o := o
		if t.name != "facts" {
			o.Step = nil // each report is told once
		}
		r, err := writeResource(ctx, n, filepath.Join(dir, t.name+".csv"), t, o)
		if err != nil {
			return err
		}
		p.Resources = append(p.Resources, r)
	}
	page, err := a.page(p)
	if err != nil {
		return err
	}
	return errors.Join(
		writeJSON(filepath.Join(dir, csvwFile), csvw(p)),
		create(filepath.Join(dir, pageFile), func(w io.Writer) error { _, err := w.Write(page); return err }),
		writeJSON(filepath.Join(dir, descriptorFile), p), // last: a folder that has it is whole
	)
}

// Names of the files beside the tables.
const (
	descriptorFile = "datapackage.json" // the Data Package standard
	csvwFile       = "csvw-metadata.json"
	pageFile       = "index.html"
	partsFile      = "_nianbao.json" // of a folder of partitions; readers skip what begins with _
)

// Entries are the names in a folder that an export made: those of its
// datapackage.json, or the partitions of a partitioned one. Of a folder of
// another kind there are none.
func Entries(dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, partsFile)); err == nil {
		all, err := os.ReadDir(dir)
		names := []string{partsFile}
		for _, e := range all {
			if column, _, is := strings.Cut(e.Name(), "="); is && (column == "year" || column == "province") {
				names = append(names, e.Name())
			}
		}
		return names, err
	}
	b, err := os.ReadFile(filepath.Join(dir, descriptorFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var d descriptor
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, nil // another program's
	}
	names := []string{descriptorFile, csvwFile, pageFile}
	for _, r := range d.Resources {
		names = append(names, r.Path)
	}
	return names, nil
}

// enumerations are the codes that a column may have.
func enumerations() map[string][]string {
	e := map[string][]string{
		"scope":    {string(report.ScopeRegion), string(report.ScopeAgency)},
		"layout":   catalog.Default().Layouts(),
		"severity": {string(report.SeverityError), string(report.SeverityWarning), string(report.SeverityInfo)},
		"level":    {region.LevelProvince, region.LevelPrefecture, region.LevelCounty},
		"quality":  {catalog.QualityExact, catalog.QualityClose, catalog.QualityNone},
	}
	for _, a := range catalog.Applicants() {
		e["applicant"] = append(e["applicant"], a.Code)
	}
	return e
}

func writeResource(ctx context.Context, n *store.Snapshot, path string, t table, o Options) (resource, error) {
	digest := sha256.New()
	size := int64(0)
	err := create(path, func(w io.Writer) error {
		out, err := newCSV(io.MultiWriter(w, digest, (*counter)(&size)), false, t.columns, asIs)
		if err != nil {
			return err
		}
		_, err = copyRows(ctx, n, t, o, out)
		return err
	})
	r := resource{Profile: "tabular-data-resource", Name: t.name, Title: t.title, Path: filepath.Base(path), Format: "csv", MediaType: "text/csv", Encoding: "utf-8",
		Bytes: size, Hash: "sha256:" + hex.EncodeToString(digest.Sum(nil)), Schema: schema{MissingValues: []string{""}, PrimaryKey: t.key}}
	enums := enumerations()
	for _, c := range t.columns {
		f := schemaField{Name: c.Name, Type: c.Type, Description: c.Note}
		if enum := enums[c.Name]; c.Required || enum != nil {
			f.Constraints = &constraints{Required: c.Required, Enum: enum}
		}
		r.Schema.Fields = append(r.Schema.Fields, f)
	}
	for _, f := range t.refers {
		k := foreignKey{Fields: f.column}
		k.Reference.Resource, k.Reference.Fields = f.table, f.key
		r.Schema.ForeignKeys = append(r.Schema.ForeignKeys, k)
	}
	return r, err
}

// asIs leaves a text to programs as it is.
func asIs(s string) string { return s }

// counter counts bytes.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// create writes one file of a folder.
func create(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 256<<10)
	err = write(b)
	if err == nil {
		err = errors.Join(b.Flush(), f.Sync())
	}
	return errors.Join(err, f.Close())
}

func writeJSON(path string, v any) error {
	b, err := asJSON(v)
	if err != nil {
		return err
	}
	return create(path, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}
