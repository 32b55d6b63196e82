package officedoc_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nianbao/parser/document"
	"nianbao/parser/internal/fixture"
	"nianbao/parser/officedoc"
)

var update = flag.Bool("update", false, "rewrite the expected results")

func TestDOCX(t *testing.T) {
	fixture.Run(t, "testdata", []string{".docx"}, *update, func(t *testing.T, _ string, data []byte) (*document.Document, error) {
		return officedoc.ReadDOCX(t.Context(), data)
	})
}

func TestXLSX(t *testing.T) {
	fixture.Run(t, "testdata", []string{".xlsx"}, *update, func(t *testing.T, _ string, data []byte) (*document.Document, error) {
		return officedoc.ReadXLSX(t.Context(), data)
	})
}

// legacy are the formats that LibreOffice converts.
var legacy = []string{".doc", ".wps", ".xls", ".rtf", ".odt", ".ods"}

// They are converted in one call of LibreOffice.
func TestConverted(t *testing.T) {
	c := converter(t)
	var files []officedoc.Legacy
	index := map[string]int{}
	for _, ext := range legacy {
		names, err := filepath.Glob("testdata/*" + ext)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			kind := officedoc.Detect(data)
			if kind == "" {
				t.Errorf("%s is not recognised", name)
			}
			index[filepath.Base(name)] = len(files)
			files = append(files, officedoc.Legacy{Container: kind, Data: data})
		}
	}
	converted, err := c.Convert(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	fixture.Run(t, "testdata", legacy, *update, func(t *testing.T, name string, _ []byte) (*document.Document, error) {
		i := index[name]
		d, err := officedoc.ReadConverted(t.Context(), files[i].Container, converted[i])
		if err == nil && d.Container != files[i].Container {
			t.Errorf("container %q, want %q", d.Container, files[i].Container)
		}
		return d, err
	})
}

// converter skips the test where LibreOffice is not installed, and fails it there
// when NIANBAO_REQUIRE_TOOLS is 1.
func converter(t testing.TB) *officedoc.Converter {
	t.Helper()
	c := officedoc.NewConverter(officedoc.ConverterConfig{TempDir: t.TempDir(), Timeout: 10 * time.Minute})
	if _, err := c.Convert(t.Context(), nil); err != nil {
		if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return c
}

func TestConverterFindsBadFile(t *testing.T) {
	c := converter(t)
	good, err := os.ReadFile("testdata/report.doc")
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.Convert(t.Context(), []officedoc.Legacy{
		{Container: document.DOC, Data: good[:2000]},
		{Container: document.DOC, Data: good},
		{Container: document.PDF, Data: good},
	})
	if err != nil {
		t.Fatal(err)
	}
	if out[1].Err != nil || len(out[1].Data) == 0 {
		t.Errorf("the good file: %v", out[1].Err)
	}
	if _, err := officedoc.ReadConverted(t.Context(), document.DOC, out[0]); err == nil {
		t.Log("LibreOffice made something of the damaged file") // its own affair
	}
	if !errors.Is(out[2].Err, document.ErrFormat) {
		t.Errorf("a PDF: %v, want %v", out[2].Err, document.ErrFormat)
	}
}

func TestNoConverter(t *testing.T) {
	c := officedoc.NewConverter(officedoc.ConverterConfig{Program: filepath.Join(t.TempDir(), "soffice")})
	_, err := c.Read(t.Context(), document.DOC, []byte("x"))
	if !errors.Is(err, officedoc.ErrNoConverter) {
		t.Fatalf("%v, want %v", err, officedoc.ErrNoConverter)
	}
	if !strings.Contains(err.Error(), "apt-get install") {
		t.Errorf("%q does not tell how to install LibreOffice", err)
	}
}
