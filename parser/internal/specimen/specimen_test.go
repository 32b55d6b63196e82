package specimen

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

var layouts = anyLayout

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 7)) }

func TestLayoutKeysAreTheCatalogs(t *testing.T) {
	for _, layout := range layouts {
		var want []string
		for _, ind := range catalog.Indicators() {
			// One row stands for three in some reports of 2021; the form has the three.
			if ind.In(layout) && !(layout == catalog.Layout2021 && ind.Code == "requests.other_processing") {
				want = append(want, keysOf(ind.Code, layout)...)
			}
		}
		got := layoutKeys(layout)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("layout %s: form.go writes %d keys, the catalogue has %d", layout, len(got), len(want))
		}
	}
}

func TestRandomIsConsistent(t *testing.T) {
	for _, layout := range layouts {
		for seed := range uint64(50) {
			truth := Random(seeded(seed), layout)
			if broken := truth.Contradictions(); len(broken) > 0 {
				t.Fatalf("layout %s seed %d: %v", layout, seed, broken)
			}
			for _, key := range layoutKeys(layout) {
				if truth.Status(key) != report.StatusReported {
					t.Fatalf("layout %s seed %d: %s is %s", layout, seed, key, truth.Status(key))
				}
			}
			if len(truth.Facts) != len(layoutKeys(layout)) {
				t.Fatalf("layout %s seed %d: %d facts, want %d", layout, seed, len(truth.Facts), len(layoutKeys(layout)))
			}
		}
	}
}

func TestStylesAreDeterministic(t *testing.T) {
	seen := map[string]bool{}
	for k, s := range Styles() {
		if seen[s.Name] || s.Shows == "" || s.Container == "" || s.Extension == "" || len(s.Layouts) == 0 {
			t.Errorf("style %q is named twice or not described", s.Name)
		}
		seen[s.Name] = true
		for l, layout := range s.Layouts {
			if l != k%len(s.Layouts) && !often.Asked() {
				continue
			}
			truth := Random(seeded(3), layout)
			a, wa, err := s.Write(truth)
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			b, wb, _ := s.Write(Random(seeded(3), layout))
			if !bytes.Equal(a, b) || len(wa.Facts) != len(wb.Facts) {
				t.Errorf("%s, layout %s: two writings differ", s.Name, layout)
			}
			if diff := cmp.Diff(Random(seeded(3), layout), truth); diff != "" {
				t.Errorf("%s, layout %s: the truth was changed (-was +is):\n%s", s.Name, layout, diff)
			}
		}
	}
}

func TestWordPasteSize(t *testing.T) {
	s, ok := Find("html-word-paste")
	if !ok {
		t.Fatal("no such style")
	}
	for _, layout := range layouts {
		for seed := range uint64(5) {
			data, _, err := s.Write(Random(seeded(seed), layout))
			if err != nil {
				t.Fatal(err)
			}
			if n := len(data); n < 107<<10 || n > 120<<10 {
				t.Errorf("layout %s: %d bytes, want 107 to 120 KB", layout, n)
			}
		}
	}
}

func TestWordFilesAreWellFormed(t *testing.T) {
	n := 0
	for _, s := range Styles() {
		if s.Extension != ".docx" {
			continue
		}
		n++
		for _, layout := range s.Layouts {
			data, want, err := s.Write(Random(seeded(5), layout))
			if err != nil {
				t.Fatal(err)
			}
			z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			for _, f := range z.File {
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				cells := 0
				d := xml.NewDecoder(r)
				for {
					token, err := d.Token()
					if err == io.EOF {
						break
					}
					if err != nil {
						t.Fatalf("%s: %s: %v", s.Name, f.Name, err)
					}
					if e, ok := token.(xml.StartElement); ok && e.Name.Local == "tc" {
						cells++
					}
				}
				if f.Name == "word/document.xml" && cells < len(want.Facts) {
					t.Errorf("%s, layout %s: %d cells for %d facts", s.Name, layout, cells, len(want.Facts))
				}
			}
		}
	}
	if n == 0 {
		t.Fatal("no style writes Word files")
	}
}

func TestWorkbooksOpen(t *testing.T) {
	n := 0
	for _, s := range Styles() {
		if s.Extension != ".xlsx" {
			continue
		}
		n++
		for _, layout := range s.Layouts {
			truth := Random(seeded(6), layout)
			data, want, err := s.Write(truth)
			if err != nil {
				t.Fatal(err)
			}
			book, err := excelize.OpenReader(bytes.NewReader(data))
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			// Every figure stands somewhere as it was written, computed ones too.
			held := map[string]int{}
			for _, sheet := range book.GetSheetList() {
				rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					for _, c := range r {
						held[strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(c), "+"))]++
					}
				}
			}
			for key, e := range want.Facts {
				if e.Value == nil {
					continue
				}
				figure := strconv.FormatFloat(*e.Value, 'f', -1, 64)
				if held[figure]--; held[figure] < 0 {
					t.Errorf("%s, layout %s: %s = %s is not in the book", s.Name, layout, key, figure)
				}
			}
			book.Close()
		}
	}
	if n == 0 {
		t.Fatal("no style writes workbooks")
	}
}

func TestTraditionalCharactersFitBig5(t *testing.T) {
	from, to := []rune(simplified), []rune(traditional)
	if len(from) != len(to) {
		t.Fatalf("%d simplified characters, %d traditional", len(from), len(to))
	}
	for i, r := range to {
		if _, err := traditionalchinese.Big5.NewEncoder().String(string(r)); err != nil || r == from[i] {
			t.Errorf("%c: %c is not in Big5 or the same", from[i], r)
		}
	}
	// What the labels say is written in full.
	for _, layout := range layouts {
		for _, l := range requestLines(layout) {
			label := toTraditional(l.item + l.kind + l.detail)
			label = strings.NewReplacer("“", "", "”", "").Replace(label)
			if _, err := traditionalchinese.Big5.NewEncoder().String(label); err != nil {
				t.Errorf("%s: %v", label, err)
			}
		}
		for _, e := range annexEntries() {
			if label := toTraditional(e.label); layout == catalog.Layout2014 {
				if _, err := traditionalchinese.Big5.NewEncoder().String(label); err != nil {
					t.Errorf("%s: %v", label, err)
				}
			}
		}
	}
}

func TestHTMLParses(t *testing.T) {
	for _, s := range Styles() {
		if s.Extension != ".html" {
			continue
		}
		for _, layout := range s.Layouts {
			data, want, err := s.Write(Random(seeded(11), layout))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.HasPrefix(data, []byte{0xff, 0xfe}) {
				data, _ = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
			}
			root, err := html.Parse(bytes.NewReader(data))
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			cells := 0
			for n := range root.Descendants() {
				if n.Type == html.ElementNode && n.Data == "td" {
					cells++
				}
			}
			if cells < len(want.Facts) {
				t.Errorf("%s, layout %s: %d cells for %d facts", s.Name, layout, cells, len(want.Facts))
			}
		}
	}
}
