package export

import (
	"fmt"
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowGroup is how many rows share a row group: so many are in memory at once.
const rowGroup = 100_000

// parquetWriter writes a Parquet file: columns that are never empty required, the
// others optional, texts in a dictionary, compressed by Zstandard, and what about
// says as key-value metadata.
type parquetWriter struct {
	w        *parquet.GenericWriter[any]
	optional []int // definition level of a value in each column
	row      parquet.Row
	rows     int
}

func newParquet(w io.Writer, columns []Column, a about) *parquetWriter {
	// A struct type keeps the columns in their order; a parquet.Group would sort them.
	fields, optional := make([]reflect.StructField, len(columns)), make([]int, len(columns))
	for i, c := range columns {
		kind := map[string]reflect.Type{whole: reflect.TypeFor[int64](), number: reflect.TypeFor[float64](), truth: reflect.TypeFor[bool](), text: reflect.TypeFor[string]()}[c.Type]
		options := ",zstd"
		if c.Type == text {
			options += ",dict"
		}
		if !c.Required {
			kind, options, optional[i] = reflect.PointerTo(kind), options+",optional", 1
		}
		fields[i] = reflect.StructField{Name: "F" + fieldName(i), Type: kind, Tag: reflect.StructTag(`parquet:"` + c.Name + options + `"`)}
	}
	schema := parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
	config := []parquet.WriterOption{schema, parquet.CreatedBy("nianbao", "1", ""), parquet.Compression(&zstd.Codec{})}
	for _, p := range a.pairs() {
		config = append(config, parquet.KeyValueMetadata(p[0], p[1]))
	}
	return &parquetWriter{w: parquet.NewGenericWriter[any](w, config...), optional: optional}
}

// fieldName makes an exported field's name that sorts nowhere: letters only.
func fieldName(i int) string {
	name := ""
	for ; ; i /= 26 {
		name += string(rune('a' + i%26))
		if i < 26 {
			return name
		}
	}
}

func (p *parquetWriter) write(row []any) error {
	p.row = p.row[:0]
	for i, v := range row {
		if v == nil && p.optional[i] == 0 {
			return fmt.Errorf("column %d is empty and must not be", i+1)
		}
		if v == nil {
			p.row = append(p.row, parquet.NullValue().Level(0, 0, i))
			continue
		}
		p.row = append(p.row, parquet.ValueOf(v).Level(0, p.optional[i], i))
	}
	if _, err := p.w.WriteRows([]parquet.Row{p.row}); err != nil {
		return err
	}
	if p.rows++; p.rows%rowGroup == 0 {
		return p.w.Flush()
	}
	return nil
}

func (p *parquetWriter) close() error { return p.w.Close() }
