package parser_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser"
	"nianbao/parser/catalog"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

// conversion is one way in which people make another file of a report. %in, %out
// and %dir stand for the files and the folder of the second.
type conversion struct {
	name      string
	extension string
	command   []string
}

func office(name, extension, to string, args ...string) conversion {
	command := append([]string{"soffice", "-env:UserInstallation=file://%dir/office", "--headless"}, args...)
	return conversion{name, extension, append(command, "--convert-to", to, "--outdir", "%dir", "%in")}
}

// prints make a PDF of a page or a Word file.
var prints = map[string][]conversion{
	".html": {
		{"chromium", ".pdf", []string{"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--user-data-dir=%dir/profile", "--print-to-pdf=%out", "file://%in"}},
		office("libreoffice", ".pdf", "pdf:writer_web_pdf_Export"),
	},
	".docx": {office("libreoffice", ".pdf", "pdf")},
}

// conversions make text of pages, Word files and PDF files.
var conversions = map[string][]conversion{
	".pdf": {
		{"pdftotext", ".txt", []string{"pdftotext", "%in", "%out"}},
		{"pdftotext -raw", ".txt", []string{"pdftotext", "-raw", "%in", "%out"}},
		{"pdftotext -layout", ".txt", []string{"pdftotext", "-layout", "%in", "%out"}},
		{"pdftohtml", ".html", []string{"pdftohtml", "-s", "-i", "-noframes", "-q", "%in", "%out"}},
		{"pdftohtml -c", ".html", []string{"pdftohtml", "-c", "-s", "-i", "-noframes", "-q", "%in", "%out"}},
		{"pdftohtml -xml", ".xml", []string{"pdftohtml", "-xml", "-i", "-q", "%in", "%out"}},
		office("libreoffice html", ".html", "html", "--infilter=writer_pdf_import"),
		office("libreoffice docx", ".docx", "docx:MS Word 2007 XML", "--infilter=writer_pdf_import"),
	},
	".html": {
		{"pandoc plain", ".txt", []string{"pandoc", "-f", "html", "-t", "plain", "-o", "%out", "%in"}},
		{"pandoc markdown", ".md", []string{"pandoc", "-f", "html", "-t", "markdown", "-o", "%out", "%in"}},
		{"pandoc gfm", ".md", []string{"pandoc", "-f", "html", "-t", "gfm", "-o", "%out", "%in"}},
		{"pandoc docx", ".docx", []string{"pandoc", "-f", "html", "-o", "%out", "%in"}},
		{"pandoc rst", ".txt", []string{"pandoc", "-f", "html", "-t", "rst", "-o", "%out", "%in"}},
		office("libreoffice txt", ".txt", "txt:Text (encoded):UTF8"),
		office("libreoffice docx", ".docx", "docx:MS Word 2007 XML"),
	},
	".docx": {
		{"pandoc plain of docx", ".txt", []string{"pandoc", "-t", "plain", "-o", "%out", "%in"}},
		{"pandoc markdown of docx", ".md", []string{"pandoc", "-t", "markdown", "-o", "%out", "%in"}},
		{"pandoc gfm of docx", ".md", []string{"pandoc", "-t", "gfm", "-o", "%out", "%in"}},
		{"pandoc html of docx", ".html", []string{"pandoc", "-s", "-t", "html", "--metadata", "title=x", "-o", "%out", "%in"}},
		office("libreoffice txt of docx", ".txt", "txt:Text (encoded):UTF8"),
		office("libreoffice html of docx", ".html", "html"),
	},
}

// converter runs conversions in a folder of its own.
type converter struct {
	t   *testing.T
	dir string
}

// convert writes beside in what the conversion makes of it.
func (c converter) convert(in string, by conversion) string {
	c.t.Helper()
	out := strings.TrimSuffix(in, filepath.Ext(in)) + "-" + strings.NewReplacer(" ", "_", "-", "").Replace(by.name) + by.extension
	if by.command[0] == "soffice" {
		// It names what it writes by what it read.
		link := strings.TrimSuffix(out, by.extension) + filepath.Ext(in)
		if err := os.Link(in, link); err != nil && !os.IsExist(err) {
			c.t.Fatal(err)
		}
		in = link
	}
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	fill := strings.NewReplacer("%in", in, "%out", out, "%dir", c.dir)
	args := make([]string, len(by.command))
	for i, a := range by.command {
		args[i] = fill.Replace(a)
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, said.String())
	}
	return out
}

