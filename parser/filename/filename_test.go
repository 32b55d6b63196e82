package filename_test

import (
	"testing"

	"nianbao/parser/filename"
)

func TestEnding(t *testing.T) {
	for text, want := range map[string]string{
		"年度报告.pdf": "pdf", "（年度报告.DOCX）": "docx", "a/b.xls ": "xls", "x.wps": "wps", "b.7z": "7z", "年度报告。pdf": "", ".pdf": "", "pdf": "",
		"report.html": "", "v1.2": "", "...zip": "", "": "", "年度报告.pdf?x=1": "",
	} {
		if got := filename.Ending(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
