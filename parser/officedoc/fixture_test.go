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

func TestSpreadsheetML(t *testing.T) {
	fixture.Run(t, "testdata", []string{".xml"}, *update, func(t *testing.T, _ string, data []byte) (*document.Document, error) {
		return officedoc.ReadSpreadsheetML(t.Context(), data)
	})
}

// legacy are the formats that LibreOffice converts.
var legacy = []string{".doc", ".wps", ".xls", ".rtf", ".odt", ".ods"}

func TestConverted(t *testing.T) {
	c := converter(t)
	fixture.Run(t, "testdata", legacy, *update, func(t *testing.T, name string, data []byte) (*document.Document, error) {
		kind := officedoc.Detect(data)
		d, err := c.Read(t.Context(), kind, data)
		if err == nil && (kind == "" || d.Container != kind) {
			t.Errorf("container %q, want %q", d.Container, kind)
		}
		return d, err
	})
}

// converter skips the test where LibreOffice is not installed, and fails it there
// when NIANBAO_REQUIRE_TOOLS is 1.
func converter(t testing.TB) *officedoc.Converter {
	t.Helper()
	c := officedoc.NewConverter(officedoc.ConverterConfig{TempDir: t.TempDir(), Timeout: 10 * time.Minute})
	if _, err := c.Read(t.Context(), "", nil); errors.Is(err, officedoc.ErrNoConverter) {
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
	if _, err := c.Read(t.Context(), document.DOC, good[:2000]); err == nil {
		t.Log("LibreOffice made something of the damaged file") // its own affair
	}
	if _, err := c.Read(t.Context(), document.PDF, good); !errors.Is(err, document.ErrFormat) {
		t.Errorf("a PDF: %v, want %v", err, document.ErrFormat)
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
