package main

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nianbao/parser/catalog"
	"nianbao/parser/check"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/evidence"
)

// reportFlags are what a page of one region and year is made from.
type reportFlags struct {
	db, at, name, format, lang, severity, scope string
	year                                        int
}

func (a *app) reportCommand() *cobra.Command {
	var f reportFlags
	c := &cobra.Command{
		Use:   "report --db FILE --region R --year Y --out FILE",
		Short: "Write what was found wrong with a region's report as a page to hand on",
		Long: `Write what was found wrong with the reports of one region and year as a page for
somebody who does not have the database: each finding with what it means, the printed
cells and the sentences of both sides, the addresses they were read from, and what a
reviewer has said of it. Findings that were dismissed stand at the end. The ending of
the name says the form, .html or .md, unless --format does; --out - is standard output.

The page is in Chinese, or in English with --lang en.`,
		Example: "  nianbao report --db counties.db --region 泽普县 --year 2022 --out zepu-2022.html\n  nianbao report --db counties.db --region 653124 --year 2022 --out zepu-2022.md --lang en",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return a.writeReport(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.db, "db", "", "the SQLite file to read")
	c.Flags().StringVar(&f.at, "region", "", "the region, by code or name: 653124 or 泽普县")
	c.Flags().IntVar(&f.year, "year", 0, "the year reported on")
	c.Flags().StringVarP(&f.name, "out", "o", "", "the file to write, .html or .md; - is standard output")
	c.Flags().StringVar(&f.format, "format", "", "html or md; the ending of the name says it too")
	c.Flags().StringVar(&f.lang, "lang", "zh", "zh or en")
	c.Flags().StringVar(&f.severity, "severity", "warning", "the least: error, warning or info")
	c.Flags().StringVar(&f.scope, "scope", "", "region (the whole territory's report) or agency (those of single offices); both without it")
	return c
}

func (f reportFlags) check() error {
	switch {
	case f.at == "":
		return usagef("--region R is required: a code or a name")
	case f.year < store.FirstYear || f.year > store.LastYear:
		return usagef("--year %d: want the year reported on, from %d on", f.year, store.FirstYear)
	case f.lang != "zh" && f.lang != "en":
		return usagef("--lang %s: want zh or en", f.lang)
	case !slices.Contains([]string{"error", "warning", "info"}, f.severity):
		return usagef("--severity %s: want error, warning or info", f.severity)
	case f.scope != "" && f.scope != string(report.ScopeRegion) && f.scope != string(report.ScopeAgency):
		return usagef("--scope %s: want region or agency", f.scope)
	}
	return nil
}

func (a *app) writeReport(ctx context.Context, f reportFlags) (err error) {
	code, err := regionCode("--region", f.at)
	if err != nil {
		return err
	}
	out, err := newOutput("--out", f.name, f.db)
	if err != nil {
		return err
	}
	format, err := pageFormat(out, f.format)
	if err != nil {
		return err
	}
	s, err := a.openChecked(ctx, f.db)
	if err != nil {
		return err
	}
	defer closing(s, &err)
	all, err := evidence.Of(ctx, s, store.Filter{Regions: []string{code}, Years: store.Year(f.year), Scope: report.Scope(f.scope)}, report.Severity(f.severity))
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("%s %s: no report of %d is stored; nianbao doctor --coverage --region %s lists what is there", code, region.PathName(code), f.year, code)
	}
	p := dossierPage{english: f.lang == "en", Code: code, Year: f.year, Reports: all, Tool: "nianbao " + version, DB: filepath.Base(f.db)}
	if err := out.write(a, func(w io.Writer) error { return p.write(w, format) }); err != nil {
		return err
	}
	if !out.standard() {
		cases := 0
		for _, d := range all {
			cases += len(d.Cases)
		}
		a.notice("%s: %d findings in %d reports", out.name, cases, len(all))
	}
	return nil
}

// pageFormat is the form of a page: the one that was named, or what the name of
// the file says. Where both say something, they have to agree.
func pageFormat(out *output, named string) (string, error) {
	said := map[string]string{".html": "html", ".htm": "html", ".md": "md", ".markdown": "md"}[strings.ToLower(filepath.Ext(out.name))]
	switch {
	case named != "" && named != "html" && named != "md":
		return "", usagef("--format %s: want html or md", named)
	case said != "" && named != "" && said != named:
		return "", usagef("--out %s names the form %s, --format says %s; let them agree", out.name, said, named)
	case said != "":
		return said, nil
	case named != "":
		return named, nil
	case out.standard():
		return "html", nil
	}
	return "", usagef("--out %s: end the name in .html or .md, or give --format", out.name)
}

//go:embed templates
var pageTemplates embed.FS

