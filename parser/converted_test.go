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
	"time"

	"nianbao/parser"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/report"
)

// conversions are the ways in which people make text of a report. %in and %out
// stand for the files.
var conversions = []struct {
	from, name, extension string
	command               []string
}{
	{".pdf", "pdftotext", ".txt", []string{"pdftotext", "%in", "%out"}},
	{".pdf", "pdftotext -raw", ".txt", []string{"pdftotext", "-raw", "%in", "%out"}},
	{".pdf", "pdftotext -layout", ".txt", []string{"pdftotext", "-layout", "%in", "%out"}},
	{".pdf", "pdftohtml", ".html", []string{"pdftohtml", "-s", "-i", "-noframes", "-q", "%in", "%out"}},
	{".html", "pandoc plain", ".txt", []string{"pandoc", "-f", "html", "-t", "plain", "-o", "%out", "%in"}},
	{".html", "pandoc markdown", ".md", []string{"pandoc", "-f", "html", "-t", "markdown", "-o", "%out", "%in"}},
	{".html", "pandoc gfm", ".md", []string{"pandoc", "-f", "html", "-t", "gfm", "-o", "%out", "%in"}},
	{".html", "pandoc docx", ".docx", []string{"pandoc", "-f", "html", "-o", "%out", "%in"}},
}

// TestConverted prints random reports, makes text of the prints with the
// programs that people use for it, and reads that: a figure may be left out, but
// none may be wrong, and none blank that was printed. NIANBAO_CONVERTED is how
// many reports are printed in each of three styles and each layout; one style and one
// report when it is not set.
func TestConverted(t *testing.T) {
	if testing.Short() {
		t.Skip("printing takes a second a report")
	}
	tools := []string{"chromium", "pdftotext", "pdftohtml", "pandoc"}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
				t.Fatalf("%s is not installed", tool)
			}
			t.Skipf("%s is not installed; install chromium, poppler-utils and pandoc to run this test", tool)
		}
	}
	count, styles := 1, []string{"html-word-paste"}
	if n, err := strconv.Atoi(os.Getenv("NIANBAO_CONVERTED")); err == nil && n > 0 {
		count, styles = n, []string{"html-clean", "html-word-paste", "label-explained"}
	}
	p := parser.New(parser.Config{})
	t.Cleanup(func() { p.Close() })
	dir := t.TempDir()
	run := func(args ...string) error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var out bytes.Buffer
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out.String())
		}
		return nil
	}
	found, printed := map[string]int{}, map[string]int{}
	for i := range count {
		rng := rand.New(rand.NewPCG(uint64(i), 9))
		for _, name := range styles {
			style, ok := specimen.Find(name)
			if !ok {
				t.Fatalf("no style %s", name)
			}
			for _, layout := range style.Layouts {
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
				base := filepath.Join(dir, fmt.Sprintf("%s-%s-%d", name, layout, i))
				page, print := base+".html", base+".pdf"
				if err := os.WriteFile(page, bytes.Replace(data, []byte("</head>"), []byte(look+"</head>"), 1), 0o666); err != nil {
					t.Fatal(err)
				}
				if err := run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--user-data-dir="+filepath.Join(dir, "profile"), "--print-to-pdf="+print, "file://"+page); err != nil {
					t.Fatal(err)
				}
				for k, c := range conversions {
					in, out := base+c.from, fmt.Sprintf("%s-%d%s", base, k, c.extension)
					args := make([]string, len(c.command))
					for j, a := range c.command {
						args[j] = strings.NewReplacer("%in", in, "%out", out).Replace(a)
					}
					if err := run(args...); err != nil {
						t.Fatal(err)
					}
					text, err := os.ReadFile(out)
					if err != nil {
						t.Fatal(err)
					}
					d := want.Compare(parse(t, p, filepath.Base(out), text))
					found[c.name], printed[c.name] = found[c.name]+d.Found, printed[c.name]+d.Printed
					wrong := d.Wrong
					for _, m := range d.Missing {
						if strings.Contains(m, " is "+string(report.StatusBlank)) || strings.Contains(m, " is "+string(report.StatusNotApplicable)) {
							wrong = append(wrong, m)
						}
					}
					if len(wrong) > 0 {
						t.Errorf("%s of %s, layout %s, report %d: %s", c.name, name, layout, i, strings.Join(wrong, "\n  "))
						if keep := os.Getenv("NIANBAO_CONVERTED_KEEP"); keep != "" {
							os.WriteFile(filepath.Join(keep, filepath.Base(out)), text, 0o666)
						}
					}
				}
			}
		}
	}
	for _, c := range conversions {
		t.Logf("%-20s %5d of %5d figures found", c.name, found[c.name], printed[c.name])
	}
}
