package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/crawler/archive"
	"nianbao/crawler/sites"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/testdata/often"
	"nianbao/testdata/systems"
)

// hostsFile names a file with the addresses of host names, as JSON, for a copy of
// the test binary that runs as nianbao; a name that is not in it does not exist.
const hostsFile = "NIANBAO_TEST_HOSTS"

// chinaHosts is how many counties TestChina crawls where that is set; all of them with
// NIANBAO_TEST_CHINA=2838, which takes minutes.
const chinaHosts = "NIANBAO_TEST_CHINA"

type hostTable map[string]netip.Addr

func (h hostTable) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	a, ok := h[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return []netip.Addr{a}, nil
}

// testResolver is that of hostsFile, or nil.
func testResolver() crawler.Resolver {
	name := os.Getenv(hostsFile)
	if name == "" {
		return nil
	}
	h := hostTable{}
	data, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(data, &h)
	}
	if err != nil {
		panic(err)
	}
	return h
}

// Troubles of a county's site.
const (
	sound      = "sound"
	untitled   = "untitled"   // its reports name no region: the site does
	listed     = "listed"     // its reports name no region: the site's list of them does
	dead       = "dead"       // its name does not exist
	slow       = "slow"       // answers after a while
	moved      = "moved"      // redirects to another site
	mismatched = "mismatched" // is another county's, whose reports name no region
	refusing   = "refusing"   // answers 403
	guarded    = "guarded"    // shows a firewall's page
	scripted   = "scripted"   // is written by a script that no rule knows
	platform   = "platform"   // has its reports on a host of many governments
	closed     = "closed"     // its robots.txt forbids everything
)

// troubles are dealt out in turn: most sites are sound.
var troubles = []string{sound, slow, untitled, dead, sound, moved, platform, sound, mismatched, listed, refusing, platform, guarded, sound, scripted, sound, untitled, closed, listed, platform}

// want is why a county with a trouble has no report; "" when it has all.
var want = map[string]crawler.Reason{
	dead: crawler.DNSFailed, mismatched: crawler.SiteMismatch, refusing: "http_403", guarded: crawler.Challenge, scripted: crawler.ScriptOnly, closed: crawler.RobotsDisallowed,
}

type county struct {
	sites.Site
	trouble, system, host string
}

// A china is many counties' sites on loopback addresses, each under a name of its
// own, and a log of what each was asked.
type china struct {
	counties []*county
	hosts    hostTable
	literal  bool // hosts are named by their addresses
	port     string
	server   *http.Server

	mu       sync.Mutex
	handlers map[string]http.Handler
	log      []asked
	open     map[[2]string]int // host and process
	overlaps int
}

// A request that a process sent just before it was killed may be answered after
// its death: which process asked is told by the address in its user agent.
type asked struct {
	host, what, process string
	begin, end          time.Time
}

var chinaYears = []int{2019, 2020, 2021, 2022, 2023}

