package officedoc

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Limits of a workbook besides those of every package.
const (
	maxSheet  = 6 << 20 // unpacked size of one sheet; a report's has 50 KB
	maxSheets = 100     // visible sheets
)

// ReadXLSX reads a SpreadsheetML workbook: each visible sheet that is not empty
// becomes a grid whose rows and columns are numbered as in the sheet; rows and
// columns that are hidden or empty have no cells. Where prose and section headings
// stand between tables, in rows of their own, they become paragraphs, and the
// tables grids of their own. Cells read as they are displayed. A formula whose result the file does not hold reads as the formula,
// "=SUM(B2:B7)": computing it would be guessing at another program's work.
//
// The error wraps document.ErrFormat, document.ErrEncrypted or
// document.ErrDamaged, or is ctx's.
func ReadXLSX(ctx context.Context, data []byte) (*document.Document, error) {
	pkg, err := openPackage(document.XLSX, data)
	if err != nil {
		return nil, err
	}
	return readWorkbook(ctx, document.XLSX, func(r *xlsx) error {
		r.pkg, r.title = pkg, pkg.title(ctx)
		pkg.report(&r.out)
		for name := range pkg.entries {
			if strings.HasPrefix(name, "xl/media/") {
				r.images++
			}
		}
		return r.sheets()
	})
}

// readWorkbook makes a document of what read reads of a workbook.
func readWorkbook(ctx context.Context, container string, read func(*xlsx) error) (d *document.Document, err error) {
	// excelize trusts a workbook's styles more than a damaged or hostile one deserves;
	// its panic must not take the whole run down.
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, &document.ReadError{Container: container, Err: document.ErrDamaged, Detail: fmt.Sprint(p)}
		}
	}()
	r := xlsx{ctx: ctx, shown: map[value]string{}, ofSections: map[string]string{}}
	defer func() {
		if r.scratch != nil {
			_ = r.scratch.Close() // it has no file
		}
	}()
	if err := read(&r); err != nil {
		return nil, err
	}
	d = r.out.Document()
	d.Container, d.Title, d.Images = container, r.title, r.images
	noteImageOnly(d)
	return d, nil
}

// xlsx is the state of reading one workbook.
type xlsx struct {
	ctx      context.Context
	pkg      *pkg
	out      document.Builder
	title    string
	images   int
	styles   []byte       // the part, for the formats of numbers
	formats  []cellFormat // of the cells, by their numbers
	strings  []richText
	date1904 bool
	scratch  *excelize.File   // what displays values
	first    int              // the format of scratch that is the workbook's first
	shown    map[value]string // of those displayed

	ofSections map[string]string // the formats that render sections, as styleOf has them
}

// part is a part of the workbook, as far as it can be read; what is wrong with it is a
// finding. A part that is missing is empty.
func (r *xlsx) part(name string) []byte {
	part, err := r.pkg.part(name)
	if err != nil && !errors.Is(err, errNoPart) {
		reportPart(&r.out, name, err)
	}
	return part
}

// tab is a sheet as the workbook names it.
type tab struct{ name, id string }

// workbook reads which sheets are visible, in their order.
func (r *xlsx) workbook() (tabs []tab, err error) {
	x := newXMLReader(r.ctx, r.part("xl/workbook.xml"))
	for e := range x.each("workbookPr", "sheet") {
		if e.name == "workbookPr" {
			r.date1904 = isTrue(e.attr("date1904"))
		} else if state := e.attr("state"); state == "" || state == "visible" {
			tabs = append(tabs, tab{e.attr("name"), e.attr("id")})
		}
	}
	if len(tabs) == 0 && x.err != nil && r.ctx.Err() == nil {
		return nil, &document.ReadError{Container: document.XLSX, Err: document.ErrDamaged, Detail: "its list of sheets: " + x.err.Error()}
	}
	return tabs, r.ctx.Err()
}

func (r *xlsx) sheets() error {
	tabs, err := r.workbook()
	if err != nil {
		return err
	}
	r.styles = r.part("xl/styles.xml")
	r.formats = cellFormats(r.ctx, r.styles)
	r.strings = sharedStrings(r.ctx, r.part("xl/sharedStrings.xml"))
	rels := r.pkg.relationships(r.ctx, "xl/workbook.xml")
	for i, t := range tabs {
		if r.fullBefore(i, t.name) {
			return nil
		}
		part := targetOf(t.id, rels)
		s := newSheetGrid(r, t.name)
		err := s.read(part)
		if shown := s.add(); shown != nil {
			return shown
		}
		if ctxErr := r.ctx.Err(); ctxErr != nil {
			return ctxErr
		}
		if err != nil {
			reportPart(&r.out, part, err)
		}
	}
	return nil
}

// fullBefore tells, and leaves the finding, that a sheet is one too many behind some.
func (r *xlsx) fullBefore(sheets int, name string) bool {
	full := sheets >= maxSheets || r.out.Full()
	if full {
		r.out.AddFinding(report.Warning(report.RuleLimit, "the workbook has more sheets than any report; those after %q were not read", name))
	}
	return full
}

func isTrue(s string) bool { return s == "1" || s == "true" }

// isZero reports a number that is zero: a height, a width, a value.
func isZero(s string) bool {
	n, err := strconv.ParseFloat(s, 64)
	return err == nil && n == 0
}
