package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// noticesGZ are the licences of everything that is linked into the program;
// go test -run Notices -update writes it anew from the modules.
//
//go:embed licenses.txt.gz
var noticesGZ []byte

func (a *app) licensesCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "licenses",
		Short:   "Print the licences of the program and of what is built into it",
		Long:    "Print the licence of nianbao and the notices of the libraries, programs and\ndictionaries that are built into it, as their licences ask whoever hands it on.",
		Example: "  nianbao licenses | less",
		Args:    operands(0, 0),
		RunE: func(*cobra.Command, []string) error {
			notices, err := gzip.NewReader(bytes.NewReader(noticesGZ))
			if err != nil {
				return fmt.Errorf("the built-in licences: %w", err)
			}
			_, err = io.Copy(a.out, notices)
			return err
		},
	}
}
