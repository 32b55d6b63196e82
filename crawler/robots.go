package crawler

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"nianbao/crawler/archive"
)

// maxRobots is how much of a robots.txt is read: the 500 KiB that RFC 9309,
// section 2.5, asks for at least.
const maxRobots = 500 << 10

// robots are the rules of one host for this crawler (RFC 9309).
type robots struct {
	rules []robotsRule
	delay time.Duration // Crawl-delay, which the RFC does not have and many sites do; 0: none
}

type robotsRule struct {
	pattern string // see robotsPattern
	allow   bool
}

// A robotsGroup is one group of a robots.txt: the agents it names and what it
// asks of them.
type robotsGroup struct {
	agents []string        // product tokens in lower case, or "*"
	delays []time.Duration // of each agent
	rules  []robotsRule
}

// parseRobots reads a robots.txt for a product token. Groups of the same user
// agent are joined; the groups of * count only when no other fits.
func parseRobots(body []byte, product string) *robots {
	product = strings.ToLower(product)
	groups := robotsGroups(body)
	for _, agent := range []string{product, "*"} {
		joined, found := &robots{}, false
		for _, g := range groups {
			if !slices.Contains(g.agents, agent) {
				continue
			}
			found = true
			joined.rules = append(joined.rules, g.rules...)
			for i, a := range g.agents {
				if a == agent {
					joined.delay = max(joined.delay, g.delays[i])
				}
			}
		}
		if found {
			return joined
		}
	}
	return &robots{}
}

// robotsGroups splits a robots.txt into its groups. Only a rule ends the list of
// a group's agents: a Crawl-delay or anything else between two of them does not.
// A Crawl-delay is for the agents right before it.
func robotsGroups(body []byte) []robotsGroup {
	var groups []robotsGroup
	inAgents, delayed := false, false
	first := 0 // of the agents that a Crawl-delay is for
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	body = bytes.ReplaceAll(body, []byte("\r"), []byte("\n"))
	for line := range bytes.Lines(body) {
		key, value, ok := robotsLine(line)
		if !ok {
			continue
		}
		if key == robotsAgent {
			if !inAgents {
				groups, inAgents, first, delayed = append(groups, robotsGroup{}), true, 0, false
			}
			g := &groups[len(groups)-1]
			if delayed {
				first, delayed = len(g.agents), false
			}
			g.agents, g.delays = append(g.agents, productToken(value)), append(g.delays, 0)
			continue
		}
		if len(groups) == 0 {
			inAgents = false
			continue // rules before any group are nobody's
		}
		g := &groups[len(groups)-1]
		switch key {
		case robotsAllow, robotsDisallow:
			inAgents = false
			if value != "" { // "Disallow:" forbids nothing
				g.rules = append(g.rules, robotsRule{robotsPattern(value), key == robotsAllow})
			}
		case robotsDelay:
			if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds >= 0 {
				for i := first; i < len(g.agents); i++ {
					g.delays[i] = max(g.delays[i], time.Duration(min(seconds, 1e6)*float64(time.Second)))
				}
				delayed = inAgents
			}
		}
	}
	return groups
}

// Keys of a robots.txt's lines.
const (
	robotsAgent    = "user-agent"
	robotsAllow    = "allow"
	robotsDisallow = "disallow"
	robotsDelay    = "crawl-delay"
)

// robotsKeys are the keys as they are spelt: misspellings are obeyed as the
// reference parser of RFC 9309 obeys them, for nobody means anything else.
var robotsKeys = map[string]string{
	"user-agent": robotsAgent, "useragent": robotsAgent, "user agent": robotsAgent,
	"allow": robotsAllow, "disallow": robotsDisallow, "crawl-delay": robotsDelay, "crawldelay": robotsDelay,
	"dissallow": robotsDisallow, "dissalow": robotsDisallow, "disalow": robotsDisallow, "diasllow": robotsDisallow, "disallaw": robotsDisallow,
}

// robotsLine reads one line: its key, and its value without comment and white
// space. Where the colon is forgotten, white space stands for it, between two
// words and no more.
func robotsLine(line []byte) (key, value string, ok bool) {
	line, _, _ = bytes.Cut(line, []byte("#"))
	text := strings.TrimSpace(string(line))
	if k, v, ok := strings.Cut(text, ":"); ok {
		key, known := robotsKeys[strings.ToLower(strings.TrimSpace(k))]
		return key, strings.TrimSpace(v), known
	}
	if words := strings.Fields(text); len(words) == 2 {
		key, known := robotsKeys[strings.ToLower(words[0])]
		return key, words[1], known
	}
	return "", "", false
}

// productToken is the token a user-agent line names: its beginning up to the
// first character that cannot be in one, in lower case. "*" is all agents, alone
// or with something behind white space.
func productToken(s string) string {
	if s == "*" || strings.HasPrefix(s, "* ") || strings.HasPrefix(s, "*\t") {
		return "*"
	}
	s = strings.ToLower(s)
	end := strings.IndexFunc(s, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r == '-' || r == '_') })
	if end >= 0 {
		s = s[:end]
	}
	return s
}

// robotsPath brings a path into the form in which it is compared with patterns
// (RFC 9309, section 2.2.2): octets outside ASCII percent-encoded, the encodings
// in upper case, those of unreserved characters undone. * and $ are encoded, as
// a pattern that means these characters has them (section 2.2.3).
func robotsPath(s string) string {
	return robotsSpecial.Replace(robotsEscapes(s))
}

// robotsPattern is robotsPath of a pattern: its * and a $ at its end are no
// characters of the path.
func robotsPattern(s string) string {
	s = robotsEscapes(s)
	inner, end := strings.CutSuffix(s, "$")
	inner = strings.ReplaceAll(inner, "$", "%24")
	if end {
		inner += "$"
	}
	return inner
}

var robotsSpecial = strings.NewReplacer("*", "%2A", "$", "%24")

func robotsEscapes(s string) string {
	if !isPrintableASCII(s) {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			if c := s[i]; c <= ' ' || c >= 0x7f {
				fmt.Fprintf(&b, "%%%02X", c)
			} else {
				b.WriteByte(c)
			}
		}
		s = b.String()
	}
	return normalEscapes(s)
}

// allows reports whether a path with its query may be fetched. The longest
// pattern that fits decides, and Allow among equals. /robots.txt always may.
func (r *robots) allows(path string) bool {
	path = robotsPath(path)
	if path == "/robots.txt" {
		return true
	}
	longest, allow := -1, true
	for _, rule := range r.rules {
		n := len(rule.pattern)
		if n < longest || n == longest && (allow || !rule.allow) {
			continue
		}
		if robotsMatch(rule.pattern, path) {
			longest, allow = n, rule.allow
		}
	}
	return allow
}

// robotsMatch matches a pattern with * and a final $ against a path's beginning,
// in time linear in their lengths for each *.
func robotsMatch(pattern, path string) bool {
	end := strings.HasSuffix(pattern, "$")
	pattern = strings.TrimSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	path = path[len(parts[0]):]
	if len(parts) == 1 {
		return !end || path == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	last := parts[len(parts)-1]
	if end {
		return strings.HasSuffix(path, last)
	}
	return strings.Contains(path, last)
}

// decodeRobots undoes a robots.txt's content coding; what the cut at maxRobots
// took off is done without.
func decodeRobots(encoding string, body []byte) ([]byte, error) {
	return archive.Decode(encoding, body, 8*maxRobots)
}
