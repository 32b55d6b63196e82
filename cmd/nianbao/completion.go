package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/export"
)

// completer offers what a word that is being typed may become, with a
// description behind a tab.
type completer func(word string) []string

// completers are those of flags, by name, in every command that has them.
var completers = map[string]completer{
	"indicator": measuresLike,
	"rule":      rulesLike,
	"region":    listOf(regionsLike),
	"under":     regionsLike,
	"own":       regionsLike,
	"applicant": applicantsLike,
	"level":     listOf(choices(region.LevelProvince, region.LevelPrefecture, region.LevelCounty)),
	"scope":     choices(string(report.ScopeRegion), string(report.ScopeAgency)),
	"severity":  choices(string(report.SeverityError), string(report.SeverityWarning), string(report.SeverityInfo)),
	"verdict":   choices(string(store.VerdictConfirmed), string(store.VerdictDismissed)),
	"by":        choices(region.LevelProvince, region.LevelPrefecture),
	"per":       choices(ask.Residents),
	"kind":      choices(ask.CopyYearBefore, ask.CopyOtherOffice),
	"format":    choices(append(export.FormatNames(), formatPackage, formatDatasette)...),
	"shape":     choices(export.Long, export.Wide),
	"log":       choices("text", "json"),
}

// completeFlags lets every command offer values for its flags, and for its
// arguments where they are regions or measures.
func completeFlags(c *cobra.Command) {
	for name, offer := range completers {
		if c.Flags().Lookup(name) != nil {
			_ = c.RegisterFlagCompletionFunc(name, func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
				return offer(word), cobra.ShellCompDirectiveNoFileComp
			})
		}
	}
	if offer := map[string]completer{"regions": regionsLike, "sites": regionsLike, "indicators": measuresLike}[c.Name()]; offer != nil {
		c.ValidArgsFunction = func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
			return offer(word), cobra.ShellCompDirectiveNoFileComp
		}
	}
}

// maxOffered bounds what is offered at once.
const maxOffered = 200

// offered is one value with what it means.
func offered(value, means string) string {
	if means == "" {
		return value
	}
	return value + "\t" + strings.ReplaceAll(means, "\t", " ")
}

// choices offers fixed words.
func choices(all ...string) completer {
	return func(word string) (found []string) {
		for _, w := range all {
			if strings.HasPrefix(w, word) {
				found = append(found, w)
			}
		}
		return found
	}
}

// listOf offers values for the last part of a list with commas.
func listOf(of completer) completer {
	return func(word string) []string {
		at := strings.LastIndexByte(word, ',') + 1
		found := of(word[at:])
		for i := range found {
			found[i] = word[:at] + found[i]
		}
		return found
	}
}

// regionsLike offers codes by the beginning of a code, names by the beginning of a
// name, and Hanyu Pinyin, with the code where several are spelt alike: what was typed
// stays, so that shells take it.
func regionsLike(word string) (found []string) {
	seen := map[string]bool{}
	for _, r := range region.All() {
		if current, ok := region.Current(r.Code); !ok || current.Code != r.Code || r.Nominal() || len(found) == maxOffered {
			continue
		}
		switch {
		case word != "" && strings.HasPrefix(r.Name, word):
			if !seen[r.Name] {
				seen[r.Name] = true
				found = append(found, offered(r.Name, fmt.Sprintf("%s %s", r.Code, region.PathName(r.Code))))
			}
		case word != "" && strings.HasPrefix(region.Letters(r.Code), word):
			value := region.Letters(r.Code)
			if found := region.Find(value); len(found) != 1 || found[0].Code != r.Code {
				value += "-" + r.Code
			}
			found = append(found, offered(value, fmt.Sprintf("%s %s", r.Code, region.PathName(r.Code))))
		case strings.HasPrefix(r.Code, word) && (len(word) >= 2 || r.Level == region.LevelProvince):
			found = append(found, offered(r.Code, region.PathName(r.Code)))
		}
	}
	return found
}

// named offers codes by their beginning, each with its label.
func named[T any](all func() []T, name func(T) (code, label string)) completer {
	return func(word string) (found []string) {
		for _, one := range all() {
			if code, label := name(one); strings.HasPrefix(code, word) {
				found = append(found, offered(code, label))
			}
		}
		return found
	}
}

var (
	measuresLike   = named(ask.Measures, func(m ask.Measure) (string, string) { return m.Code, m.LabelZH })
	rulesLike      = named(catalog.Rules, func(r catalog.Rule) (string, string) { return r.Code, r.TitleZH })
	applicantsLike = named(catalog.Applicants, func(a catalog.Applicant) (string, string) { return a.Code, a.LabelZH })
)

// completeLists lets the script for bash complete the later parts of lists: bash escapes
// the comma of what is offered and then finds no match with what was typed.
func completeLists(root *cobra.Command) {
	const (
		matches = `[[ $comp == "$cur"* ]] || continue`
		mended  = `[[ $comp == "$cur"* || ${compline%%$tab*} == "${cur//\\/}"* ]] || continue`
	)
	root.InitDefaultCompletionCmd()
	bash, _, err := root.Find([]string{"completion", "bash"})
	if err != nil || bash.Name() != "bash" {
		return
	}
	bash.RunE = func(c *cobra.Command, _ []string) error {
		short, err := c.Flags().GetBool("no-descriptions")
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := root.GenBashCompletionV2(&b, !short); err != nil {
			return err
		}
		_, err = io.WriteString(c.OutOrStdout(), strings.Replace(b.String(), matches, mended, 1))
		return err
	}
}
