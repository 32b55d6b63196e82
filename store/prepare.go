package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store/index"
)

// Prepared is a report ready to be written: everything that needs no database
// is done. It is immutable.
type Prepared struct {
	report   *report.Report // as it was given
	meta     report.Meta
	document Document
	sha256   string
	sections []report.Section
	findings []report.Finding
	packed   string      // most figures, each in one number, as a JSON array
	facts    []fact      // the figures that do not fit in a number
	mentions [][]any     // rows of mention_data without report_id
	official bool        // it is from a government's host, or from disk
	hasValue bool        // at least one figure has a value
	content  [16]byte    // digest of everything that was read
	figures  [16]byte    // digest of the figures, of tables and words, and whether they are official
	cells    [16]byte    // digest of the figures of the tables
	tables   []byte      // digest of the tables; nil where no figure is other than zero
	keys     []index.Key // of the title and the sections, for the search index
}

// Prepare encodes a report. It is safe for concurrent use and takes most of the
// time of an ingest, so do it where the report was parsed, on every core, and
// hand the result to a Writer. The report must not be changed afterwards. The
// error is ErrNotReport for a document that was not recognised as a report, or
// names what in the report the store cannot keep.
func (s *Store) Prepare(r *report.Report, d Document) (*Prepared, error) {
	return prepareReport(r, d, s.codes)
}

func prepareReport(r *report.Report, d Document, codes Codes) (*Prepared, error) {
	p, err := encodeReport(r, d, codes)
	if err == nil {
		p.keys = index.Keys(r.Meta.Title, r.Sections)
	}
	return p, err
}

// encodeReport is prepareReport without the keys of the search index.
func encodeReport(r *report.Report, d Document, codes Codes) (*Prepared, error) {
	p := &Prepared{report: r, meta: r.Meta, document: d, sha256: d.SHA256, sections: r.Sections, findings: r.Findings, official: true}
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
		p.official = p.official && f.Rule != report.RuleUnofficialHost
	}
	if digest, err := hex.DecodeString(p.sha256); err != nil || len(digest) != sha256.Size {
		return refuse("%q is no SHA-256 digest of the document", p.sha256)
	}
	if _, known := region.Lookup(r.Meta.RegionCode); !known && r.Meta.RegionCode != "" {
		return refuse("%w: region %q", ErrUnknownCode, r.Meta.RegionCode)
	}
	if err := p.encodeFacts(codes, r.Facts); err != nil {
		return refuse("%w", err)
	}
	if err := encodeMentions(p, r); err != nil {
		return refuse("%w", err)
	}
	p.digest()
	return p, nil
}

var statusNumbers = map[report.Status]int64{
	report.StatusReported: 0, report.StatusBlank: 1, report.StatusNotApplicable: 2, report.StatusUnreadable: 3, report.StatusUnitAssumed: 4,
}

// FactKey is one number for the numbers of an indicator and an applicant.
func FactKey(indicator, applicant int64) int64 { return indicator<<catalog.ApplicantBits | applicant }

// ofFactKey undoes FactKey.
func ofFactKey(key int64) (indicator, applicant int64) {
	return key >> catalog.ApplicantBits, key & catalog.MaxApplicants
}

// fact is one figure in the file's numbers.
type fact struct {
	key          int64 // as FactKey
	status       int64
	*report.Fact // of which its value, raw text and locator count
}

// fact is a figure in the file's numbers; an error where it has none for it.
func (c Codes) fact(f *report.Fact) (fact, error) {
	indicator, ok := c.Indicator[f.Indicator]
	if !ok {
		return fact{}, fmt.Errorf("%w: indicator %q", ErrUnknownCode, f.Indicator)
	}
	applicant, ok := c.Applicant[f.Applicant]
	if !ok {
		return fact{}, fmt.Errorf("%w: applicant %q", ErrUnknownCode, f.Applicant)
	}
	status, ok := statusNumbers[f.Status]
	if !ok {
		return fact{}, fmt.Errorf("%w: status %q of %s", ErrUnknownCode, f.Status, f.Key())
	}
	if (f.Value != nil) != f.Status.HasValue() || f.Value != nil && (math.IsNaN(*f.Value) || math.IsInf(*f.Value, 0)) {
		return fact{}, fmt.Errorf("%s is %s, which does not fit its value", f.Key(), f.Status)
	}
	return fact{FactKey(indicator, applicant), status, f}, nil
}

