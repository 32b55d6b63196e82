package explorer

import (
	"encoding/csv"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store/panel"
)

// A province says how its counties lie together, of how many.
func TestProvince(t *testing.T) {
	e := explore(t, sampleStore(t))
	body := getPage(t, e, "/region/653100")
	contains(t, body, "所辖各县，2022 年", "12 个县级行政区中 4 个有这一年的报告", "合计", `href="/compare?measure=requests.received&amp;under=653100&amp;year=2022"`)
	if strings.Contains(getPage(t, e, "/region/653101"), "所辖各县") {
		t.Error("a county has no counties")
	}
}

func TestRegion(t *testing.T) {
	s := sampleStore(t)
	e := explore(t, s)
	body := getPage(t, e, "/region/320830")
	contains(t, body, "江苏省", "淮安市", "主要数字，2019–2023", "新收政府信息公开申请", "<title>盱眙县 2021: 286 件</title>", "淮安市各县中位数", "江苏省各县中位数", `class="break"`,
		fmt.Sprintf(`href="/report/%d"`, idOf(t, s, "320830", 2022)), "历年报告")
	contains(t, getPage(t, e, "/region/320830?lang=en"), "Headline figures, 2019–2023", "median of the counties of Huai&#39;an City")
	contains(t, getPage(t, e, "/region/653100"), "下辖地区", "塔什库尔干塔吉克自治县", "没有这个地区自己的报告")
	contains(t, getPage(t, e, "/region/650000"), `class="head"`, "喀什地区", "泽普县")
	contains(t, getPage(t, e, "/region/110000"), "东城区") // its prefecture level is nominal
	contains(t, getPage(t, e, "/region/410000"), "济源市") // as are those of counties right below a province
	contains(t, getPage(t, e, "/region/653101"), "疑点", "正文与表格的申请数不同")
	// A former code leads to the territory, with all its names.
	contains(t, getPage(t, e, "/region/350427"), "沙县区", "曾用名称和代码", "沙县（350427）")
	contains(t, getPage(t, e, "/region/310108"), "闸北区", "2015 年撤销，并入：", `href="/region/310106"`)
	for _, address := range []string{"/region/999999", "/region/110100", "/region/x", "/region/..%2f..%2fetc"} {
		if res, _ := get(t, e, address); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s, want 404", address, res.Status)
		}
	}
}

func TestFindings(t *testing.T) {
	e := explore(t, sampleStore(t))
	contains(t, getPage(t, e, "/findings"), "受理与结转不平", "现行有效件数前后年不接", "每条规则的含义", `href="/findings.csv"`)
	body := getPage(t, e, "/findings?rule=narrative.requests_received")
	contains(t, body, "正文说的收到申请件数与表格的总计不同", "喀什市 2021", "表格 <b>0</b>", "正文 <b>10</b>")
	if strings.Contains(body, "泽普县") {
		t.Error("another rule's findings are listed")
	}
	contains(t, getPage(t, e, "/findings?severity=warning&lang=en"), "The text cites another layout", "tables <b>2021</b>")
	contains(t, getPage(t, e, "/findings?region=喀什地区&year=2022"), "泽普县 2022", "喀什市 2022")
	contains(t, getPage(t, e, "/findings?region=320830"), "没有符合条件的疑点")
	contains(t, getPage(t, e, "/rules?lang=en"), "Requests do not balance", "hierarchy.sum", `href="/findings?lang=en&amp;rule=requests.balance"`)

	res, csvBody := get(t, e, "/findings.csv?rule=narrative.requests_received")
	rows, err := csv.NewReader(strings.NewReader(csvBody)).ReadAll()
	if err != nil || res.StatusCode != http.StatusOK || len(rows) != 2 || rows[1][1] != "喀什市" || rows[1][9] != "0" || rows[1][10] != "10" {
		t.Errorf("%s: %q, %v", res.Status, rows, err)
	}
	if res, _ := get(t, e, "/findings.csv?rule=no.such_rule"); res.StatusCode != http.StatusOK {
		t.Errorf("a list without a finding: %s", res.Status)
	}
	for _, address := range []string{"/findings?severity=fatal", "/findings?year=1999", "/findings?region=nowhere", "/findings.csv?severity=fatal", "/findings?page=51"} {
		if res, _ := get(t, e, address); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s, want 400", address, res.Status)
		}
	}
}

