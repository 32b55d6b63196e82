package narrative

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yanyiwu/gojieba"

	"nianbao/parser/report"
)

// prose returns about 1 MB of sections as long as those of reports. dense has a
// figure in nearly every sentence; otherwise one in three, as reports have.
func prose(b testing.TB, dense bool) []report.Section {
	b.Helper()
	paths, err := filepath.Glob("testdata/gold/*.txt")
	if err != nil || len(paths) == 0 {
		b.Fatalf("no sentences in testdata/gold (%v)", err)
	}
	var sections []report.Section
	var text strings.Builder
	n := 0
	end := func() {
		sections = append(sections, report.Section{Number: 1, Heading: "一、总体情况", Text: text.String()})
		text.Reset()
	}
	for _, p := range paths {
		content, err := os.ReadFile(p)
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			if line[0] == '#' || line[0] == '>' {
				continue
			}
			text.WriteString(strings.TrimSpace(line))
			if !dense {
				text.WriteString("各单位按照谁公开谁负责的原则,及时更新门户网站栏目,做好信息审查与解疑释惑,保证内容准确、完整、规范。")
				text.WriteString("部分单位对依申请公开的办理程序还不够熟悉,公开的主动性有待提高,队伍建设仍需加强。")
			}
			if n++; n%8 == 0 {
				text.WriteByte('\n')
			}
			if text.Len() > 10_000 {
				end()
			}
		}
	}
	end()
	one := sections
	for size := bytesOf(one); size < 1<<20; size += bytesOf(one) {
		sections = append(sections, one...)
	}
	return sections
}

func bytesOf(sections []report.Section) (n int64) {
	for _, s := range sections {
		n += int64(len(s.Text))
	}
	return n
}

// BenchmarkMentions against BenchmarkCut is the price of reading over bare
// segmentation of the same text. Run with -cpu 1,2.
//
// new reads words that were never read before, known those that come again and
// again, as in reports of one county.
func BenchmarkMentions(b *testing.B) {
	for _, name := range []string{"prose/new", "prose/known", "dense/new", "dense/known"} {
		b.Run(name, func(b *testing.B) {
			r, sections := reader(b), prose(b, strings.HasPrefix(name, "dense"))
			b.SetBytes(bytesOf(sections))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					found := 0
					for i := range sections {
						if strings.HasSuffix(name, "new") {
							forget(r)
						}
						found += len(r.Mentions(report.Meta{}, sections[i:i+1]))
					}
					if found == 0 {
						b.Fatal("no mentions")
					}
				}
			})
		})
	}
}

// forget makes a reader forget the pieces that it has read.
func forget(r *Reader) {
	for i := range r.known.shards {
		s := &r.known.shards[i]
		s.Lock()
		clear(s.of)
		s.Unlock()
	}
}

// BenchmarkCut is gojieba's bare Cut of the same text.
func BenchmarkCut(b *testing.B) {
	for name, dense := range map[string]bool{"prose": false, "dense": true} {
		b.Run(name, func(b *testing.B) {
			sections := prose(b, dense)
			b.SetBytes(bytesOf(sections))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					for _, s := range sections {
						if len(whole(b).Cut(s.Text, true)) == 0 {
							b.Fatal("no words")
						}
					}
				}
			})
		})
	}
}

// BenchmarkCutFigures is gojieba's bare cut of the clauses that tell figures: what
// reading them needs at least.
func BenchmarkCutFigures(b *testing.B) {
	for name, dense := range map[string]bool{"prose": false, "dense": true} {
		b.Run(name, func(b *testing.B) {
			j, sections := whole(b), prose(b, dense)
			var told strings.Builder
			for _, sec := range sections {
				text := folded(nil, []rune(sec.Text))
				for _, sp := range sentences(text) {
					clausesTold(&told, text[sp.start:sp.end])
				}
			}
			all := told.String()
			b.SetBytes(bytesOf(sections))
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					for piece := range pieces(all) {
						if len(j.Tokenize(piece, gojieba.DefaultMode, true)) == 0 {
							b.Fatal("no words")
						}
					}
				}
			})
		})
	}
}

// clausesTold writes the clauses of a sentence that tell figures.
func clausesTold(to *strings.Builder, s []rune) {
	from, figs := 0, figures(nil, s)
	for i := 0; i <= len(s); i++ {
		if i < len(s) && !isMark(s[i]) {
			continue
		}
		if slices.ContainsFunc(figs, func(f figure) bool { return f.start >= from && f.end <= i }) {
			to.WriteString(string(s[from:i]))
			to.WriteByte('\n')
		}
		from = i + 1
	}
}

// BenchmarkNew is the time to the first mention.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		r, err := New()
		if err != nil {
			b.Fatal(err)
		}
		if len(r.Mentions(report.Meta{}, []report.Section{{Text: around}})) == 0 {
			b.Fatal("no mentions")
		}
	}
}