// newChina makes the sites of n counties, drawn evenly from the catalogue.
func newChina(t testing.TB, n int, literal bool) *china {
	t.Helper()
	c := &china{literal: literal, hosts: hostTable{}, handlers: map[string]http.Handler{}, open: map[[2]string]int{}}
	var all []sites.Site
	seen := map[string]bool{}
	for _, s := range sites.Under(sites.China) {
		host := hostName(s.URL)
		if _, known := region.Lookup(s.Code); s.Level == sites.LevelCounty && known && !seen[host] {
			seen[host] = true
			all = append(all, s)
		}
	}
	n = min(n, len(all))
	templates := map[int][]byte{}
	for _, year := range []int{2019, 2021} {
		data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "site", "xuyi", "zfxxgknb", fmt.Sprint(year, ".html")))
		if err != nil {
			t.Fatal(err)
		}
		templates[year] = data
	}
	names := systems.Names()
	for i := range n {
		s := all[i*len(all)/n]
		k := &county{Site: s, trouble: troubles[i%len(troubles)], system: names[i%len(names)], host: hostName(s.URL)}
		if k.trouble == moved && !strings.HasSuffix(k.host, ".gov.cn") || literal && k.trouble == dead {
			k.trouble = sound
		}
		k.host = c.named(k.host)
		c.counties = append(c.counties, k)
		site := systems.Site{Name: s.Name, Code: s.Code, Record: recordCharacter(s.Code)}
		name, row := s.Name, s.Name
		switch k.trouble {
		case untitled:
			name, row = "", "" // the titles tell nothing
		case listed:
			name = ""
		case mismatched:
			other := all[(i*len(all)/n+len(all)/2)%len(all)]
			site.Name, site.Code, site.Record, name = other.Name, other.Code, recordCharacter(other.Code), ""
			row = ""
		}
		for _, year := range chinaYears {
			r := reportOf(templates, name, row, "", year)
			r.Body = fmt.Appendf(r.Body, "<!-- %s -->", s.Code) // as no two sites have the same octets
			site.Reports = append(site.Reports, r)
		}
		for _, year := range chinaYears[3:] {
			site.Reports = append(site.Reports, reportOf(templates, s.Name, s.Name+"财政局", "财政局", year))
		}
		c.settle(k, site)
	}
	l, err := net.Listen("tcp", "0.0.0.0:0") // all of 127.0.0.0/8
	if err != nil {
		t.Fatal(err)
	}
	if _, c.port, err = net.SplitHostPort(l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	c.server = &http.Server{Handler: c}
	go c.server.Serve(l) //nolint:errcheck // it ends with the test
	t.Cleanup(func() { c.server.Close() })
	return c
}

func hostName(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

func recordCharacter(code string) string {
	for character, province := range recordProvinces {
		if province == code[:2] && character != "蜀" && character != "黔" && character != "滇" && character != "甘" {
			return character
		}
	}
	return "京"
}

func reportOf(templates map[int][]byte, name, who, office string, year int) systems.Report {
	base := 2021
	if year < base {
		base = 2019
	}
	body := string(templates[base])
	body = strings.NewReplacer(fmt.Sprint(base, "年"), fmt.Sprint(year, "年"), fmt.Sprint(base+1, "-"), fmt.Sprint(year+1, "-")).Replace(body)
	if name == "" {
		body = strings.NewReplacer("盱眙县人民政府办公室", "", "盱眙县人民政府", "本级政府", "盱眙县", "").Replace(body)
	} else if office != "" {
		body = strings.NewReplacer("盱眙县人民政府办公室", who, "盱眙县人民政府", who, "盱眙县", who).Replace(body)
	} else {
		body = strings.ReplaceAll(body, "盱眙县", name)
	}
	return systems.Report{Title: fmt.Sprintf("%s%d年政府信息公开工作年度报告", who, year), Year: year, Office: office, Body: []byte(body)}
}

// named is a host's name, or where hosts have none its address.
func (c *china) named(host string) string {
	if c.literal {
		return addressOf(host).String()
	}
	return host
}

// addressOf is a loopback address of a host's own.
func addressOf(host string) netip.Addr {
	if a, err := netip.ParseAddr(host); err == nil {
		return a
	}
	sum := fnv.New32a()
	sum.Write([]byte(host))
	n := sum.Sum32()
	return netip.AddrFrom4([4]byte{127, byte(n>>16)%100 + 10, byte(n >> 8), byte(n)%250 + 1})
}

// settle puts a county's site where its trouble has it.
func (c *china) settle(k *county, site systems.Site) {
	serve := func(host string, h http.Handler) {
		c.handlers[host] = h
		c.hosts[host] = addressOf(host)
		if k.trouble == listed { // a few have one server
			c.hosts[host] = addressOf(fmt.Sprint("server-", len(c.counties)/40))
		}
	}
	usual := systems.Handler(k.system, site)
	switch k.trouble {
	case dead:
	case slow:
		serve(k.host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(60 * time.Millisecond)
			usual.ServeHTTP(w, r)
		}))
	case moved:
		to := c.named("new-" + k.Code + ".gov.cn")
		path := len(c.hosts)%2 == 0 // it keeps the paths, robots.txt among them; others lead all to the home page
		serve(k.host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			at := "http://" + to + ":" + c.port + "/"
			if path {
				at += r.URL.Path[1:]
			}
			http.Redirect(w, r, at, http.StatusMovedPermanently)
		}))
		serve(to, usual)
	case refusing:
		serve(k.host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "forbidden", http.StatusForbidden) }))
	case guarded:
		serve(k.host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `<html><script src="/_guard/auto.js"></script></html>`)
		}))
	case scripted:
		serve(k.host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `<html><head><title>%s人民政府</title></head><body><div id="app"></div><script src="/app.js"></script></body></html>`, k.Name)
		}))
	case platform:
		site.Base = "/" + k.Code
		host := c.named("xxgk.p" + k.Code[:2] + ".gov.cn")
		if p, ok := c.handlers[host].(*shared); ok {
			p.sites[site.Base] = systems.Handler(k.system, site)
		} else {
			serve(host, &shared{map[string]http.Handler{site.Base: systems.Handler(k.system, site)}})
		}
		serve(k.host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				http.NotFound(w, r)
				return
			}
			fmt.Fprintf(w, `<html><head><title>%s人民政府</title></head><body><a href="/news/">新闻</a><a href="http://%s:%s%s/">政府信息公开</a><p>%s</p>主办：%[1]s人民政府 网站标识码：%[6]s0001</body></html>`,
				k.Name, host, c.port, site.Base, strings.Repeat("门户网站的一行。", 40), k.Code)
		}))
	case closed:
		serve(k.host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				fmt.Fprint(w, "User-agent: *\nDisallow: /\n")
				return
			}
			usual.ServeHTTP(w, r)
		}))
	default:
		serve(k.host, usual)
	}
}

