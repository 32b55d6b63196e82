package export

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"nianbao/store"
)

// tables are the files of a package, what is referred to first.
func tables() []table {
	return []table{
		query("regions", "Administrative divisions, GB/T 2260", []string{"code"}, nil, []Column{
			{"code", text, "six digits"}, {"name", text, "name in full"}, {"level", text, "province, prefecture or county"}, {"parent_code", text, "division above"},
			{"first_list", whole, "first yearly list of codes that has it, of 2020 to 2024"}, {"last_list", whole, "last one"}, {"series", text, "newest code of the same territory"},
		}, "SELECT g.code, g.name, g.level, g.parent_code, g.first_list, g.last_list, s.series FROM region g JOIN region_series s ON s.code = g.code ORDER BY g.code"),
		query("indicators", "What the standard tables count", []string{"code"}, nil, []Column{
			{"code", text, ""}, {"section", text, "part of the report"}, {"label_zh", text, "printed path of labels"}, {"label_en", text, "name in English"},
			{"unit", text, "unit of the values"}, {"dimension", text, "applicant: one figure for each kind of applicant"}, {"layouts", text, "layouts that have it, separated by semicolons"},
		}, "SELECT code, section, label_zh, label_en, unit, dimension, layouts FROM indicator ORDER BY number"),
		query("crosswalk", "Which indicators of two layouts may be compared", []string{"indicator_a", "indicator_b"},
			[]reference{{"indicator_a", "indicators", "code"}, {"indicator_b", "indicators", "code"}}, []Column{
				{"indicator_a", text, "of the earlier layout"}, {"indicator_b", text, "of the later layout"}, {"quality", text, "exact, close or none"}, {"note", text, "what differs"},
			}, "SELECT indicator_a, indicator_b, quality, note FROM crosswalk ORDER BY 1, 2"),
		query("reports", "Reports", []string{"report_id"}, []reference{{"region_code", "regions", "code"}}, append(reportColumns(),
			Column{"title", text, ""}, Column{"container", text, "html, text, docx, pdf …"}, Column{"period_start", text, "ISO 8601"}, Column{"period_end", text, "ISO 8601"},
			Column{"published_on", text, "ISO 8601"}, Column{"source", text, "path or address"}, Column{"document_sha256", text, "digest of the bytes it was read from"},
			Column{"parser_version", text, ""}),
			`SELECT r.id, r.region_code, r.region_name, r.year, r.publisher, r.scope, r.layout, r.title, r.container, r.period_start, r.period_end,
			r.published_on, r.source, r.document_sha256, r.parser_version FROM report r WHERE %s ORDER BY r.region_code, r.year, r.id`),
		long(),
		query("mentions", "Figures told in words", []string{"report_id", "seq"}, []reference{{"report_id", "reports", "report_id"}}, []Column{
			{"report_id", whole, "number of the report"}, {"seq", whole, "counted from zero within the report"}, {"metric", text, "what is counted; empty where no metric fits"},
			{"subject", text, "noun phrase the figure counts, as printed"}, {"value", number, "the plain number"}, {"unit", text, "as printed"},
			{"qualifier", text, "approx, at_least, at_most or cumulative"}, {"part_of", whole, "seq of the figure this one is a part of"},
			{"section", whole, "number of the section"}, {"sentence", text, "as printed"}, {"char_start", whole, "place in the section's text, in characters"},
			{"char_end", whole, ""}, {"raw", text, "the figure as printed"},
		}, `SELECT m.report_id, m.seq, nullif(m.metric, ''), m.subject, m.value, nullif(m.unit, ''), nullif(m.qualifier, ''), m.part_of, m.section, m.sentence, m.char_start, m.char_end, m.raw
			FROM report r CROSS JOIN mention m ON m.report_id = r.id WHERE %s ORDER BY r.region_code, r.year, r.id, m.seq`),
		query("findings", "What is wrong with reports or worth knowing", nil, []reference{{"report_id", "reports", "report_id"}}, []Column{
			{"report_id", whole, "number of the report"}, {"rule", text, "code of the check"}, {"severity", text, "error, warning or info"}, {"indicator", text, ""},
			{"applicant", text, ""}, {"expected", text, "evidence of one side"}, {"actual", text, "evidence of the other"}, {"message", text, ""}, {"locator", text, "place in the source"},
		}, `SELECT f.report_id, f.rule, f.severity, nullif(f.indicator, ''), nullif(f.applicant, ''), f.expected, f.actual, f.message, nullif(f.locator, '')
			FROM report r CROSS JOIN finding f ON f.report_id = r.id WHERE %s ORDER BY r.region_code, r.year, r.id, f.seq`),
	}
}

