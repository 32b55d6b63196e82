package explorer

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"nianbao/store"
)

// editing is an explorer whose visitors judge findings.
func editing(t *testing.T, change func(*Config)) (*Explorer, *store.Store) {
	t.Helper()
	s := sampleStore(t)
	c := Config{Store: s, Editor: "核对人"}
	change(&c)
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e, s
}

// form is a judgement as a page of these has it.
type form struct {
	address string
	values  url.Values
	headers http.Header
	remote  string
	host    string
}

var formField = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)">`)

// firstForm is the first one on the findings page, filled in.
func firstForm(t *testing.T, e http.Handler) form {
	t.Helper()
	body := getPage(t, e, "/findings?severity=error")
	start := strings.Index(body, `<form method="post" action="`)
	if start < 0 {
		t.Fatal("the page has no form")
	}
	body = body[start:]
	body = body[:strings.Index(body, "</form>")]
	f := form{address: strings.Split(body, `"`)[3], values: url.Values{"reason": {"页面上就是这样印的"}, "verdict": {"confirmed"}},
		headers: http.Header{"Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/x-www-form-urlencoded"}}, remote: "127.0.0.1:50000", host: "127.0.0.1:8765"}
	for _, m := range formField.FindAllStringSubmatch(body, -1) {
		f.values.Set(m[1], strings.NewReplacer("&amp;", "&", "&#43;", "+").Replace(m[2]))
	}
	return f
}

func (f form) send(e http.Handler) *http.Response {
	r := httptest.NewRequest(http.MethodPost, f.address, strings.NewReader(f.values.Encode()))
	r.Header, r.RemoteAddr, r.Host = f.headers, f.remote, f.host
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w.Result()
}

func reviews(t *testing.T, s *store.Store) []store.StoredReview {
	t.Helper()
	all, err := s.Reviews(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestReview(t *testing.T) {
	e, s := editing(t, func(*Config) {})
	f := firstForm(t, e)
	if r := f.send(e); r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(r.Header.Get("Location"), "/findings?severity=error") {
		t.Fatalf("%d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	all := reviews(t, s)
	if len(all) != 1 || all[0].Verdict != store.VerdictConfirmed || all[0].Reviewer != "核对人" || all[0].Reason != "页面上就是这样印的" || all[0].Rule != f.values.Get("rule") {
		t.Fatalf("%+v", all)
	}
	report := strings.TrimSuffix(f.address, "/review")
	if body := getPage(t, e, report); !strings.Contains(body, "页面上就是这样印的") || !strings.Contains(body, "已确认") {
		t.Error("the report does not say what was said")
	}
	f.values.Set("verdict", "dismissed")
	f.send(e)
	if all := reviews(t, s); len(all) != 1 || all[0].Verdict != store.VerdictDismissed {
		t.Errorf("after the second judgement: %+v", all)
	}
	f.values.Set("verdict", "withdraw")
	f.values.Del("reason")
	f.send(e)
	if all := reviews(t, s); len(all) != 0 {
		t.Errorf("after it was taken back: %+v", all)
	}
}

// What does not come from a form of these pages, filled in on this machine, changes
// nothing.
func TestReviewRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*form)
		want   int
	}{
		"no token":            {func(f *form) { f.values.Del("token") }, 403},
		"another token":       {func(f *form) { f.values.Set("token", strings.Repeat("A", 26)) }, 403},
		"from elsewhere":      {func(f *form) { f.headers.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"from another port":   {func(f *form) { f.headers.Set("Sec-Fetch-Site", "same-site") }, 403},
		"another origin":      {func(f *form) { f.headers.Del("Sec-Fetch-Site"); f.headers.Set("Origin", "http://evil.example") }, 403},
		"origin null":         {func(f *form) { f.headers.Del("Sec-Fetch-Site"); f.headers.Set("Origin", "null") }, 403},
		"plain text":          {func(f *form) { f.headers.Set("Content-Type", "text/plain") }, 403},
		"multipart":           {func(f *form) { f.headers.Set("Content-Type", "multipart/form-data; boundary=x") }, 403},
		"another machine":     {func(f *form) { f.remote = "192.0.2.7:4000" }, 403},
		"handed on":           {func(f *form) { f.headers.Set("X-Forwarded-For", "192.0.2.7") }, 403},
		"through a proxy":     {func(f *form) { f.headers.Set("Via", "1.1 proxy") }, 403},
		"another name":        {func(f *form) { f.host = "evil.example" }, 405},
		"no reason":           {func(f *form) { f.values.Set("reason", " \t") }, 400},
		"a long reason":       {func(f *form) { f.values.Set("reason", strings.Repeat("长", maxReason+1)) }, 400},
		"an endless form":     {func(f *form) { f.values.Set("reason", strings.Repeat("x", maxReviewForm)) }, 400},
		"no verdict":          {func(f *form) { f.values.Del("verdict") }, 400},
		"another verdict":     {func(f *form) { f.values.Set("verdict", "perhaps") }, 400},
		"no such finding":     {func(f *form) { f.values.Set("rule", "no.such") }, 404},
		"no such report":      {func(f *form) { f.address = "/report/999/review" }, 404},
		"no report":           {func(f *form) { f.address = "/report/x/review" }, 404},
		"nothing to withdraw": {func(f *form) { f.values.Set("verdict", "withdraw") }, 404},
		"another address":     {func(f *form) { f.address = "/findings" }, 405},
	} {
		t.Run(name, func(t *testing.T) {
			e, s := editing(t, func(*Config) {})
			f := firstForm(t, e)
			c.change(&f)
			if got := f.send(e).StatusCode; got != c.want {
				t.Errorf("status %d, want %d", got, c.want)
			}
			if all := reviews(t, s); len(all) != 0 {
				t.Errorf("it was written: %+v", all)
			}
		})
	}
}

// A form leads on to these pages only.
func TestReviewBack(t *testing.T) {
	e, _ := editing(t, func(*Config) {})
	f := firstForm(t, e)
	for _, back := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "/x\r\nSet-Cookie: a=b", "", "javascript:alert(1)"} {
		f.values.Set("back", back)
		if to := f.send(e).Header.Get("Location"); to != strings.TrimSuffix(f.address, "/review") {
			t.Errorf("%q leads to %q", back, to)
		}
	}
}

// Without an editor nothing is offered, and nothing is taken.
func TestReviewOff(t *testing.T) {
	on, _ := editing(t, func(*Config) {})
	f := firstForm(t, on)
	off, s := editing(t, func(c *Config) { c.Editor = "" })
	if body := getPage(t, off, "/findings"); strings.Contains(body, "<form method") || strings.Contains(body, "token") {
		t.Error("a form is offered")
	}
	if r := f.send(off); r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("status %d", r.StatusCode)
	}
	if all := reviews(t, s); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	anywhere, s := editing(t, func(c *Config) { c.EditAnywhere, c.AnyHost = true, true })
	f = firstForm(t, anywhere)
	f.remote, f.host = "192.0.2.7:4000", "desk.example:80"
	if r := f.send(anywhere); r.StatusCode != http.StatusSeeOther || len(reviews(t, s)) != 1 {
		t.Errorf("told that other machines may: status %d", r.StatusCode)
	}
}
