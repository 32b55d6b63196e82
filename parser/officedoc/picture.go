package officedoc

import (
	"context"
	"encoding/xml"
	"strconv"
	"strings"
)

// maxPictures bounds the drawings of a sheet that are looked at, and
// maxPictureCells the rows and columns of what could stand for a figure: larger
// ones are stamps and backgrounds.
const (
	maxPictures     = 1000
	maxPictureCells = 2
)

// anchor reads where a drawing or a field of a form lies, by the elements from
// and to of the current element.
func anchor(r *xmlReader) (m merge, ok bool, err error) {
	var from, to [4]int // column, its offset, row, its offset
	found, only := 0, false
	err = r.children(func(e xml.StartElement) error {
		at := &from
		switch e.Name.Local {
		case "from":
		case "to":
			at, only = &to, false
		case "ext":
			only = found == 1
			return nil
		default:
			return nil
		}
		found++
		return r.children(func(e xml.StartElement) error {
			i := map[string]int{"col": 0, "colOff": 1, "row": 2, "rowOff": 3}
			k, known := i[e.Name.Local]
			if !known {
				return r.skip()
			}
			s, err := r.characters()
			at[k], _ = strconv.Atoi(strings.TrimSpace(s))
			return err
		})
	})
	if found == 1 && only {
		to, found = from, 2 // of a size of its own: in the cell it begins in
		to[1], to[3] = 1, 1
	}
	m = merge{top: from[2], left: from[0], bottom: to[2], right: to[0]}
	if to[1] == 0 && m.right > m.left { // it ends where the column begins
		m.right--
	}
	if to[3] == 0 && m.bottom > m.top {
		m.bottom--
	}
	return m, found == 2 && m.top >= 0 && m.left >= 0 && m.bottom-m.top < maxPictureCells && m.right-m.left < maxPictureCells, err
}

// pictures reads the places of a sheet's drawings: of the part that a
// relationship of the sheet's part names. What is damaged is missing.
func pictures(ctx context.Context, p *pkg, sheet, relationship string) []merge {
	part, _ := p.part(relationships(ctx, p, sheet)[relationship])
	var at []merge
	r := newXMLReader(ctx, part)
	_ = r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "twoCellAnchor", "oneCellAnchor":
			m, ok, err := anchor(r)
			if ok && len(at) < maxPictures {
				at = append(at, m)
			}
			return err
		}
		return nil
	})
	return at
}
