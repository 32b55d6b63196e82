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

// openJieba makes the dictionaries files and loads them. cacheDir "" is
// nianbao under the user's cache directory. Where that cannot be written, a
// temporary directory serves for as long as loading takes.
func openJieba(cacheDir string, userDictionary []byte) (*gojieba.Jieba, error) {
	if cacheDir == "" {
		if dir, err := os.UserCacheDir(); err == nil {
			cacheDir = filepath.Join(dir, "nianbao")
		}
	}
	var refused error
	if cacheDir != "" {
		dir := filepath.Join(cacheDir, "jieba-"+digest(userDictionary)[:16])
		if refused = loadable(dir); refused == nil {
			refused = unpack(dir, userDictionary)
		}
		if refused == nil {
			return load(dir), nil
		}
	}
	dir, err := os.MkdirTemp("", "nianbao-jieba-")
	if err != nil {
		return nil, fmt.Errorf("narrative: no directory to unpack the dictionaries into (set a cache directory that can be written): %w", errors.Join(refused, err))
	}
	defer os.RemoveAll(dir) // gojieba reads its files while it loads, and never again
	if err := errors.Join(loadable(dir), unpack(dir, userDictionary)); err != nil {
		return nil, fmt.Errorf("narrative: unpack the dictionaries (set a cache directory that can be written): %w", errors.Join(refused, err))
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

// unpack makes sure that dir holds every dictionary with its right content.
// Each file is written beside its place and renamed into it, so another
// process sees the whole file or none, and two that unpack at once agree.
func unpack(dir string, userDictionary []byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, d := range dictionaries {
		path := filepath.Join(dir, d.name)
		if holds(path, d.size, d.sha256) {
			continue
		}
		content, err := decompress(d.name)
		if err != nil {
			return err
		}
		if err := place(path, content); err != nil {
			return err
		}
	}
	for name, content := range map[string][]byte{idfName: []byte(idfText), stopName: []byte(stopText), userName: userDictionary} {
		path := filepath.Join(dir, name)
		if holds(path, len(content), digest(content)) {
			continue
		}
		if err := place(path, content); err != nil {
			return err
		}
	}
	return nil
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

// holds reports whether the file has this size and digest; a file that was
// cut short or changed is written anew.
func holds(path string, size int, sum string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(size) {
		return false
	}
	b, err := os.ReadFile(path)
	return err == nil && digest(b) == sum
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
