package ask

import (
	"fmt"
	"maps"
	"slices"

	"nianbao/parser/catalog"
	"nianbao/store"
)

// Kinds of what can be compared.
const (
	KindIndicator = "indicator" // a figure of a standard table
	KindMetric    = "metric"    // a figure told in words
	KindRate      = "rate"      // a quotient of figures of the tables
)

// Measure is one thing that can be compared.
type Measure struct {
	Code    string
	Kind    string // KindIndicator, KindMetric or KindRate
	LabelZH string
	LabelEN string
	Unit    string // of the value; "" for rates
	Share   bool   // the value is a part of one, to be printed in percent
	// Applicant is the column of the requests table; "" where the measure has
	// no such dimension.
	Applicant string
}

// MinBase is the least count a rate may rest on: below it chance decides.
const MinBase = 30

// Rate is a quotient of sums of indicators, always of the column total.
type Rate struct {
	Code        string
	LabelZH     string
	LabelEN     string
	Numerator   []string // indicators, added
	Denominator []string // indicators, added: the count that the rate rests on
	Share       bool     // what the numerator counts is among what the denominator counts
}

// Reads are the indicators that the rate may be made of, in any layout.
func (r Rate) Reads() []string {
	codes := map[string]bool{}
	for _, code := range slices.Concat(r.Numerator, r.Denominator) {
		codes[code] = true
		for _, layout := range []string{catalog.Layout2014, catalog.Layout2019, catalog.Layout2021} {
			if c, ok := correspondent(code, layout, []string{catalog.QualityExact}); ok {
				codes[c.code] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(codes))
}

var rates = []Rate{
	{"rate.granted", "予以公开占办结总数", "Granted in full, share of processed",
		[]string{"requests.granted"}, []string{"requests.processed_total"}, true},
	{"rate.granted_at_least_in_part", "予以公开和部分公开占办结总数", "Granted in full or in part, share of processed",
		[]string{"requests.granted", "requests.partially_granted"}, []string{"requests.processed_total"}, true},
	{"rate.carried_out", "结转下年度占应办总数", "Carried over to the next year, share of all to be processed",
		[]string{"requests.carried_out"}, []string{"requests.received", "requests.carried_in"}, true},
	{"rate.review_corrected", "行政复议结果纠正占总计", "Reviews that ended in correction, share of all reviews",
		[]string{"review.corrected"}, []string{"review.total"}, true},
	{"rate.litigation_corrected", "行政诉讼结果纠正占总计", "Lawsuits that ended in correction, share of all lawsuits",
		[]string{"litigation.direct.corrected", "litigation.after_review.corrected"}, []string{"litigation.direct.total", "litigation.after_review.total"}, true},
	{"rate.disputes_per_request", "每件新收申请的复议和诉讼", "Reviews and lawsuits per request received",
		[]string{"review.total", "litigation.direct.total", "litigation.after_review.total"}, []string{"requests.received"}, false},
}

// Rates returns the rates that can be compared.
func Rates() []Rate { return slices.Clone(rates) }

// Measures returns everything that can be compared: indicators in the order
// of the tables, rates, metrics.
func Measures() []Measure {
	var all []Measure
	for _, i := range catalog.Indicators() {
		all = append(all, indicatorMeasure(i, ""))
	}
	for _, r := range rates {
		all = append(all, Measure{Code: r.Code, Kind: KindRate, LabelZH: r.LabelZH, LabelEN: r.LabelEN, Share: r.Share, Applicant: catalog.ApplicantTotal})
	}
	all = append(all, Measure{Code: RepeatedText, Kind: KindRate, LabelZH: "与本机关上年报告重复的文字占比", LabelEN: "Prose repeated from the report of the year before, share", Share: true})
	for _, m := range catalog.Metrics() {
		all = append(all, Measure{Code: m.Code, Kind: KindMetric, LabelZH: m.LabelZH, LabelEN: m.LabelEN, Unit: m.Unit})
	}
	return all
}

func indicatorMeasure(i catalog.Indicator, applicant string) Measure {
	m := Measure{Code: i.Code, Kind: KindIndicator, LabelZH: i.LabelZH(), LabelEN: i.LabelEN, Unit: i.Unit}
	if i.Dimension == catalog.DimensionApplicant {
		if m.Applicant = applicant; applicant == "" {
			m.Applicant = catalog.ApplicantTotal
		}
	}
	return m
}

// FindMeasure returns the measure of a code. For an indicator of the requests
// table applicant chooses the column, "" the total; elsewhere it has to be "".
// The error is store.ErrUnknownCode.
func FindMeasure(code, applicant string) (Measure, error) {
	if i, ok := catalog.Lookup(code); ok {
		m := indicatorMeasure(i, applicant)
		switch {
		case applicant == "" || applicant == m.Applicant && slices.ContainsFunc(catalog.Applicants(), func(a catalog.Applicant) bool { return a.Code == applicant }):
			return m, nil
		case m.Applicant == "":
			return Measure{}, fmt.Errorf("%w: %s has no applicants", store.ErrUnknownCode, code)
		}
		return Measure{}, fmt.Errorf("%w: applicant %q; want natural_person, … or total", store.ErrUnknownCode, applicant)
	}
	for _, m := range Measures() {
		if m.Code == code {
			if applicant != "" && applicant != m.Applicant {
				return Measure{}, fmt.Errorf("%w: %s has no applicants", store.ErrUnknownCode, code)
			}
			return m, nil
		}
	}
	return Measure{}, fmt.Errorf("%w: %q is no indicator, metric or rate; `nianbao indicators` lists them", store.ErrUnknownCode, code)
}
