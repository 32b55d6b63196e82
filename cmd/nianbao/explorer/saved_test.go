package explorer

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"

	"nianbao/store/export"
)

// Every container that package document names has an ending to be saved under.
func TestContainersAreSaved(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "..", "parser", "document", "document.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			n++
			if name, err := strconv.Unquote(lit.Value); err != nil || saved[name].ending == "" {
				t.Errorf("the container %s is not in the table of how files are saved, in cmd/nianbao/explorer/capture.go", lit.Value)
			}
		}
		return true
	})
	if n != len(saved) {
		t.Errorf("%d containers, %d rows", n, len(saved))
	}
}

// Every format that is offered to browsers has its label in both languages.
func TestOfferedFormatsHaveLabels(t *testing.T) {
	offered := 0
	for _, f := range export.Formats {
		if !f.Browsers {
			continue
		}
		offered++
		if label := texts()["figures."+f.Name]; label.Zh == "" || label.En == "" {
			t.Errorf("the format %s has no label; add the row figures.%s to cmd/nianbao/explorer/texts.csv", f.Name, f.Name)
		}
	}
	if offered == 0 {
		t.Error("no format is offered")
	}
}
