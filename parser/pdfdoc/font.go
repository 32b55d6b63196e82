package pdfdoc

import (
	"embed"
	"io/fs"
)

// PDFium looks for fonts that a file names but does not embed, as old reports do
// with 宋体, in the system's font directories, and without one it knows no
// character's height and drops text of a single character altogether. It gets a
// directory of its own with one font, written for this purpose (fontwriter_test.go):
// every Chinese character is a square. What the characters are it learns from the
// file; only their places are wanted.
//
//go:embed font
var fontFiles embed.FS

// fonts is the file system PDFium sees: nothing but that font, read-only.
func fonts() (fs.FS, error) { return fs.Sub(fontFiles, "font") }
