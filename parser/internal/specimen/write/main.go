// Command write writes reports with known figures as files, for the tests and
// the measurements that run whole commands:
//
//	go run ./parser/internal/specimen/write -style html-word-paste -n 2000 -out pages
//
// Every report is of another county, as far as there are counties whose names
// are their own, with figures of its own; the layouts of 2019 and 2021 take
// turns where none is named. The same flags give the same bytes. On stdout it
// tells of each file, one JSON document a line, what was written of the report.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/region"
)

func main() {
	style := flag.String("style", "html-clean", "name of the `style` that writes them")
	n := flag.Int("n", 1, "how many")
	from := flag.Int("from", 0, "number of the first, which chooses its county and its figures")
	layout := flag.String("layout", "", "2014, 2019 or 2021")
	prose := flag.Int("prose", 0, "paragraphs of other reports to add to each one's first section")
	out := flag.String("out", "", "`directory` to write them to; it is made when it is not there")
	flag.Parse()
	if err := write(*style, *layout, *n, *from, *prose, *out); err != nil {
		fmt.Fprintln(os.Stderr, "write:", err)
		os.Exit(1)
	}
}

func write(name, only string, n, from, prose int, dir string) error {
	style, ok := specimen.Find(name)
	if !ok {
		return fmt.Errorf("there is no style %s", name)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	var counties []string
	for _, r := range region.All() {
		if r.Level == region.LevelCounty && len(region.Find(r.Name)) == 1 {
			counties = append(counties, r.Name)
		}
	}
	for i := from; i < from+n; i++ {
		layout := cmp.Or(only, []string{catalog.Layout2019, catalog.Layout2021}[i%2])
		truth := specimen.Random(rand.New(rand.NewPCG(uint64(i), 1)), layout)
		addProse(&truth, prose, uint64(i))
		data, _, err := style.Write(truth)
		if err != nil {
			return err
		}
		county := counties[i%len(counties)]
		data = bytes.ReplaceAll(data, []byte(truth.Meta.Region), []byte(county))
		written := file{filepath.Join(dir, fmt.Sprintf("%04d%s", i, style.Extension)), truth.Meta.Title, truth.Meta.Publisher, truth.Meta.Region, int(truth.Meta.Year), truth.Meta.PublishedOn}
		for _, name := range []*string{&written.Title, &written.Publisher, &written.Region} {
			*name = strings.ReplaceAll(*name, truth.Meta.Region, county)
		}
		if err := os.WriteFile(written.File, data, 0o666); err != nil {
			return err
		}
		if err := out.Encode(written); err != nil {
			return err
		}
	}
	return nil
}

// file tells of one file what was written of its report.
type file struct {
	File, Title, Publisher, Region string
	Year                           int
	PublishedOn                    string // ISO 8601
}

// addProse adds paragraphs of other random reports to a report's first section.
func addProse(truth *specimen.Truth, paragraphs int, seed uint64) {
	at := 0
	for i, s := range truth.Sections {
		if s.Number == 1 {
			at = i
		}
	}
	for other := uint64(1); paragraphs > 0; other++ {
		for _, s := range specimen.Random(rand.New(rand.NewPCG(seed, 1+other)), truth.Meta.Layout).Sections {
			if s.Number == 0 {
				continue
			}
			took := min(paragraphs, len(s.Paragraphs))
			truth.Sections[at].Paragraphs = append(truth.Sections[at].Paragraphs, s.Paragraphs[:took]...)
			paragraphs -= took
		}
	}
}
