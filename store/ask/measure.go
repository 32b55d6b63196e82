package ask

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/store"
)

// Kinds of what can be compared.
const (
	KindIndicator = "indicator" // a figure of a standard table
	KindDerived   = "derived"   // a sum of such figures that no table prints
	KindMetric    = "metric"    // a figure told in words
	KindRate      = "rate"      // a quotient of figures, or of a figure and a denominator
)

// Measure is one thing that can be compared.
type Measure struct {
	Code    string `json:"code"`
	Kind    string `json:"kind"` // KindIndicator, KindDerived, KindMetric or KindRate
	LabelZH string `json:"label_zh"`
	LabelEN string `json:"label_en"`
	Unit    string `json:"unit"` // of the value; "" for rates
	Share   bool   `json:"-"`    // the value is a part of one, to be printed in percent
	// Applicant is the column of the requests table; "" where the measure has
	// no such dimension.
	Applicant string `json:"applicant"`
	// Per names the denominator that the values are divided by, which no report
	// prints: Residents or one that was imported; "" for none.
	Per string `json:"per"`
	// of is the kind of what is divided, where it is no rate of its own.
	of string
}

// numerator is a measure without its denominator.
func (m Measure) numerator() string {
	if m.of != "" {
		return m.of
	}
	return m.Kind
}

// MinBase is the least count a rate may rest on: below it chance decides.
const MinBase = 30

// Rate is a quotient, always of the column total: of sums of figures, or of a
// sum and a denominator that no report prints.
type Rate struct {
	Code        string
	LabelZH     string
	LabelEN     string
	Numerator   []string // indicators and derived sums, added
	Denominator []string // added: the count that the rate rests on; empty with Per
	Share       bool     // what the numerator counts is among what the denominator counts
	Per         string   // Residents, or ""
}

