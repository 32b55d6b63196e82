package explorer

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"
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
				t.Errorf("the container %s is not in the table of how files are saved", lit.Value)
			}
		}
		return true
	})
	if n != len(saved) {
		t.Errorf("%d containers, %d rows", n, len(saved))
	}
}
