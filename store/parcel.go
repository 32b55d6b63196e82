package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store/index"
)

// A Preparer prepares reports where there is no file: on another machine than
// the one that writes. What it prepares travels as bytes (Prepared.Pack) and is
// written where it arrives (Store.Unpack).
type Preparer struct{ codes Codes }

// NewPreparer makes a Preparer.
func NewPreparer() *Preparer { return &Preparer{catalogueCodes()} }

// Prepare is Store.Prepare, without a file.
func (p *Preparer) Prepare(r *report.Report, d Document) (*Prepared, error) {
	return prepareReport(r, d, p.codes)
}

// catalogueCodes are the numbers that a new file gives: the catalogue's order.
var catalogueCodes = sync.OnceValue(func() Codes {
	c := Codes{Indicator: map[string]int64{}, Applicant: map[string]int64{"": 0}}
	for n, i := range catalog.Indicators() {
		c.Indicator[i.Code] = int64(n) + 1
	}
	for n, a := range catalog.Applicants() {
		c.Applicant[a.Code] = int64(n) + 1
	}
	return c
})

// parcelMark begins every parcel: its form, and the numbers its figures are under.
var parcelMark = sync.OnceValue(func() []byte {
	h := sha256.New()
	for _, i := range catalog.Indicators() {
		fmt.Fprintln(h, i.Code)
	}
	for _, a := range catalog.Applicants() {
		fmt.Fprintln(h, a.Code)
	}
	return append([]byte("nb3"), h.Sum(nil)[:8]...)
})

var (
	// ErrParcel says that bytes are no parcel, or a damaged one.
	ErrParcel = errors.New("not a prepared report, or a damaged one")
	// ErrParcelVersion says that a parcel is from another version of the program.
	ErrParcelVersion = errors.New("the report was prepared by another version of this program, with another catalogue; use one version on all machines")
)

// maxParcel bounds what a parcel may unfold to.
const maxParcel = 256 << 20

var packer = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
})

var unpacker = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxParcel), zstd.WithDecoderConcurrency(0))
	if err != nil {
		panic(err)
	}
	return d
})

// Pack is a prepared report as bytes, compressed, for Store.Unpack of the same
// version of this program. The report must be from a Preparer.
func (p *Prepared) Pack() []byte {
	var w parcelWriter
	m, d := p.meta, p.document
	for _, s := range []string{m.Source, m.Container, m.Layout, m.Title, m.PeriodStart, m.PeriodEnd, m.PublishedOn, m.Region, m.RegionCode, m.Publisher,
		string(m.Scope), m.DocumentSHA256, m.ParserVersion, d.SHA256, d.URL, d.ContentType, d.Charset, d.WARCFile, p.sha256, p.packed} {
		w.text(s)
	}
	for _, n := range []int64{int64(m.Year), int64(d.HTTPStatus), d.Bytes, d.WARCOffset, d.FetchedAt.Unix(), int64(d.FetchedAt.Nanosecond()),
		flag(d.FetchedAt.IsZero()), flag(p.official), flag(p.hasValue)} {
		w.number(n)
	}
	for _, digest := range [][]byte{p.content[:], p.figures[:], p.cells[:], p.tables} {
		w.text(string(digest))
	}
	w.number(int64(len(p.sections)))
	for _, t := range p.sections {
		w.number(int64(t.Number))
		w.text(t.Heading)
		w.text(t.Text)
	}
	w.number(int64(len(p.findings)))
	for _, f := range p.findings {
		expected, err := f.Expected.MarshalJSON()
		actual, err2 := f.Actual.MarshalJSON()
		if err != nil || err2 != nil {
			expected, actual = []byte("null"), []byte("null") // a number without a value is no evidence
		}
		for _, s := range []string{f.Rule, string(f.Severity), f.Indicator, f.Applicant, string(expected), string(actual), f.Message} {
			w.text(s)
		}
		w.place(f.Locator)
	}
	w.number(int64(len(p.facts)))
	for _, f := range p.facts {
		w.number(f.key)
		w.number(f.status)
		var value any
		if f.Value != nil {
			value = *f.Value
		}
		w.any(value)
		w.text(f.Raw)
		w.place(f.Locator)
	}
	w.number(int64(len(p.mentions)))
	for _, row := range p.mentions {
		w.number(int64(len(row)))
		for _, v := range row {
			w.any(v)
		}
	}
	w.number(int64(len(p.keys)))
	var last index.Key
	for _, k := range p.keys { // ascending
		w.number(int64(k - last))
		last = k
	}
	// The source in plain, so that a parcel whose inside is damaged still says of
	// what report it is.
	head := parcelWriter{*bytes.NewBuffer(bytes.Clone(parcelMark()))}
	head.text(m.Source)
	return packer().EncodeAll(w.Bytes(), head.Bytes())
}

