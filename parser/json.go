package parser

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"slices"
	"strings"

	"nianbao/parser/charset"
	"nianbao/parser/lazyregexp"
)

// answer is what a site's program answers with instead of a page: JSON that holds the
// article in a field, and its title in another.
type answer struct{ articles []article }

// article is the text of a field, as HTML or plain, with the title that stands nearest.
type article struct{ title, text string }

// Bounds of an answer, and of what is an article of it: shorter texts are summaries.
const (
	maxAnswer       = 8 << 20 // bytes
	maxAnswerDepth  = 40
	minArticleBytes = 300
)

// holdsPages reports whether bytes are JSON, perhaps within a call of a function, with pages
// in its fields. Other JSON is a text like any.
func holdsPages(data []byte) bool {
	return slices.ContainsFunc(articlesOf(data), func(it article) bool { return markup([]byte(it.text)) })
}

// answered is the JSON of an answer, nil of other bytes.
func answered(data []byte) []byte {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))
	if m := callback.FindSubmatch(data[:min(len(data), 200)]); m != nil {
		data = bytes.TrimRight(data[len(m[0]):], "); \r\n\t")
	}
	if len(data) < 2 || len(data) > maxAnswer || data[0] != '{' && data[0] != '[' {
		return nil
	}
	text, _, _ := charset.Decode(data)
	if data = []byte(text); !json.Valid(data) {
		return nil
	}
	return data
}

var callback = lazyregexp.New(`^(?:/\*\*/\s*)?[A-Za-z_$][\w$.]*\s*\(\s*`)

// articlesOf are those of an answer, none of other bytes.
func articlesOf(data []byte) []article {
	if data = answered(data); data == nil {
		return nil
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return nil
	}
	var a answer
	a.collect(value, "", maxAnswerDepth)
	return a.articles
}

// reportOf is the one article of an answer that is a report by its title or text, as a
// document; nil where none or several are, or the bytes are no answer.
func reportOf(data []byte) []byte {
	var found article
	for _, it := range articlesOf(data) {
		if !reportWords.MatchString(it.title + it.text) {
			continue
		}
		if found.text != "" && found.text != it.text {
			return nil
		}
		if found.text == "" {
			found = it
		}
	}
	switch {
	case found.text == "":
		return nil
	case markup([]byte(found.text)):
		return []byte("<html><head><meta charset=utf-8><title>" + html.EscapeString(found.title) + "</title></head><body>" + found.text + "</body></html>")
	}
	return []byte(found.title + "\n" + found.text)
}

var reportWords = lazyregexp.New(`公开[^<>]{0,20}(?:年度报告|年报)|公開[^<>]{0,20}(?:年度報告|年報)`)

// collect adds the articles of a value, which stands nearest to a title and may hold
// others so deep.
func (a *answer) collect(value any, title string, deep int) {
	if deep == 0 {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		if own := titleOf(v); own != "" {
			title = own
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			a.collect(v[name], title, deep-1)
		}
	case []any:
		var lines strings.Builder // a text that stands line by line
		for _, element := range v {
			if line, ok := element.(string); ok {
				lines.WriteString(line)
			} else {
				a.collect(element, title, deep-1)
			}
		}
		a.add(title, lines.String())
	case string:
		a.add(title, v)
	}
}

func (a *answer) add(title, text string) {
	if len(text) >= minArticleBytes && (markup([]byte(text)) || strings.Count(text, "\n") >= 3) {
		a.articles = append(a.articles, article{title, text})
	}
}

// titleOf is the title that an object has: its field of that name, or the longest
// whose name ends so.
func titleOf(object map[string]any) (title string) {
	for name, field := range object {
		s, ok := field.(string)
		if s = strings.TrimSpace(s); !ok || len(s) > 300 || strings.ContainsAny(s, "<\n") {
			continue
		}
		switch name = strings.ToLower(name); {
		case name == "title":
			return s
		case strings.HasSuffix(name, "title") && (len(s) > len(title) || len(s) == len(title) && s < title):
			title = s
		}
	}
	return title
}
