package form

import (
	"slices"
	"strings"
	"testing"

	"nianbao/parser/catalog"
)

func TestSearch(t *testing.T) {
	r := &reader{book: builtIn(), slips: 1000}
	for _, c := range []struct {
		text string
		g    group
		code string
	}{
		{"规章", groupSubject, "disclosure.regulations"},
		{"规 章", groupSubject, "disclosure.regulations"},
		{"规章(设区的市、自治州人民政府应提供相关数据)", groupSubject, "disclosure.regulations"},
		{"行政规范性文件", groupSubject, "disclosure.normative_documents"},
		{"第二十条第（一）项", groupArticle, "1"},
		{"第二十条 第(八)项", groupArticle, "8"},
		{"现行有效件", groupMetric, "in_force"},
		{"本年新\n制作数量", groupMetric, "made"},
		{"本年增/减", groupMetric, "items_change"},
		{"本年收费金额（单位：万元）", groupMetric, "disclosure.fees.amount"},
		{"一、本年新收政府信息公开申请数量", groupOutcome, "requests.received"},
		{"(一)予以公开", groupOutcome, "requests.granted"},
		{"（二）部分公开（区分处理的，只计这一情形，不计其他情形）", groupOutcome, "requests.partially_granted"},
		{"3.危及“三安全一稳定”", groupOutcome, "requests.denied.safety_and_stability"},
		{"1.逾期不补正", groupOutcome, "requests.other_processing.correction_overdue"},
		{"(六)其它处理", groupOutcome, "requests.other_processing"},
		{"( 三 )不予公开", groupOutcomes, "denied"},
		{"一)予以公开", groupOutcome, "requests.granted"},
		{"属\u00ad于国家\u200b秘密", groupOutcome, "requests.denied.state_secret"},
		{"２．重复申请", groupOutcome, "requests.not_processed.duplicate"},
		{"2.其他法律行政止公开", groupOutcome, "requests.denied.prohibited_by_law"},
		{"規範性文件", groupSubject, "disclosure.normative_documents"},
		{"结果纠整", groupResult, "corrected"},
		{"行政诉讼(复议后起诉)", groupBody, "litigation.after_review"},

		// Neighbours that mean another thing.
		{"书面申请数", groupAnnex, ""},
		{"属于商业秘密", groupOutcome, ""},
		{"不属于国家秘密", groupOutcome, ""},
		{"下年结转政府信息公开申请数量", groupOutcome, ""},
		{"行政确认", groupSubject, ""},
		{"其他主动公开文件", groupSubject, ""},
		{"本年修订件数", groupMetric, ""},
		{"规章555", groupSubject, ""},
		{"政务APP公开政府信息数", groupAnnex, ""},
		{"个体工商户", groupApplicant, ""},
	} {
		l, ok := newLabel(c.text)
		if !ok {
			t.Errorf("%q is no label", c.text)
			continue
		}
		if code := r.search(l, c.g); code != c.code {
			t.Errorf("search(%q, %s) = %q, want %q", c.text, c.g, code, c.code)
		}
	}
}

// TestLabelsCoverCatalogue fails when an indicator has no row or column by
// which it could be read.
func TestLabelsCoverCatalogue(t *testing.T) {
	readable := map[string]bool{}
	lex := builtIn().lex
	for _, s := range lex.spelling[groupSubject] {
		for _, m := range lex.spelling[groupMetric] {
			if i, _, ok := builtIn().name(s.code, m.code); ok {
				readable[builtIn().cat.Indicators()[i].Code] = true
			}
		}
	}
	for _, o := range lex.spelling[groupOutcome] {
		readable[o.code] = true
	}
	for _, b := range lex.spelling[groupBody] {
		for _, r := range lex.spelling[groupResult] {
			readable[b.code+"."+r.code] = true
		}
	}
	for _, row := range lex.spelling[groupAnnex] {
		code, _, _ := builtIn().annexFact(row.code)
		readable[code] = true
	}
	for _, ind := range catalog.Indicators() {
		if !readable[ind.Code] {
			t.Errorf("no label leads to %s; spell it in labels.csv", ind.Code)
		}
	}
	for _, a := range catalog.Applicants() {
		if !slices.ContainsFunc(lex.spelling[groupApplicant], func(s spelling) bool { return s.code == a.Code }) {
			t.Errorf("no label leads to the applicant %s; spell it in the group applicant of labels.csv", a.Code)
		}
	}
}

// TestCanonicalLabels fails when the label that the catalogue prints does not
// lead to its indicator.
func TestCanonicalLabels(t *testing.T) {
	lex := builtIn().lex
	for _, ind := range catalog.Indicators() {
		if ind.Dimension != catalog.DimensionApplicant {
			continue
		}
		for _, s := range strings.Split(ind.Path[len(ind.Path)-1], "|") {
			l, ok := newLabel(s)
			if !ok {
				t.Errorf("%s: %q is no label", ind.Code, s)
				continue
			}
			if code := lex.find(l, groupOutcome); code != ind.Code {
				t.Errorf("%q leads to %q, want %s", s, code, ind.Code)
			}
		}
	}
}
