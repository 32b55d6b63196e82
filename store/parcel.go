package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"sync"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store/index"
)

// Prepare is Store.Prepare where there is no file: on another machine than the one
// that writes. What it prepares travels as bytes (Prepared.Pack) and is written where
// it arrives (Store.Unpack).
func Prepare(r *report.Report, d Document) (*Prepared, error) {
	return prepareReport(r, d, catalogueCodes())
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

// parcelMark begins every parcel: its form, the numbers its figures are under, and the
// fields that travel, for they are told by their order alone.
var parcelMark = sync.OnceValue(func() []byte {
	h := sha256.New()
	for _, i := range catalog.Indicators() {
		fmt.Fprintln(h, i.Code)
	}
	for _, a := range catalog.Applicants() {
		fmt.Fprintln(h, a.Code)
	}
	describe(h, reflect.TypeFor[parcel]())
	return append([]byte("nb4"), h.Sum(nil)[:8]...)
})

// describe writes the kinds and names of what a type is made of.
func describe(w io.Writer, t reflect.Type) {
	fmt.Fprintln(w, t.Kind())
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		describe(w, t.Elem())
	case reflect.Struct:
		if reflect.PointerTo(t).Implements(reflect.TypeFor[ownForm]()) {
			fmt.Fprintln(w, t)
			return
		}
		for i := range t.NumField() {
			if f := t.Field(i); f.Type != setting {
				fmt.Fprintln(w, f.Name)
				describe(w, f.Type)
			}
		}
	}
}

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

// parcel is what of a prepared report travels: the report itself, for to encode it takes
// little, and the keys of the search index, which take the most, each as what it is more
// than the one before.
type parcel struct {
	Report   report.Report
	Document Document
	Steps    []int64
}

// Pack is a prepared report as bytes, compressed, for Store.Unpack of the same
// version of this program.
func (p *Prepared) Pack() []byte {
	all := parcel{*p.report, p.document, make([]int64, len(p.keys))}
	var last index.Key
	for i, k := range p.keys { // ascending
		all.Steps[i], last = int64(k-last), k
	}
	var w parcelWriter
	w.value(reflect.ValueOf(&all).Elem())
	// The source in plain, so that a parcel whose inside is damaged still says of
	// what report it is.
	head := parcelWriter{*bytes.NewBuffer(bytes.Clone(parcelMark()))}
	head.text(p.report.Meta.Source)
	return packer().EncodeAll(w.Bytes(), head.Bytes())
}

// ParcelSource is the source of the report that a parcel holds, damaged as it may
// be; "" where that cannot be read either.
func ParcelSource(data []byte) string {
	body, ours := bytes.CutPrefix(data, parcelMark())
	r := parcelReader{left: string(body)}
	if source := r.text(); ours && !r.bad && utf8.ValidString(source) {
		return source
	}
	return ""
}

// Unpack is what Pack packed, with the numbers of this file. The error is an
// ErrParcel or ErrParcelVersion, or says what of the report no file can keep.
func (s *Store) Unpack(data []byte) (*Prepared, error) {
	mark := parcelMark()
	if len(data) < len(mark) || !bytes.HasPrefix(data, mark[:2]) {
		return nil, ErrParcel
	}
	if !bytes.HasPrefix(data, mark) {
		return nil, ErrParcelVersion
	}
	head := parcelReader{left: string(data[len(mark):])}
	if head.text(); head.bad {
		return nil, ErrParcel
	}
	body, err := unpacker().DecodeAll([]byte(head.left), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrParcel, err)
	}
	r := parcelReader{left: string(body)}
	var all parcel
	if r.value(reflect.ValueOf(&all).Elem()); r.bad || r.left != "" {
		return nil, ErrParcel
	}
	p, err := encodeReport(&all.Report, all.Document, s.codes)
	if err != nil {
		return nil, err
	}
	p.keys = make([]index.Key, len(all.Steps))
	var last index.Key
	for i, step := range all.Steps {
		last += index.Key(step)
		p.keys[i] = last
	}
	return p, nil
}

// A parcelWriter writes numbers as varints, texts and lists behind their lengths, and
// structs field by field.
type parcelWriter struct{ bytes.Buffer }

func (w *parcelWriter) number(n int64) { w.Write(binary.AppendVarint(w.AvailableBuffer(), n)) }

func (w *parcelWriter) text(s string) {
	w.number(int64(len(s)))
	w.WriteString(s)
}

// ownForm is implemented by structs without fields to be written: times and evidence.
type ownForm interface {
	json.Marshaler
	json.Unmarshaler
}

// setting is what a report keeps of a figure for its checks alone.
var setting = reflect.TypeFor[report.Setting]()

func (w *parcelWriter) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		w.number(v.Int())
	case reflect.Float64:
		w.number(int64(math.Float64bits(v.Float())))
	case reflect.String:
		w.text(v.String())
	case reflect.Pointer:
		if v.IsNil() {
			w.number(0)
			return
		}
		w.number(1)
		w.value(v.Elem())
	case reflect.Slice:
		w.number(int64(v.Len()))
		for i := range v.Len() {
			w.value(v.Index(i))
		}
	case reflect.Struct:
		if own, ok := v.Addr().Interface().(ownForm); ok {
			b, err := own.MarshalJSON()
			if err != nil {
				b = []byte("null") // a number without a value is no evidence
			}
			w.text(string(b))
			return
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.Type() != setting {
				w.value(f)
			}
		}
	default:
		panic("a parcel holds a " + v.Type().String())
	}
}

// A parcelReader reads what a parcelWriter wrote; bad when it was not.
type parcelReader struct {
	left string
	bad  bool
}

func (r *parcelReader) number() int64 {
	v, n := binary.Varint([]byte(r.left[:min(len(r.left), binary.MaxVarintLen64)]))
	if n <= 0 {
		r.bad, r.left = true, ""
		return 0
	}
	r.left = r.left[n:]
	return v
}

// count is a number of things to come, each of at least an octet.
func (r *parcelReader) count() int {
	n := r.number()
	if n < 0 || n > int64(len(r.left)) {
		r.bad, r.left = true, ""
		return 0
	}
	return int(n)
}

func (r *parcelReader) text() string {
	n := r.count()
	s := r.left[:n]
	r.left = r.left[n:]
	return s
}

func (r *parcelReader) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		v.SetInt(r.number())
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(uint64(r.number())))
	case reflect.String:
		v.SetString(r.text())
	case reflect.Pointer:
		if r.number() != 0 {
			v.Set(reflect.New(v.Type().Elem()))
			r.value(v.Elem())
		}
	case reflect.Slice:
		n := r.count()
		v.Grow(min(n, 512))
		for range n {
			if r.bad { // else a length that is none would take the memory
				return
			}
			v.Grow(1)
			v.SetLen(v.Len() + 1)
			r.value(v.Index(v.Len() - 1))
		}
	case reflect.Struct:
		if own, ok := v.Addr().Interface().(ownForm); ok {
			if text := r.text(); text != "null" && own.UnmarshalJSON([]byte(text)) != nil {
				r.bad = true
			}
			return
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.Type() != setting {
				r.value(f)
			}
		}
	default:
		r.bad = true
	}
}
