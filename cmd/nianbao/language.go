package main

import (
	_ "embed"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nianbao/parser/catalog"
)

// What --help says in Chinese: by the English text, and for what a command tells
// at length by its name.
//
//go:embed help_zh.csv
var helpCSV string

var helpZH = sync.OnceValue(func() map[string]string {
	texts := map[string]string{}
	for _, r := range catalog.Rows("help_zh.csv", helpCSV) {
		texts[r[0]] = r[1]
	}
	return texts
})

// What headings of tables and words of their cells say in Chinese, by column and
// English word; headings have no column.
//
//go:embed words_zh.csv
var wordsCSV string

type tableWord struct{ column, english string }

var wordsZH = sync.OnceValue(func() map[tableWord]string {
	all := map[tableWord]string{}
	for _, r := range catalog.Rows("words_zh.csv", wordsCSV) {
		all[tableWord{r[0], r[1]}] = r[2]
	}
	return all
})

// word is a heading, or a word in a cell of a column, in the language of the
// environment. What has no Chinese stays as it is.
func (a *app) word(column, english string) string {
	if !a.chinese {
		return english
	}
	if zh, ok := wordsZH()[tableWord{column, english}]; ok {
		return zh
	}
	// Several in one cell, each with its years.
	parts := strings.Split(english, ", ")
	for i, part := range parts {
		word, years, _ := strings.Cut(part, " ")
		zh, ok := wordsZH()[tableWord{column, word}]
		if !ok {
			return english
		}
		parts[i] = strings.TrimRight(zh+" "+years, " ")
	}
	return strings.Join(parts, "，")
}

// in is a text for people in the language of the environment.
func (a *app) in(zh, en string) string {
	if a.chinese {
		return zh
	}
	return en
}

// chineseLocale reports whether the environment asks for messages in Chinese
// (POSIX: LC_ALL before LC_MESSAGES before LANG).
func chineseLocale() bool {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := os.Getenv(name); locale != "" {
			return strings.HasPrefix(locale, "zh")
		}
	}
	return false
}

// inChinese makes a command and those below it explain themselves in Chinese. What
// has no Chinese text stays as it is.
func inChinese(c *cobra.Command) {
	texts := helpZH()
	say := func(to *string, key string) {
		if zh, ok := texts[key]; ok {
			*to = zh
		}
	}
	say(&c.Short, c.Short)
	say(&c.Long, "long "+c.Name())
	c.InitDefaultHelpFlag()
	translate := func(f *pflag.Flag) {
		if f.Name == "help" {
			f.Usage = "显示用法"
		}
		say(&f.Usage, f.Usage)
	}
	c.Flags().VisitAll(translate)
	c.PersistentFlags().VisitAll(translate)
	for _, below := range c.Commands() {
		inChinese(below)
	}
}

func init() {
	defaults := regexp.MustCompile(`\(default (.*)\)`)
	cobra.AddTemplateFunc("defaultInChinese", func(s string) string { return defaults.ReplaceAllString(s, "（默认 $1）") })
}

// chineseUsage are the headings of a command's usage.
var chineseUsage = strings.NewReplacer("FlagUsages | trimTrailingWhitespaces", "FlagUsages | trimTrailingWhitespaces | defaultInChinese", "Usage:", "用法：", "Aliases:", "别名：", "Examples:", "例：", "Available Commands:", "命令：", "Additional Commands:", "其他命令：",
	"Global Flags:", "通用参数：", "Flags:", "参数：", "Additional help topics:", "其他说明：", `Use "{{.CommandPath}} [command] --help" for more information about a command.`, `“{{.CommandPath}} 命令 --help”说明各命令的用法。`)
