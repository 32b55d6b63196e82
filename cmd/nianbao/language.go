package main

import (
	_ "embed"
	"os"
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

// chineseUsage are the headings of a command's usage.
var chineseUsage = strings.NewReplacer("Usage:", "用法：", "Aliases:", "别名：", "Examples:", "例：", "Available Commands:", "命令：", "Additional Commands:", "其他命令：",
	"Global Flags:", "通用参数：", "Flags:", "参数：", "Additional help topics:", "其他说明：", `Use "{{.CommandPath}} [command] --help" for more information about a command.`, `“{{.CommandPath}} 命令 --help”说明各命令的用法。`)