// Source is the path or address of the report.
func (p *Prepared) Source() string { return p.meta.Source }

func (p *Prepared) encodeFacts(codes Codes, all []report.Fact) error {
	facts := make([]fact, len(all))
	for i := range all {
		var err error
		if facts[i], err = codes.fact(&all[i]); err != nil {
			return err
		}
		p.hasValue = p.hasValue || all[i].Value != nil
	}
	if byKey := func(a, b fact) int { return cmp.Compare(a.key, b.key) }; !slices.IsSortedFunc(facts, byKey) { // as they come
		slices.SortStableFunc(facts, byKey)
	}
	packed := append(make([]byte, 0, 20*len(facts)+2), '[')
	for i, f := range facts {
		if i > 0 && f.key == facts[i-1].key {
			return fmt.Errorf("%s stands twice in the report", f.Key())
		}
		word, ok := f.pack()
		if !ok {
			p.facts = append(p.facts, f)
			continue
		}
		if len(packed) > 1 {
			packed = append(packed, ',')
		}
		packed = strconv.AppendInt(packed, word, 10)
	}
	p.packed = string(append(packed, ']'))
	p.figuresOf(facts)
	return nil
}

// pack puts a figure in one number, from the highest bit: indicator 10,
// applicant 3, status 3, line or cell 1, locator 23, value 23. Most figures are
// such: a printed whole number, or a cell that is empty. One statement then
// unpacks all of them in SQL, which is twice as fast as any other way to hand
// them over.
func (f fact) pack() (word int64, ok bool) {
	const limit = 1 << 23
	place, ok := placeNumber(f.Locator)
	if !ok || max(place, -place) >= limit {
		return 0, false
	}
	var line, value int64
	if place < 0 {
		place, line = -place, 1
	}
	switch {
	case f.status == 0 && *f.Value >= 0 && *f.Value < limit && f.Raw == plain(*f.Value):
		value = int64(*f.Value)
	case f.status == 1 && f.Raw == "":
	default:
		return 0, false
	}
	indicator, applicant := ofFactKey(f.key)
	if indicator >= 1<<10 || applicant >= 1<<3 {
		return 0, false
	}
	return indicator<<53 | applicant<<50 | f.status<<47 | line<<46 | place<<23 | value, true
}

// eachFigure calls f for what each of the figures is counted as.
func (p *Prepared) eachFigure(f func(cell)) {
	for _, of := range p.facts {
		indicator, applicant := ofFactKey(of.key)
		f(cell{indicator, applicant, of.status})
	}
	var word int64
	for i := range len(p.packed) {
		switch c := p.packed[i]; {
		case c >= '0' && c <= '9':
			word = 10*word + int64(c-'0')
		case word != 0:
			f(cell{word >> 53, word >> 50 & 7, word >> 47 & 7})
			word = 0
		}
	}
}

// unpackFacts is the SQL that undoes pack for a JSON array of such numbers.
// LIMIT and WHERE, which change nothing, keep SQLite from putting the inner
// query into the outer one, where it would parse each number nine times.
const unpackFacts = `INSERT INTO fact_data SELECT ?1, v >> 53, (v >> 50) & 7,
	CASE WHEN v & 0x800000000000 THEN NULL ELSE v & 0x7fffff END, (v >> 47) & 7,
	CASE WHEN v & 0x800000000000 THEN '' END,
	CASE WHEN v & 0x400000000000 THEN -((v >> 23) & 0x7fffff) ELSE (v >> 23) & 0x7fffff END
	FROM (SELECT value + 0 AS v FROM json_each(?2) LIMIT -1) WHERE v`

// columns are those of fact_data behind report_id, for a figure that pack cannot
// hold.
func (f fact) columns() []any {
	var value, raw any = nil, f.Raw
	if f.Value != nil {
		value = *f.Value
		if f.Raw == plain(*f.Value) {
			raw = nil
		}
	}
	indicator, applicant := ofFactKey(f.key)
	return []any{indicator, applicant, value, f.status, raw, packLocator(f.Locator)}
}

