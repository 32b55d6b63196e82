// Package migrations holds the schema of the store as numbered SQL files. File
// NNNN_name.sql brings a database from version NNNN-1 to NNNN. A published
// file is never edited: what must change is a new file.
package migrations

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed *.sql
var files embed.FS

// Migration is one step of the schema.
type Migration struct {
	Version int    // counted from one, without gaps
	Name    string // the file's name
	SQL     string
}

// All returns every step in order. A gap or a misnamed file is an error.
func All() ([]Migration, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	var all []Migration
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != len(all)+1 {
			return nil, fmt.Errorf("migrations: %s: want a file named %04d_….sql", e.Name(), len(all)+1)
		}
		text, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("migrations: %w", err)
		}
		all = append(all, Migration{Version: version, Name: e.Name(), SQL: string(text)})
	}
	return all, nil
}