// dossierPage is what the templates see.
type dossierPage struct {
	english bool
	Code    string
	Year    int
	Reports []evidence.Dossier
	Tool    string
	DB      string
}

func (p dossierPage) write(w io.Writer, format string) error {
	if format == "md" {
		return p.markdown(w)
	}
	t, err := template.ParseFS(pageTemplates, "templates/report.html")
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// T is a text in the language of the page.
func (p dossierPage) T(zh, en string) string {
	if p.english {
		return en
	}
	return zh
}

// Lang is the language of the page, by RFC 5646.
func (p dossierPage) Lang() string { return p.T("zh-CN", "en") }

// Heading names the region, with what it belongs to, and the year.
func (p dossierPage) Heading() string {
	path := region.PathName(p.Code)
	return p.T(fmt.Sprintf("%s %d 年报告的疑点", path, p.Year), fmt.Sprintf("%s (%s), report of %d: findings", region.English(p.Code), path, p.Year))
}

// RuleTitle and RuleMeaning tell a rule.
func (p dossierPage) RuleTitle(rule string) string {
	r, ok := catalog.FindRule(rule)
	if !ok {
		return rule
	}
	return p.T(r.TitleZH, r.TitleEN)
}

func (p dossierPage) RuleMeaning(rule string) string {
	r, _ := catalog.FindRule(rule)
	return p.T(r.MeaningZH, r.Meaning)
}

// Told is what a finding says beside what its rule means.
func (p dossierPage) Told(f report.Finding) string { return p.T(check.ChineseSides(f), f.Message) }

// Severity names a severity.
func (p dossierPage) Severity(s report.Severity) string {
	switch s {
	case report.SeverityError:
		return p.T("矛盾", "error")
	case report.SeverityWarning:
		return p.T("可疑", "warning")
	}
	return p.T("提示", "note")
}

// Side heads a side of a contradiction, of so many.
func (p dossierPage) Side(i, n int, of report.Evidence) string {
	head := p.T("依据", "Evidence")
	if n > 1 {
		head = []string{p.T("一方", "One side"), p.T("另一方", "The other side")}[min(i, 1)]
	}
	if !of.IsZero() {
		head += p.T("：", ": ") + of.String()
	}
	return head
}

// What names what an exhibit counts.
func (p dossierPage) What(e evidence.Exhibit) string {
	if m, ok := catalog.LookupMetric(e.Metric); ok {
		return p.T(m.LabelZH, m.LabelEN)
	}
	i, ok := catalog.Lookup(e.Indicator)
	if !ok {
		return ""
	}
	what := p.T(i.LabelZH(), i.LabelEN)
	for _, a := range catalog.Applicants() {
		if a.Code == e.Applicant {
			what += p.T("（"+a.LabelZH+"）", " ("+a.LabelEN+")")
		}
	}
	return what
}

// Printed is what stands in the cell, or why there is nothing.
func (p dossierPage) Printed(e evidence.Exhibit) string {
	switch {
	case e.Raw != "":
		return e.Raw
	case e.Status == report.StatusBlank:
		return p.T("（空白）", "(blank)")
	case e.Status == evidence.NotRead:
		return p.T("（页面上没有这一格）", "(not on the page)")
	case e.Value != nil:
		return report.Number(*e.Value).String()
	}
	return "(" + strings.ReplaceAll(string(e.Status), "_", " ") + ")"
}

// Where is the place of an exhibit in its report.
func (p dossierPage) Where(e evidence.Exhibit) string {
	switch {
	case e.Sentence != "" && e.Heading != "":
		return p.T("“"+e.Heading+"”", "section \""+e.Heading+"\"")
	case e.Sentence != "":
		return ""
	case e.Locator.IsZero():
		return ""
	}
	return p.T(e.Locator.Chinese(), e.Locator.String())
}

// Corrected tells a correction.
func (p dossierPage) Corrected(c *store.Correction) string {
	if c == nil {
		return ""
	}
	value := string(c.Status)
	if c.Value != nil {
		value = report.Number(*c.Value).String()
	}
	return p.T("已更正为 ", "corrected to ") + value + p.T("（"+c.Reviewer+"："+c.Reason+"）", " ("+c.Reviewer+": "+c.Reason+")")
}

// Reviewed tells what somebody said of a finding.
func (p dossierPage) Reviewed(r *store.Review) string {
	if r == nil {
		return p.T("尚未核对", "not reviewed")
	}
	verdict := p.T("确认有误", "confirmed")
	if r.Verdict == store.VerdictDismissed {
		verdict = p.T("排除", "dismissed")
	}
	day, _, _ := strings.Cut(r.ReviewedAt, "T")
	return verdict + p.T("：", ": ") + r.Reason + p.T("（", " (") + r.Reviewer + p.T("，", ", ") + day + p.T("）", ")")
}

// Fetched is when a document was fetched; "" where it was read from disk.
func (p dossierPage) Fetched(d store.Document) string {
	if d.FetchedAt.IsZero() {
		return ""
	}
	return d.FetchedAt.UTC().Format(time.RFC3339)
}

// Scope says what a report covers.
func (p dossierPage) Scope(s report.Scope) string {
	switch s {
	case report.ScopeRegion:
		return p.T("全域报告", "whole territory")
	case report.ScopeAgency:
		return p.T("单个机关的报告", "one office")
	}
	return p.T("未说明", "not said")
}

// Link is an address on the web that may be linked to; "" for anything else.
func (p dossierPage) Link(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return address
}

// markdown writes the page as CommonMark with tables.
func (p dossierPage) markdown(w io.Writer) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	field := func(name, value string) {
		if value != "" {
			line("- %s%s%s", name, p.T("：", ": "), md(value))
		}
	}
	line("# %s\n", md(p.Heading()))
	for _, d := range p.Reports {
		line("## %s\n", md(d.Meta.Title))
		field(p.T("发布机关", "Publisher"), d.Meta.Publisher)
		field(p.T("范围", "Scope"), p.Scope(d.Meta.Scope))
		field(p.T("发布日期", "Published on"), d.Meta.PublishedOn)
		if to := p.Link(d.Meta.Source); to != "" {
			line("- %s%s<%s>", p.T("来源", "Source"), p.T("：", ": "), to)
		} else {
			field(p.T("来源", "Source"), d.Meta.Source)
		}
		field(p.T("抓取时间", "Fetched"), p.Fetched(d.Document))
		field("SHA-256", d.Meta.DocumentSHA256)
		field(p.T("存档", "Archived"), archived(d.Document))
		line("")
		if len(d.Cases) == 0 {
			line("%s\n", p.T("没有发现疑点。", "Nothing was found wrong."))
		}
		for i, c := range d.Cases {
			line("### %d. %s%s%s\n", i+1, md(p.RuleTitle(c.Rule)), p.T("（", " ("), p.Severity(c.Severity)+p.T("）", ")"))
			if meaning := p.RuleMeaning(c.Rule); meaning != "" {
				line("%s\n", md(meaning))
			}
			if told := p.Told(c.Finding); told != "" {
				line("> %s\n", md(told))
			}
			for k, side := range c.Sides {
				line("**%s**\n", md(p.Side(k, len(c.Sides), side.Of)))
				for _, e := range side.Exhibits {
					p.exhibit(line, e)
				}
				line("")
			}
			line("%s%s%s\n", p.T("核对", "Review"), p.T("：", ": "), md(p.Reviewed(c.Review)))
		}
	}
	line("---\n\n%s", md(p.Colophon()))
	_, err := io.WriteString(w, b.String())
	return err
}

