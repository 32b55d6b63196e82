package crawler

import (
	"bytes"
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
	pattern string // normalised, see robotsPath
	allow   bool
}

// parseRobots reads a robots.txt for a product token. Groups of the same user
// agent are joined; the groups of * count only when no other fits.
func parseRobots(body []byte, product string) *robots {
	product = strings.ToLower(product)
	var own, all robots
	var ownGroup, allGroup, ownSeen, inRules bool
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	body = bytes.ReplaceAll(body, []byte("\r"), []byte("\n"))
	for line := range bytes.Lines(body) {
		line, _, _ = bytes.Cut(line, []byte("#"))
		k, v, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		key, value := strings.ToLower(string(bytes.TrimSpace(k))), string(bytes.TrimSpace(v))
		switch key {
		case "user-agent":
			if inRules {
				ownGroup, allGroup, inRules = false, false, false
			}
			switch productToken(value) {
			case "*":
				allGroup = true
			case product:
				ownGroup, ownSeen = true, true
			}
		case "allow", "disallow":
			inRules = true
			if value == "" {
				continue // "Disallow:" forbids nothing
			}
			rule := robotsRule{robotsPath(value), key == "allow"}
			if ownGroup {
				own.rules = append(own.rules, rule)
			}
			if allGroup {
				all.rules = append(all.rules, rule)
			}
		case "crawl-delay":
			inRules = true
			seconds, err := strconv.ParseFloat(value, 64)
			if err != nil || !(seconds >= 0) {
				continue
			}
			d := time.Duration(min(seconds, 1e6) * float64(time.Second))
			if ownGroup {
				own.delay = max(own.delay, d)
			}
			if allGroup {
				all.delay = max(all.delay, d)
			}
		}
	}
	if ownSeen {
		return &own
	}
	return &all
}

// productToken is the token a user-agent line names: its beginning up to the
// first character that cannot be in one, in lower case.
func productToken(s string) string {
	s = strings.ToLower(s)
	if strings.HasPrefix(s, "*") {
		return "*"
	}
	end := strings.IndexFunc(s, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r == '-' || r == '_') })
	if end >= 0 {
		s = s[:end]
	}
	return s
}

// robotsPath brings a path or pattern into the form in which they are compared
// (RFC 9309, section 2.2.2): octets outside ASCII percent-encoded, the encodings
// in upper case, those of unreserved characters undone.
func robotsPath(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		ascii = ascii && s[i] > ' ' && s[i] < 0x7f
	}
	if !ascii {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			if c := s[i]; c <= ' ' || c >= 0x7f {
				const hex = "0123456789ABCDEF"
				b.WriteByte('%')
				b.WriteByte(hex[c>>4])
				b.WriteByte(hex[c&15])
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
