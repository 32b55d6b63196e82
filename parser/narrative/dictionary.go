package narrative

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/yanyiwu/gojieba"
)

// The dictionaries of gojieba 1.4.6 (MIT, see dictionary/). They are read where they
// stand in the program: to unpack them would take as long as all else at its start.
var (
	//go:embed dictionary/jieba.dict.utf8
	dictionaryWords string
	//go:embed dictionary/hmm_model.utf8
	dictionaryModel string
)

// openSegmenter opens gojieba with the model for unknown words and without any
// words but those of no text.
func openSegmenter(terms string) (*segmenter, error) {
	v := newVocabulary(terms)
	var errs []error
	for _, place := range []func() (string, error){func() (string, error) { return os.TempDir(), nil }, os.UserCacheDir} {
		dir, err := place()
		if err == nil {
			var j *gojieba.Jieba
			if j, err = openIn(dir); err == nil {
				return &segmenter{jieba: j, words: v}, nil
			}
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("narrative: gojieba opens its dictionaries as files, and there is no directory for them for a moment (set TMPDIR to one that can be written): %w", errors.Join(errs...))
}

// openIn opens gojieba in a directory that serves for as long as that takes:
// gojieba reads its files while it loads, and never again. It ends the process on a
// missing or broken one.
func openIn(parent string) (*gojieba.Jieba, error) {
	if strings.ContainsAny(parent, "|;") {
		return nil, fmt.Errorf("%s: gojieba opens no dictionary below a directory with | or ; in its name", parent)
	}
	dir, err := os.MkdirTemp(parent, "nianbao-jieba-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var paths []string
	for _, file := range []struct {
		name    string
		content string
	}{
		{"jieba.dict.utf8", unmatched()},
		{"hmm_model.utf8", dictionaryModel},
		{"user.dict.utf8", ""},
		// Only the extraction of keywords reads these two; neither may be empty.
		{"idf.utf8", "政府信息公开 1.0\n"},
		{"stop_words.utf8", "。\n"},
	} {
		path := filepath.Join(dir, file.name)
		if err := os.WriteFile(path, []byte(file.content), 0o600); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return gojieba.NewJieba(paths...), nil
}
