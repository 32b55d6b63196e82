package crawler

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// MaxURL is the longest URL that is queued, in octets. Longer ones are traps or
// data; browsers and servers of the field refuse them too.
const MaxURL = 2048

// ErrURL says that a string is no address that can be fetched.
var ErrURL = errors.New("not an http or https address")

// Canonical is the one spelling of an address under which the frontier knows it
// (RFC 3986, section 6): scheme and host in lower case, host in ASCII (IDNA),
// default port and fragment dropped, dot segments resolved, percent-encodings in
// upper case and only where needed, an empty path as "/". The query's order is
// kept: servers tell ?a&b from ?b&a. Session ids (;jsessionid=, PHPSESSID) are
// dropped, because each visit would make a new address of the same page.
//
// Backslashes, spaces, tabs and line breaks in the address are repaired as
// browsers do (WHATWG URL).
func Canonical(raw string) (string, error) {
	return canonicalFrom(nil, raw)
}

// canonicalFrom resolves raw against base, which may be nil.
func canonicalFrom(base *url.URL, raw string) (string, error) {
	u, err := resolve(base, raw)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

func resolve(base *url.URL, raw string) (*url.URL, error) {
	s := repair(raw)
	if s == "" {
		return nil, fmt.Errorf("%w: it is empty", ErrURL)
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %v", ErrURL, clip(raw, 200), err)
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Opaque != "" {
		return nil, fmt.Errorf("%w: %q", ErrURL, clip(raw, 200))
	}
	host, err := canonicalHost(u)
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %v", ErrURL, clip(raw, 200), err)
	}
	u.Host, u.User, u.Fragment, u.RawFragment = host, nil, "", ""
	u.RawPath = canonicalPath(normalEscapes(u.EscapedPath()))
	if u.Path, err = url.PathUnescape(u.RawPath); err != nil {
		return nil, fmt.Errorf("%w: %q: %v", ErrURL, clip(raw, 200), err)
	}
	u.RawQuery = dropSession(normalEscapes(u.RawQuery))
	u.ForceQuery = false
	return u, nil
}

// canonicalPath is a path without a session and without dots or slashes that lead
// nowhere.
func canonicalPath(p string) string {
	if i := strings.Index(strings.ToLower(p), ";jsessionid="); i >= 0 {
		p = p[:i]
	}
	if p == "" {
		return "/"
	}
	if !strings.Contains(p, "/.") && !strings.HasPrefix(p, "//") {
		return p
	}
	slash := strings.HasSuffix(p, "/") || strings.HasSuffix(p, "/.") || strings.HasSuffix(p, "/..")
	if p = path.Clean("/" + strings.TrimLeft(p, "/")); slash && p != "/" {
		p += "/"
	}
	return p
}

// repair does what browsers do to an address before they parse it.
func repair(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' || r == '\u3000' || r == '\u00a0' || r == '\ufeff' })
	// Octet by octet: an address may hold characters of another encoding.
	s = lineBreaks.Replace(s)
	end := strings.IndexAny(s, "?#")
	if end < 0 {
		end = len(s)
	}
	head := strings.ReplaceAll(s[:end], `\`, "/")
	s = head + s[end:]
	if !strings.ContainsAny(s, " \"<>^`{|}%\x7f") && isPrintableASCII(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>^`{|}", c) >= 0:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
			if _, ok := escaped(s, i); c == '%' && !ok {
				b.WriteString("25")
			}
		}
	}
	return b.String()
}

var lineBreaks = strings.NewReplacer("\t", "", "\n", "", "\r", "")

func isPrintableASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

func canonicalHost(u *url.URL) (string, error) {
	h, port := u.Hostname(), u.Port()
	// A host in other characters was percent-encoded by repair.
	if strings.Contains(h, "%") {
		un, err := url.PathUnescape(h)
		if err != nil {
			return "", err
		}
		h = un
	}
	if a, err := netip.ParseAddr(h); err == nil {
		h = a.String()
		if a.Is6() {
			h = "[" + h + "]"
		}
	} else {
		a, err := idna.Lookup.ToASCII(strings.TrimRight(h, "."))
		if err != nil {
			// Underscores stand in real host names of county offices; IDNA's
			// lookup profile refuses them, resolvers do not.
			a = strings.ToLower(strings.TrimRight(h, "."))
			if !isHostName(a) {
				return "", err
			}
		}
		if h = a; h == "" {
			return "", errors.New("no host")
		}
	}
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return h, nil
	}
	return h + ":" + port, nil
}

func isHostName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return s != "" && len(s) <= 253
}

// normalEscapes writes percent-encodings in upper case and undoes those of
// unreserved characters (RFC 3986, section 6.2.2).
func normalEscapes(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c, ok := escaped(s, i)
		if !ok {
			b.WriteByte(s[i])
			continue
		}
		if isUnreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(s[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

func dropSession(query string) string {
	if !strings.Contains(strings.ToLower(query), "sess") {
		return query
	}
	kept := strings.Split(query, "&")
	n := 0
	for _, p := range kept {
		key, _, _ := strings.Cut(p, "=")
		switch strings.ToLower(key) {
		case "phpsessid", "jsessionid", "aspsessionid", "sessionid":
		default:
			kept[n] = p
			n++
		}
	}
	return strings.Join(kept[:n], "&")
}

// escaped is the octet that a percent sign at a place of a text stands for; false where it
// stands for itself.
func escaped(s string, at int) (octet byte, ok bool) {
	if at+2 >= len(s) || s[at] != '%' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[at+1:at+3], 16, 8)
	return byte(n), err == nil
}

func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

// clip shortens s to at most n bytes for a message.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
