package pdfdoc_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"nianbao/parser/document"
	"nianbao/parser/internal/fixture"
)

func TestFixtures(t *testing.T) {
	r := newReader(t)
	fixture.Run(t, "testdata", []string{".pdf"}, *update, func(t *testing.T, _ string, data []byte) (*document.Document, error) {
		return r.Read(t.Context(), data)
	})
}

// The fixtures named after a drawing are what the drawing writes; -update writes
// them anew.
func TestDrawings(t *testing.T) {
	for name, draw := range drawings {
		var d drawing
		draw(&d)
		want := d.bytes()
		path := filepath.Join("testdata", name+".pdf")
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what its drawing writes; run the tests with -update", path)
		}
	}
}