// notPlain is what no cell holds.
const notPlain = "\x00"

// plain is a whole value as printf('%d') writes it in the view fact; notPlain
// for what it would write otherwise.
func plain(v float64) string {
	if v != math.Trunc(v) || math.Abs(v) >= 1e15 || v == 0 && math.Signbit(v) {
		return notPlain
	}
	return strconv.FormatInt(int64(v), 10)
}

// placeNumber is a place as a number: below zero a line, above it table 20, row 12 and
// column 8 bits. Not ok: a place of another kind, or one too far out.
func placeNumber(l report.Locator) (n int64, ok bool) {
	switch {
	case l.Line > 0 && l == report.Line(l.Line):
		return -int64(l.Line), true
	case l.Line == 0 && l.Table > 0 && l.Table < 1<<20 && l.Row > 0 && l.Row < 1<<12 && l.Column > 0 && l.Column < 1<<8:
		return int64(l.Table)<<20 | int64(l.Row)<<8 | int64(l.Column), true
	}
	return 0, false
}

// packLocator packs a place as fact_data.locator has it.
func packLocator(l report.Locator) any {
	if l.IsZero() {
		return nil
	}
	if n, ok := placeNumber(l); ok {
		return n
	}
	return l.String()
}

// Places in the rows of encodeMentions, and how many there are.
const (
	mentionMetric = 1
	mentionValue  = 3
	mentionUnit   = 4

	mentionColumns = 13
)

// checkMention finds what mention_data cannot have.
func checkMention(all []report.Mention, i int) error {
	m := &all[i]
	if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
		return fmt.Errorf("mention %d has no number", i)
	}
	if m.PartOf != nil && (*m.PartOf < 0 || *m.PartOf >= len(all) || *m.PartOf == i) {
		return fmt.Errorf("mention %d is part of mention %d, which is not there", i, *m.PartOf)
	}
	return nil
}

// encodeMentions makes the rows of mention_data, without the report's number.
func encodeMentions(p *Prepared, r *report.Report) error {
	texts := map[int]string{} // by number, where just one section has it
	for _, t := range r.Sections {
		if _, twice := texts[t.Number]; twice || !utf8.ValidString(t.Text) || strings.ContainsRune(t.Text, 0) {
			texts[t.Number] = ""
			continue
		}
		texts[t.Number] = t.Text
	}
	var place cursor
	p.mentions = make([][]any, len(r.Mentions))
	all := make([]any, 0, len(r.Mentions)*mentionColumns) // of which each row has a part
	for i := range r.Mentions {
		m := &r.Mentions[i]
		if err := checkMention(r.Mentions, i); err != nil {
			return err
		}
		var part, sentence, length any
		if m.PartOf != nil {
			part = int64(*m.PartOf)
		}
		if m.Section != place.section || m.Start < place.chars {
			place = cursor{section: m.Section}
		}
		if start, n, ok := place.locate(texts[m.Section], m.Sentence, m.Start); ok {
			sentence, length = int64(start), int64(n)
		} else {
			sentence = m.Sentence
		}
		all = append(all, int64(i), m.Metric, m.Subject, m.Value, m.Unit, m.Qualifier, part, int64(m.Section),
			sentence, length, int64(m.Start), int64(m.End), m.Raw)
		p.mentions[i] = all[len(all)-mentionColumns : len(all) : len(all)]
	}
	return nil
}

// cursor is a place in a section's text: where the last sentence was found.
// Mentions come in the order of the text, so that the next one is not before it.
type cursor struct {
	section, at, chars int
	sentence           string
	length             int // of it, in characters
}