// ParcelSource is the source of the report that a parcel holds, damaged as it may
// be; "" where that cannot be read either.
func ParcelSource(data []byte) string {
	body, ours := bytes.CutPrefix(data, parcelMark())
	r := parcelReader{left: body}
	if source := r.text(); ours && !r.bad && utf8.ValidString(source) {
		return source
	}
	return ""
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Unpack is what Pack packed, with the numbers of this file. The error is an
// ErrParcel or ErrParcelVersion.
func (s *Store) Unpack(data []byte) (*Prepared, error) {
	mark := parcelMark()
	if len(data) < len(mark) || !bytes.HasPrefix(data, mark[:2]) {
		return nil, ErrParcel
	}
	if !bytes.HasPrefix(data, mark) {
		return nil, ErrParcelVersion
	}
	head := parcelReader{left: data[len(mark):]}
	if head.text(); head.bad {
		return nil, ErrParcel
	}
	body, err := unpacker().DecodeAll(head.left, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrParcel, err)
	}
	p, err := unpackPrepared(body)
	if err != nil {
		return nil, err
	}
	facts, err := p.unpackedFacts()
	if err != nil {
		return nil, err
	}
	ours := s.codes
	if theirs := catalogueCodes(); maps.Equal(ours.Indicator, theirs.Indicator) && maps.Equal(ours.Applicant, theirs.Applicant) {
		return p, nil
	}
	// The file was begun by a program with fewer indicators, and has numbered the
	// others as they came.
	p.facts, p.packed, p.tables = nil, "", nil
	if err := p.encodeFacts(ours, facts); err != nil {
		return nil, err
	}
	p.digest()
	return p, nil
}

func unpackPrepared(body []byte) (*Prepared, error) {
	r := parcelReader{left: body}
	p := &Prepared{}
	m, d := &p.meta, &p.document
	var scope string
	for _, s := range []*string{&m.Source, &m.Container, &m.Layout, &m.Title, &m.PeriodStart, &m.PeriodEnd, &m.PublishedOn, &m.Region, &m.RegionCode, &m.Publisher,
		&scope, &m.DocumentSHA256, &m.ParserVersion, &d.SHA256, &d.URL, &d.ContentType, &d.Charset, &d.WARCFile, &p.sha256, &p.packed} {
		*s = r.text()
	}
	m.Scope = report.Scope(scope)
	m.Year, d.HTTPStatus, d.Bytes, d.WARCOffset = report.Year(r.number()), int(r.number()), r.number(), r.number()
	d.FetchedAt = time.Unix(r.number(), r.number()).UTC()
	if r.number() != 0 {
		d.FetchedAt = time.Time{}
	}
	p.official, p.hasValue = r.number() != 0, r.number() != 0
	for _, digest := range [][]byte{p.content[:], p.figures[:], p.cells[:]} {
		if copy(digest, r.text()) != len(digest) {
			r.bad = true
		}
	}
	if tables := r.text(); tables != "" {
		p.tables = []byte(tables)
	}
	for range r.count() {
		p.sections = append(p.sections, report.Section{Number: int(r.number()), Heading: r.text(), Text: r.text()})
	}
	for range r.count() {
		f := report.Finding{Rule: r.text(), Severity: report.Severity(r.text()), Indicator: r.text(), Applicant: r.text()}
		if f.Expected.UnmarshalJSON([]byte(r.text())) != nil || f.Actual.UnmarshalJSON([]byte(r.text())) != nil {
			r.bad = true
		}
		f.Message, f.Locator = r.text(), r.place()
		p.findings = append(p.findings, f)
	}
	for range r.count() {
		f := fact{r.number(), r.number(), &report.Fact{}}
		if v, ok := r.any().(float64); ok {
			f.Value = &v
		}
		f.Raw, f.Locator = r.text(), r.place()
		p.facts = append(p.facts, f)
	}
	for range r.count() {
		row := make([]any, 0, 13)
		for range r.count() {
			row = append(row, r.any())
		}
		p.mentions = append(p.mentions, row)
	}
	n := r.count()
	p.keys = make([]index.Key, 0, min(n, len(r.left)))
	var last index.Key
	for range n {
		last += index.Key(r.number())
		p.keys = append(p.keys, last)
	}
	if r.bad || len(r.left) > 0 {
		return nil, ErrParcel
	}
	return p, nil
}

