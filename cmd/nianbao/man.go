package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand prints manual pages. It is for those who pack the program, and not
// listed.
func (a *app) manCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "man [COMMAND]",
		Short: "Print manual pages",
		Long: `Print the manual page of a command, or of the whole program, as man reads it, or
write all of them into a folder.`,
		Example: "  nianbao man compare | man -l -\n  nianbao man --out /usr/local/share/man/man1",
		Args:    operands(0, 1),
		Hidden:  true,
		RunE: func(c *cobra.Command, args []string) error {
			root := a.command()
			root.DisableAutoGenTag = true
			header := func() *doc.GenManHeader {
				return &doc.GenManHeader{Section: "1", Source: "nianbao " + version, Manual: "nianbao", Date: builtAt()}
			}
			if out == "" {
				page := root
				if len(args) == 1 {
					found, _, err := root.Find(args)
					if err != nil || found == root {
						return usagef("man %s: there is no such command; nianbao --help lists them", args[0])
					}
					page = found
				}
				return doc.GenMan(page, header(), a.out)
			}
			if len(args) > 0 {
				return usagef("--out DIR is for the pages of all commands")
			}
			if err := os.MkdirAll(out, 0o755); err != nil {
				return err
			}
			for _, c := range append(root.Commands(), root) {
				if c.Hidden || c.Name() == "help" {
					continue
				}
				f, err := os.Create(filepath.Join(out, strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"))
				if err != nil {
					return err
				}
				err = doc.GenMan(c, header(), f)
				if e := f.Close(); err == nil {
					err = e
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "folder to write the pages of all commands into")
	return c
}

// builtAt is when the commit was made that the program was built from: the same
// program makes the same pages. nil where that is not known: now, or what
// SOURCE_DATE_EPOCH says.
func builtAt() *time.Time {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			if at, err := time.Parse(time.RFC3339, s.Value); err == nil {
				return &at
			}
		}
	}
	return nil
}
