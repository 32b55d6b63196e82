package narrative

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/yanyiwu/gojieba"
)

//go:embed dictionary/*.zst
var packed embed.FS

// The dictionaries as they stand in gojieba 1.4.6 (MIT, see dictionary/).
var dictionaries = []struct {
	name   string
	size   int
	sha256 string
}{
	{"jieba.dict.utf8", 5071204, "3043b77068e09c9904f27cad82f12b6ebe9dbdb5aeff3b25e45ab7f9c1122b55"},
	{"hmm_model.utf8", 519739, "f17790586ac86dd048c8adffed052c4bd2b28ed0682972c1275e59040c0589a7"},
}

// gojieba wants a file of keyword weights and one of stop words, which only
// keyword extraction reads; neither may be empty.
const (
	idfName, idfText   = "idf.utf8", "政府信息公开 1.0\n"
	stopName, stopText = "stop_words.utf8", "。\n"
	userName           = "user.dict.utf8"
)

// openSegmenter makes the dictionaries files. cacheDir "" is nianbao under the
// user's cache directory. Where that cannot be written, all are loaded at once
// from a temporary directory.
func openSegmenter(cacheDir string, userDictionary []byte) (*segmenter, error) {
	if cacheDir == "" {
		if dir, err := os.UserCacheDir(); err == nil {
			cacheDir = filepath.Join(dir, "nianbao")
		}
	}
	var refused error
	if cacheDir != "" {
		dir := filepath.Join(cacheDir, "jieba-"+digest(userDictionary)[:16])
		var c contents
		if c, refused = unpack(dir, userDictionary); refused == nil {
			return newSegmenter(dir, c), nil
		}
	}
	j, err := loadElsewhere(userDictionary)
	if err != nil {
		return nil, errors.Join(refused, err)
	}
	s := &segmenter{}
	s.loaded.Store(j)
	return s, nil
}

// loadElsewhere loads the dictionaries from a directory that serves for as long
// as loading takes: gojieba reads its files while it loads, and never again.
func loadElsewhere(userDictionary []byte) (*gojieba.Jieba, error) {
	const remedy = "set a cache directory that can be written"
	dir, err := os.MkdirTemp("", "nianbao-jieba-")
	if err != nil {
		return nil, fmt.Errorf("narrative: no directory to unpack the dictionaries into (%s): %w", remedy, err)
	}
	defer os.RemoveAll(dir)
	if _, err := unpack(dir, userDictionary); err != nil {
		return nil, fmt.Errorf("narrative: unpack the dictionaries (%s): %w", remedy, err)
	}
	return load(dir), nil
}

// loadable tells why gojieba could not open the dictionaries of a directory:
// it takes | and ; for the ends of a path, and ends the process where that
// leads nowhere.
func loadable(dir string) error {
	if strings.ContainsAny(dir, "|;") {
		return fmt.Errorf("%s: gojieba opens no dictionary below a directory with | or ; in its name", dir)
	}
	return nil
}

// load opens dictionaries that unpack has verified: gojieba ends the process
// on a missing or broken one.
func load(dir string) *gojieba.Jieba {
	at := func(name string) string { return filepath.Join(dir, name) }
	return gojieba.NewJieba(at(dictionaries[0].name), at(dictionaries[1].name), at(userName), at(idfName), at(stopName))
}

// unpack makes sure that dir holds every dictionary with its right content,
// and returns it.
// Each file is written beside its place and renamed into it, so another
// process sees the whole file or none, and two that unpack at once agree.
func unpack(dir string, userDictionary []byte) (contents, error) {
	if err := loadable(dir); err != nil {
		return contents{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return contents{}, err
	}
	unpacked := make([][]byte, len(dictionaries))
	for i, d := range dictionaries {
		path := filepath.Join(dir, d.name)
		if unpacked[i] = whole(path, d.size, d.sha256); unpacked[i] != nil {
			continue
		}
		content, err := decompress(d.name)
		if err != nil {
			return contents{}, err
		}
		if err := place(path, content); err != nil {
			return contents{}, err
		}
		unpacked[i] = content
	}
	for name, content := range map[string][]byte{idfName: []byte(idfText), stopName: []byte(stopText), userName: userDictionary} {
		path := filepath.Join(dir, name)
		if whole(path, len(content), digest(content)) != nil {
			continue
		}
		if err := place(path, content); err != nil {
			return contents{}, err
		}
	}
	return contents{words: unpacked[0], model: unpacked[1], user: userDictionary}, nil
}

func decompress(name string) ([]byte, error) {
	b, err := packed.ReadFile("dictionary/" + name + ".zst")
	if err != nil {
		return nil, err
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(b, nil)
}

// whole returns what the file holds if it has this size and digest, nil
// otherwise; a file that was cut short or changed is written anew.
func whole(path string, size int, sum string) []byte {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(size) {
		return nil
	}
	b, err := os.ReadFile(path)
	if err != nil || digest(b) != sum {
		return nil
	}
	return b
}

func place(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".unpacking-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // nothing is left of it once it is renamed
	_, err = f.ReadFrom(bytes.NewReader(content))
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