// shared is a platform's host.
type shared struct{ sites map[string]http.Handler }

func (s *shared) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	base := r.URL.Path[:min(len(r.URL.Path), len("/653101"))]
	if h := s.sites[base]; h != nil {
		h.ServeHTTP(w, r)
		return
	}
	http.NotFound(w, r)
}

var processAsking = regexp.MustCompile(`process-\d+`)

func (c *china) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, _ := net.SplitHostPort(r.Host)
	a := asked{host: host, what: r.Method + " " + r.URL.RequestURI(), process: processAsking.FindString(r.UserAgent()), begin: time.Now()}
	if r.Method == http.MethodPost {
		var form bytes.Buffer
		form.ReadFrom(http.MaxBytesReader(w, r.Body, 1<<20)) //nolint:errcheck // a form that is cut has another answer
		a.what += " " + form.String()
		r.Body = noClose{&form}
	}
	c.mu.Lock()
	by := [2]string{host, a.process}
	if c.open[by]++; c.open[by] > 1 {
		c.overlaps++
	}
	h := c.handlers[host]
	c.mu.Unlock()
	if h == nil {
		h = http.NotFoundHandler()
	}
	h.ServeHTTP(w, r)
	a.end = time.Now()
	c.mu.Lock()
	c.open[by]--
	c.log = append(c.log, a)
	c.mu.Unlock()
}

type noClose struct{ *bytes.Buffer }

func (noClose) Close() error { return nil }

func (c *china) requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.log)
}

