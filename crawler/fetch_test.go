package crawler

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// names is a Resolver with fixed answers.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	var all []netip.Addr
	for _, s := range n[host] {
		all = append(all, netip.MustParseAddr(s))
	}
	if len(all) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return all, nil
}

func get(t *testing.T, cfg Config, address string) (*answer, error) {
	t.Helper()
	cfg = cfg.withDefaults()
	f := newFetcher(cfg)
	t.Cleanup(f.close)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	return f.do(ctx, u, exchangeRequest{header: http.Header{}, limit: cfg.MaxBody}, func(context.Context) error { return nil })
}

func reasonOf(t *testing.T, err error) Reason {
	t.Helper()
	var fe *fetchError
	if !errors.As(err, &fe) {
		t.Fatalf("%v has no reason", err)
	}
	return fe.reason
}

// The address decides, not the name: whatever DNS answers, no connection is made
// to what is not public.
func TestPrivateAddressesAreRefused(t *testing.T) {
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer s.Close()
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	resolve := names{
		"loop.gov.cn": {"127.0.0.1"}, "mapped.gov.cn": {"::ffff:127.0.0.1"}, "six.gov.cn": {"::1"}, "ten.gov.cn": {"10.0.0.1"}, "meta.gov.cn": {"169.254.169.254"},
		"unique.gov.cn": {"fd00::1"}, "link.gov.cn": {"fe80::1"}, "zero.gov.cn": {"0.0.0.0"}, "shared.gov.cn": {"100.64.1.1"}, "nat64.gov.cn": {"64:ff9b::7f00:1"},
		"several.gov.cn": {"192.168.1.1", "127.0.0.1"},
	}
	for host := range resolve {
		_, err := get(t, Config{Resolve: resolve}, "http://"+host+":"+port+"/")
		if r := reasonOf(t, err); r != AddressRefused {
			t.Errorf("%s: %v", host, err)
		}
	}
	if _, err := get(t, Config{}, s.URL); reasonOf(t, err) != AddressRefused {
		t.Errorf("a literal address that is no seed: %v", err)
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests went through", asked.Load())
	}
	if a, err := get(t, Config{Resolve: resolve, AllowPrivate: true}, "http://loop.gov.cn:"+port+"/"); err != nil || a.status != 200 {
		t.Errorf("allowed: %v", err)
	}
	if _, err := get(t, Config{Resolve: resolve}, "http://nowhere.gov.cn/"); reasonOf(t, err) != DNSFailed {
		t.Errorf("no such host: %v", err)
	}
	for address, want := range map[string]bool{"8.8.8.8": true, "2400:3200::1": true, "224.0.0.1": false, "255.255.255.255": false, "2001:db8::1": false, "172.31.0.1": false, "::": false} {
		if got := isPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("isPublic(%s) = %v", address, got)
		}
	}
}

// A seed on loopback opens its own port and no other.
func TestLoopbackSeedOpensNoOtherPort(t *testing.T) {
	cfg := Config{}.withDefaults()
	f := newFetcher(cfg)
	defer f.close()
	u, _ := url.Parse("http://127.0.0.1:8080/")
	f.guard.allow(u)
	for address, want := range map[string]bool{"127.0.0.1:8080": true, "127.0.0.1:8081": false, "127.0.0.2:8080": false} {
		if got := f.guard.isAllowed(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto) }))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = quiet
	s.StartTLS()
	defer s.Close()
	if _, err := get(t, Config{AllowPrivate: true}, s.URL); reasonOf(t, err) != TLSFailed || !strings.Contains(err.Error(), "Insecure") {
		t.Errorf("a certificate of nobody: %v", err)
	}
	a, err := get(t, Config{AllowPrivate: true, Insecure: true}, s.URL)
	if err != nil || string(a.body) != "HTTP/2.0" || a.proto != "HTTP/2.0" {
		t.Errorf("%v, %v", a, err)
	}
	// TLS 1.0, as the oldest sites have it.
	old := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "old") }))
	old.Config.ErrorLog = quiet
	old.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}
	old.StartTLS()
	defer old.Close()
	if _, err := get(t, Config{AllowPrivate: true}, old.URL); reasonOf(t, err) != TLSFailed {
		t.Errorf("TLS 1.0: %v", err)
	}
	if a, err := get(t, Config{AllowPrivate: true, Insecure: true}, old.URL); err != nil || string(a.body) != "old" {
		t.Errorf("TLS 1.0 allowed: %v", err)
	}
}

// A kept connection that the server has closed makes net/http send again on its
// own: that must wait for the host's delay as any other request.
func TestResendWaits(t *testing.T) {
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 2 {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				conn.Close()
			}
			return
		}
		fmt.Fprint(w, "ok")
	}))
	defer s.Close()
	cfg := Config{AllowPrivate: true}.withDefaults()
	f := newFetcher(cfg)
	defer f.close()
	u, _ := url.Parse(s.URL)
	var resent atomic.Int32
	do := func() error {
		_, err := f.do(context.Background(), u, exchangeRequest{header: http.Header{}, limit: 1000}, func(context.Context) error {
			resent.Add(1)
			return nil
		})
		return err
	}
	if err := do(); err != nil {
		t.Fatal(err)
	}
	if err := do(); err != nil {
		t.Fatal(err)
	}
	if asked.Load() != 3 || resent.Load() != 1 {
		t.Errorf("%d requests, %d of them announced as sent again", asked.Load(), resent.Load())
	}
}