func TestReports(t *testing.T) {
	s := sampleStore(t)
	e := explore(t, s)
	contains(t, getPage(t, e, "/reports?under=320000&year=2021"), "江苏省的报告", "盱眙县", "金湖县", "2021")
	contains(t, getPage(t, e, "/reports?region=653101"), "喀什市的报告")
	contains(t, getPage(t, e, "/reports?scope=agency"), "没有符合条件的报告")
	res, body := get(t, e, fmt.Sprintf("/report/%d/figures.csv", idOf(t, s, "653101", 2021)))
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || res.StatusCode != http.StatusOK || len(rows) != 201 {
		t.Errorf("%s: %d rows, %v", res.Status, len(rows), err)
	}
	if res, _ := get(t, e, "/report/99999/figures.csv"); res.StatusCode != http.StatusNotFound {
		t.Errorf("no such report: %s", res.Status)
	}
}

func TestSearch(t *testing.T) {
	e := explore(t, sampleStore(t))
	contains(t, getPage(t, e, "/search?q=市长信箱"), `<mark class="known">市长信箱</mark>`, "喀什市2021年政府信息公开工作年度报告")
	contains(t, getPage(t, e, "/search?q=喀什"), `href="/region/653100"`, `href="/region/653101"`)
	contains(t, getPage(t, e, "/search?q=653101&lang=en"), `href="/region/653101?lang=en"`)
	contains(t, getPage(t, e, "/search?q=没有任何报告写到这几个字"), "没有报告写到这些词")
	contains(t, getPage(t, e, "/search?q=!!!"), "没有报告写到这些词")
	contains(t, getPage(t, e, "/search"), "几个词用空格分开")
	if res, _ := get(t, e, "/search?q="+strings.Repeat("a", 201)); res.StatusCode != http.StatusBadRequest {
		t.Errorf("too long a search: %s", res.Status)
	}
}

func TestAbout(t *testing.T) {
	e := explore(t, sampleStore(t))
	contains(t, getPage(t, e, "/about"), "空白不等于零", "nianbao 0.1.0", "2024-04-01", "CC BY 4.0")
	contains(t, getPage(t, e, "/about?lang=en"), "Blank is not zero")
}

// Every rule that the program can give has its texts, and no text is of a rule
// that is none: the rules are read off the code and the tables of the checks.
func TestRulesHaveTexts(t *testing.T) {
	known := map[string]bool{}
	root := filepath.Join("..", "..", "..")
	code := regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "specimen" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".." && d.Name() != "."):
			return fs.SkipDir
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		add := func(name string, value ast.Expr) {
			if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && code.MatchString(s) {
					known[s] = true
				}
			}
		}
		// Constants named Rule… or rule, and the field Rule of findings.
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if strings.HasPrefix(strings.ToLower(name.Name), "rule") && i < len(n.Values) {
						add(name.Name, n.Values[i])
					}
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rule" {
					add(key.Name, n.Value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"catalog/relations.csv", "check/words.csv"} {
		data, err := os.ReadFile(filepath.Join(root, "parser", filepath.FromSlash(table)))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %d rows, %v", table, len(rows), err)
		}
		for _, row := range rows[1:] {
			known[row[0]] = true
		}
	}
	for _, want := range []string{report.RuleCitation, panel.RuleGap, "region.from_seed", "requests.balance", "requests.applicants_sum"} {
		if !known[want] {
			t.Fatalf("the rules found lack %s: %v", want, known)
		}
	}
	for rule := range known {
		if r, ok := catalog.FindRule(rule); !ok || r.TitleZH == "" || r.TitleEN == "" || r.MeaningZH == "" || r.Meaning == "" {
			t.Errorf("%s has no texts in both languages; add a row to parser/catalog/rules.csv", rule)
		}
	}
	for _, rule := range catalog.Rules() {
		if !known[rule.Code] {
			t.Errorf("%s has texts and is no rule", rule.Code)
		}
	}
}
