package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html/template"

	"nianbao/store"
)

// title is how every export names itself.
const title = "Annual reports on government information disclosure of Chinese counties (政府信息公开工作年度报告)"

// about is what every export says of itself. Nothing of it depends on the
// clock: created is the time of the newest report.
type about struct {
	blank, citation, licence string
	tool                     string // the program that made the file, and its version
	created                  string // ISO 8601, UTC; "" of an empty file
	reports                  int64  // that were chosen
	from, to                 int    // the years they report on; 0: unknown
}

func readAbout(ctx context.Context, n *store.Snapshot, o Options) (a about, err error) {
	meta, err := readMeta(ctx, n)
	if err != nil {
		return a, err
	}
	a.blank, a.citation, a.licence, a.tool = meta["blank"], meta["citation"], meta["licence"], meta["tool"]
	where, args, err := o.Condition()
	if err != nil {
		return a, err
	}
	for rows, err := range n.Rows(ctx, "SELECT count(*), coalesce(max(r.ingested_at), ''), coalesce(min(r.year), 0), coalesce(max(r.year), 0) FROM report r WHERE "+where, args...) {
		if err == nil {
			err = rows.Scan(&a.reports, &a.created, &a.from, &a.to)
		}
		if err != nil {
			return a, err
		}
	}
	return a, nil
}

func readMeta(ctx context.Context, n *store.Snapshot) (map[string]string, error) {
	meta := map[string]string{}
	for rows, err := range n.Rows(ctx, "SELECT key, value FROM meta") {
		var key, value string
		if err == nil {
			err = rows.Scan(&key, &value)
		}
		if err != nil {
			return nil, err
		}
		meta[key] = value
	}
	return meta, nil
}

// pairs are what about says, as names and values for formats that have no
// more to say it with.
func (a about) pairs() [][2]string {
	return [][2]string{
		{"title", title}, {"description", a.blank}, {"licence", a.licence}, {"citation", a.citation}, {"version", a.tool}, {"created", a.created},
		{"reports", fmt.Sprint(a.reports)}, {"years", a.years("/")}, {"publisher of the figures", "the agencies named in the column publisher; the column source has each report's address"},
	}
}

// years is the span, ends joined by sep; "" where no year is known.
func (a about) years(sep string) string {
	switch {
	case a.from == 0:
		return ""
	case a.from == a.to:
		return fmt.Sprint(a.from)
	}
	return fmt.Sprintf("%d%s%d", a.from, sep, a.to)
}

