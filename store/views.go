package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"nianbao/parser/catalog"
)

// The wide views have a column for each indicator of the catalogue. Each
// column is its own lookup, so that a query pays only for the columns it names.

// view is a view that is made from the catalogue.
type view struct{ name, sql string }

const wideStart = `r.id AS report_id, r.region_code, r.region_name, r.year, r.publisher, r.scope, r.layout`

const wideEnd = `CAST((SELECT count(*) FROM correction c WHERE c.report_id = r.id) AS INTEGER) AS corrected, r.source
  FROM report r WHERE r.superseded_by IS NULL`

// wideViews writes the views for a file whose indicators and applicants have
// these numbers.
func wideViews(indicator, applicant map[string]int64) []view {
	cell := func(i catalog.Indicator) string {
		column := ""
		if i.Dimension == catalog.DimensionApplicant {
			column = catalog.ApplicantTotal
		}
		return fmt.Sprintf("CAST((SELECT e.value FROM effective_fact e WHERE e.report_id = r.id AND e.indicator = %d /* %s */ AND e.applicant = %d) AS REAL)",
			indicator[i.Code], i.Code, applicant[column])
	}
	// sumOf is a derived sum of these parts: NULL where one has no figure.
	sumOf := func(d catalog.Derived, parts []string, who string) string {
		numbers := make([]string, len(parts))
		for i, code := range parts {
			numbers[i] = fmt.Sprint(indicator[code])
		}
		return fmt.Sprintf("CAST((SELECT CASE WHEN count(e.value) = %d THEN sum(e.value) END FROM effective_fact e WHERE e.report_id = r.id AND e.indicator IN (%s) /* %s: derived */ AND e.applicant = %s) AS REAL)",
			len(numbers), strings.Join(numbers, ", "), d.Code, who)
	}
	sum := func(d catalog.Derived) string {
		column := ""
		if d.Dimension == catalog.DimensionApplicant {
			column = catalog.ApplicantTotal
		}
		who, sums := fmt.Sprint(applicant[column]), d.Sums()
		if len(sums) == 1 {
			return sumOf(d, sums[0].Parts, who)
		}
		var b strings.Builder
		for _, s := range sums {
			fmt.Fprintf(&b, " WHEN r.layout IN (%s) THEN %s", quoted(s.Layouts), sumOf(d, s.Parts, who))
		}
		return "CAST(CASE" + b.String() + " END AS REAL)"
	}
	wide := func(name, section, prefix, comment string) view {
		var b strings.Builder
		fmt.Fprintf(&b, "CREATE VIEW %s AS\n  -- %s\n  SELECT %s,\n", name, comment, wideStart)
		for _, i := range catalog.Indicators() {
			if i.Section == section {
				fmt.Fprintf(&b, "    %s AS %s,\n", cell(i), column(strings.TrimPrefix(i.Code, prefix)))
			}
		}
		for _, d := range catalog.Deriveds() {
			if rest, ours := strings.CutPrefix(d.Code, prefix); ours && prefix != "" {
				fmt.Fprintf(&b, "    %s AS %s,\n", sum(d), column(rest))
			}
		}
		b.WriteString("    " + wideEnd)
		return view{name, b.String()}
	}
	return []view{
		wide("requests_wide", "requests", "requests.", "One row a current report; the column total (总计) of the requests table, corrections applied.\n  -- denied_total is derived: the sum of the eight reasons, which no table prints, NULL where one has no figure."),
		wide("disclosure_wide", "active_disclosure", "disclosure.", "One row a current report; what it disclosed on its own initiative, corrections applied."),
		wide("review_wide", "review_and_litigation", "", "One row a current report; reviews and lawsuits, corrections applied."),
		headline(cell, sum),
		derivedFact(sumOf),
	}
}

