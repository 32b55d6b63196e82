package narrative

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yanyiwu/gojieba"

	"nianbao/parser/report"
	"nianbao/testdata/often"
)

func TestFrequenciesOfTheDictionary(t *testing.T) {
	sum, least := 0, 1<<30
	for line := range strings.Lines(dictionaryWords) {
		n, err := strconv.Atoi(strings.Fields(line)[1])
		if err != nil {
			t.Fatal(err)
		}
		sum, least = sum+n, min(least, n)
	}
	if sum != frequencySum || least != frequencyLeast {
		t.Errorf("the frequencies add up to %d and the least is %d, want %d and %d", sum, least, frequencySum, frequencyLeast)
	}
}

// openWhole opens gojieba with all words.
var openWhole = sync.OnceValues(func() (*gojieba.Jieba, error) {
	dir, err := os.MkdirTemp("", "narrative-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	paths := make([]string, 5)
	for i, content := range []string{dictionaryWords, dictionaryModel, loadLexicon().userDictionary(), "公开 1.0\n", "。\n"} {
		paths[i] = filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(paths[i], []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	return gojieba.NewJieba(paths...), nil
})

func whole(t testing.TB) *gojieba.Jieba {
	t.Helper()
	j, err := openWhole()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// wholeReader is a Reader over gojieba with all words.
func wholeReader(t testing.TB) *Reader {
	t.Helper()
	r := fresh(t)
	r.segmenter = &segmenter{jieba: whole(t), words: &vocabulary{}}
	return r
}

// fresh is a Reader that has read nothing.
func fresh(t testing.TB) *Reader {
	t.Helper()
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// manyTexts are reports, words at random, whole and broken, and odd texts: every third,
// with NIANBAO_OFTEN all.
func manyTexts(t testing.TB) []string {
	t.Helper()
	texts := []string{"", " ", "a", "政务公开", "\U0010FFFD\U0010FFFC龘靐", "\xed\xa0\x80\xed\xa0\x80公开", strings.Repeat("信息公开条例", 3000), "AT&T和T恤，c++1.5亿"}
	lines := strings.Split(dictionaryWords, "\n")
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var b strings.Builder
		for range random.IntN(400) {
			word, _, _ := strings.Cut(lines[random.IntN(len(lines))], " ")
			if r := []rune(word); len(r) > 1 && random.IntN(3) == 0 {
				word = string(r[random.IntN(len(r)):])
			}
			b.WriteString(word)
		}
		texts = append(texts, b.String())
	}
	files, err := filepath.Glob("../../testdata/reports/*.*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no reports: %v", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(b))
	}
	if often.Asked() {
		return texts
	}
	var some []string
	for n := 0; n < len(texts); n += 3 {
		some = append(some, texts[n])
	}
	return some
}

// TestCutsAsWithAllWords holds the words and tags of a text against those of gojieba
// with its whole dictionary, where no text was cut before and where many were.
func TestCutsAsWithAllWords(t *testing.T) {
	all, used := wholeReader(t), fresh(t)
	for n, text := range manyTexts(t) {
		want := cutOf(all, text)
		readers := []*Reader{used}
		if n%8 == 0 {
			readers = append(readers, fresh(t))
		}
		for _, r := range readers {
			if got := cutOf(r, text); !slices.Equal(got, want) {
				t.Fatalf("%.60q…: cut\n%q, want\n%q", text, got, want)
			}
			for _, word := range want {
				if got, want := r.segmenter.tag(word), all.segmenter.tag(word); got != want {
					t.Fatalf("%q is tagged %q, want %q", word, got, want)
				}
			}
		}
	}
}

// TestWordsForManyGoroutines cuts texts at once with one Reader that has none of
// their words.
func TestWordsForManyGoroutines(t *testing.T) {
	all, texts := wholeReader(t), manyTexts(t)
	wants := make([][]string, len(texts))
	for i, text := range texts {
		wants[i] = cutOf(all, text)
	}
	r := fresh(t)
	var group sync.WaitGroup
	for n := range 4 {
		group.Go(func() {
			for i := range texts {
				at := (i + n*len(texts)/4) % len(texts)
				text, want := texts[at], wants[at]
				if got := cutOf(r, text); !slices.Equal(got, want) {
					t.Errorf("%.60q…: cut\n%q, want\n%q", text, got, want)
				}
			}
		})
	}
	group.Wait()
}

// TestReadsAsWithAllWords holds what is told in the labelled sentences, all those of
// a kind as one section, against what gojieba's whole dictionary gives.
func TestReadsAsWithAllWords(t *testing.T) {
	all, r := wholeReader(t), fresh(t)
	b, err := os.ReadFile("testdata/gold/kinds.txt")
	if err != nil {
		t.Fatal(err)
	}
	for n, kind := range strings.Split(string(b), "\n## ") {
		if n%2 != 0 && !often.Asked() {
			continue
		}
		for _, sections := range [][]report.Section{
			{{Number: 1, Heading: "一、总体情况", Text: kind}},
			{{Number: 1, Heading: kind[:strings.IndexByte(kind+"\n", '\n')], Text: strings.ReplaceAll(kind, "政", "政\x00")}},
		} {
			got, want := r.Mentions(report.Meta{Year: 2022}, sections), all.Mentions(report.Meta{Year: 2022}, sections)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("part %d (-want +got):\n%s", n, diff)
			}
		}
	}
}

// TestGivesOnlyWhatTextsHold: a text's words are few among all, and are given once.
func TestGivesOnlyWhatTextsHold(t *testing.T) {
	r := fresh(t)
	v := r.segmenter.words
	cutOf(r, around)
	first := len(v.had)
	cutOf(r, around)
	if n := len(v.had); n != first || n == 0 || n > 1000 {
		t.Errorf("gojieba has the words of %d pairs of characters behind one sentence, and of %d behind the same one again", first, n)
	}
	cutOf(r, "龙门县")
	if len(v.had) == first {
		t.Error("a new text gets no words")
	}
}
