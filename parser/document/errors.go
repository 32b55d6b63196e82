package document

import "errors"

// Why a reader gave no document at all. Match with errors.Is: readers wrap
// them in a *ReadError. Whatever else is wrong with a file is a finding.
var (
	// ErrFormat: the bytes are not the container the reader reads.
	ErrFormat = errors.New("not a file of this kind")
	// ErrEncrypted: the file opens with a password only.
	ErrEncrypted = errors.New("protected by a password")
	// ErrDamaged: the container is recognised but nothing in it can be read.
	ErrDamaged = errors.New("damaged beyond reading")
)

// ReadError is why a container could not be read.
type ReadError struct {
	Container string // DOCX, XLSX, PDF …
	Err       error  // one of the errors above, or what the reader met
	Detail    string // what was wrong where, "" when Err says it all
}

func (e *ReadError) Error() string {
	s := e.Container + ": " + e.Err.Error()
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap returns Err.
func (e *ReadError) Unwrap() error { return e.Err }
