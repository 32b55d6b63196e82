package specimen

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"nianbao/parser/catalog"
)

// ErrLayout is returned by [Style.Write] for a truth of a layout that the style
// has no way of writing.
var ErrLayout = errors.New("specimen: the style does not write this layout")

// Style is one way in which reports are found written.
type Style struct {
	Name      string   // lower case with hyphens, the container first: "html-word-paste"
	Shows     string   // what is particular about it, one sentence
	Container string   // as in report.Meta.Container
	Extension string   // with the dot, for file names
	Layouts   []string // the layouts it writes

	form  func(*form)                 // changes what is to be printed
	page  func(*page)                 // changes the tables and blocks
	write func(*page) ([]byte, error) // nil: plain HTML in UTF-8
}

// Writes reports whether the style can write a truth of the layout.
func (s Style) Writes(layout string) bool { return slices.Contains(s.Layouts, layout) }

// Write prints a truth in the style, and says what a correct reader finds in
// the bytes. It is deterministic and leaves the truth as it was. It fails with
// [ErrLayout] only.
func (s Style) Write(t Truth) ([]byte, Want, error) {
	if !s.Writes(t.Meta.Layout) {
		return nil, Want{}, fmt.Errorf("%w: %s, layout %s", ErrLayout, s.Name, t.Meta.Layout)
	}
	seed := fnv.New64a()
	seed.Write([]byte(s.Name + "\x00" + t.Name))
	rng := rand.New(rand.NewPCG(seed.Sum64(), 1))
	f := newForm(t.Clone(), rng)
	if s.form != nil {
		s.form(f)
	}
	p := f.compose()
	if seed.Sum64()&1 == 0 {
		p.widen()
	}
	p.want.Meta.Container = s.Container
	if s.page != nil {
		s.page(p)
	}
	write := s.write
	if write == nil {
		write = writeHTML
	}
	data, err := write(p)
	if err != nil {
		return nil, Want{}, fmt.Errorf("specimen: %s: %w", s.Name, err)
	}
	return data, p.want, nil
}

// The layouts that a style writes; the first two are the catalogue's, so that a new one
// is written in every style that is no matter of one layout.
var (
	anyLayout  = catalog.Default().TableLayouts("")
	newLayouts = catalog.Default().TableLayouts(catalog.TablesSections)
	only2014   = []string{catalog.Layout2014}
	only2019   = []string{catalog.Layout2019}
	only2021   = []string{catalog.Layout2021}
)

// Styles returns every style, in a fixed order.
func Styles() []Style {
	return slices.Concat(htmlStyles(), metaStyles(), gridStyles(), labelStyles(), cellStyles(), charsetStyles(), textStyles(), officeStyles(), wrappedStyles(), pdfStyles())
}

// Find returns the style of a name.
func Find(name string) (Style, bool) {
	for _, s := range Styles() {
		if s.Name == name {
			return s, true
		}
	}
	return Style{}, false
}