func (p dossierPage) exhibit(line func(string, ...any), e evidence.Exhibit) {
	from := fmt.Sprintf("%s %d", e.RegionName, e.Year)
	source := md(e.Source)
	if to := p.Link(e.Source); to != "" {
		source = "<" + to + ">"
	}
	notes := []string{from}
	for _, n := range []string{p.Where(e), p.Corrected(e.Correction)} {
		if n != "" {
			notes = append(notes, n)
		}
	}
	tail := md(strings.Join(notes, p.T("，", ", "))) + p.T("，", ", ") + source
	if e.Sentence != "" {
		line("- “%s” — %s", md(e.Sentence), tail)
		return
	}
	line("- %s%s**%s** — %s", md(p.What(e)), p.T("：", ": "), md(p.Printed(e)), tail)
}

// Colophon says what the page is and is not.
func (p dossierPage) Colophon() string {
	return p.T("本页由 "+p.Tool+" 根据数据库 "+p.DB+" 生成。疑点是机器按公开的规则核对出来的，不等于结论；引用前请对照原文。",
		"Made by "+p.Tool+" of the database "+p.DB+". A finding is what a program noticed by published rules, and no verdict; look at the source before you quote it.")
}

// archived is the place of a document in its archive.
func archived(d store.Document) string {
	if d.WARCFile == "" {
		return ""
	}
	return fmt.Sprintf("%s @ %d", d.WARCFile, d.WARCOffset)
}

// md keeps a text from being read as Markdown or HTML.
func md(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return mdSpecial.Replace(s)
}

var mdSpecial = strings.NewReplacer("\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", "\\|", "#", "\\#", "~", "\\~")

// Archived is for the template.
func (p dossierPage) Archived(d store.Document) string { return archived(d) }
