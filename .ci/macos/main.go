// Command macos checks the types of the project for macOS, whose C compiler and headers
// are not at hand elsewhere: what comes from C has any type, everything else has
// to fit. It prints what does not, and then ends with status 1.
//
//	go run ./.ci/macos
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	wrong := 0
	for _, arch := range []string{"arm64", "amd64"} {
		n, found, err := check(arch)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Printf("darwin/%s: the types of %d packages\n", arch, n)
		for _, f := range found {
			fmt.Println(f)
		}
		wrong += len(found)
		if n == 0 {
			wrong++
		}
	}
	if wrong > 0 {
		os.Exit(1)
	}
}

// check checks the types of all packages from their sources; n is how many of
// the project's there are.
func check(arch string) (n int, found []error, err error) {
	list := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap", "./...")
	list.Env = append(os.Environ(), "GOOS=darwin", "GOARCH="+arch, "CGO_ENABLED=1")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return 0, nil, fmt.Errorf("go list: %w", err)
	}
	checked := packages{"unsafe": types.Unsafe}
	for all := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath, Dir   string
			GoFiles, CgoFiles []string
			ImportMap         map[string]string
		}
		if err := all.Decode(&p); errors.Is(err, io.EOF) {
			return n, found, nil
		} else if err != nil {
			return 0, nil, err
		}
		if p.ImportPath == "unsafe" {
			continue
		}
		fset := token.NewFileSet()
		var files []*ast.File
		for _, name := range append(p.GoFiles, p.CgoFiles...) {
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return 0, nil, err
			}
			files = append(files, file)
		}
		ours := p.ImportPath == "nianbao" || strings.HasPrefix(p.ImportPath, "nianbao/")
		if ours {
			n++
		}
		c := types.Config{
			FakeImportC: true, IgnoreFuncBodies: !ours, Importer: mapped{checked, p.ImportMap}, Sizes: types.SizesFor("gc", arch),
			Error: func(err error) {
				// A constant of C has no type here.
				if ours && !strings.Contains(err.Error(), "with invalid type") {
					found = append(found, err)
				}
			},
		}
		checked[p.ImportPath], _ = c.Check(p.ImportPath, fset, files, nil)
	}
}

// packages are those whose types are known, by their paths.
type packages map[string]*types.Package

// mapped imports them as one package names them.
type mapped struct {
	packages
	names map[string]string
}

func (m mapped) Import(path string) (*types.Package, error) {
	if name, ok := m.names[path]; ok {
		path = name
	}
	if p, ok := m.packages[path]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}
