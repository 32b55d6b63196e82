package export

import (
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowGroup is how many rows share a row group: so many are in memory at once.
const rowGroup = 100_000

// parquetWriter writes a Parquet file, every column optional, texts in a
// dictionary, compressed by Zstandard.
type parquetWriter struct {
	w    *parquet.GenericWriter[any]
	row  parquet.Row
	rows int
}

func newParquet(w io.Writer, columns []Column) *parquetWriter {
	// A struct type keeps the columns in their order; a parquet.Group would sort them.
	fields := make([]reflect.StructField, len(columns))
	for i, c := range columns {
		var kind reflect.Type
		options := ",optional,zstd"
		switch c.Type {
		case whole:
			kind = reflect.TypeFor[*int64]()
		case number:
			kind = reflect.TypeFor[*float64]()
		case truth:
			kind = reflect.TypeFor[*bool]()
		default:
			kind = reflect.TypeFor[*string]()
			options += ",dict"
		}
		fields[i] = reflect.StructField{Name: "F" + fieldName(i), Type: kind, Tag: reflect.StructTag(`parquet:"` + c.Name + options + `"`)}
	}
	schema := parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
	return &parquetWriter{
		w: parquet.NewGenericWriter[any](w, schema, parquet.CreatedBy("nianbao", "1", ""), parquet.Compression(&zstd.Codec{})),
	}
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
		if v == nil {
			p.row = append(p.row, parquet.NullValue().Level(0, 0, i))
			continue
		}
		p.row = append(p.row, parquet.ValueOf(v).Level(0, 1, i))
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