// unpackedFacts undoes encodeFacts with the numbers of the catalogue.
func (p *Prepared) unpackedFacts() ([]report.Fact, error) {
	codes := catalogueCodes()
	indicators, applicants := map[int64]string{}, map[int64]string{}
	for c, n := range codes.Indicator {
		indicators[n] = c
	}
	for c, n := range codes.Applicant {
		applicants[n] = c
	}
	var all []report.Fact
	add := func(indicator, applicant, status int64, value *float64, raw string, l report.Locator) error {
		code, known := indicators[indicator]
		who, known2 := applicants[applicant]
		if !known || !known2 || StatusOf(status) == "" {
			return ErrParcel
		}
		all = append(all, report.Fact{Indicator: code, Applicant: who, Value: value, Status: StatusOf(status), Raw: raw, Locator: l})
		return nil
	}
	for word := range strings.SplitSeq(strings.Trim(p.packed, "[]"), ",") {
		if word == "" {
			continue
		}
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return nil, ErrParcel
		}
		status, place := n>>47&7, n>>23&(1<<23-1)
		l := report.Cell(int(place>>20), int(place>>8&(1<<12-1)), int(place&(1<<8-1)))
		if n>>46&1 == 1 {
			l = report.Line(int(place))
		}
		var value *float64
		raw := ""
		if status == 0 {
			v := float64(n & (1<<23 - 1))
			value, raw = &v, plain(v)
		}
		if err := add(n>>53, n>>50&7, status, value, raw, l); err != nil {
			return nil, err
		}
	}
	for _, f := range p.facts {
		indicator, applicant := ofFactKey(f.key)
		if err := add(indicator, applicant, f.status, f.Value, f.Raw, f.Locator); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// A parcelWriter writes numbers as varints and texts with their lengths.
type parcelWriter struct{ bytes.Buffer }

func (w *parcelWriter) number(n int64) { w.Write(binary.AppendVarint(w.AvailableBuffer(), n)) }

func (w *parcelWriter) text(s string) {
	w.number(int64(len(s)))
	w.WriteString(s)
}

func (w *parcelWriter) place(l report.Locator) {
	for _, n := range []int{l.Table, l.Row, l.Column, l.Line} {
		w.number(int64(n))
	}
}

// Kinds of values in a row.
const (
	parcelNull = iota
	parcelNumber
	parcelFloat
	parcelText
)

func (w *parcelWriter) any(v any) {
	switch v := v.(type) {
	case int64:
		w.WriteByte(parcelNumber)
		w.number(v)
	case float64:
		w.WriteByte(parcelFloat)
		w.Write(binary.LittleEndian.AppendUint64(w.AvailableBuffer(), math.Float64bits(v)))
	case string:
		w.WriteByte(parcelText)
		w.text(v)
	case nil:
		w.WriteByte(parcelNull)
	default:
		panic(fmt.Sprintf("a row of the store holds a %T", v))
	}
}

// A parcelReader reads what a parcelWriter wrote; bad when it was not.
type parcelReader struct {
	left []byte
	bad  bool
}

func (r *parcelReader) number() int64 {
	v, n := binary.Varint(r.left)
	if n <= 0 {
		r.bad, r.left = true, nil
		return 0
	}
	r.left = r.left[n:]
	return v
}

// count is a number of things to come, each of at least an octet.
func (r *parcelReader) count() int {
	n := r.number()
	if n < 0 || n > int64(len(r.left)) {
		r.bad, r.left = true, nil
		return 0
	}
	return int(n)
}

func (r *parcelReader) text() string {
	n := r.count()
	s := string(r.left[:n])
	r.left = r.left[n:]
	return s
}

func (r *parcelReader) place() (l report.Locator) {
	for _, n := range []*int{&l.Table, &l.Row, &l.Column, &l.Line} {
		*n = int(r.number())
	}
	return l
}

func (r *parcelReader) any() any {
	if len(r.left) == 0 {
		r.bad = true
		return nil
	}
	kind := r.left[0]
	r.left = r.left[1:]
	switch kind {
	case parcelNull:
		return nil
	case parcelNumber:
		return r.number()
	case parcelText:
		return r.text()
	case parcelFloat:
		if len(r.left) >= 8 {
			v := math.Float64frombits(binary.LittleEndian.Uint64(r.left))
			r.left = r.left[8:]
			return v
		}
	}
	r.bad, r.left = true, nil
	return nil
}
