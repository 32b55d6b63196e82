package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/store/ask"
)

// suggestions is how many names a message offers in place of a wrong one.
const suggestions = 3

// nearest are the names most like a wrong one, the likest first: those that
// few letters tell from it, and those it is a part of.
func nearest(wrong string, names []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	wrong = strings.ToLower(wrong)
	length := len([]rune(wrong))
	var found []candidate
	for _, name := range names {
		lower := strings.ToLower(name)
		d := levenshtein.ComputeDistance(wrong, lower)
		switch {
		case d <= max(1, length/4), d == 2 && transposed(wrong, lower):
		case length > 1 && strings.Contains(lower, wrong):
			d = length + d // behind those that are misspelt
		default:
			continue
		}
		found = append(found, candidate{name, d})
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var best []string
	for _, c := range found {
		if !slices.Contains(best, c.name) && len(best) < suggestions {
			best = append(best, c.name)
		}
	}
	return best
}

// transposed reports whether two neighbouring letters changed places.
func transposed(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && slices.Equal(x[i+2:], y[i+2:])
}

// instead is the end of a message about a wrong name: what may be meant, or
// where the names are to be found.
func instead(wrong string, names []string, otherwise string) string {
	if best := nearest(wrong, names); len(best) > 0 {
		return "did you mean " + strings.Join(best, ", ") + "? " + otherwise
	}
	return otherwise
}

func measureCodes() (codes []string) {
	for _, m := range ask.Measures() {
		codes = append(codes, m.Code)
	}
	return codes
}

// findMeasure looks an indicator, rate or metric up for a flag.
func findMeasure(flag, code, applicant string) (ask.Measure, error) {
	m, err := ask.FindMeasure(code, applicant)
	if err == nil {
		return m, nil
	}
	if codes := measureCodes(); !slices.Contains(codes, code) {
		return m, usagef("%s %s: no indicator, rate or metric has this code; %s", flag, code, instead(code, codes, "nianbao indicators lists them"))
	}
	return m, usageError{err}
}

// checkRule refuses what is neither a rule nor the beginning of one.
func checkRule(rule string) error {
	var codes []string
	for _, r := range catalog.Rules() {
		codes = append(codes, r.Code)
	}
	if rule == "" || slices.ContainsFunc(codes, func(c string) bool { return c == rule || strings.HasSuffix(rule, ".") && strings.HasPrefix(c, rule) }) {
		return nil
	}
	var groups []string
	for _, c := range codes {
		group, _, _ := strings.Cut(c, ".")
		groups = append(groups, group+".")
	}
	return usagef("--rule %s: there is no such rule; %s", rule,
		instead(rule, append(codes, groups...), "the rules begin with "+strings.Join(slices.Compact(slices.Sorted(slices.Values(groups))), " ")))
}

// regionNames are the names of all divisions, in full and short.
func regionNames() (names []string) {
	for _, r := range region.All() {
		names = append(names, r.Name)
	}
	return names
}

// suggestFlag adds to the error of a wrong flag the one that may be meant.
func suggestFlag(c *cobra.Command, err error) error {
	_, wrong, found := strings.Cut(err.Error(), "unknown flag: --")
	if !found {
		return err
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if best := nearest(wrong, names); len(best) > 0 {
		return usagef("%w; did you mean --%s?", err, strings.Join(best, ", --"))
	}
	return err
}