// derivedFact has the sums that no table prints, one row for each kind of applicant.
func derivedFact(sumOf func(d catalog.Derived, parts []string, who string) string) view {
	literal := func(s string) string { return "CAST('" + strings.ReplaceAll(s, "'", "''") + "' AS TEXT)" }
	var sums []string
	for _, d := range catalog.Deriveds() {
		who := "a.number = 0"
		if d.Dimension == catalog.DimensionApplicant {
			who = "a.number > 0"
		}
		for _, s := range d.Sums() {
			sums = append(sums, fmt.Sprintf("SELECT %s, %s AS indicator, %s AS label_zh, %s AS label_en,\n    a.code AS applicant, a.label_zh AS applicant_zh,\n    %s AS value,\n    %s AS unit, %s AS parts, r.source\n"+
				"  FROM report r JOIN applicant a ON %s WHERE r.superseded_by IS NULL AND r.layout IN (%s)",
				wideStart, literal(d.Code), literal(d.LabelZH), literal(d.LabelEN), sumOf(d, s.Parts, "a.number"), literal(d.Unit), literal(strings.Join(s.Parts, " + ")), who, quoted(s.Layouts)))
		}
	}
	return view{"derived_fact", "CREATE VIEW derived_fact AS\n" +
		"  -- Sums that no table prints, of the current reports whose layout has the parts;\n" +
		"  -- corrections applied, value NULL where a part has no figure. They are not in fact\n" +
		"  -- or current_fact, which have what is printed.\n  " + strings.Join(sums, "\n  UNION ALL\n  ")}
}

// quoted is a list of SQL texts.
func quoted(names []string) string { return "'" + strings.Join(names, "', '") + "'" }

// column makes an SQL name of a code.
func column(code string) string { return strings.ReplaceAll(code, ".", "_") }

func headline(cell func(catalog.Indicator) string, sum func(catalog.Derived) string) view {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE VIEW headline AS\n"+
		"  -- One row a current report: what is compared most. told_* are figures told in\n"+
		"  -- words; NULL where the report does not tell one, or tells several that differ.\n"+
		"  -- requests_denied_total is derived: a sum that no table prints, NULL where a part\n"+
		"  -- has no figure.\n"+
		"  SELECT %s, r.title,\n", wideStart)
	for _, code := range []string{
		"requests.received", "requests.carried_in", "requests.granted", "requests.partially_granted", "requests.processed_total", "requests.carried_out",
		"disclosure.normative_documents.issued", "disclosure.normative_documents.in_force", "disclosure.licensing.decisions",
		"disclosure.penalties.decisions", "disclosure.coercion.decisions", "disclosure.fees.amount",
		"review.total", "review.corrected", "litigation.direct.total", "litigation.after_review.total",
	} {
		if i, ok := catalog.Lookup(code); ok {
			fmt.Fprintf(&b, "    %s AS %s,\n", cell(i), column(strings.TrimPrefix(code, "disclosure.")))
		}
	}
	for _, d := range catalog.Deriveds() {
		fmt.Fprintf(&b, "    %s AS %s,\n", sum(d), column(d.Code))
	}
	for _, m := range catalog.Metrics() {
		fmt.Fprintf(&b, "    CAST((SELECT %s FROM mention_data m WHERE m.report_id = r.id AND m.metric = '%s' AND %s) AS REAL) AS told_%s,\n",
			agreed, m.Code, WholeMention, m.Code)
	}
	for _, severity := range []string{"error", "warning"} {
		fmt.Fprintf(&b, "    CAST((SELECT count(*) FROM finding_data f WHERE f.report_id = r.id AND f.severity = '%s') AS INTEGER) AS findings_%s,\n", severity, severity)
	}
	b.WriteString("    " + wideEnd)
	return view{"headline", b.String()}
}

// agreed is the one value that a report tells for a metric: none where it
// tells several that differ.
const agreed = "CASE WHEN min(m.value) = max(m.value) THEN min(m.value) END"

func writeViews(ctx context.Context, conn *sql.Conn) error {
	codes, err := readCodes(ctx, conn)
	if err != nil {
		return err
	}
	for _, v := range wideViews(codes.Indicator, codes.Applicant) {
		if _, err := conn.ExecContext(ctx, "DROP VIEW IF EXISTS "+v.name); err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, v.sql); err != nil {
			return fmt.Errorf("view %s: %w", v.name, err)
		}
	}
	return nil
}
