package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/parser/report"
)

// Prepared is a report ready to be written: everything that needs no database
// is done. It is immutable.
type Prepared struct {
	meta     report.Meta
	document Document
	sha256   string
	sections []report.Section
	findings []report.Finding
	facts    []byte   // rows of fact_data without report_id, as a JSON array
	inexact  []cell   // figures that need more digits than JSON numbers are read with
	mentions []byte   // rows of mention_data without report_id, as a JSON array
	hasValue bool     // at least one figure has a value
	content  [16]byte // digest of everything that was read
	figures  [16]byte // digest of the figures alone
	title    string   // words of the title, cut; "" without a Cutter
	body     string
	indexed  bool
}

type cell struct {
	indicator, applicant int64
	value                float64
}

// Prepare encodes a report. It is safe for concurrent use and takes most of the
// time of an ingest, so do it where the report was parsed, on every core, and
// hand the result to a Writer. The report must not be changed afterwards. The
// error is ErrNotReport for a document that was not recognised as a report, or
// names what in the report the store cannot keep.
func (s *Store) Prepare(r *report.Report, d Document) (*Prepared, error) {
	p := &Prepared{meta: r.Meta, document: d, sha256: d.SHA256, sections: r.Sections, findings: r.Findings}
	if p.sha256 == "" {
		p.sha256 = r.Meta.DocumentSHA256
	}
	refuse := func(format string, a ...any) (*Prepared, error) {
		return nil, fmt.Errorf("store: %s: %w", r.Meta.Source, fmt.Errorf(format, a...))
	}
	for _, f := range r.Findings {
		if f.Rule == report.RuleNotRecognised && r.Meta.Layout == "" {
			return refuse("%w: %s", ErrNotReport, f.Message)
		}
	}
	if digest, err := hex.DecodeString(p.sha256); err != nil || len(digest) != sha256.Size {
		return refuse("%q is no SHA-256 digest of the document", p.sha256)
	}
	if err := s.encodeFacts(p, r.Facts); err != nil {
		return refuse("%w", err)
	}
	if err := encodeMentions(p, r); err != nil {
		return refuse("%w", err)
	}
	p.digest(r)
	if c := s.options.Cutter; c != nil {
		p.indexed = true
		p.title = words(c, r.Meta.Title)
		var b strings.Builder
		for _, t := range r.Sections {
			b.WriteString(words(c, t.Heading))
			b.WriteByte('\n')
			b.WriteString(words(c, t.Text))
			b.WriteByte('\n')
		}
		p.body = b.String()
	}
	return p, nil
}

var statusNumbers = map[report.Status]int64{
	report.StatusReported: 0, report.StatusBlank: 1, report.StatusNotApplicable: 2, report.StatusUnreadable: 3, report.StatusUnitAssumed: 4,
}

func (s *Store) encodeFacts(p *Prepared, facts []report.Fact) error {
	seen := make(map[[2]int64]struct{}, len(facts))
	b := append(make([]byte, 0, 24*len(facts)+2), '[')
	for i, f := range facts {
		indicator, ok := s.codes.indicator[f.Indicator]
		if !ok {
			return fmt.Errorf("%w: indicator %q", ErrUnknownCode, f.Indicator)
		}
		applicant, ok := s.codes.applicant[f.Applicant]
		if !ok {
			return fmt.Errorf("%w: applicant %q", ErrUnknownCode, f.Applicant)
		}
		status, ok := statusNumbers[f.Status]
		if !ok {
			return fmt.Errorf("%w: status %q of %s", ErrUnknownCode, f.Status, f.Key())
		}
		if (f.Value != nil) != f.Status.HasValue() || f.Value != nil && (math.IsNaN(*f.Value) || math.IsInf(*f.Value, 0)) {
			return fmt.Errorf("%s is %s, which does not fit its value", f.Key(), f.Status)
		}
		key := [2]int64{indicator, applicant}
		if _, twice := seen[key]; twice {
			return fmt.Errorf("%s stands twice in the report", f.Key())
		}
		seen[key] = struct{}{}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		b = strconv.AppendInt(b, indicator, 10)
		b = append(b, ',')
		b = strconv.AppendInt(b, applicant, 10)
		b = append(b, ',')
		if f.Value == nil {
			b = append(b, "null"...)
		} else {
			p.hasValue = true
			start := len(b)
			b = strconv.AppendFloat(b, *f.Value, 'f', -1, 64)
			// SQLite reads up to fifteen digits exactly; the rest is bound as it is.
			if len(b)-start > 15 {
				p.inexact = append(p.inexact, cell{indicator, applicant, *f.Value})
			}
		}
		b = append(b, ',')
		b = strconv.AppendInt(b, status, 10)
		b = append(b, ',')
		if f.Value != nil && f.Raw == plain(*f.Value) {
			b = append(b, "null"...)
		} else {
			b = appendJSON(b, f.Raw)
		}
		b = append(b, ',')
		b = appendLocator(b, f.Locator)
		b = append(b, ']')
	}
	p.facts = append(b, ']')
	return nil
}

// plain is a whole value as printf('%d') writes it in the view fact; "\x00",
// which no cell holds, for what it would write otherwise.
func plain(v float64) string {
	if v != math.Trunc(v) || math.Abs(v) >= 1e15 || v == 0 && math.Signbit(v) {
		return "\x00"
	}
	return strconv.FormatInt(int64(v), 10)
}

