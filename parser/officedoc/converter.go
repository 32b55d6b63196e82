package officedoc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
	Timeout  time.Duration // of one call, however many files it has; zero is one minute and ten seconds a file
	TempDir  string        // where files and the profile lie while converting; "" is os.TempDir
	MaxBytes int64         // of one file, before and after; zero is 32 MiB
	// MaxMemory bounds the memory that LibreOffice may take, and MaxProcessor its
	// processor time for each call and again for each file, where the system can
	// (not on Windows). Zero is 512 MiB and five seconds; a file takes a tenth of one.
	MaxMemory    int64
	MaxProcessor time.Duration
}

// bounds are those of one call.
type bounds struct {
	memory    int64
	processor time.Duration
}

// Converter converts .doc, .wps, .xls, .rtf, .odt and .ods by running LibreOffice. Each call
// has a profile of its own that forbids macros and links to other files, so that
// calls neither disturb each other nor the user's own LibreOffice, and a
// document cannot make it fetch anything. Calls wait for each other: LibreOffice
// takes a core and some 200 MiB. It ends with this process, however that ends.
//
// A Converter may be used by many goroutines.
type Converter struct {
	cfg  ConverterConfig
	once sync.Once
	path string
	err  error
	turn chan struct{}
}

// NewConverter returns a converter. LibreOffice is looked for when it is needed
// first.
func NewConverter(cfg ConverterConfig) *Converter {
	if cfg.MaxBytes <= 0 {
		cfg.MaxBytes = 32 << 20
	}
	if cfg.MaxMemory <= 0 {
		cfg.MaxMemory = 512 << 20
	}
	if cfg.MaxProcessor <= 0 {
		cfg.MaxProcessor = 5 * time.Second
	}
	return &Converter{cfg: cfg, turn: make(chan struct{}, 1)}
}

// Legacy is a file to convert.
type Legacy struct {
	Container string // document.DOC, WPS, XLS, or RTF, ODT, ODS
	Data      []byte
}

// Converted is what became of a file: Data in Container (document.DOCX or
// XLSX), or Err.
type Converted struct {
	Container string
	Data      []byte
	Err       error
}

// Convert converts the files in one run of LibreOffice, which takes about two
// seconds to start and a tenth of one for each file; a file that brings it down
// or to a stop is found by running the others without it. The result has one
// element for each file. The error is ErrNoConverter, ctx's, or one of writing
// the temporary files.
func (c *Converter) Convert(ctx context.Context, files []Legacy) ([]Converted, error) {
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
	out := make([]Converted, len(files))
	var all []int
	for i, f := range files {
		target, ok := targets[f.Container]
		switch {
		case !ok:
			out[i].Err = &document.ReadError{Container: f.Container, Err: document.ErrFormat, Detail: "LibreOffice is not used for it"}
		case int64(len(f.Data)) > c.cfg.MaxBytes:
			out[i].Err = &document.ReadError{Container: f.Container, Err: ErrConversion, Detail: "larger than " + strconv.FormatInt(c.cfg.MaxBytes>>20, 10) + " MiB"}
		case f.Container == document.RTF && nestedRTF(f.Data):
			out[i].Err = &document.ReadError{Container: f.Container, Err: document.ErrDamaged, Detail: "its groups nest deeper than any report's"}
		case f.Container == document.RTF && bytes.Count(f.Data, cellRTF) > maxCellsRTF:
			out[i].Err = &document.ReadError{Container: f.Container, Err: ErrConversion, Detail: "its tables have more cells than any report's"}
		default:
			out[i].Container = target.container
			all = append(all, i)
		}
	}
	return out, c.convert(ctx, program, files, out, all)
}

