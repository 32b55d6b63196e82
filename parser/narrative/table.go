package narrative

import (
	"embed"

	"nianbao/parser/catalog"
)

//go:embed tables/*.tsv
var tables embed.FS

// readTable reads one of the embedded tables.
func readTable(name string) [][]string {
	b, err := tables.ReadFile("tables/" + name)
	if err != nil {
		panic("narrative: " + err.Error())
	}
	return catalog.Rows("tables/"+name, string(b))
}
