package narrative

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/yanyiwu/gojieba"

	"nianbao/parser/report"
)

func TestFrequenciesOfTheDictionary(t *testing.T) {
	b, err := decompress(dictionaries[0].name)
	if err != nil {
		t.Fatal(err)
	}
	sum, least := 0, 1<<30
	for line := range bytes.Lines(b) {
		n, err := strconv.Atoi(string(bytes.Fields(line)[1]))
		if err != nil {
			t.Fatal(err)
		}
		sum, least = sum+n, min(least, n)
	}
	if sum != frequencySum || least != frequencyLeast {
		t.Errorf("the frequencies add up to %d and the least is %d, want %d and %d", sum, least, frequencySum, frequencyLeast)
	}
}

// both are a Reader that makes every text a dictionary of its own and one that
// has loaded all words.
func both(t testing.TB) (own, all *Reader) {
	t.Helper()
	cache := t.TempDir()
	own, err := New(Options{CacheDir: cache})
	if err != nil {
		t.Fatal(err)
	}
	own.segmenter.small.Store(-1 << 30)
	all, err = New(Options{CacheDir: cache})
	if err != nil {
		t.Fatal(err)
	}
	all.segmenter.small.Store(maxSmall)
	return own, all
}

// TestOwnDictionaryCutsAlike holds the words and tags of a text's own
// dictionary against those of the whole one.
func TestOwnDictionaryCutsAlike(t *testing.T) {
	own, all := both(t)
	words, err := decompress(dictionaries[0].name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(words), "\n")
	random := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", " ", "a", "政务公开", "\U0010FFFD\U0010FFFC龘靐", strings.Repeat("信息公开条例", 3000), "AT&T和T恤，c++1.5亿"}
	for range 20 { // words at random, whole and broken
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
	whole := wholeOf(t, all)
	for _, text := range texts {
		if utf8.RuneCountInString(text) > maxSmallText/4 {
			text = string([]rune(text)[:maxSmallText/4])
		}
		if got, want := cutOf(t, own, text), cutOf(t, all, text); !slices.Equal(got, want) {
			t.Fatalf("%.60q…: cut\n%q, want\n%q", text, got, want)
		}
		j, done, err := own.segmenter.over(func() string { return clean(text) })
		if err != nil {
			t.Fatal(err)
		}
		if j == whole {
			t.Fatalf("%.60q…: no dictionary of its own", text)
		}
		for _, word := range cutOf(t, all, text) {
			if got, want := j.Tag(word), whole.Tag(word); !slices.Equal(got, want) {
				t.Fatalf("%q is tagged %q, want %q", word, got, want)
			}
		}
		done()
	}
}

// TestOwnDictionaryReadsAlike holds what is told in the labelled sentences, all
// those of a kind as one section, against each other.
func TestOwnDictionaryReadsAlike(t *testing.T) {
	own, all := both(t)
	b, err := os.ReadFile("testdata/gold/kinds.txt")
	if err != nil {
		t.Fatal(err)
	}
	for n, kind := range strings.Split(string(b), "\n## ") {
		for _, sections := range [][]report.Section{
			{{Number: 1, Heading: "一、总体情况", Text: kind}},
			{{Number: 1, Heading: kind[:strings.IndexByte(kind+"\n", '\n')], Text: strings.ReplaceAll(kind, "政", "政\x00")}},
		} {
			got, want := mentionsOf(t, own, report.Meta{Year: 2022}, sections), mentionsOf(t, all, report.Meta{Year: 2022}, sections)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("part %d (-want +got):\n%s", n, diff)
			}
		}
	}
}

// TestWholeDictionaryAfterAFew: what goes on being used loads all words once,
// and leaves nothing beside them.
func TestWholeDictionaryAfterAFew(t *testing.T) {
	r, err := New(Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	opened := map[*gojieba.Jieba]bool{}
	for range maxSmall {
		j, done, err := r.segmenter.over(func() string { return "政务公开" })
		if err != nil {
			t.Fatal(err)
		}
		opened[j] = true
		defer done()
	}
	if opened[wholeOf(t, r)] || len(opened) != maxSmall {
		t.Errorf("%d dictionaries were opened for %d texts", len(opened), maxSmall)
	}
	if j, _, err := r.segmenter.over(func() string { return "政务公开" }); err != nil || j != wholeOf(t, r) {
		t.Error("not all words are loaded after the first texts")
	}
	if left, err := filepath.Glob(filepath.Join(r.segmenter.dir, ".own-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	if long, err := New(Options{CacheDir: t.TempDir()}); err != nil {
		t.Fatal(err)
	} else if j, _, err := long.segmenter.over(func() string { return strings.Repeat("政", maxSmallText) }); err != nil || j != wholeOf(t, long) {
		t.Error("a long text has a dictionary of its own")
	}
}

// TestNoRoomForTheWholeDictionary: a Reader that cannot open its files just now
// says so, and can when there is room again.
func TestNoRoomForTheWholeDictionary(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "cache")
	r, err := New(Options{CacheDir: cache})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(cache); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cache, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Join(cache, "nowhere"))
	sections := []report.Section{{Number: 1, Text: "全年主动公开政府信息12条。"}}
	if found, err := r.Mentions(report.Meta{}, sections); err == nil {
		t.Fatalf("nothing can be opened, and %v was found", found)
	} else if !strings.Contains(err.Error(), "cache directory") {
		t.Errorf("the error does not tell what to do: %v", err)
	}
	if err := r.Load(); err == nil {
		t.Fatal("nothing can be opened, and everything is loaded")
	}
	if err := os.Remove(cache); err != nil {
		t.Fatal(err)
	}
	if found := mentionsOf(t, r, report.Meta{}, sections); len(found) != 1 {
		t.Errorf("found %v", found)
	}
}
