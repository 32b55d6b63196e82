package officedoc

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"nianbao/parser/document"
)

// ErrNoConverter is returned when a file needs LibreOffice and none is
// installed. Its message names the commands that install it.
var ErrNoConverter = errors.New("this format is read through LibreOffice, which is not installed; install it with " +
	"\"apt-get install libreoffice-writer libreoffice-calc\" (Debian, Ubuntu), \"dnf install libreoffice-writer libreoffice-calc\" (Fedora), " +
	"\"brew install --cask libreoffice\" (macOS) or \"winget install TheDocumentFoundation.LibreOffice\" (Windows)")

// ErrConversion is returned for a file that LibreOffice did not convert.
var ErrConversion = errors.New("LibreOffice could not convert the file")

// ConverterConfig configures a Converter; its zero value is safe.
type ConverterConfig struct {
	Program  string        // path of soffice; "" searches PATH and the usual places
	Timeout  time.Duration // of a file; zero is 70 seconds
	TempDir  string        // where the file and the profile lie while converting; "" is os.TempDir
	MaxBytes int64         // of a file, before and after; zero is 32 MiB
	// MaxMemory bounds the memory that LibreOffice may take, and MaxProcessor its
	// processor time for a file, where the system can (not on Windows). Zero is 512 MiB
	// and ten seconds; it takes some two.
	MaxMemory    int64
	MaxProcessor time.Duration
}

// Converter reads .doc, .wps, .xls, .rtf, .odt and .ods by running LibreOffice. Each call
// has a profile of its own that forbids macros and links to other files, so that
// calls neither disturb each other nor the user's own LibreOffice, and a
// document cannot make it fetch anything. Calls wait for each other: LibreOffice
// takes a core and some 200 MiB. It ends with this process, however that ends.
//
// A Converter may be used by many goroutines.
type Converter struct {
	cfg     ConverterConfig
	program func() (string, error)
	turn    chan struct{}
}

// NewConverter returns a converter. LibreOffice is looked for when it is needed
// first.
func NewConverter(cfg ConverterConfig) *Converter {
	cfg.Timeout = cmp.Or(max(cfg.Timeout, 0), 70*time.Second)
	cfg.MaxBytes = cmp.Or(max(cfg.MaxBytes, 0), 32<<20)
	cfg.MaxMemory = cmp.Or(max(cfg.MaxMemory, 0), 512<<20)
	cfg.MaxProcessor = cmp.Or(max(cfg.MaxProcessor, 0), 10*time.Second)
	find := sync.OnceValues(func() (string, error) { return findProgram(cfg.Program) })
	return &Converter{cfg: cfg, program: find, turn: make(chan struct{}, 1)}
}

// targets are what the formats become, and filters the ones named so that LibreOffice
// writes the strict forms it is best at.
var (
	targets = map[string]string{
		document.DOC: document.DOCX, document.WPS: document.DOCX, document.RTF: document.DOCX, document.ODT: document.DOCX,
		document.XLS: document.XLSX, document.ODS: document.XLSX,
	}
	filters = map[string]string{document.DOCX: "docx:MS Word 2007 XML", document.XLSX: "xlsx:Calc MS Excel 2007 XML"}
	readers = map[string]func(context.Context, []byte) (*document.Document, error){document.DOCX: ReadDOCX, document.XLSX: ReadXLSX}
)