// locate finds the occurrence of a sentence around a figure, in characters, and
// moves the cursor to it.
func (c *cursor) locate(text, sentence string, figure int) (start, length int, ok bool) {
	if sentence == "" || text == "" {
		return 0, 0, false
	}
	if sentence != c.sentence { // which tells of several figures, often
		c.sentence, c.length = sentence, utf8.RuneCountInString(sentence)
	}
	length = c.length
	for at, chars := c.at, c.chars; ; {
		i := strings.Index(text[at:], sentence)
		if i < 0 {
			return 0, 0, false
		}
		chars += utf8.RuneCountInString(text[at : at+i])
		if chars+length > figure {
			if ok = chars <= figure; ok {
				c.at, c.chars = at+i, chars
			}
			return chars, length, ok
		}
		_, size := utf8.DecodeRuneInString(text[at+i:])
		at, chars = at+i+size, chars+1
	}
}

// digest tells one reading of the same bytes from another. Where they came
// from and which version read them are no part of it.
func (p *Prepared) digest() {
	m := p.meta
	size := 4<<10 + len(p.packed) + 160*len(p.mentions) + 400*len(p.findings)
	for _, t := range p.sections {
		size += len(t.Heading) + len(t.Text) + 32
	}
	b := make([]byte, 0, size)
	for _, s := range []string{m.Container, m.Layout, m.Title, strconv.Itoa(int(m.Year)), m.PeriodStart, m.PeriodEnd,
		m.PublishedOn, m.Region, m.RegionCode, m.Publisher, string(m.Scope), p.packed} {
		b = appendField(b, s)
	}
	for _, f := range p.facts {
		b = fmt.Appendln(b, append([]any{0}, f.columns()...)...) // 0 as in the digests of older files
	}
	for _, m := range p.mentions {
		for _, v := range m {
			switch v := v.(type) {
			case string:
				b = appendField(b, v)
			case int64:
				b = append(strconv.AppendInt(b, v, 10), ';')
			case nil:
				b = append(b, "<nil>;"...)
			case float64:
				// As fmt writes it, which older files were digested with.
				if whole := plain(v); whole != notPlain {
					b = append(append(b, whole...), ';')
				} else {
					b = fmt.Append(b, v, ";")
				}
			default:
				b = fmt.Append(b, v, ";")
			}
		}
	}
	for _, f := range p.findings {
		for _, s := range []string{f.Rule, string(f.Severity), f.Indicator, f.Applicant, f.Expected.String(), f.Actual.String(), f.Message, f.Locator.String()} {
			b = appendField(b, s)
		}
	}
	for _, t := range p.sections {
		b = appendField(appendField(appendField(b, strconv.Itoa(t.Number)), t.Heading), t.Text)
	}
	sum := sha256.Sum256(b)
	copy(p.content[:], sum[:])
	p.figures = p.figuresDigest(p.official)
}

// figuresDigest tells whether another publication has other figures.
func (p *Prepared) figuresDigest(official bool) (digest [16]byte) {
	b := appendField(make([]byte, 0, 128+48*len(p.mentions)), p.meta.Layout)
	b = strconv.AppendBool(b, official)
	b = append(b, p.cells[:]...)
	for _, m := range p.mentions {
		b = appendField(appendField(b, m[mentionMetric].(string)), m[mentionUnit].(string))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m[mentionValue].(float64)))
	}
	sum := sha256.Sum256(b)
	copy(digest[:], sum[:])
	return digest
}

// figuresOf digests the figures of the tables, in the order of their keys:
// which cells there are and what they say, wherever they stand.
func (p *Prepared) figuresOf(facts []fact) {
	b := make([]byte, 0, 17*len(facts))
	for _, f := range facts {
		// So that the digests in older files hold: the first seven kinds of
		// applicants stand in the lowest bits, those above them in the highest.
		indicator, applicant := ofFactKey(f.key)
		b = binary.LittleEndian.AppendUint64(b, uint64(applicant>>3<<58|indicator<<3|applicant&7))
		b = append(b, byte(f.status))
		if f.Value != nil {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(*f.Value))
		}
	}
	sum := sha256.Sum256(b)
	copy(p.cells[:], sum[:])
	if slices.ContainsFunc(facts, func(f fact) bool { return f.Value != nil && *f.Value != 0 }) {
		p.tables = slices.Clone(p.cells[:])
	}
}

// appendField appends a text with its length, so that no two lists of texts look
// alike in a digest.
func appendField(b []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
}