// Reads are the indicators that the rate may be made of, in any layout.
func (r Rate) Reads() []string {
	codes := map[string]bool{}
	for _, code := range slices.Concat(r.Numerator, r.Denominator) {
		for _, layout := range layouts() {
			if c, ok := correspondent(code, layout, []string{catalog.QualityExact}); ok {
				for _, of := range c.codes {
					codes[of] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(codes))
}

// layouts are those with tables.
var layouts = sync.OnceValue(func() []string { return catalog.Default().TableLayouts("") })

var rates = []Rate{
	{Code: "rate.granted", LabelZH: "予以公开占办结总数的比例", LabelEN: "Granted in full, share of processed",
		Numerator: []string{"requests.granted"}, Denominator: []string{"requests.processed_total"}, Share: true},
	{Code: "rate.granted_at_least_in_part", LabelZH: "予以公开和部分公开占办结总数的比例", LabelEN: "Granted in full or in part, share of processed",
		Numerator: []string{"requests.granted", "requests.partially_granted"}, Denominator: []string{"requests.processed_total"}, Share: true},
	{Code: "rate.denied", LabelZH: "不予公开（推算合计）占办结总数的比例", LabelEN: "Denied (derived sum), share of processed",
		Numerator: []string{"requests.denied.total"}, Denominator: []string{"requests.processed_total"}, Share: true},
	{Code: "rate.carried_out", LabelZH: "结转下年度占应办总数的比例", LabelEN: "Carried over to the next year, share of all to be processed",
		Numerator: []string{"requests.carried_out"}, Denominator: []string{"requests.received", "requests.carried_in"}, Share: true},
	{Code: "rate.review_corrected", LabelZH: "行政复议结果纠正占总计的比例", LabelEN: "Reviews that ended in correction, share of all reviews",
		Numerator: []string{"review.corrected"}, Denominator: []string{"review.total"}, Share: true},
	{Code: "rate.litigation_corrected", LabelZH: "行政诉讼结果纠正占总计的比例", LabelEN: "Lawsuits that ended in correction, share of all lawsuits",
		Numerator: []string{"litigation.direct.corrected", "litigation.after_review.corrected"}, Denominator: []string{"litigation.direct.total", "litigation.after_review.total"}, Share: true},
	{Code: "rate.disputes_per_request", LabelZH: "每件新收申请的复议和诉讼", LabelEN: "Reviews and lawsuits per request received",
		Numerator: []string{"review.total", "litigation.direct.total", "litigation.after_review.total"}, Denominator: []string{"requests.received"}},
	perResidents("rate.requests_per_100k", "新收申请", "Requests received", "requests.received"),
	perResidents("rate.denied_per_100k", "不予公开（推算合计）", "Requests denied (derived sum)", "requests.denied.total"),
	perResidents("rate.disputes_per_100k", "复议和诉讼", "Reviews and lawsuits", "review.total", "litigation.direct.total", "litigation.after_review.total"),
	perResidents("rate.licensing_per_100k", "行政许可处理决定", "Administrative licensing decisions", "disclosure.licensing.decisions"),
	perResidents("rate.penalties_per_100k", "行政处罚处理决定", "Administrative penalty decisions", "disclosure.penalties.decisions"),
	{Code: RepeatedText, LabelZH: "与本机关上年报告重复的文字占比", LabelEN: "Prose repeated from the report of the year before, share", Share: true},
}

// perResidents is a rate per 100,000 residents; its labels say when they were counted.
func perResidents(code, zh, en string, numerator ...string) Rate {
	return Rate{Code: code, LabelZH: fmt.Sprintf("每十万常住人口（%d年普查）的%s", region.CensusYear, zh), LabelEN: fmt.Sprintf("%s per 100,000 residents (census of %d)", en, region.CensusYear),
		Numerator: numerator, Per: Residents}
}

// findRate returns the rate of a code.
func findRate(code string) (Rate, bool) {
	i := slices.IndexFunc(rates, func(r Rate) bool { return r.Code == code })
	if i < 0 {
		return Rate{}, false
	}
	return rates[i], true
}

// Rates returns the rates that can be compared.
func Rates() []Rate { return slices.Clone(rates) }

// Measures returns everything that can be compared: indicators in the order
// of the tables, sums derived from them, rates, metrics.
func Measures() []Measure {
	var all []Measure
	for _, i := range catalog.Indicators() {
		all = append(all, indicatorMeasure(i, ""))
	}
	for _, d := range catalog.Deriveds() {
		all = append(all, derivedMeasure(d, ""))
	}
	for _, r := range rates {
		all = append(all, r.measure())
	}
	for _, m := range catalog.Metrics() {
		all = append(all, metricMeasure(m))
	}
	return all
}

func (r Rate) measure() Measure {
	m := Measure{Code: r.Code, Kind: KindRate, LabelZH: r.LabelZH, LabelEN: r.LabelEN, Share: r.Share, Per: r.Per}
	if len(r.Numerator) > 0 {
		m.Applicant = catalog.ApplicantTotal
	}
	return m
}

func metricMeasure(m catalog.Metric) Measure {
	return Measure{Code: m.Code, Kind: KindMetric, LabelZH: m.LabelZH, LabelEN: m.LabelEN, Unit: m.Unit}
}

func indicatorMeasure(i catalog.Indicator, applicant string) Measure {
	return Measure{Code: i.Code, Kind: KindIndicator, LabelZH: i.LabelZH(), LabelEN: i.LabelEN, Unit: i.Unit, Applicant: columnOf(i.Dimension, applicant)}
}

func derivedMeasure(d catalog.Derived, applicant string) Measure {
	return Measure{Code: d.Code, Kind: KindDerived, LabelZH: d.LabelZH, LabelEN: d.LabelEN, Unit: d.Unit, Applicant: columnOf(d.Dimension, applicant)}
}

// columnOf is the column that a figure of a dimension is read in.
func columnOf(dimension, applicant string) string {
	switch {
	case dimension != catalog.DimensionApplicant:
		return ""
	case applicant == "":
		return catalog.ApplicantTotal
	}
	return applicant
}

// FindMeasure returns the measure of a code. For what the requests table counts
// applicant chooses the column, "" the total; elsewhere it has to be "". The
// error is store.ErrUnknownCode.
func FindMeasure(code, applicant string) (m Measure, err error) {
	if i, ok := catalog.Lookup(code); ok {
		m = indicatorMeasure(i, applicant)
	} else if d, ok := catalog.LookupDerived(code); ok {
		m = derivedMeasure(d, applicant)
	} else if r, ok := findRate(code); ok {
		if m = r.measure(); applicant == "" || applicant == m.Applicant {
			return m, nil
		}
		m.Applicant = "" // of no other column
	} else if t, ok := catalog.LookupMetric(code); ok {
		m = metricMeasure(t)
	} else {
		return m, fmt.Errorf("%w: %q is no indicator, metric or rate; `nianbao indicators` lists them", store.ErrUnknownCode, code)
	}
	switch {
	case applicant == "" || applicant == m.Applicant && slices.ContainsFunc(catalog.Applicants(), func(a catalog.Applicant) bool { return a.Code == applicant }):
		return m, nil
	case m.Applicant == "":
		return Measure{}, fmt.Errorf("%w: %s has no applicants", store.ErrUnknownCode, code)
	}
	return Measure{}, fmt.Errorf("%w: applicant %q; want natural_person, … or total", store.ErrUnknownCode, applicant)
}