// descriptor is a datapackage.json (specs.frictionlessdata.io/data-package, v1).
type descriptor struct {
	Profile     string     `json:"profile"`
	Name        string     `json:"name"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Version     string     `json:"version,omitempty"`
	Created     string     `json:"created,omitempty"`
	Licenses    []licence  `json:"licenses"`
	Sources     []source   `json:"sources"`
	Keywords    []string   `json:"keywords"`
	Resources   []resource `json:"resources"`
}

type licence struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Path  string `json:"path"`
}

type source struct {
	Title string `json:"title"`
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
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Description string       `json:"description,omitempty"`
	Constraints *constraints `json:"constraints,omitempty"`
}

type constraints struct {
	Required bool     `json:"required,omitempty"`
	Enum     []string `json:"enum,omitempty"`
}

type foreignKey struct {
	Fields    string `json:"fields"`
	Reference struct {
		Resource string `json:"resource"`
		Fields   string `json:"fields"`
	} `json:"reference"`
}

const licencePath = "https://creativecommons.org/licenses/by/4.0/"

func (a about) descriptor() descriptor {
	return descriptor{
		Profile: "tabular-data-package", Name: "nianbao", Title: title, Description: a.blank + " " + a.citation, Version: a.tool, Created: a.created,
		Licenses: []licence{{Name: "CC-BY-4.0", Title: a.licence, Path: licencePath}},
		Sources:  []source{{"Annual reports of the agencies named in reports.csv, at the addresses in its column source"}},
		Keywords: []string{"政府信息公开", "年度报告", "open government", "freedom of information", "China"},
	}
}

// csvw describes the tables as CSV on the Web does (W3C, Metadata Vocabulary
// for Tabular Data).
func csvw(p descriptor) map[string]any {
	var tables []any
	for _, r := range p.Resources {
		var columns []any
		for _, f := range r.Schema.Fields {
			c := map[string]any{"name": f.Name, "titles": f.Name, "datatype": f.Type}
			if f.Description != "" {
				c["dc:description"] = f.Description
			}
			if f.Constraints != nil && f.Constraints.Required {
				c["required"] = true
			}
			columns = append(columns, c)
		}
		s := map[string]any{"columns": columns}
		if len(r.Schema.PrimaryKey) > 0 {
			s["primaryKey"] = r.Schema.PrimaryKey
		}
		var keys []any
		for _, k := range r.Schema.ForeignKeys {
			keys = append(keys, map[string]any{"columnReference": k.Fields, "reference": map[string]any{"resource": k.Reference.Resource + ".csv", "columnReference": k.Reference.Fields}})
		}
		if keys != nil {
			s["foreignKeys"] = keys
		}
		tables = append(tables, map[string]any{"url": r.Path, "dc:title": r.Title, "tableSchema": s})
	}
	return map[string]any{"@context": []any{"http://www.w3.org/ns/csvw", map[string]any{"@language": "en"}}, "dc:title": p.Title, "dc:license": licencePath, "tables": tables}
}

// pageTemplate is a page for people and, in its script, for search engines.
var pageTemplate = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{.Title}}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:50em;margin:2em auto;padding:0 1em;color-scheme:light dark}td,th{text-align:left;padding:.2em 1em .2em 0;vertical-align:top}</style>
<script type="application/ld+json">{{.Dataset}}</script>
<h1>{{.Title}}</h1>
<p>{{.Description}}</p>
<p>{{.About}}</p>
<table>
<tr><th scope="col">File</th><th scope="col">What it holds</th><th scope="col">Bytes</th></tr>
{{range .Resources}}<tr><td><a href="{{.Path}}">{{.Path}}</a></td><td>{{.Title}}</td><td>{{.Bytes}}</td></tr>
{{end}}</table>
<p>Columns, keys and digests: <a href="datapackage.json">datapackage.json</a>, <a href="csvw-metadata.json">csvw-metadata.json</a>.</p>
<p>{{(index .Licenses 0).Title}} <a rel="license" href="{{(index .Licenses 0).Path}}">CC BY 4.0</a></p>
</html>
`))

// page describes the package as schema.org/Dataset does.
func (a about) page(p descriptor) ([]byte, error) {
	dataset := map[string]any{
		"@context": "https://schema.org", "@type": "Dataset", "name": p.Title, "description": p.Description, "license": licencePath, "keywords": p.Keywords, "isAccessibleForFree": true,
		"spatialCoverage": "China", "citation": a.citation,
	}
	var files []any
	for _, r := range p.Resources {
		files = append(files, map[string]any{"@type": "DataDownload", "name": r.Title, "contentUrl": r.Path, "encodingFormat": r.MediaType, "contentSize": fmt.Sprintf("%d B", r.Bytes)})
	}
	dataset["distribution"] = files
	told := fmt.Sprintf("%d reports", a.reports)
	for name, v := range map[string]string{"dateModified": a.created, "temporalCoverage": a.years("/"), "version": a.tool} {
		if v != "" {
			dataset[name] = v
		}
	}
	if y := a.years("–"); y != "" {
		told += " on " + y
	}
	if a.created != "" {
		told += ", the newest stored at " + a.created
	}
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, struct {
		descriptor
		Dataset map[string]any
		About   string
	}{p, dataset, told + "."})
	return b.Bytes(), err
}

// asJSON is a value as indented JSON, characters as they are.
func asJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}
