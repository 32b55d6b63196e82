package export

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/plain"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// rowGroup is how many rows share a row group: so many are in memory at once.
const rowGroup = 100_000

// longBound is the length in octets from which on the least and the greatest text of
// a column are not told: what is so long is no text to look for.
const longBound = 64

// parquetWriter writes a Parquet file of flat columns: those that are never empty
// required, the others optional, texts in a dictionary, compressed by Zstandard, and
// what about says as key-value metadata. A column has one page in each row group.
//
// The library's own writer is not used: with all that it can do besides it is a
// twelfth of what there is to compile before the program runs for the first time.
type parquetWriter struct {
	w      io.Writer
	zstd   *zstd.Encoder
	at     int64 // octets written
	chunks []chunk
	rows   int // of the group
	file   format.FileMetaData
	err    error // of writing; nothing is written after it
}

// chunk is what a row group has of a column.
type chunk struct {
	name     string
	kind     format.Type
	optional bool

	levels    []byte // of each row: 0 empty, 1 not
	values    []byte // encoded; of texts those of the dictionary
	n         int    // values that are not empty
	seen      map[string]int32
	indexes   []int32 // of texts, into the dictionary
	low, high any     // the least and the greatest; nil before there is one
}

var physical = map[string]format.Type{whole: format.Int64, number: format.Double, truth: format.Boolean, text: format.ByteArray}

func newParquet(w io.Writer, columns []Column, a about) (*parquetWriter, error) {
	// One after the other, so that the same rows give the same file.
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	p := &parquetWriter{w: w, zstd: z, file: format.FileMetaData{Version: 1, CreatedBy: "nianbao version 1 (build 1)", RowGroups: thrift.Slice[format.RowGroup]{}}}
	p.file.Schema = append(p.file.Schema, format.SchemaElement{Name: "nianbao", NumChildren: thrift.New(int32(len(columns)))})
	for _, c := range columns {
		e := format.SchemaElement{Name: c.Name, Type: thrift.New(physical[c.Type]), RepetitionType: thrift.New(format.Required)}
		if !c.Required {
			e.RepetitionType = thrift.New(format.Optional)
		}
		if c.Type == text {
			e.ConvertedType, e.LogicalType.Value = thrift.New(deprecated.UTF8), &format.StringType{}
		}
		p.file.Schema = append(p.file.Schema, e)
		p.file.ColumnOrders = append(p.file.ColumnOrders, format.ColumnOrder{Value: &format.TypeDefinedOrder{}})
		p.chunks = append(p.chunks, chunk{name: c.Name, kind: physical[c.Type], optional: !c.Required, seen: map[string]int32{}})
	}
	for _, pair := range a.pairs() {
		p.file.KeyValueMetadata = append(p.file.KeyValueMetadata, format.KeyValue{Key: pair[0], Value: pair[1]})
	}
	p.put([]byte("PAR1"))
	return p, nil
}

func (p *parquetWriter) write(row []any) error {
	for i, v := range row {
		if err := p.chunks[i].add(v); err != nil {
			return fmt.Errorf("column %s: %w", p.chunks[i].name, err)
		}
	}
	if p.rows++; p.rows == rowGroup {
		p.flush()
	}
	return p.err
}

// add adds the value of a row.
func (c *chunk) add(v any) error {
	if v == nil {
		if !c.optional {
			return fmt.Errorf("it is empty and must not be")
		}
		c.levels = append(c.levels, 0)
		return nil
	}
	c.levels = append(c.levels, 1)
	switch v := v.(type) {
	case int64:
		c.values = plain.AppendInt64(c.values, v)
		bound(c, v)
	case float64:
		c.values = plain.AppendDouble(c.values, v)
		bound(c, v)
	case bool:
		c.values = plain.AppendBoolean(c.values, c.n, v)
	case string:
		index, ok := c.seen[v]
		if !ok {
			index = int32(len(c.seen))
			c.seen[v] = index
			c.values = plain.AppendByteArrayString(c.values, v)
			bound(c, v)
		}
		c.indexes = append(c.indexes, index)
	}
	c.n++
	return nil
}

func bound[T int64 | float64 | string](c *chunk, v T) {
	if low, ok := c.low.(T); !ok || v < low {
		c.low = v
	}
	if high, ok := c.high.(T); !ok || v > high {
		c.high = v
	}
}