// convert runs LibreOffice over the files and, when some gave nothing, over
// those one by one: one bad file may have ended the run for those after it.
func (c *Converter) convert(ctx context.Context, program string, files []Legacy, out []Converted, which []int) error {
	if len(which) == 0 {
		return nil
	}
	said, err := c.run(ctx, program, files, out, which)
	if err != nil {
		return err
	}
	var failed []int
	for _, i := range which {
		if out[i].Data == nil && out[i].Err == nil {
			failed = append(failed, i)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	if len(which) == 1 {
		out[which[0]].Err = &document.ReadError{Container: files[which[0]].Container, Err: ErrConversion, Detail: said}
		return nil
	}
	for _, i := range failed {
		if err := c.convert(ctx, program, files, out, []int{i}); err != nil {
			return err
		}
	}
	return nil
}

// target is what a format becomes, and the filter that is named so that
// LibreOffice writes the strict form it is best at.
type target struct{ container, ext, filter string }

var targets = map[string]target{
	document.DOC: {document.DOCX, "docx", "docx:MS Word 2007 XML"},
	document.WPS: {document.DOCX, "docx", "docx:MS Word 2007 XML"},
	document.RTF: {document.DOCX, "docx", "docx:MS Word 2007 XML"},
	document.ODT: {document.DOCX, "docx", "docx:MS Word 2007 XML"},
	document.XLS: {document.XLSX, "xlsx", "xlsx:Calc MS Excel 2007 XML"},
	document.ODS: {document.XLSX, "xlsx", "xlsx:Calc MS Excel 2007 XML"},
}

// run converts files of both kinds, one call a kind, and puts what came out into
// out. The text is what LibreOffice said when it gave less than was asked.
func (c *Converter) run(ctx context.Context, program string, files []Legacy, out []Converted, which []int) (said string, err error) {
	dir, err := os.MkdirTemp(c.cfg.TempDir, "nianbao-convert-")
	if err != nil {
		return "", fmt.Errorf("converting: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := writeProfile(filepath.Join(dir, "profile")); err != nil {
		return "", fmt.Errorf("converting: %w", err)
	}
	timeout := c.cfg.Timeout
	if timeout <= 0 {
		timeout = time.Minute + time.Duration(len(which))*10*time.Second
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errTimeout)
	defer cancel()
	groups := map[target][]int{}
	var order []target
	for _, i := range which {
		t := targets[files[i].Container]
		if groups[t] == nil {
			order = append(order, t)
		}
		groups[t] = append(groups[t], i)
	}
	for _, t := range order {
		args := []string{
			"-env:UserInstallation=" + fileURL(filepath.Join(dir, "profile")),
			"--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard",
			"--convert-to", t.filter, "--outdir", filepath.Join(dir, "out"),
		}
		for _, i := range groups[t] {
			// LibreOffice goes by the content, too, but an extension keeps it from
			// taking what it does not know for plain text.
			name := filepath.Join(dir, strconv.Itoa(i)+"."+files[i].Container)
			if err := os.WriteFile(name, files[i].Data, 0o600); err != nil {
				return "", fmt.Errorf("converting: %w", err)
			}
			args = append(args, name)
		}
		var text limitedBuffer
		b := bounds{c.cfg.MaxMemory, time.Duration(1+len(groups[t])) * c.cfg.MaxProcessor}
		runErr := run(ctx, b, dir, &text, program, args...)
		var exit *exec.ExitError
		switch {
		case context.Cause(ctx) == errTimeout:
			said = "not done after " + timeout.String()
		case errors.As(runErr, &exit) && ctx.Err() == nil && exit.ProcessState.UserTime()+exit.ProcessState.SystemTime() >= b.processor*3/4:
			said = "not done after " + b.processor.String() + " of processor time"
		case ctx.Err() != nil:
			return "", ctx.Err()
		case runErr != nil:
			said = runErr.Error()
		default:
			said = firstLine(text.Bytes())
		}
		for _, i := range groups[t] {
			data, err := readLimited(filepath.Join(dir, "out", strconv.Itoa(i)+"."+t.ext), c.cfg.MaxBytes)
			switch {
			case errors.Is(err, fs.ErrNotExist):
			case err != nil:
				out[i].Err = &document.ReadError{Container: files[i].Container, Err: ErrConversion, Detail: err.Error()}
			default:
				out[i].Data = data
			}
		}
		if context.Cause(ctx) == errTimeout {
			break
		}
	}
	return said, nil
}

var errTimeout = errors.New("time limit")

// maxCellsRTF bounds the cells of an RTF file, each counted twice, where it ends
// and where its place is told: LibreOffice takes seconds for a few thousand rows. A
// report has five hundred cells.
const maxCellsRTF = 8_000

var cellRTF = []byte(`\cell`) // and \cellx

// nestedRTF reports whether the groups of an RTF file nest deeper than any
// report's: LibreOffice takes minutes for such, and gigabytes.
func nestedRTF(data []byte) bool {
	const deepest = 500
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '{':
			if depth++; depth > deepest {
				return true
			}
		case '}':
			depth--
		}
	}
	return false
}

// Read converts one file and reads the result. The document's container is the
// file's own.
func (c *Converter) Read(ctx context.Context, container string, data []byte) (*document.Document, error) {
	res, err := c.Convert(ctx, []Legacy{{container, data}})
	if err != nil {
		return nil, err
	}
	return ReadConverted(ctx, container, res[0])
}

// ReadConverted reads what Convert made of a file of the given container.
func ReadConverted(ctx context.Context, container string, f Converted) (*document.Document, error) {
	if f.Err != nil {
		return nil, f.Err
	}
	read := ReadDOCX
	if f.Container == document.XLSX {
		read = ReadXLSX
	}
	d, err := read(ctx, f.Data)
	if err != nil {
		return nil, fmt.Errorf("%s, converted by LibreOffice: %w", container, err)
	}
	d.Container = container
	return d, nil
}

func (c *Converter) program() (string, error) {
	c.once.Do(func() { c.path, c.err = findProgram(c.cfg.Program) })
	return c.path, c.err
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

func firstLine(b []byte) string {
	b, _, _ = bytes.Cut(bytes.TrimSpace(b), []byte("\n"))
	return string(b)
}
