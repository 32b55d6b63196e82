package document

import "testing"

func TestNamesFile(t *testing.T) {
	for text, want := range map[string]bool{
		"年度报告.pdf": true, "（年度报告.DOCX）": true, "a/b.xls ": true, "x.wps": true, "b.7z": true, "年度报告。pdf": false, ".pdf": false, "pdf": false,
		"report.html": false, "v1.2": false, "...zip": false, "": false, "年度报告.pdf?x=1": false,
	} {
		if got := NamesFile(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
