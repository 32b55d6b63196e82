package report

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"
)

// Severity ranks findings.
type Severity string

const (
	// SeverityError: figures contradict each other.
	SeverityError Severity = "error"
	// SeverityWarning: suspicious, a person should look.
	SeverityWarning Severity = "warning"
	// SeverityInfo: worth knowing.
	SeverityInfo Severity = "info"
)

// Rules that packages outside the checks raise; the checks' own rules stand
// beside their formulas. Codes are stable: scripts match on them.
const (
	RuleNotRecognised     = "report.not_recognised"       // the document is no report
	RuleMissingRow        = "layout.missing_row"          // a row or column of the layout is not in the page
	RuleUnexpectedRow     = "layout.unexpected_row"       // a row of the page is in no layout
	RuleAmbiguous         = "layout.ambiguous"            // cells that could not be placed with certainty
	RuleDuplicateRow      = "layout.duplicate_row"        // a row stands twice with different figures
	RuleLayoutInferred    = "layout.inferred"             // no table, or the tables fit several layouts alike
	RuleLayoutUnread      = "layout.unread"               // there are tables, and none could be read
	RuleCitation          = "layout.citation"             // the text cites the notice of another layout
	RuleFlatInferred      = "flat.inferred"               // a flattened row placed by its own arithmetic
	RuleFlatAmbiguous     = "flat.ambiguous"              // a flattened row that could be read in several ways
	RuleUnreadable        = "value.unreadable"            // a figure's cell holds text that is none
	RuleNotInteger        = "value.integer"               // a count that is not whole or is negative
	RuleUnitAssumed       = "value.unit_assumed"          // an amount without any unit
	RuleSectionMissing    = "section.missing"             // one of the six sections is not there
	RuleRegionUnknown     = "region.unknown"              // no region recognised
	RuleRegionAmbiguous   = "region.ambiguous"            // several regions of that name
	RuleRegionRenamed     = "region.renamed"              // the region is named by a name it no longer has
	RuleRegionUnlisted    = "region.unlisted"             // the region is in no list near the year
	RuleRegionFromSeed    = "region.from_seed"            // the page names no region; the crawl knew it from its seed
	RuleRegionConflict    = "region.conflict"             // title and publisher name different regions
	RuleScopeUnknown      = "report.scope_unknown"        // a whole territory's report or one office's: it does not say
	RuleAnother           = "report.another"              // behind the report the document holds another one
	RuleTitleUnknown      = "report.title_unknown"        // the sections are a report's, and its title is lost
	RuleYearUnknown       = "report.year_unknown"         // neither title nor period names the year
	RuleYearInferred      = "report.year_inferred"        // only the sentences of its beginning do
	RuleYearConflict      = "report.year_conflict"        // title and period name different years
	RulePeriod            = "report.period"               // the printed reference period cannot be meant, or is not the year
	RulePublishedOn       = "report.published_on"         // dates of publication that differ, or lie before the year's end
	RuleImageOnly         = "container.image_only"        // nothing but pictures
	RuleCaptureTruncated  = "capture.truncated"           // the page ends in the middle of a table or a word: it was cut off
	RuleDrawing           = "container.drawing"           // figures in a drawing, which are not read
	RuleMalformed         = "container.malformed"         // damaged; read as far as it goes
	RuleTruncated         = "container.truncated"         // the document ends in the middle; its last cell or figure was not read
	RuleLimit             = "container.limit"             // a size, depth or time limit was reached
	RuleEncoding          = "container.encoding"          // bytes that are not valid in the detected encoding
	RuleNeedsConverter    = "container.converter_missing" // a format that needs LibreOffice, which is not installed
	RuleFault             = "container.fault"             // the parser panicked: a fault of its own
	RuleUnofficialHost    = "source.unofficial_host"      // the page's host is not a government's
	RuleSiteMismatch      = "site.mismatch"               // the site it was found on does not say that it is the region's, nor does the report
	RuleAttachmentPresent = "container.attachment"        // the page's own body is only a title; the report is attached
)

// Finding is what is wrong with a report or worth knowing about it. A finding
// never changes a figure.
type Finding struct {
	Rule      string   `json:"rule"`
	Severity  Severity `json:"severity"`
	Indicator string   `json:"indicator"` // "" when it concerns no single indicator
	Applicant string   `json:"applicant"`
	Expected  Evidence `json:"expected"`
	Actual    Evidence `json:"actual"`
	Message   string   `json:"message"` // a whole sentence a reader understands without the code
	Locator   Locator  `json:"locator"`
}

// Warning is a finding that something could not be read or is probably not meant, told by
// no more than a message, as package fmt formats it.
func Warning(rule, format string, args ...any) Finding {
	return Finding{Rule: rule, Severity: SeverityWarning, Message: fmt.Sprintf(format, args...)}
}

// Evidence is one side of a finding: a number, a text, or nothing. In JSON and
// in SQL it is a number, a string or null.
type Evidence struct {
	number float64
	text   string
	kind   byte // 0 none, 'n' number, 't' text
}

// Number is numeric evidence.
func Number(v float64) Evidence { return Evidence{number: v, kind: 'n'} }

// Text is textual evidence.
func Text(s string) Evidence { return Evidence{text: s, kind: 't'} }

// IsZero reports whether there is no evidence on this side.
func (e Evidence) IsZero() bool { return e.kind == 0 }

// Equal reports whether both are the same number, the same text or nothing.
func (e Evidence) Equal(o Evidence) bool { return e == o }

// Float64 returns the number, and whether the evidence is one.
func (e Evidence) Float64() (float64, bool) { return e.number, e.kind == 'n' }

func (e Evidence) String() string {
	if e.kind == 'n' {
		return strconv.FormatFloat(e.number, 'f', -1, 64)
	}
	return e.text
}

// MarshalJSON writes a number, a string or null.
func (e Evidence) MarshalJSON() ([]byte, error) {
	switch e.kind {
	case 'n':
		return json.Marshal(e.number)
	case 't':
		return json.Marshal(e.text)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads a number, a string or null.
func (e *Evidence) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	return e.Scan(v)
}

// Value implements driver.Valuer.
func (e Evidence) Value() (driver.Value, error) {
	switch e.kind {
	case 'n':
		return e.number, nil
	case 't':
		return e.text, nil
	}
	return nil, nil
}

// Scan implements sql.Scanner.
func (e *Evidence) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*e = Evidence{}
	case float64:
		*e = Number(v)
	case int64:
		*e = Number(float64(v))
	case string:
		*e = Text(v)
	case []byte:
		*e = Text(string(v))
	default:
		return fmt.Errorf("report: evidence cannot hold a %T", v)
	}
	return nil
}
