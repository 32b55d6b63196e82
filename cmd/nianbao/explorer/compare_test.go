package explorer

import (
	"encoding/csv"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// order is the regions of a comparison's table, from above.
func order(t *testing.T, body string) []string {
	t.Helper()
	var names []string
	for _, m := range regexp.MustCompile(`<th scope="row" data-value="\d+"><a href="[^"]*">([^<]*)</a>`).FindAllStringSubmatch(body, -1) {
		names = append(names, m[1])
	}
	return names
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if !slices.Equal(want, got) {
		t.Errorf("%s: want %q, got %q", what, want, got)
	}
}

func TestCompare(t *testing.T) {
	e := explore(t, sampleStore(t))
	body := getPage(t, e, "/compare?measure=requests.received&year=2022")
	same(t, "by rank", []string{"盱眙县", "金湖县", "喀什市", "泽普县", "疏勒县", "疏附县"}, order(t, body))
	contains(t, body, "2022 年新收政府信息公开申请", `aria-sort="ascending"`, "<b>39</b>", "47.6%", "-57", `href="/compare.csv?measure=requests.received&amp;year=2022"`,
		`<option value="requests.received" selected>`)
	same(t, "by change", []string{"喀什市", "疏附县", "疏勒县", "金湖县", "盱眙县", "泽普县"}, order(t, getPage(t, e, "/compare?measure=requests.received&year=2022&sort=change")))
	same(t, "by change, the least first", []string{"盱眙县", "金湖县", "疏勒县", "疏附县", "喀什市", "泽普县"}, order(t, getPage(t, e, "/compare?measure=requests.received&year=2022&sort=change&order=asc")))
	same(t, "by code", []string{"盱眙县", "金湖县", "喀什市", "疏附县", "疏勒县", "泽普县"}, order(t, getPage(t, e, "/compare?measure=requests.received&year=2022&sort=region")))

	// A blank has no rank, and whoever has no report is named.
	body = getPage(t, e, "/compare?measure=requests.granted&year=2021&under=653100")
	if got := order(t, body); len(got) != 12 || slices.Index(got, "喀什市") != 2 {
		t.Errorf("under 喀什地区: %q", got)
	}
	contains(t, body, `<span class="fig blank">空白</span>`, `<span class="fig no_report">无报告</span>`)

	// A rate prints as per cent, its change in points, with the count it rests on.
	contains(t, getPage(t, e, "/compare?measure=rate.granted_at_least_in_part&year=2022&lang=en"), "%</td>", "base too low", ">Base</a>", "Granted in full or in part: counties of China, 2022")
	contains(t, getPage(t, e, "/compare?measure=requests.received&year=2022&by=prefecture"), "各组统计（2 组）", "淮安市")

	// Without a year the one with most reports, without a measure the first.
	contains(t, getPage(t, e, "/compare"), "2022 年新收政府信息公开申请")
	// What a form sends that does not fit the measure is no error.
	contains(t, getPage(t, e, "/compare?measure=mailbox_received&applicant=natural_person&year=2021&under=&by="), "领导信箱受理")
	contains(t, getPage(t, e, "/compare?measure=requests.received&applicant=natural_person&year=2022"), "新收政府信息公开申请（自然人）")
	contains(t, getPage(t, explore(t, emptyStore(t)), "/compare"), "没有符合条件的报告")
	contains(t, getPage(t, e, "/compare?under=江苏省"), "盱眙县")

	for address, want := range map[string]int{
		"/compare?measure=requests.recieved": 400, "/compare?year=20221": 400, "/compare?year=x": 400, "/compare?by=county": 400, "/compare?sort=source": 400,
		"/compare?under=999999": 400, "/compare?level=village": 400, "/compare?page=0": 400, "/compare?page=99999": 400, "/compare?applicant=nobody": 400,
	} {
		if res, body := get(t, e, address); res.StatusCode != want || !strings.Contains(body, "<h1>") {
			t.Errorf("%s: %s, want %d", address, res.Status, want)
		}
	}
}

func TestCompareDownload(t *testing.T) {
	e := explore(t, sampleStore(t))
	res, body := get(t, e, "/compare.csv?measure=requests.granted&year=2021&under=653100&sort=region")
	if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Disposition"), "nianbao-requests.granted-2021-653100-county.csv") || res.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("%s %v", res.Status, res.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 13 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	at := func(row []string, column string) string { return row[slices.Index(rows[0], column)] }
	if r := rows[1]; at(r, "region_name") != "喀什市" || at(r, "value") != "" || at(r, "status") != "blank" || at(r, "rank") != "" || at(r, "source") == "" {
		t.Errorf("the first row: %q", r)
	}
	if res, body := get(t, e, "/compare.csv?bom=1"); res.StatusCode != http.StatusOK || !strings.HasPrefix(body, "\ufeffyear,") {
		t.Errorf("for Excel: %s %.20q", res.Status, body)
	}
	if res, body := get(t, e, "/compare.svg?measure=requests.received&year=2022"); res.StatusCode != http.StatusOK || !strings.Contains(body, "<svg") || !strings.Contains(body, "盱眙县") {
		t.Errorf("the picture: %s %.200s", res.Status, body)
	}
	for _, address := range []string{"/compare.csv?year=x", "/compare.svg?measure=requests.received&year=2009"} {
		if res, body := get(t, e, address); res.StatusCode < 400 || !strings.Contains(body, "<h1>") || res.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %s %v", address, res.Status, res.Header)
		}
	}
}

// The offices of all of China are tens of thousands: the page asks for an area.
func TestCompareAgencies(t *testing.T) {
	e := explore(t, sampleStore(t))
	body := getPage(t, e, "/compare?measure=requests.received&year=2022&scope=agency")
	contains(t, body, "各部门只在一个地区之内比较", `href="/compare?measure=requests.received&amp;scope=agency&amp;under=320000&amp;year=2022"`)
	if strings.Contains(body, "under=710000&amp;year") {
		t.Error("a province without such reports is offered")
	}
	if body := getPage(t, e, "/compare?measure=requests.received&year=2022&scope=agency&under=320000"); strings.Contains(body, "各部门只在一个地区之内比较") {
		t.Error("an area was chosen")
	}
}