// Package writes a folder of CSV files with a datapackage.json (Frictionless
// Data Package, profile tabular-data-package) that describes their columns,
// keys and digests. The folder has to be there and empty: whoever replaces an older
// package lets the new one be made beside it and exchanges the two as a whole.
// o.Format and o.Shape are not used.
func Package(ctx context.Context, s *store.Store, dir string, o Options) (err error) {
	n, err := s.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	meta, err := readMeta(ctx, n)
	if err != nil {
		return err
	}
	p := descriptor{
		Profile: "tabular-data-package", Name: "nianbao", Title: "Annual reports on government information disclosure of Chinese counties (政府信息公开工作年度报告)",
		Description: meta["blank"] + " " + meta["citation"],
		Licenses:    []licence{{Name: "CC-BY-4.0", Title: meta["licence"], Path: "https://creativecommons.org/licenses/by/4.0/"}},
	}
	for _, t := range tables() {
		r, err := writeResource(ctx, n, filepath.Join(dir, t.name+".csv"), t, o)
		if err != nil {
			return err
		}
		p.Resources = append(p.Resources, r)
	}
	return writeJSON(filepath.Join(dir, descriptorFile), p)
}

// Entries are the names in a folder that an export made: those of its
// datapackage.json, and those that the folder of a package can have. A folder
// without one has none.
func Entries(dir string) ([]string, error) {
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
	names := []string{descriptorFile}
	for _, r := range d.Resources {
		names = append(names, r.Path)
	}
	return names, nil
}

// descriptorFile is the name that the Data Package standard gives.
const descriptorFile = "datapackage.json"

// descriptor is a datapackage.json.
type descriptor struct {
	Profile     string     `json:"profile"`
	Name        string     `json:"name"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Licenses    []licence  `json:"licenses"`
	Resources   []resource `json:"resources"`
}

type licence struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Path  string `json:"path"`
}

type resource struct {
	Profile   string `json:"profile"`
	Name      string `json:"name"`
	Title     string `json:"title"`
	Path      string `json:"path"`
	Format    string `json:"format"`
	MediaType string `json:"mediatype"`
	Encoding  string `json:"encoding"`
	Bytes     int64  `json:"bytes"`
	Hash      string `json:"hash"`
	Schema    schema `json:"schema"`
}

type schema struct {
	Fields        []schemaField `json:"fields"`
	MissingValues []string      `json:"missingValues"`
	PrimaryKey    []string      `json:"primaryKey,omitempty"`
	ForeignKeys   []foreignKey  `json:"foreignKeys,omitempty"`
}

type schemaField struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
}

type foreignKey struct {
	Fields    string `json:"fields"`
	Reference struct {
		Resource string `json:"resource"`
		Fields   string `json:"fields"`
	} `json:"reference"`
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
	for _, c := range t.columns {
		r.Schema.Fields = append(r.Schema.Fields, schemaField{c.Name, c.Type, c.Note})
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
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	return create(path, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
}

func readMeta(ctx context.Context, n *store.Snapshot) (map[string]string, error) {
	rows, err := n.Query(ctx, "SELECT key, value FROM meta")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	meta := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, err
		}
		meta[key] = value
	}
	return meta, rows.Err()
}