// bounds are the least and the greatest value as statistics have them.
func (c *chunk) bounds() (low, high []byte) {
	switch least := c.low.(type) {
	case int64:
		return plain.Int64(least), plain.Int64(c.high.(int64))
	case float64:
		// The two zeroes are equal to us, and to readers perhaps not.
		greatest := c.high.(float64)
		if least == 0 {
			least = math.Copysign(0, -1)
		}
		if greatest == 0 {
			greatest = 0
		}
		return plain.Double(least), plain.Double(greatest)
	case string:
		if greatest := c.high.(string); len(least) < longBound && len(greatest) < longBound {
			return []byte(least), []byte(greatest)
		}
	}
	return nil, nil
}

// flush ends a row group.
func (p *parquetWriter) flush() {
	group := format.RowGroup{NumRows: int64(p.rows), FileOffset: p.at, Ordinal: int16(len(p.file.RowGroups))}
	for i := range p.chunks {
		c := &p.chunks[i]
		m := p.flushColumn(c)
		group.Columns = append(group.Columns, format.ColumnChunk{FileOffset: m.DataPageOffset, MetaData: m})
		group.TotalByteSize += m.TotalUncompressedSize
		group.TotalCompressedSize += m.TotalCompressedSize
		clear(c.seen)
		*c = chunk{name: c.name, kind: c.kind, optional: c.optional, seen: c.seen, levels: c.levels[:0], values: c.values[:0], indexes: c.indexes[:0]}
	}
	p.file.RowGroups = append(p.file.RowGroups, group)
	p.file.NumRows += group.NumRows
	p.rows = 0
}

// flushColumn writes what a row group has of a column.
func (p *parquetWriter) flushColumn(c *chunk) format.ColumnMetaData {
	m := format.ColumnMetaData{Type: c.kind, PathInSchema: thrift.Slice[string]{c.name}, Codec: format.Zstd, NumValues: int64(p.rows)}
	m.Statistics.NullCount = int64(p.rows - c.n)
	m.Statistics.MinValue, m.Statistics.MaxValue = c.bounds()
	encoding, page := format.Plain, []byte(nil)
	if c.optional {
		levels, err := (&rle.Encoding{BitWidth: 1}).EncodeLevels(nil, c.levels)
		p.fail(err)
		page = append(binary.LittleEndian.AppendUint32(page, uint32(len(levels))), levels...)
		m.Encoding = append(m.Encoding, format.RLE)
	}
	if c.kind == format.ByteArray {
		m.DictionaryPageOffset, encoding = p.at, format.RLEDictionary
		m.Encoding = append(m.Encoding, format.Plain)
		p.page(&m, format.PageHeader{Type: format.DictionaryPage,
			DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(len(c.seen)), Encoding: format.Plain})}, c.values)
		width := max(bits.Len(uint(max(len(c.seen)-1, 0))), 1)
		indexes, err := (&rle.Encoding{BitWidth: width}).EncodeInt32(nil, c.indexes)
		p.fail(err)
		page = append(append(page, byte(width)), indexes...)
	} else {
		page = append(page, c.values...)
	}
	m.Encoding = append(m.Encoding, encoding)
	m.DataPageOffset = p.at
	p.page(&m, format.PageHeader{Type: format.DataPage,
		DataPageHeader: thrift.New(format.DataPageHeader{NumValues: int32(p.rows), Encoding: encoding, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE})}, page)
	return m
}

// page writes a page, and adds it to what its column's data take.
func (p *parquetWriter) page(m *format.ColumnMetaData, h format.PageHeader, body []byte) {
	if len(body) > math.MaxInt32 {
		p.fail(fmt.Errorf("column %s: %d rows take %d octets, a page has at most %d", m.PathInSchema[0], p.rows, len(body), math.MaxInt32))
		return
	}
	packed := p.zstd.EncodeAll(body, nil)
	h.UncompressedPageSize, h.CompressedPageSize = int32(len(body)), int32(len(packed))
	header, err := thrift.Marshal(&thrift.CompactProtocol{}, &h)
	p.fail(err)
	m.TotalUncompressedSize += int64(len(header) + len(body))
	m.TotalCompressedSize += int64(len(header) + len(packed))
	p.put(header)
	p.put(packed)
}

func (p *parquetWriter) close() error {
	if p.rows > 0 {
		p.flush()
	}
	footer, err := thrift.Marshal(&thrift.CompactProtocol{}, &p.file)
	p.fail(err)
	p.put(append(binary.LittleEndian.AppendUint32(footer, uint32(len(footer))), "PAR1"...))
	return p.err
}

// put writes some octets, and remembers what failed.
func (p *parquetWriter) put(b []byte) {
	if p.err == nil {
		_, p.err = p.w.Write(b)
		p.at += int64(len(b))
	}
}

func (p *parquetWriter) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}
