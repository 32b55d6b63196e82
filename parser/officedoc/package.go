package officedoc

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// The limit of an Office package's parts. The main part of a real report has some 300 KB;
// the longest ones, with every attribute Word can write, stay below 5 MB.
const maxPart = 16 << 20 // unpacked size of one part

// pkg is an Office package (ECMA-376 part 2): a ZIP archive of parts.
type pkg struct {
	entries map[string]entry // by name in lower case: part names know no case
	damaged bool
}

// openPackage opens the ZIP of a document of the given container.
func openPackage(container string, data []byte) (*pkg, error) {
	fail := func(err error, detail string) error {
		return &document.ReadError{Container: container, Err: err, Detail: detail}
	}
	if bytes.HasPrefix(data, oleMagic) {
		if oleStreams(data)["EncryptedPackage"] {
			return nil, fail(document.ErrEncrypted, "open it with its password and save it without one")
		}
		return nil, fail(document.ErrFormat, "it is a file of the older, binary formats")
	}
	if detectXML(data) == document.DOCX {
		return flatPackage(data), nil
	}
	entries, damaged, err := readArchive(data)
	if err != nil {
		if bytes.HasPrefix(data, localMagic) {
			return nil, fail(document.ErrDamaged, err.Error())
		}
		return nil, fail(document.ErrFormat, "it is no ZIP archive")
	}
	p := &pkg{entries: make(map[string]entry, len(entries)), damaged: damaged}
	kind, protected := "", false
	for _, e := range entries {
		name := strings.ToLower(strings.TrimPrefix(path.Clean("/"+e.name), "/"))
		// The first of two parts with one name counts, as in Word.
		if _, twice := p.entries[name]; !twice {
			p.entries[name] = e
		}
		if kind == "" {
			kind, protected = packageKind(name), e.encrypted
		}
	}
	switch {
	case kind == "" && damaged:
		return nil, fail(document.ErrDamaged, "its main part is missing")
	case kind == "":
		return nil, fail(document.ErrFormat, "it is an archive of other files")
	case kind != container:
		return nil, fail(document.ErrFormat, "it is a "+kind)
	case protected:
		return nil, fail(document.ErrEncrypted, "")
	}
	return p, nil
}

// part returns a part's bytes. A part that is damaged or too large is returned
// as far as it can be, with the error.
func (p *pkg) part(name string) ([]byte, error) {
	e, ok := p.entries[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if !ok {
		return nil, errNoPart
	}
	if e.encrypted {
		return nil, document.ErrEncrypted
	}
	return e.read(maxPart)
}

var errNoPart = errors.New("there is no such part")

// relationship is how a part refers to another.
type relationship struct{ id, kind, target string }

// relationships are those of a part, or of the package for "", as far as they can be
// read.
func (p *pkg) relationships(ctx context.Context, part string) (all []relationship) {
	dir, base := path.Split(part)
	rels, _ := p.part(dir + "_rels/" + base + ".rels")
	for e := range newXMLReader(ctx, rels).each("Relationship") {
		target := e.attr("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", dir, target)
		}
		all = append(all, relationship{e.attr("Id"), e.attr("Type"), strings.TrimPrefix(path.Clean(target), "/")})
	}
	return all
}

// targetOf is the part that a relationship of some id names, "" where there is none.
func targetOf(id string, all []relationship) string {
	for _, rel := range all {
		if rel.id == id {
			return rel.target
		}
	}
	return ""
}

// mainPart finds the main part by the package's relationships, or takes the
// usual name.
func (p *pkg) mainPart(ctx context.Context, usual string) string {
	for _, rel := range p.relationships(ctx, "") {
		if _, ok := p.entries[strings.ToLower(rel.target)]; ok && strings.HasSuffix(rel.kind, "/officeDocument") {
			return rel.target
		}
	}
	if _, ok := p.entries[usual]; ok {
		return usual
	}
	for _, name := range slices.Sorted(maps.Keys(p.entries)) {
		if packageKind(name) != "" {
			return name
		}
	}
	return usual
}

// report leaves the finding that the archive itself is damaged.
func (p *pkg) report(out *document.Builder) {
	if p.damaged {
		out.AddFinding(report.Warning(report.RuleMalformed, "The file is cut short or damaged; what follows the damage could not be read."))
	}
}

// reportPart leaves the finding that reading a part ended early.
func reportPart(out *document.Builder, name string, err error) {
	f := report.Warning(report.RuleMalformed, "The part %s of the file is damaged (%v); it was read up to there.", name, err)
	switch {
	case cutShort(err):
		f = report.Warning(report.RuleTruncated, "The file is cut short: its part %s ends in the middle. What stood there was not read.", name)
	case errors.Is(err, errTooLarge), errors.Is(err, errDepth):
		f = report.Warning(report.RuleLimit, "The part %s of the file goes beyond what a report needs (%v); it was read up to there.", name, err)
	}
	out.AddFinding(f)
}

// cutShort reports whether a part, or what it is packed in, ends in the middle.
func cutShort(err error) bool {
	var syntax *xml.SyntaxError
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF")
}

// title is the title in the core properties (ECMA-376 part 2, §11).
func (p *pkg) title(ctx context.Context) string {
	part, _ := p.part("docProps/core.xml")
	for e := range newXMLReader(ctx, part).each("title") {
		return strings.TrimSpace(e.line())
	}
	return ""
}