// TestConverted prints random reports, makes text of the prints with the
// programs that people use for it, and reads that: a figure may be left out, but
// none may be wrong, and none blank that was printed.
//
// NIANBAO_CONVERTED is how many reports are made in each of four styles and each
// layout, from NIANBAO_CONVERTED_SEED on; one report in one style when it is not
// set, of the newest layout only unless tests try all they can. NIANBAO_CONVERTED_WAY is the one conversion to look at, and
// NIANBAO_CONVERTED_KEEP a folder for what was read wrongly.
func TestConverted(t *testing.T) {
	if testing.Short() {
		t.Skip("printing takes a second a report")
	}
	tools := []string{"chromium", "soffice", "pdftotext", "pdftohtml", "pandoc"}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
				t.Fatalf("%s is not installed", tool)
			}
			t.Skipf("%s is not installed; install chromium, libreoffice, poppler-utils and pandoc to run this test", tool)
		}
	}
	count, first, styles := 1, 0, []string{"html-word-paste"}
	if n, err := strconv.Atoi(os.Getenv("NIANBAO_CONVERTED")); err == nil && n > 0 {
		count, styles = n, []string{"html-clean", "html-word-paste", "label-explained", "docx-clean"}
	}
	if n, err := strconv.Atoi(os.Getenv("NIANBAO_CONVERTED_SEED")); err == nil {
		first = n
	}
	p := parser.New(parser.Config{PDF: pdfium})
	t.Cleanup(func() { p.Close() })
	c := converter{t, t.TempDir()}
	found, printed := map[string]int{}, map[string]int{}
	var names []string
	for i := first; i < first+count; i++ {
		rng := rand.New(rand.NewPCG(uint64(i), 9))
		for _, name := range styles {
			style, ok := specimen.Find(name)
			if !ok {
				t.Fatalf("no style %s", name)
			}
			layouts := style.Layouts
			if !often.Asked() && os.Getenv("NIANBAO_CONVERTED") == "" {
				layouts = []string{catalog.Layout2021}
			}
			for _, layout := range layouts {
				flaws := specimen.Flaws{}
				if i%2 == 1 {
					flaws = specimen.Flaws{Blanks: rng.Float64() / 3, Dashes: rng.Float64() / 8, MissingRows: rng.Float64() / 20}
				}
				data, want, err := style.Write(specimen.RandomWith(rng, layout, flaws))
				if err != nil {
					t.Fatal(err)
				}
				// Margins and sizes break the labels at other places.
				look := fmt.Sprintf("<style>body{font-size:%dpx;margin:0 %dpx}td{border:1px solid;text-align:%s;vertical-align:%s}table{width:%d%%}</style>",
					9+rng.IntN(9), rng.IntN(80), []string{"center", "left"}[rng.IntN(2)], []string{"middle", "top", "bottom"}[rng.IntN(3)], 60+rng.IntN(41))
				page := filepath.Join(c.dir, fmt.Sprintf("%s-%s-%d%s", name, layout, i, style.Extension))
				if err := os.WriteFile(page, bytes.Replace(data, []byte("</head>"), []byte(look+"</head>"), 1), 0o666); err != nil {
					t.Fatal(err)
				}
				type file struct{ name, path string }
				files := []file{{"", page}}
				for _, by := range prints[style.Extension] {
					files = append(files, file{" of " + by.name, c.convert(page, by)})
				}
				for _, in := range files {
					for _, by := range conversions[filepath.Ext(in.path)] {
						if way := os.Getenv("NIANBAO_CONVERTED_WAY"); way != "" && by.name != way {
							continue
						}
						out := c.convert(in.path, by)
						text, err := os.ReadFile(out)
						if err != nil {
							t.Fatal(err)
						}
						way := by.name + in.name
						if _, ok := printed[way]; !ok {
							names = append(names, way)
						}
						d := want.Compare(parse(t, p, filepath.Base(out), text))
						found[way], printed[way] = found[way]+d.Found, printed[way]+d.Printed
						wrong := d.Wrong
						for _, m := range d.Missing {
							if strings.Contains(m, " is "+string(report.StatusBlank)) || strings.Contains(m, " is "+string(report.StatusNotApplicable)) {
								wrong = append(wrong, m)
							}
						}
						if len(wrong) > 0 {
							t.Errorf("%s: %s, layout %s, report %d: %s", way, name, layout, i, strings.Join(wrong[:min(len(wrong), 20)], "\n  "))
							if keep := os.Getenv("NIANBAO_CONVERTED_KEEP"); keep != "" {
								os.WriteFile(filepath.Join(keep, filepath.Base(out)), text, 0o666)
							}
						}
					}
				}
			}
		}
	}
	for _, way := range names {
		t.Logf("%-36s %5d of %5d figures found", way, found[way], printed[way])
	}
}