// appendLocator packs a place as fact_data.locator has it.
func appendLocator(b []byte, l report.Locator) []byte {
	cell := report.Cell(l.Table, l.Row, l.Column)
	switch {
	case l.IsZero():
		return append(b, "null"...)
	case l == report.Line(l.Line) && l.Line > 0:
		return strconv.AppendInt(b, -int64(l.Line), 10)
	case l == cell && l.Table > 0 && l.Table < 1<<20 && l.Row > 0 && l.Row < 1<<12 && l.Column > 0 && l.Column < 1<<8:
		return strconv.AppendInt(b, int64(l.Table)<<20|int64(l.Row)<<8|int64(l.Column), 10)
	}
	return appendJSON(b, l.String())
}

func appendJSON(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			text, _ := json.Marshal(s) // a string always marshals
			return append(b, text...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func encodeMentions(p *Prepared, r *report.Report) error {
	texts := map[int]string{} // by number, where just one section has it
	for _, t := range r.Sections {
		if _, twice := texts[t.Number]; twice || !utf8.ValidString(t.Text) || strings.ContainsRune(t.Text, 0) {
			texts[t.Number] = ""
			continue
		}
		texts[t.Number] = t.Text
	}
	b := []byte{'['}
	for i, m := range r.Mentions {
		if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
			return fmt.Errorf("mention %d has no number", i)
		}
		if m.PartOf != nil && (*m.PartOf < 0 || *m.PartOf >= len(r.Mentions) || *m.PartOf == i) {
			return fmt.Errorf("mention %d is part of mention %d, which is not there", i, *m.PartOf)
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		b = strconv.AppendInt(b, int64(i), 10)
		for _, s := range []string{m.Metric, m.Subject} {
			b = appendJSON(append(b, ','), s)
		}
		b = strconv.AppendFloat(append(b, ','), m.Value, 'f', -1, 64)
		for _, s := range []string{m.Unit, m.Qualifier} {
			b = appendJSON(append(b, ','), s)
		}
		b = append(b, ',')
		if m.PartOf == nil {
			b = append(b, "null"...)
		} else {
			b = strconv.AppendInt(b, int64(*m.PartOf), 10)
		}
		b = strconv.AppendInt(append(b, ','), int64(m.Section), 10)
		b = append(b, ',')
		if start, length, ok := locate(texts[m.Section], m.Sentence, m.Start); ok {
			b = strconv.AppendInt(b, int64(start), 10)
			b = strconv.AppendInt(append(b, ','), int64(length), 10)
		} else {
			b = appendJSON(b, m.Sentence)
			b = append(b, ",null"...)
		}
		b = strconv.AppendInt(append(b, ','), int64(m.Start), 10)
		b = strconv.AppendInt(append(b, ','), int64(m.End), 10)
		b = appendJSON(append(b, ','), m.Raw)
		b = append(b, ']')
	}
	p.mentions = append(b, ']')
	return nil
}

// locate finds the occurrence of a sentence around a figure, in characters.
func locate(text, sentence string, figure int) (start, length int, ok bool) {
	if sentence == "" || text == "" {
		return 0, 0, false
	}
	length = utf8.RuneCountInString(sentence)
	for at, chars := 0, 0; ; {
		i := strings.Index(text[at:], sentence)
		if i < 0 {
			return 0, 0, false
		}
		chars += utf8.RuneCountInString(text[at : at+i])
		if chars+length > figure {
			return chars, length, chars <= figure
		}
		_, size := utf8.DecodeRuneInString(text[at+i:])
		at, chars = at+i+size, chars+1
	}
}

// digest tells readings and publications apart. Where the bytes came from and
// which version read them are no part of either.
func (p *Prepared) digest(r *report.Report) {
	content, figures := sha256.New(), sha256.New()
	m := r.Meta
	for _, s := range []string{m.Container, m.Layout, m.Title, strconv.Itoa(int(m.Year)), m.PeriodStart, m.PeriodEnd,
		m.PublishedOn, m.Region, m.RegionCode, m.Publisher, string(m.Scope)} {
		field(content, s)
	}
	content.Write(p.facts)
	content.Write(p.mentions)
	for _, c := range p.inexact {
		field(content, strconv.FormatFloat(c.value, 'g', -1, 64))
	}
	for _, f := range r.Findings {
		for _, s := range []string{f.Rule, string(f.Severity), f.Indicator, f.Applicant, f.Expected.String(), f.Actual.String(), f.Message, f.Locator.String()} {
			field(content, s)
		}
	}
	for _, t := range r.Sections {
		field(content, strconv.Itoa(t.Number))
		field(content, t.Heading)
		field(content, t.Text)
	}

	field(figures, m.Layout)
	facts := slices.Clone(r.Facts)
	slices.SortFunc(facts, func(a, b report.Fact) int { return strings.Compare(a.Key(), b.Key()) })
	for _, f := range facts {
		field(figures, f.Key())
		field(figures, string(f.Status))
		if f.Value != nil {
			field(figures, strconv.FormatFloat(*f.Value, 'g', -1, 64))
		}
	}
	for _, m := range r.Mentions {
		field(figures, m.Metric)
		field(figures, m.Unit)
		field(figures, strconv.FormatFloat(m.Value, 'g', -1, 64))
	}
	copy(p.content[:], content.Sum(nil))
	copy(p.figures[:], figures.Sum(nil))
}

// field hashes a text with its length, so that no two lists of texts look alike.
func field(h hash.Hash, s string) {
	var n [4]byte
	binary.LittleEndian.PutUint32(n[:], uint32(len(s)))
	h.Write(n[:])
	h.Write([]byte(s))
}
