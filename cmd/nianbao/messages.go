package main

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
)

// What messages say in Chinese, by what they say in English. {} stands for what a
// message is about, in the order of the English text; {1} for the first of them.
//
//go:embed messages_zh.csv
var messagesCSV string

// message is one in both languages.
type message struct {
	source  string // the English text
	english *regexp.Regexp
	chinese string
}

var messagesZH = sync.OnceValue(func() (all []message) {
	for _, r := range catalog.Rows("messages_zh.csv", messagesCSV) {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(r[0]), `\{\}`, `(.*)`)
		all = append(all, message{r[0], regexp.MustCompile(`(?s)^` + pattern + `$`), r[1]})
	}
	// What says most is the message; the others are its parts.
	slices.SortStableFunc(all, func(a, b message) int { return len(b.source) - len(a.source) })
	return all
})

var placeholder = lazyregexp.New(`\{(\d)\}`)

// messageInChinese tells a message in Chinese, as far as its parts are known. Names of
// files, flags and codes stay as they are.
func messageInChinese(text string) string {
	for _, t := range messagesZH() {
		if parts := t.english.FindStringSubmatch(text); parts != nil {
			return placeholder.ReplaceAllStringFunc(t.chinese, func(s string) string {
				n, _ := strconv.Atoi(s[1:2]) // a digit
				return messageInChinese(parts[n])
			})
		}
	}
	// An error of several causes: each for itself.
	for _, by := range []struct{ english, chinese string }{{"; ", "；"}, {": ", "："}, {"\n", "\n"}} {
		if before, after, found := strings.Cut(text, by.english); found {
			a, b := messageInChinese(before), messageInChinese(after)
			if a != before || b != after {
				return a + by.chinese + b
			}
		}
	}
	return text
}

// say is a message in the language of the environment.
func (a *app) say(text string) string {
	if a.chinese {
		return messageInChinese(text)
	}
	return text
}
