package explorer

import (
	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store"
)

// findingRow is a finding as every list shows it.
type findingRow struct {
	store.StoredFinding
	Label  pair // of the indicator; zero where it concerns none
	Column pair // of the applicants; zero where there is none
}

func findingRows(all []store.StoredFinding) []findingRow {
	rows := make([]findingRow, len(all))
	for i, f := range all {
		rows[i] = findingRow{StoredFinding: f, Label: indicatorLabel(f.Indicator), Column: applicantLabel(f.Applicant)}
	}
	return rows
}

// indicatorLabel names an indicator; zero for a code that is none.
func indicatorLabel(code string) pair {
	if i, ok := catalog.Lookup(code); ok {
		return pair{i.LabelZH(), i.LabelEN}
	}
	return pair{}
}

func applicantLabel(code string) pair {
	for _, a := range catalog.Applicants() {
		if a.Code == code {
			return pair{a.LabelZH, a.LabelEN}
		}
	}
	return pair{}
}

// Has reports whether the finding has a number or text on either side.
func (f findingRow) Has(e report.Evidence) bool { return !e.IsZero() }
