package main

import (
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/spf13/cobra"

	"nianbao/parser"
	"nianbao/parser/report"
)

func (a *app) parseCommand() *cobra.Command {
	schema := false
	c := &cobra.Command{
		Use:   "parse FILE|DIR|WARC|- …",
		Short: "Parse reports and print one JSON document a line",
		Long: `Parse reports and print one JSON document a line on standard output; no database
is needed. A folder is read with all that is below it, a WARC file page by page,
and - is standard input.

A file that is no report gives a line too: report.layout is "", there are no
facts, and the finding report.not_recognised says why. The exit status is 3 then.`,
		Example: "  nianbao parse report.html\n  nianbao parse archive/ | jq .report.title",
		Args: func(c *cobra.Command, args []string) error {
			if schema {
				return nil
			}
			return operands(1, many)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if schema {
				return a.printDocumentSchema()
			}
			p, err := a.parser()
			if err != nil {
				return err
			}
			defer p.Close()
			partial := false
			for out, err := range parseAll(c.Context(), p, a.inputs(c.Context(), args), nil) {
				if err != nil {
					return err
				}
				if out.err != nil {
					out.reports = []*report.Report{unread(out.input)}
				}
				for _, r := range out.reports {
					if ok, why := parser.Recognised(r); !ok {
						partial = true
						a.complain(r.Meta.Source, why)
					}
					if err := a.writeJSON(whole(r)); err != nil {
						return err
					}
				}
			}
			if partial {
				return errPartial
			}
			return nil
		},
	}
	c.Flags().BoolVar(&schema, "json-schema", false, "print the JSON Schema of a line, and do nothing else")
	return c
}

// printDocumentSchema prints the schema of one parsed report.
func (a *app) printDocumentSchema() error {
	s, err := jsonschema.ForType(reflect.TypeFor[report.Report](), &jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[report.Year]():     {Types: []string{"integer", "null"}},
		reflect.TypeFor[report.Evidence](): {Types: []string{"number", "string", "null"}},
		reflect.TypeFor[report.Locator]():  {Type: "string"},
	}})
	if err != nil {
		return err
	}
	s.Schema, s.Title = jsonSchemaDraft, "one line of nianbao parse"
	return a.writeJSON(s)
}

// unread is the line of an input that could not be read at all.
func unread(in input) *report.Report {
	return &report.Report{
		Meta: report.Meta{Source: in.source.Name, ParserVersion: parser.Version},
		Findings: []report.Finding{{
			Rule: report.RuleNotRecognised, Severity: report.SeverityError, Message: in.err.Error(),
		}},
	}
}

// whole replaces missing lists by empty ones: readers of the JSON need not
// tell null from [].
func whole(r *report.Report) *report.Report {
	if r.Facts == nil {
		r.Facts = []report.Fact{}
	}
	if r.Mentions == nil {
		r.Mentions = []report.Mention{}
	}
	if r.Findings == nil {
		r.Findings = []report.Finding{}
	}
	if r.Sections == nil {
		r.Sections = []report.Section{}
	}
	return r
}
