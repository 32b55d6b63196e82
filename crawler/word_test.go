package crawler

import (
	"bytes"
	"fmt"
)

// For the tests from outside.
var (
	WordPage = wordPage
	CPUTime  = cpuTime
)

// wordPage is a page of about size octets of the kind that is pasted from Word:
// mostly attributes, a table with figures.
func wordPage(size int) []byte {
	var b bytes.Buffer
	b.WriteString(`<html><head><meta charset="utf-8"><title>甲县2021年政府信息公开工作年度报告</title></head><body>`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `<tr style='mso-yfti-irow:%d;height:15.0pt'><td width=%d valign=center style='width:%d.6pt;border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt'><p class=MsoNormal align=center style='text-align:center;line-height:150%%'><span lang=EN-US style='font-size:10.5pt;font-family:"宋体";mso-ascii-font-family:Calibri'>%d<o:p></o:p></span></p></td></tr>`, i, 60+i%40, 45+i%30, i*7919%10007)
	}
	b.WriteString(`</body></html>`)
	return b.Bytes()
}