// Read converts a file of a container (document.DOC, WPS, XLS, RTF, ODT, ODS) and reads the
// result, whose container is the file's own. The error is ErrNoConverter, ctx's, or one of
// writing the temporary files; or it wraps ErrConversion or why the file cannot be read.
func (c *Converter) Read(ctx context.Context, container string, data []byte) (*document.Document, error) {
	program, err := c.program()
	if err != nil {
		return nil, err
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := c.refuses(container, data); err != nil {
		return nil, err
	}
	if container == document.RTF {
		data = inUnicode(data)
	}
	target := targets[container]
	converted, err := c.convert(ctx, program, container, target, data)
	if err != nil {
		return nil, err
	}
	d, err := readers[target](ctx, converted)
	if err != nil {
		return nil, fmt.Errorf("%s, converted by LibreOffice: %w", container, err)
	}
	d.Container = container
	return d, nil
}

// refuses is why a file is not given to LibreOffice, nil where it is.
func (c *Converter) refuses(container string, data []byte) error {
	fail := func(err error, detail string) error {
		return &document.ReadError{Container: container, Err: err, Detail: detail}
	}
	switch {
	case targets[container] == "":
		return fail(document.ErrFormat, "LibreOffice is not used for it")
	case int64(len(data)) > c.cfg.MaxBytes:
		return fail(ErrConversion, fmt.Sprintf("larger than %d MiB", c.cfg.MaxBytes>>20))
	case container == document.RTF && nestedRTF(data):
		return fail(document.ErrDamaged, "its groups nest deeper than any report's")
	case container == document.RTF && bytes.Count(data, cellRTF) > maxCellsRTF:
		return fail(ErrConversion, "its tables have more cells than any report's")
	}
	return nil
}

// convert is what LibreOffice makes of a file.
func (c *Converter) convert(ctx context.Context, program, container, target string, data []byte) ([]byte, error) {
	dir, err := os.MkdirTemp(c.cfg.TempDir, "nianbao-convert-")
	if err != nil {
		return nil, fmt.Errorf("converting: %w", err)
	}
	defer os.RemoveAll(dir)
	// LibreOffice goes by the content, too, but an extension keeps it from taking what
	// it does not know for plain text.
	profile, name := filepath.Join(dir, "profile"), filepath.Join(dir, "report."+container)
	if err := errors.Join(writeProfile(profile), os.WriteFile(name, data, 0o600)); err != nil {
		return nil, fmt.Errorf("converting: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	var said limitedBuffer
	runErr := run(limited, c.cfg, dir, &said, program, "-env:UserInstallation="+fileURL(profile),
		"--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard",
		"--convert-to", filters[target], "--outdir", filepath.Join(dir, "out"), name)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	converted, err := readLimited(filepath.Join(dir, "out", "report."+target), c.cfg.MaxBytes)
	if err == nil {
		return converted, nil
	}
	var exit *exec.ExitError
	detail := err.Error()
	switch {
	case !errors.Is(err, fs.ErrNotExist):
	case limited.Err() != nil:
		detail = "not done after " + c.cfg.Timeout.String()
	case errors.As(runErr, &exit) && exit.ProcessState.UserTime()+exit.ProcessState.SystemTime() >= c.cfg.MaxProcessor*3/4:
		detail = "not done after " + c.cfg.MaxProcessor.String() + " of processor time"
	case runErr != nil:
		detail = runErr.Error()
	default:
		line, _, _ := bytes.Cut(bytes.TrimSpace(said.Bytes()), []byte("\n"))
		detail = string(line)
	}
	return nil, &document.ReadError{Container: container, Err: ErrConversion, Detail: detail}
}

// maxCellsRTF bounds the cells of an RTF file, each counted twice, where it ends
// and where its place is told: LibreOffice takes seconds for a few thousand rows. A
// report has five hundred cells.
const maxCellsRTF = 8_000

var cellRTF = []byte(`\cell`) // and \cellx

// nestedRTF reports whether the groups of an RTF file nest deeper than any
// report's: LibreOffice takes minutes for such, and gigabytes.
func nestedRTF(data []byte) bool {
	const deepest = 500
	for _, depth := range groups(data) {
		if depth > deepest {
			return true
		}
	}
	return false
}

// groups gives the braces of an RTF file, and how many groups are open behind each.
func groups(rtf []byte) iter.Seq2[int, int] {
	return func(yield func(at, depth int) bool) {
		depth := 0
		for i := 0; i < len(rtf); i++ {
			switch rtf[i] {
			case '\\':
				i++
				continue
			case '{':
				depth++
			case '}':
				depth--
			default:
				continue
			}
			if !yield(i, depth) {
				return
			}
		}
	}
}

// inUnicode keeps of a text that an RTF file has in two forms, {\upr{…}{\*\ud{…}}}, the one
// in Unicode: LibreOffice shows both, one behind the other.
func inUnicode(rtf []byte) []byte {
	both, second := []byte(`{\upr{`), []byte(`{\*\ud`)
	var out []byte
	for {
		i := bytes.Index(rtf, both)
		if i < 0 {
			return append(out, rtf...)
		}
		group := rtf[i : i+groupEnd(rtf[i:])]
		first := len(both) - 1
		rest := bytes.TrimLeft(group[first+groupEnd(group[first:]):], "\r\n ")
		out, rtf = append(out, rtf[:i]...), rtf[i+len(group):]
		if form, ok := bytes.CutPrefix(rest, second); ok {
			group = append([]byte("{{"), form...)
		}
		out = append(out, group...)
	}
}

// groupEnd is the length of the group of RTF that some bytes begin with, of all of them
// where it has no end.
func groupEnd(rtf []byte) int {
	for i, depth := range groups(rtf) {
		if depth == 0 {
			return i + 1
		}
	}
	return len(rtf)
}

// places are where LibreOffice lies when it is not in PATH.
var places = []string{
	"/usr/lib/libreoffice/program/soffice",
	"/opt/libreoffice/program/soffice",
	"/Applications/LibreOffice.app/Contents/MacOS/soffice",
	`C:\Program Files\LibreOffice\program\soffice.com`,
}

func findProgram(configured string) (string, error) {
	if configured != "" {
		if p, err := exec.LookPath(configured); err == nil {
			return p, nil
		}
		return "", fmt.Errorf("%s: %w", configured, ErrNoConverter)
	}
	for _, p := range append([]string{"soffice", "libreoffice"}, places...) {
		if p, err := exec.LookPath(p); err == nil {
			return p, nil
		}
	}
	return "", ErrNoConverter
}

// profileSettings forbid what a foreign document could make LibreOffice do:
// run macros, follow links to pictures or other documents, restore sessions.
const profileSettings = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
<item oor:path="/org.openoffice.Office.Recovery/RecoveryInfo"><prop oor:name="Enabled" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
`

func writeProfile(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "user"), 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "user", "registrymodifications.xcu"), []byte(profileSettings), 0o600)
}

func fileURL(path string) string {
	p := filepath.ToSlash(path)
	if p != "" && p[0] != '/' {
		p = "/" + p // C:/… is file:///C:/…
	}
	return (&url.URL{Scheme: "file", Path: p}).String()
}

// readLimited reads a file that LibreOffice has written.
func readLimited(name string, limit int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("the converted file is larger than %d MiB", limit>>20)
	}
	return os.ReadFile(name)
}

// limitedBuffer keeps the first 4 KiB of what LibreOffice says.
type limitedBuffer struct{ bytes.Buffer }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if room := 4096 - b.Len(); room > 0 {
		b.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
