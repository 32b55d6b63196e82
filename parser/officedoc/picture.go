package officedoc

import (
	"context"
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

// addAnchor adds the place of a drawing or a field, if it has one.
func addAnchor(places []merge, e *element) []merge {
	if m, ok := anchor(e); ok && len(places) < maxPictures {
		return append(places, m)
	}
	return places
}

// anchor reads where a drawing or a field of a form lies.
func anchor(e *element) (m merge, ok bool) {
	from, to := e.child("from"), e.child("to")
	if to == nil && e.child("ext") != nil {
		to = from // of a size of its own: in the cell it begins in
	}
	if from == nil || to == nil {
		return merge{}, false
	}
	at := func(corner *element, name string) int {
		n, _ := strconv.Atoi(strings.TrimSpace(corner.child(name).text()))
		return n
	}
	m = merge{top: at(from, "row"), left: at(from, "col"), bottom: at(to, "row"), right: at(to, "col")}
	if at(to, "colOff") == 0 && m.right > m.left { // it ends where the column begins
		m.right--
	}
	if at(to, "rowOff") == 0 && m.bottom > m.top {
		m.bottom--
	}
	return m, m.top >= 0 && m.left >= 0 && m.bottom-m.top < maxPictureCells && m.right-m.left < maxPictureCells
}

// pictures reads the places of a sheet's drawings: of the part that a
// relationship of the sheet's part names. What is damaged is missing.
func pictures(ctx context.Context, p *pkg, sheet, relationship string) (at []merge) {
	part, _ := p.part(targetOf(relationship, p.relationships(ctx, sheet)))
	for e := range newXMLReader(ctx, part).each("twoCellAnchor", "oneCellAnchor") {
		at = addAnchor(at, e)
	}
	return at
}
