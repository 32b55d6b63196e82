package main

import (
	"testing"

	"github.com/spf13/pflag"
)

// Whatever --help says of a command or a flag, it says in Chinese too: a new text
// needs a row in help_zh.csv. No row is left over.
func TestHelpInChinese(t *testing.T) {
	texts := helpZH()
	used := map[string]bool{}
	want := func(what, key string) {
		if used[key] = true; texts[key] == "" {
			t.Errorf("help_zh.csv has no row for %s: %q", what, key)
		}
	}
	root := (&app{}).command()
	want("nianbao", root.Short)
	want("nianbao", "long nianbao")
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { want("--"+f.Name, f.Usage) })
	for _, c := range root.Commands() {
		if c.Hidden {
			continue
		}
		want(c.Name(), c.Short)
		want(c.Name(), "long "+c.Name())
		c.Flags().VisitAll(func(f *pflag.Flag) { want(c.Name()+" --"+f.Name, f.Usage) })
	}
	for key := range texts {
		if !used[key] {
			t.Errorf("help_zh.csv has a row that nothing says: %q", key)
		}
	}
}
