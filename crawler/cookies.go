package crawler

import (
	"net/http"
	"strings"
	"time"
)

// Limits of what one host may make the crawler remember. RFC 6265, section 6.1,
// asks for 50 cookies of 4096 octets at least.
const (
	maxCookies = 50
	maxCookie  = 4096
)

// cookies are those of one host, sent back to it alone: some sites answer only
// who returns their cookie. Domain and Path widen or narrow nothing.
type cookies struct {
	m map[string]cookie
}

type cookie struct {
	value   string
	expires time.Time // zero: with the run
	secure  bool
}

// learn takes the cookies of an answer. The caller holds the host's lock.
func (c *cookies) learn(h http.Header, now time.Time) {
	for _, line := range h.Values("Set-Cookie") {
		k, err := http.ParseSetCookie(line)
		if err != nil || len(k.Name)+len(k.Value) > maxCookie {
			continue
		}
		if k.MaxAge < 0 || !k.Expires.IsZero() && k.Expires.Before(now) && k.MaxAge == 0 {
			delete(c.m, k.Name)
			continue
		}
		if _, known := c.m[k.Name]; !known && len(c.m) >= maxCookies {
			continue
		}
		if c.m == nil {
			c.m = map[string]cookie{}
		}
		v := cookie{value: k.Value, expires: k.Expires, secure: k.Secure}
		if k.MaxAge > 0 {
			v.expires = now.Add(time.Duration(min(k.MaxAge, 1<<30)) * time.Second)
		}
		c.m[k.Name] = v
	}
}

// header is the Cookie header for a request; "" when there is none to send.
func (c *cookies) header(https bool, now time.Time) string {
	var b strings.Builder
	for name, k := range c.m {
		if k.secure && !https || !k.expires.IsZero() && k.expires.Before(now) {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(name + "=" + k.value)
	}
	return b.String()
}