// TestChina crawls the sites of forty counties, with NIANBAO_OFTEN of a hundred, on
// every content system and with every trouble, in one command that is killed again and again: every report
// that is there is stored with its region, year and scope, no report with a wrong
// one, and each county without any has its true reason. The servers' logs show
// one request at a time, the pause, and nothing asked for twice.
func TestChina(t *testing.T) {
	n, kills := 40, 2
	if often.Asked() {
		n, kills = 100, 3
	}
	if s := os.Getenv(chinaHosts); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
		kills = 10
	}
	t.Run("names", func(t *testing.T) { crawlChina(t, newChina(t, n, false), kills) })
	t.Run("addresses", func(t *testing.T) { crawlChina(t, newChina(t, 20, true), 0) })
}

func crawlChina(t *testing.T, c *china, kills int) {
	const delay = 15 * time.Millisecond
	n := len(c.counties)
	dir := t.TempDir()
	var seeds bytes.Buffer
	seeds.WriteString("region_code,name,url,kind\n")
	for _, k := range c.counties {
		fmt.Fprintf(&seeds, "%s,%s,http://%s:%s/,site\n", k.Code, k.Name, k.host, c.port)
	}
	table, err := json.Marshal(c.hosts)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"seeds.csv": seeds.Bytes(), "hosts.json": table} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(hostsFile, filepath.Join(dir, "hosts.json"))
	args := []string{"crawl", "--seeds", "seeds.csv", "--db", "china.db", "--delay", delay.String(), "--platform-delay", delay.String(), "--retries", "0", "--allow-private", "--years", "2019..2023"}

	// About twelve requests a site; the kills come evenly.
	begun := time.Now()
	killed := map[string]time.Time{}
	crawling := func(i int) (*exec.Cmd, string, *bytes.Buffer) {
		process := fmt.Sprint("process-", i)
		cmd, stderr := start(t, dir, nil, append(args, "--contact", process+"@example.org")...)
		return cmd, process, stderr
	}
	var cpu time.Duration
	memory := int64(0)
	ended := func(cmd *exec.Cmd) {
		cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		memory = max(memory, peakMemory(cmd.ProcessState))
	}
	for i := range kills {
		goal := (i + 1) * n * 8 / (kills + 1)
		cmd, process, stderr := crawling(i)
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		for waiting := true; waiting; {
			select {
			case err := <-done:
				t.Fatalf("the crawl ended before it was killed: %v\n%s", err, stderr)
			case <-time.After(5 * time.Millisecond):
				waiting = c.requests() < goal
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		killed[process] = time.Now()
		<-done
		ended(cmd)
	}
	cmd, _, stderr := crawling(kills)
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exitPartial {
		t.Fatalf("%v\n%s", err, stderr)
	}
	ended(cmd)
	took := time.Since(begun)
	t.Logf("%d hosts, %d requests in %v (%.0f a second), %v of processor time a request, %d MiB at most", len(c.handlers), len(c.log), took.Round(time.Second),
		float64(len(c.log))/took.Seconds(), (cpu / time.Duration(max(len(c.log), 1))).Round(10*time.Microsecond), memory>>20)

	c.checkReports(t, filepath.Join(dir, "china.db"))
	c.checkReasons(t, filepath.Join(dir, "china-archive", "crawl.frontier"))
	c.checkHoles(t, filepath.Join(dir, "china.db"))
	c.checkManners(t, delay, killed)
	checkArchive(t, filepath.Join(dir, "china-archive"))
}

// checkReports holds the database against what is on the sites.
func (c *china) checkReports(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT coalesce(region_code, ''), coalesce(year, 0), coalesce(scope, ''), source, title FROM report r WHERE superseded_by IS NULL AND EXISTS (SELECT 1 FROM fact f WHERE f.report_id = r.id)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	type key struct {
		code string
		year int
	}
	got, trouble := map[key]int{}, map[string]string{}
	for _, k := range c.counties {
		trouble[k.Code] = k.trouble
	}
	for rows.Next() {
		var k key
		var scope, source, title string
		if err := rows.Scan(&k.code, &k.year, &scope, &source, &title); err != nil {
			t.Fatal(err)
		}
		got[k]++
		wantScope := "region"
		if trouble[k.code] == untitled {
			wantScope = "" // nothing says whether such a report is of the whole territory
		}
		if k.code != "" && scope != wantScope {
			t.Errorf("%s (%s, %s) has the scope %q, want %q", title, source, trouble[k.code], scope, wantScope)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	var bare int
	if err := db.QueryRow("SELECT count(*) FROM report r WHERE NOT EXISTS (SELECT 1 FROM fact f WHERE f.report_id = r.id)").Scan(&bare); err != nil {
		t.Fatal(err)
	}
	if bare != 0 {
		t.Errorf("%d pages without a figure are stored as reports", bare)
	}
	missing := map[string]int{}
	open := 0 // years of counties whose site is another's, with reports that name nobody
	for _, k := range c.counties {
		if k.trouble == mismatched {
			open += len(chinaYears)
		}
	}
	var said int
	if err := db.QueryRow("SELECT count(DISTINCT f.report_id) FROM finding f JOIN report r ON r.id = f.report_id WHERE f.rule = ? AND r.region_code IS NULL", report.RuleSiteMismatch).Scan(&said); err != nil {
		t.Fatal(err)
	}
	if said != open {
		t.Errorf("%d reports whose region is left open say why, want %d", said, open)
	}
	for _, k := range c.counties {
		for _, year := range chinaYears {
			n := got[key{k.Code, year}]
			delete(got, key{k.Code, year})
			switch {
			case want[k.trouble] == "" && n != 1:
				if missing[k.trouble+" "+k.system]++; missing[k.trouble+" "+k.system] == 1 {
					t.Errorf("%s %s (%s, %s, %s): %d reports on %d, want 1", k.Code, k.Name, k.trouble, k.system, k.host, n, year)
				}
			case want[k.trouble] != "" && n != 0:
				t.Errorf("%s %s (%s): %d reports on %d, want none", k.Code, k.Name, k.trouble, n, year)
			}
		}
	}
	for k, n := range got {
		if k.code != "" {
			t.Errorf("%d reports of %s on %d, which is nobody's", n, k.code, k.year)
		}
	}
	for what, n := range missing {
		t.Logf("%s: %d reports missing or twice", what, n)
	}
}

// checkReasons holds the frontier's account of the home pages against the truth.
func (c *china) checkReasons(t *testing.T, frontier string) {
	t.Helper()
	ended := map[string]crawler.Reason{}
	for _, state := range []string{"done", "failed"} {
		for e, err := range crawler.ReadEntries(context.Background(), frontier, state) {
			if err != nil {
				t.Fatal(err)
			}
			ended[e.URL] = e.Reason
		}
	}
	for _, k := range c.counties {
		reason := want[k.trouble]
		switch k.trouble {
		case moved:
			reason = crawler.SiteMoved
		case sound, slow, untitled, listed, platform:
			reason = crawler.Fetched
		}
		if got := ended["http://"+k.host+":"+c.port+"/"]; got != reason {
			t.Errorf("%s (%s) ended with %q, want %q", k.host, k.trouble, got, reason)
		}
	}
}

// checkHoles asks why each county without reports has none.
func (c *china) checkHoles(t *testing.T, path string) {
	t.Helper()
	holes := map[string]crawler.Hole{
		dead: crawler.HoleNoSite, mismatched: crawler.HoleMismatch, refusing: crawler.HoleRefused, guarded: crawler.HoleRefused,
		scripted: crawler.HoleNoColumn, closed: crawler.HoleRefused, untitled: scopeOpen,
	}
	var stdout, stderr bytes.Buffer
	a := &app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, words: openedWords}
	if status := a.run(context.Background(), []string{"doctor", "--db", path, "--holes", "--level", "county", "--year", "2021", "--csv"}); status != exitDone {
		t.Fatalf("doctor: exit status %d\n%s", status, &stderr)
	}
	rows, err := csv.NewReader(&stdout).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]crawler.Hole{}
	for _, row := range rows {
		got[row[0]] = crawler.Hole(row[4])
	}
	for _, k := range c.counties {
		if r, ok := region.Lookup(k.Code); !ok || !r.InList(2021) {
			continue // it was made later
		}
		if code := newest(k.Code); got[code] != holes[k.trouble] {
			t.Errorf("%s %s (%s): the hole of 2021 is called %q, want %q", k.Code, k.Name, k.trouble, got[code], holes[k.trouble])
		}
	}
}

// checkManners holds the servers' log against the rules of a polite crawl.
func (c *china) checkManners(t *testing.T, delay time.Duration, killed map[string]time.Time) {
	t.Helper()
	if c.overlaps > 0 {
		t.Errorf("%d requests came while their host answered another", c.overlaps)
	}
	byHost, byServer := map[string][]asked{}, map[netip.Addr][]asked{}
	for _, a := range c.log {
		byHost[a.host] = append(byHost[a.host], a)
		if server, ok := c.hosts[a.host]; ok && !c.literal {
			byServer[server] = append(byServer[server], a)
		}
	}
	crowded, shared := 0, 0
	for _, all := range byServer {
		slices.SortFunc(all, func(a, b asked) int { return a.begin.Compare(b.begin) })
		for i := range all[1:] {
			if before, a := all[i], all[i+1]; a.process == before.process && a.host != before.host {
				shared++
				if a.begin.Sub(before.end) < delay-time.Millisecond {
					crowded++
				}
			}
		}
	}
	if crowded > 0 || shared == 0 && !c.literal && len(c.counties) >= 100 {
		t.Errorf("of %d requests to a server that was last asked under another name, %d came before the pause was over", shared, crowded)
	}
	hasty, twice := 0, 0
	lostWith := map[string]int{} // requests that a killed process took with it
	for host, all := range byHost {
		slices.SortFunc(all, func(a, b asked) int { return a.begin.Compare(b.begin) })
		if all[0].what != "GET /robots.txt" {
			t.Errorf("%s was asked for %s before its robots.txt", host, all[0].what)
		}
		first := map[string]asked{}
		for i, a := range all {
			// A process that is killed takes with it when it last asked.
			if i > 0 && a.process == all[i-1].process && a.begin.Sub(all[i-1].end) < delay-time.Millisecond {
				hasty++
			}
			if a.what == "GET /robots.txt" {
				continue
			}
			before, again := first[a.what]
			if !again {
				first[a.what] = a
				continue
			}
			// What was under way when the process was killed is lost with it.
			if at, lost := killed[before.process]; !lost || a.process == before.process || at.Sub(before.begin) > time.Minute {
				twice++
				if twice < 5 {
					t.Errorf("%s was asked for twice: %s", host, a.what)
				}
			} else {
				lostWith[before.process]++
			}
		}
	}
	for process, n := range lostWith {
		t.Logf("%d requests were lost with %s", n, process)
		if n > 2*len(c.handlers) { // of each host one may be under way, and one not be written down
			t.Errorf("%d requests of %d hosts were lost with %s", n, len(c.handlers), process)
		}
	}
	if hasty > 0 {
		t.Errorf("%d requests came before the pause was over", hasty)
	}
	if twice > 0 {
		t.Errorf("%d requests were made twice", twice)
	}
}

// checkArchive asks that no page was captured twice.
func checkArchive(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.warc*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no archive: %v", err)
	}
	captured := map[string]bool{}
	for _, name := range files {
		for page, err := range archive.Open(context.Background(), name, archive.ReaderConfig{}) {
			if err != nil {
				continue // what a kill cut short
			}
			key := page.URL + "\n" + page.Metadata.Get("form")
			if captured[key] {
				t.Errorf("%s was captured twice", key)
			}
			captured[key] = true
		}
	}
}
