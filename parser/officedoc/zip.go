package officedoc

import (
	"cmp"
	"context"
	"errors"
	"path"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Limits bound what EachMember unpacks. A field that is zero takes its default.
type Limits struct {
	Members     int   // files in all archives together; 20,000
	MemberBytes int64 // unpacked size of one file; 32 MiB
	TotalBytes  int64 // unpacked size of all files; 96 MiB and sixteen times the archive's own
	Ratio       int   // unpacked to packed, of files beyond 1 MiB; 200
	Depth       int   // archives within archives, the outer one counted; 3
}

func (l Limits) withDefaults(packed int) Limits {
	return Limits{
		Members:     cmp.Or(max(l.Members, 0), 20_000),
		MemberBytes: cmp.Or(max(l.MemberBytes, 0), 32<<20),
		TotalBytes:  cmp.Or(max(l.TotalBytes, 0), 96<<20+16*int64(packed)),
		Ratio:       cmp.Or(max(l.Ratio, 0), 200),
		Depth:       cmp.Or(max(l.Depth, 0), 3),
	}
}

// Member is one file of an archive.
type Member struct {
	// Name is the path within the archive, slashes forward, without "..", decoded
	// from GBK where need be. Members of inner archives carry the archive's name
	// before their own. It is for people: it need not be unique.
	Name string
	Data []byte
	// Depth counts the archives that it lies in: 1 is the outer one alone.
	Depth int
}

// EachMember calls each with the files of an archive in its own order, those of
// archives within it in their place, one after the other: their bytes are each's
// to keep. Office files are not unpacked: they are members. What was left out (by
// a limit, a password, a method of packing that is not known, damage) is a
// finding. An archive that is cut short gives the members that are whole.
//
// The error wraps document.ErrFormat when the bytes are no ZIP,
// document.ErrEncrypted when all its files need a password, or is each's or ctx's.
func EachMember(ctx context.Context, data []byte, limits Limits, each func(Member) error) ([]report.Finding, error) {
	u := unzipper{limits: limits.withDefaults(len(data)), each: each}
	if err := u.archive(ctx, "", data, 1); err != nil {
		return nil, err
	}
	if u.members == 0 && u.encrypted > 0 {
		return nil, &document.ReadError{Container: document.ZIP, Err: document.ErrEncrypted, Detail: "unpack it with its password first"}
	}
	return u.findings, nil
}

type unzipper struct {
	limits    Limits
	each      func(Member) error
	members   int
	findings  []report.Finding
	total     int64
	encrypted int
	full      bool
}

// archive reads the members of an archive, whose own name stands before theirs.
func (u *unzipper) archive(ctx context.Context, prefix string, data []byte, depth int) error {
	entries, damaged, err := readArchive(data)
	if err != nil {
		if depth == 1 {
			return &document.ReadError{Container: document.ZIP, Err: document.ErrFormat, Detail: err.Error()}
		}
		u.find(report.RuleMalformed, "The inner archive %s could not be read: %v.", prefix, err)
		return nil
	}
	if damaged {
		u.find(report.RuleMalformed, "The archive's directory is damaged; its files were found one by one and some may be missing.")
	}
	for i, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := path.Join(prefix, path.Join("/", e.name)[1:])
		if e.dir || ballast(name) {
			continue
		}
		if u.members >= u.limits.Members || u.total >= u.limits.TotalBytes {
			if !u.full {
				u.full = true
				u.find(report.RuleLimit, "The archive holds more than is read (%d files, %d MiB): %s and the %d entries behind it were left out. Unpack it into a folder and name that.",
					u.limits.Members, u.limits.TotalBytes>>20, name, len(entries)-i-1)
			}
			return nil
		}
		content, ok := u.unpack(e, name)
		if !ok {
			continue
		}
		if Detect(content) != document.ZIP {
			u.members++
			err = u.each(Member{Name: name, Data: content, Depth: depth})
		} else if depth < u.limits.Depth {
			err = u.archive(ctx, name, content, depth+1)
		} else {
			u.find(report.RuleLimit, "The archive %s lies deeper than %d archives and was not opened.", name, u.limits.Depth)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unpack gives what a member holds, or leaves the finding why it was left out.
func (u *unzipper) unpack(e entry, name string) (content []byte, ok bool) {
	if e.encrypted {
		u.encrypted++
		u.find(report.RuleMalformed, "The archive's file %s is protected by a password and was not read.", name)
		return nil, false
	}
	limit := min(u.limits.MemberBytes, u.limits.TotalBytes-u.total)
	if packed := int64(e.packed); packed > 0 && packed < limit/int64(u.limits.Ratio) {
		limit = max(packed*int64(u.limits.Ratio), 1<<20)
	}
	content, err := e.read(limit)
	// What a bomb made us unpack counts, though it is thrown away.
	u.total += int64(len(content))
	switch {
	case errors.Is(err, errOverlaps):
		u.find(report.RuleMalformed, "The archive's file %s is said to lie where another lies and was left out.", name)
	case errors.Is(err, errTooLarge):
		u.find(report.RuleLimit, "The archive's file %s is larger than is read (%d bytes) and was left out.", name, limit)
	case err != nil:
		u.find(report.RuleMalformed, "The archive's file %s is damaged and was left out: %v.", name, err)
	}
	return content, err == nil
}

// maxFindings bounds what one archive can say about its members.
const maxFindings = 50

func (u *unzipper) find(rule, format string, args ...any) {
	if len(u.findings) < maxFindings {
		u.findings = append(u.findings, report.Warning(rule, format, args...))
	}
}

// ballast tells the files that operating systems add to archives.
func ballast(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.Contains(name, "/__MACOSX/") ||
		strings.HasPrefix(base, "._") || base == ".DS_Store" || strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}
