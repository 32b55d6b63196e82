//go:build often

package export

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

func TestParquetHoldsTheCSV(t *testing.T) {
	s := filled(t)
	for _, shape := range []string{Long, Wide} {
		data := write(t, s, Options{Format: Parquet, Shape: shape})
		f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		var header []string
		for _, c := range f.Schema().Fields() {
			header = append(header, c.Name())
		}
		got = append(got, header)
		for _, g := range f.RowGroups() {
			rows := g.Rows()
			buffer := make([]parquet.Row, 10)
			for {
				n, err := rows.ReadRows(buffer)
				for _, r := range buffer[:n] {
					var line []string
					for _, v := range r {
						line = append(line, map[bool]string{true: "", false: v.String()}[v.IsNull()])
					}
					got = append(got, line)
				}
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		if diff := cmp.Diff(records(t, write(t, s, Options{Shape: shape})), got); diff != "" {
			t.Errorf("%s: -csv +parquet\n%s", shape, diff)
		}
	}
}

// TestParquetRowGroups reads back what takes several row groups, and holds the
// statistics against the values.
func TestParquetRowGroups(t *testing.T) {
	columns, rowAt := wideColumns()
	file := wideParquet(t)
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if got := []any{f.NumRows(), len(f.RowGroups())}; got[0] != int64(wideRows) || got[1] != 3 {
		t.Fatalf("%v rows and groups", got)
	}
	at := 0
	for g, group := range f.RowGroups() {
		bounds := make([][2]parquet.Value, len(columns))
		empty := make([]int64, len(columns))
		reader := group.Rows()
		buffer := make([]parquet.Row, 100)
		for err := error(nil); err == nil; {
			var n int
			n, err = reader.ReadRows(buffer)
			if err != nil && err != io.EOF {
				t.Fatal(err)
			}
			for _, r := range buffer[:n] {
				for i, want := range rowAt(at) {
					if v := r[i]; want == nil != v.IsNull() || want != nil && !parquet.Equal(v, parquet.ValueOf(want)) {
						t.Fatalf("row %d: %s is %v, want %v", at, columns[i].Name, v, want)
					}
					if want == nil {
						empty[i]++
						continue
					}
					v := parquet.ValueOf(want)
					order := f.Schema().Columns()
					leaf, _ := f.Schema().Lookup(order[i]...)
					if b := &bounds[i]; b[0].IsNull() {
						*b = [2]parquet.Value{v, v}
					} else if compare := leaf.Node.Type().Compare; compare(v, b[0]) < 0 {
						b[0] = v
					} else if compare(v, b[1]) > 0 {
						b[1] = v
					}
				}
				at++
			}
		}
		if err := reader.Close(); err != nil {
			t.Fatal(err)
		}
		for i, c := range f.Metadata().RowGroups[g].Columns {
			s, want := c.MetaData.Statistics, bounds[i]
			if s.NullCount != empty[i] {
				t.Errorf("group %d: %s has %d empty, want %d", g, columns[i].Name, s.NullCount, empty[i])
			}
			if told := columns[i].Type != truth && columns[i].Name != "long" && !want[0].IsNull(); !told {
				if s.MinValue != nil || s.MaxValue != nil {
					t.Errorf("group %d: %s tells bounds", g, columns[i].Name)
				}
			} else if !bytes.Equal(s.MinValue, want[0].Bytes()) || !bytes.Equal(s.MaxValue, want[1].Bytes()) {
				t.Errorf("group %d: %s lies from %x to %x, want %v", g, columns[i].Name, s.MinValue, s.MaxValue, want)
			}
		}
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(parquetSum, fmt.Appendf(nil, "%x\n", sha256.Sum256(file)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
