package explorer

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/panel"
)

// schema is what this test knows of JSON Schema: all that openapi.json uses.
type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 any                `json:"type"` // a name or a list of names
	Enum                 []any              `json:"enum"`
	Description          string             `json:"description"`
	Properties           map[string]*schema `json:"properties"`
	Required             []string           `json:"required"`
	AdditionalProperties any                `json:"additionalProperties"` // false or a schema
	Items                *schema            `json:"items"`
	AnyOf                []*schema          `json:"anyOf"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
	Default              any                `json:"default"`
}

type specification struct {
	OpenAPI    string                                   `json:"openapi"`
	Info       map[string]string                        `json:"info"`
	Servers    []struct{ URL string }                   `json:"servers"`
	Paths      map[string]map[string]specifiedOperation `json:"paths"`
	Components struct {
		Schemas   map[string]*schema           `json:"schemas"`
		Responses map[string]specifiedResponse `json:"responses"`
	} `json:"components"`
}

type specifiedOperation struct {
	Summary     string
	OperationID string `json:"operationId"`
	Parameters  []struct {
		Name, In, Description string
		Required              bool
		Schema                *schema
		Example               any
	}
	Responses map[string]specifiedResponse
}

type specifiedResponse struct {
	Ref         string `json:"$ref"`
	Description string
	Headers     map[string]any
	Content     map[string]struct{ Schema *schema }
}

func specified(t *testing.T) *specification {
	t.Helper()
	var s specification
	d := json.NewDecoder(strings.NewReader(string(openAPI)))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		t.Fatalf("openapi.json: %v", err)
	}
	return &s
}

// validator holds answers against schemas and notes what it has met.
type validator struct {
	spec *specification
	seen map[string]bool // "Schema.property", and "Schema.property value" where it is not null
}

func (v *validator) check(at string, s *schema, x any) error {
	if s.Ref != "" {
		name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
		inner := v.spec.Components.Schemas[name]
		if inner == nil {
			return fmt.Errorf("%s: no schema %s", at, s.Ref)
		}
		return v.object(at, name, inner, x)
	}
	if s.AnyOf != nil {
		var last error
		for _, o := range s.AnyOf {
			if last = v.check(at, o, x); last == nil {
				return nil
			}
		}
		return last
	}
	return v.object(at, "", s, x)
}

func (v *validator) object(at, name string, s *schema, x any) error {
	types, _ := s.Type.([]any)
	if one, ok := s.Type.(string); ok {
		types = []any{one}
	}
	kind := "null"
	switch y := x.(type) {
	case string:
		kind = "string"
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
		if y == float64(int64(y)) && !slices.Contains(types, any("number")) {
			kind = "integer"
		}
	case map[string]any:
		kind = "object"
	case []any:
		kind = "array"
	}
	if !slices.Contains(types, any(kind)) {
		return fmt.Errorf("%s: a %s, want %v", at, kind, s.Type)
	}
	if s.Enum != nil && kind != "null" && !slices.Contains(s.Enum, x) {
		return fmt.Errorf("%s: %v is none of %v", at, x, s.Enum)
	}
	switch y := x.(type) {
	case []any:
		for i, item := range y {
			if err := v.check(fmt.Sprintf("%s[%d]", at, i), s.Items, item); err != nil {
				return err
			}
		}
	case map[string]any:
		for key, value := range y {
			inner := s.Properties[key]
			if inner == nil {
				if open, ok := s.AdditionalProperties.(map[string]any); ok && open["type"] == "integer" {
					continue
				}
				return fmt.Errorf("%s: the field %q is not described", at, key)
			}
			v.seen[name+"."+key] = true
			if value != nil {
				v.seen[name+"."+key+" value"] = true
			}
			if err := v.check(at+"."+key, inner, value); err != nil {
				return err
			}
		}
		for _, key := range s.Required {
			if _, ok := y[key]; !ok {
				return fmt.Errorf("%s: the field %q is missing", at, key)
			}
		}
	}
	return nil
}

// apiStore has the reports of the sample site in an archive, one of them
// published again with another figure, and one figure corrected.
func apiStore(t *testing.T) *Explorer {
	t.Helper()
	a := newArchived(t)
	names, err := sampleFiles()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{"docx": "application/octet-stream", "html": "text/html"}
	for _, name := range names {
		a.addIfReport("https://www.example.gov.cn/"+name, kinds[name[strings.LastIndexByte(name, '.')+1:]], siteFile(t, "site/"+name))
	}
	kashi := string(siteFile(t, "site/kashi/zfxxgknb/2021.html"))
	a.addIfReport("https://www.example.gov.cn/again.html", "text/html", []byte(strings.ReplaceAll(kashi, ">12251<", ">12250<")))
	if err := a.store.Correct(t.Context(), store.Correction{ReportID: 1, Indicator: "requests.received", Applicant: catalog.ApplicantTotal, Status: report.StatusReported, Value: new(7.0),
		Reason: "核对过", Reviewer: "读者"}); err != nil {
		t.Fatal(err)
	}
	if _, err := panel.Check(t.Context(), a.store); err != nil {
		t.Fatal(err)
	}
	return a.explore()
}

func (a *archived) addIfReport(url, contentType string, data []byte) {
	a.t.Helper()
	reports, err := a.parser.ParseAll(a.t.Context(), sourceOf(url, contentType, data))
	if err != nil {
		a.t.Fatal(err)
	}
	if reports[0].Meta.Layout != "" {
		a.add(url, contentType, data, nil)
	}
}

// getJSON asks for an address and decodes the answer.
func getJSON(t *testing.T, e http.Handler, address string, want int) (*http.Response, any) {
	t.Helper()
	res, body := get(t, e, address)
	kind := "application/json"
	if want != http.StatusOK {
		kind = "application/problem+json"
	}
	var x any
	if err := json.Unmarshal([]byte(body), &x); err != nil || res.StatusCode != want || res.Header.Get("Content-Type") != kind {
		t.Fatalf("%s: %s, %s, %v\n%.2000s", address, res.Status, res.Header.Get("Content-Type"), err, body)
	}
	return res, x
}

// Every path, every parameter and every field is described, and what is
// described is there.
func TestOpenAPI(t *testing.T) {
	spec := specified(t)
	e := apiStore(t)
	v := &validator{spec: spec, seen: map[string]bool{}}
	if spec.Servers[0].URL != apiRoot || !strings.HasPrefix(spec.OpenAPI, "3.1.") {
		t.Errorf("it describes %v by OpenAPI %s", spec.Servers, spec.OpenAPI)
	}
	var paths []string
	for _, p := range endpoints {
		paths = append(paths, p.path)
		operation, ok := spec.Paths[p.path]["get"]
		if !ok {
			t.Errorf("%s is not described", p.path)
			continue
		}
		path := apiRoot + p.path
		var names []string
		required, all := url.Values{}, url.Values{}
		for _, q := range operation.Parameters {
			if q.Description == "" || q.Schema == nil {
				t.Errorf("%s: parameter %s is not described", p.path, q.Name)
			}
			if q.In == "path" {
				path = strings.ReplaceAll(path, "{"+q.Name+"}", fmt.Sprint(q.Example))
				continue
			}
			names = append(names, q.Name)
			if q.Example == nil {
				continue
			}
			all.Set(q.Name, fmt.Sprint(q.Example))
			if q.Required {
				required.Set(q.Name, fmt.Sprint(q.Example))
			}
		}
		if strings.Contains(path, "{") {
			t.Fatalf("%s has a parameter that is not described", path)
		}
		if got, want := slices.Sorted(slices.Values(names)), slices.Sorted(slices.Values(p.parameters)); !slices.Equal(got, want) {
			t.Errorf("%s: described are %v, known are %v", p.path, got, want)
		}
		answer := operation.Responses["200"].Content["application/json"].Schema
		check := func(q url.Values) {
			address := path + "?" + q.Encode()
			_, x := getJSON(t, e, address, http.StatusOK)
			if err := v.check(address, answer, x); err != nil {
				t.Error(err)
			}
		}
		check(required)
		check(all)
		for name := range all { // each alone
			q := maps.Clone(required)
			q.Set(name, all.Get(name))
			check(q)
		}
		for name := range required { // and none of what is required
			q := maps.Clone(required)
			q.Del(name)
			_, x := getJSON(t, e, path+"?"+q.Encode(), http.StatusBadRequest)
			if err := v.check(path, &schema{Ref: "#/components/schemas/Problem"}, x); err != nil {
				t.Error(err)
			}
		}
	}
	for path := range spec.Paths {
		if !slices.Contains(paths, path) {
			t.Errorf("%s is described and not there", path)
		}
	}
	for _, more := range []string{"/regions/653101", "/reports/4", "/compare?measure=rate.granted&year=2021", "/compare?measure=requests.received&year=2021&limit=1000", "/compare?measure=disclosed_items&year=2021",
		"/trend?measure=rate.granted&region=320830", "/trend?measure=disclosure.licensing.decisions&region=320830", "/regions/320830/series", "/findings?limit=1000", "/search?q=盱眙", "/reports?limit=1000", "/regions?limit=1000"} {
		path, _, _ := strings.Cut(more, "?")
		for _, p := range endpoints {
			pattern := strings.Split(p.path, "/")
			have := strings.Split(path, "/")
			if len(pattern) != len(have) || !slices.EqualFunc(pattern, have, func(a, b string) bool { return a == b || strings.HasPrefix(a, "{") }) {
				continue
			}
			_, x := getJSON(t, e, apiRoot+more, http.StatusOK)
			if err := v.check(more, spec.Paths[p.path]["get"].Responses["200"].Content["application/json"].Schema, x); err != nil {
				t.Error(err)
			}
		}
	}
	// What is described is met, and met with a value, but for what the sample
	// does not have.
	never := map[string]bool{}
	for name, s := range spec.Components.Schemas {
		if s.Description == "" {
			t.Errorf("%s is not described", name)
		}
		for key, p := range s.Properties {
			if p.Description == "" && p.Ref == "" && p.AnyOf == nil {
				t.Errorf("%s.%s is not described", name, key)
			}
			if !v.seen[name+"."+key] {
				t.Errorf("%s.%s is described and not there", name, key)
			} else if !v.seen[name+"."+key+" value"] {
				never[name+"."+key] = true
			}
		}
		if !slices.Equal(slices.Sorted(maps.Keys(s.Properties)), slices.Sorted(slices.Values(s.Required))) {
			t.Errorf("%s: every field is always there, but not all are required", name)
		}
	}
	if got := slices.Sorted(maps.Keys(never)); len(got) > 0 {
		t.Errorf("never met with a value: %v", got)
	}
	if _, x := getJSON(t, e, apiRoot+"/openapi.json", http.StatusOK); x.(map[string]any)["openapi"] != spec.OpenAPI {
		t.Error("openapi.json is not served")
	}
}

// Lists come whole, page by page, each row once and in one order.
func TestAPIPaging(t *testing.T) {
	e := apiStore(t)
	for address, list := range map[string]string{
		"/regions?under=653100": "regions", "/reports?": "reports", "/reports?year=2021": "reports", "/regions/653101/reports?": "reports", "/findings?": "findings", "/findings?rule=panel.": "findings",
		"/findings?severity=info&region=653101": "findings", "/compare?measure=requests.received&year=2021&by=prefecture": "rows", "/compare?measure=requests.received&year=2021&sort=value&order=asc": "rows",
	} {
		_, x := getJSON(t, e, apiRoot+address+"&limit=1000", http.StatusOK)
		whole := x.(map[string]any)
		want := whole[list].([]any)
		if whole["next"] != nil || len(want) < 2 {
			t.Fatalf("%s: %d rows, next %v", address, len(want), whole["next"])
		}
		for _, limit := range []int{1, 2, 7} {
			var got []any
			next := fmt.Sprintf("%s%s&limit=%d", apiRoot, address, limit)
			for n := 0; next != ""; n++ {
				_, x := getJSON(t, e, next, http.StatusOK)
				page := x.(map[string]any)
				if rows := page[list].([]any); len(rows) > limit || n > 2000 {
					t.Fatalf("%s: %d rows", next, len(rows))
				}
				got = append(got, page[list].([]any)...)
				next, _ = page["next"].(string)
			}
			if a, b := fmt.Sprint(want), fmt.Sprint(got); a != b {
				t.Errorf("%s by %d: %d rows, want %d\n%.300s\n%.300s", address, limit, len(got), len(want), b, a)
			}
		}
	}
}

func TestAPIErrors(t *testing.T) {
	e := apiStore(t)
	for address, want := range map[string]int{
		"/reports/99999": 404, "/reports/x": 404, "/reports/0": 404, "/reports/9999999999999999999999": 404, "/regions/999999": 404, "/regions/999999/reports": 404, "/regions/x/series": 404, "/nothing": 404, "": 404, "/": 404,
		"/reports?limit=0": 400, "/reports?limit=1001": 400, "/reports?limit=x": 400, "/reports?cursor=x": 400, "/reports?cursor=-1": 400, "/reports?year=1": 400, "/reports?under=nowhere": 400, "/reports?levle=county": 400,
		"/reports?year=2021&year=2022": 400, "/findings?cursor=1": 400, "/findings?cursor=1.x": 400, "/findings?cursor=1.99999999999": 400, "/findings?severity=bad": 400, "/compare?measure=nothing": 400, "/compare?cursor=x": 400, "/compare?by=county": 400,
		"/trend?measure=requests.received": 400, "/trend?measure=nothing&region=653101": 400, "/trend?measure=requests.received&region=653101,999999": 400, "/search?q=": 400, "/search?limit=101&q=a": 400, "/reports/99999/capture": 404, "/regions?stored=x": 400,
		"/trend?measure=requests.received&region=" + strings.Repeat("653101,", 21) + "653101": 400,
	} {
		_, x := getJSON(t, e, apiRoot+address, want)
		p := x.(map[string]any)
		if p["status"] != float64(want) || p["title"] != http.StatusText(want) || p["detail"] == "" || strings.HasPrefix(p["detail"].(string), "[") {
			t.Errorf("%s: %v", address, p)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS"} {
		r := httptest.NewRequest(method, apiRoot+"/overview", strings.NewReader("{}"))
		r.Host = "localhost"
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v", method, w.Code, w.Header())
		}
	}
}

// A client that has the answer is told so until the file changes.
func TestAPICaching(t *testing.T) {
	a := newArchived(t)
	page := siteFile(t, "site/kashi/zfxxgknb/2021.html")
	a.add("https://www.example.gov.cn/1.html", "text/html", page, nil)
	e := a.explore()
	ask := func(method, tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, apiRoot+"/reports", nil)
		r.Host = "localhost"
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		return w
	}
	first := ask("GET", "")
	tag := first.Header().Get("ETag")
	if first.Code != 200 || tag == "" || first.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("%d %v", first.Code, first.Header())
	}
	for _, have := range []string{tag, "W/" + tag, `"other", ` + tag} {
		if again := ask("GET", have); again.Code != http.StatusNotModified || again.Body.Len() > 0 || again.Header().Get("ETag") != tag {
			t.Errorf("%s: %d %v", have, again.Code, again.Header())
		}
	}
	if head := ask("HEAD", ""); head.Code != 200 || head.Body.Len() > 0 || head.Header().Get("Content-Length") != first.Header().Get("Content-Length") || head.Header().Get("ETag") != tag {
		t.Errorf("HEAD: %d %v", head.Code, head.Header())
	}
	a.add("https://www.example.gov.cn/2.html", "text/html", []byte(strings.ReplaceAll(string(page), ">12251<", ">12250<")), nil)
	if changed := ask("GET", tag); changed.Code != 200 || changed.Header().Get("ETag") == tag {
		t.Errorf("after a change: %d %s", changed.Code, changed.Header().Get("ETag"))
	}
}

// Blank stays null, with its status; a corrected figure keeps what was read.
func TestAPIValues(t *testing.T) {
	e := apiStore(t)
	for n := 1; n < 25; n++ {
		res, body := get(t, e, fmt.Sprintf("%s/reports/%d", apiRoot, n))
		if res.StatusCode != 200 {
			continue
		}
		var r struct {
			Facts []struct {
				Value      *float64
				Status     report.Status
				Correction *struct{ Value *float64 }
			}
		}
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Facts {
			if (f.Value != nil) != f.Status.HasValue() {
				t.Errorf("report %d: %+v", n, f)
			}
			if f.Correction != nil && (*f.Correction.Value != 7 || f.Value == nil || *f.Value == 7) {
				t.Errorf("report %d: %+v", n, f)
			}
		}
	}
}
