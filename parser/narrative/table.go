package narrative

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed tables/*.tsv
var tables embed.FS

// readTable reads one of the embedded tables: tab-separated columns, # and
// blank lines ignored. Trailing columns may be left out and are empty. The
// tables are part of the program, so a bad row is a panic that names it.
func readTable(name string, columns int) [][]string {
	b, err := tables.ReadFile("tables/" + name)
	if err != nil {
		panic("narrative: " + err.Error())
	}
	var rows [][]string
	for n, line := range strings.Split(string(b), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) > columns {
			panic(fmt.Sprintf("narrative: tables/%s line %d has %d columns, want %d", name, n+1, len(row), columns))
		}
		for len(row) < columns {
			row = append(row, "")
		}
		rows = append(rows, row)
	}
	return rows
}