// A lostHost is a hold that was lost, and whose timer has not fired yet.
type lostHost struct{ context.Context }

func (lostHost) Err() error { return ErrHostLost }

// Whoever loses a host between the decision to ask it and the first octet, as a
// process that was stopped meanwhile, does not ask: neither by a new connection
// nor by one that was kept, encrypted or not.
func TestLostHostIsNotAsked(t *testing.T) {
	for name, start := range map[string]func(*httptest.Server){
		"plain": (*httptest.Server).Start, "TLS": (*httptest.Server).StartTLS,
		"HTTP/2": func(s *httptest.Server) { s.EnableHTTP2 = true; s.StartTLS() },
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.Add(1) }))
			s.Config.ErrorLog = quiet
			start(s)
			defer s.Close()
			f := newFetcher(Config{AllowPrivate: true, Insecure: true}.withDefaults())
			defer f.close()
			u, err := url.Parse(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			do := func(ctx context.Context) error {
				_, err := f.do(ctx, u, exchangeRequest{header: http.Header{}, limit: 1000}, func(context.Context) error { return nil })
				return err
			}
			for n := range int32(2) {
				if err := do(lostHost{t.Context()}); !errors.Is(err, ErrHostLost) || asked.Load() != n {
					t.Errorf("lost: %v, %d requests", err, asked.Load())
				}
				if err := do(t.Context()); err != nil || asked.Load() != n+1 {
					t.Errorf("held: %v, %d requests", err, asked.Load())
				}
			}
		})
	}
}

func TestConnectFails(t *testing.T) {
	const nobody = "http://127.0.0.1:1/" // a port that the system gives to no other test meanwhile
	if _, err := get(t, Config{AllowPrivate: true}, nobody); reasonOf(t, err) != ConnectFailed {
		t.Errorf("%v", err)
	}
}

func TestScreenBody(t *testing.T) {
	long := strings.Repeat("<p>这是很长的一页，说的是公开的事。请先登录后查看，安全验证。</p>", 60)
	for _, c := range []struct {
		name, body string
		want       Reason
	}{
		{"empty", " \r\n ", EmptyBody},
		{"tags only", "<html><body><div></div></body></html>", EmptyBody},
		{"scripts only may be rendered", "<html><script src=x></script></html>", ""},
		{"hop", `<html><meta http-equiv="refresh" content="0;url=/x"></html>`, ""},
		{"challenge", "<html><script>eval('$_ts=window')</script></html>", Challenge},
		{"blocked", "<html><title>网站防火墙</title>您的请求已被拦截</html>", Challenge},
		{"soft 404", "<html><h1>对不起，您访问的页面不存在！</h1></html>", SoftNotFound},
		{"gone", "<html><title>404错误</title><img src=404.png></html>", SoftNotFound},
		{"lost", "<html>抱歉，页面走丢了，去<a href=/>首页</a>看看</html>", SoftNotFound},
		{"browser check", "<html><h1>人机验证</h1></html>", Challenge},
		{"login", "<html>请先登录</html>", LoginWall},
		{"password", `<form>账号 <input> 密码 <input type="password"></form><p>`, LoginWall},
		{"a long page may speak of all of it", "<html>" + long, ""},
		{"PDF", "%PDF-1.4 请先登录", ""},
		{"GB18030", "<html>\xb6\xd4\xb2\xbb\xc6\xf0\xa3\xac\xc4\xfa\xb7\xc3\xce\xca\xb5\xc4\xd2\xb3\xc3\xe6\xb2\xbb\xb4\xe6\xd4\xda</html>", SoftNotFound},
		{"a short report", "<html><h1>某镇2021年政府信息公开工作年度报告</h1><p>本年没有收到申请。</p></html>", ""},
	} {
		if got := (&Capture{Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte(c.body)}).screen(100); got.Reason != c.want {
			t.Errorf("%s: %+v, want %q", c.name, got, c.want)
		}
	}
}

func screenedHost(url, body string) Verdict {
	c := &Capture{URL: url, Header: http.Header{}, Body: []byte(body)}
	c.screen(100)
	return c.screenHost()
}

func TestScreenHost(t *testing.T) {
	mirror := "<html><p>" + strings.Repeat("數(shù)據(jù)和服務(wù)的公開", 3)
	for _, c := range []struct {
		url, body string
		want      Reason
	}{
		{"http://www.example.gov.cn/", "<html>", ""},
		{"http://gov.cn/", "<html>", ""},
		{"http://127.0.0.1:80/", "<html>", ""},
		{"http://www.example.com/", "<html>", UnofficialHost},
		{"http://fakegov.cn/", "<html>", UnofficialHost},
		{"http://8.8.8.8/", "<html>", UnofficialHost},
		{"http://www.example.gov.cn/", mirror, UnofficialHost},
		{"http://www.example.gov.cn/", "<html>某县䂮(lüè)水镇", ""},
	} {
		if got := screenedHost(c.url, c.body); got.Reason != c.want {
			t.Errorf("%s: %+v, want %q", c.url, got, c.want)
		}
	}
}
