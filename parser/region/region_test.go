package region

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/text"
)

func TestTable(t *testing.T) {
	all := All()
	if len(all) < 3000 || !slices.IsSortedFunc(all, func(a, b Region) int { return strings.Compare(a.Code, b.Code) }) {
		t.Fatalf("%d regions, or not in order", len(all))
	}
	levels := []string{LevelProvince, LevelPrefecture, LevelCounty}
	for i, r := range all {
		if i > 0 && all[i-1].Code == r.Code {
			t.Errorf("%s stands twice", r.Code)
		}
		level := slices.Index(levels, r.Level)
		if len(r.Code) != 6 || level < 0 || r.FirstList < 2013 || r.LastList > 2024 || r.FirstList > r.LastList {
			t.Errorf("%+v", r)
		}
		parent, ok := Lookup(r.ParentCode)
		if ok != (r.Level != LevelProvince) || ok && slices.Index(levels, parent.Level) != level-1 {
			t.Errorf("%s %s belongs to %+v", r.Code, r.Name, parent)
		}
	}
	all[0].Name = "changed"
	if r, _ := Lookup(all[0].Code); r.Name == "changed" {
		t.Error("All hands out the table itself")
	}
}

// The counties and prefectures of each year's list are as many as the Ministry's statistics have (县级区划数,
// 地级区划数), but for what the lists given count otherwise: one county more in each year, and 儋州市 as a
// prefecture before 2015 too.
func TestListsOfYears(t *testing.T) {
	for i, official := range [][2]int{{2853, 333}, {2854, 333}, {2850, 334}, {2851, 334}, {2851, 334}, {2851, 333}, {2846, 333}, {2844, 333}} {
		year, counties, prefectures := 2013+i, 0, 0
		for _, r := range All() {
			switch {
			case r.Nominal() || !r.InList(year):
			case r.Level == LevelCounty:
				counties++
			case r.Level == LevelPrefecture:
				prefectures++
			}
		}
		if year < 2015 { // 儋州市
			official[0]--
			official[1]++
		}
		if counties != official[0]+1 || prefectures != official[1] {
			t.Errorf("%d: %d counties, %d prefectures; want %d, %d", year, counties, prefectures, official[0]+1, official[1])
		}
	}
}

// TestNames asks that every region be recognised by its whole path and, unless
// it has namesakes, by its name.
func TestNames(t *testing.T) {
	names := map[string]int{}
	for _, r := range All() {
		if !r.Nominal() && r.LastList == 2024 {
			names[r.Name]++
		}
	}
	for _, r := range All() {
		if r.Nominal() || r.LastList < 2024 {
			continue
		}
		context := Context{Year: 2024}
		if m := Recognise(PathName(r.Code)+"人民政府", context); m.Region.Code != r.Code || m.Scope != ScopeRegion {
			t.Errorf("%s: %+v", PathName(r.Code), m)
		}
		m := Recognise(r.Name+"人民政府办公室", context)
		if m.Region.Code != "" && m.Region.Code != r.Code {
			t.Errorf("%s was read as %s", r.Name, PathName(m.Region.Code))
		}
		if names[r.Name] > 1 && len(m.Candidates) != names[r.Name] && !slices.Contains(words["plain"], r.Name) {
			t.Errorf("%s has %d namesakes, %d candidates", r.Name, names[r.Name], len(m.Candidates))
		}
		if names[r.Name] == 1 && !slices.Contains(words["plain"], r.Name) && (m.Region.Code == "" || m.Scope != ScopeAgency) {
			t.Errorf("%s was not recognised: %+v", r.Name, m)
		}
	}
}

func TestLookup(t *testing.T) {
	r, ok := Lookup("653101")
	if !ok || r.Name != "喀什市" || r.Level != LevelCounty || r.ParentCode != "653100" {
		t.Errorf("653101 is %+v", r)
	}
	if _, ok := Lookup("000000"); ok {
		t.Error("000000 is no region")
	}
}

func TestPath(t *testing.T) {
	for code, want := range map[string]string{
		"320813": "江苏省淮安市洪泽区", "653101": "新疆维吾尔自治区喀什地区喀什市", "110101": "北京市东城区", "500229": "重庆市城口县",
		"429004": "湖北省仙桃市", "659002": "新疆维吾尔自治区阿拉尔市", "441900": "广东省东莞市", "310000": "上海市", "": "", "999999": "",
	} {
		if got := PathName(code); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}

func TestUnder(t *testing.T) {
	for code, want := range map[string]int{"441900": 0, "653101": 0, "": 0, "999999": 0, "653100": 12, "320800": 9, "310000": 17} {
		if got := Under(code); len(got) != want {
			t.Errorf("%d regions under %s, want %d: %v", len(got), code, want, got)
		}
	}
	for _, r := range Under("420000") {
		if r.Nominal() {
			t.Errorf("%+v is no region", r)
		}
	}
	if us := Under("420000"); !slices.ContainsFunc(us, func(r Region) bool { return r.Name == "仙桃市" }) || !slices.ContainsFunc(us, func(r Region) bool { return r.Name == "来凤县" }) {
		t.Errorf("Under(420000): %d regions, without its counties", len(us))
	}
}

func TestFind(t *testing.T) {
	for query, want := range map[string][]string{
		"喀什": {"653100", "653101"}, "喀什市": {"653101"}, "653101": {"653101"}, "6531": {"653100"}, "65": {"650000"}, "西乌旗": {"152526"},
		"恩施": {"422800", "422801"}, "黔东南": {"522600"}, "九江县": {"360404"}, "沙县": {"350405", "350427"}, "鼓楼区": {"320106", "320302", "350102", "410204"},
		"淮安市洪泽区": {"320813"}, "新疆": {"650000"}, "临夏": {"622900", "622901", "622921"}, "三元区": {"350403", "350404"}, "海南": {"150303", "460000", "632500"},
		" 洪 泽 区 ": {"320813"}, "乌珠穆沁": {"152525", "152526"}, "没有这个地方": nil, "": nil, "6": nil, "1234567": nil, "999999": nil, "洪澤區": {"320813"},
	} {
		var got []string
		for _, r := range Find(query) {
			got = append(got, r.Code)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
}

func TestMeant(t *testing.T) {
	for query, want := range map[string]string{
		"伊春": "230700", "莱芜": "370116", "莱芜市": "371200", "钢城区": "370117", "三元区": "350404", "闸北区": "310108", "清河区": "211204",
		"鼓楼区": "320106 320302 350102 410204", "喀什": "653100 653101", "没有这个地方": "",
	} {
		var got []string
		for _, r := range Meant(query, Find(query)) {
			got = append(got, r.Code)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
}

func TestSeries(t *testing.T) {
	for code, want := range map[string][]string{
		"350427": {"350427", "350405"}, "350405": {"350427", "350405"}, "653101": {"653101"}, "350403": {"350403"}, "371203": {"371203", "370117"}, "371200": {"371200"}, "320202": {"320202"}, "320213": {"320213"}, "999999": nil, "330103": {"330103"},
	} {
		var got []string
		for _, r := range Series(code) {
			got = append(got, r.Code)
		}
		if !slices.Equal(got, want) {
			t.Errorf("series of %s: %v, want %v", code, got, want)
		}
	}
	if r, ok := Current("350427"); !ok || r.Name != "沙县区" {
		t.Errorf("沙县 is now %+v", r)
	}
	if _, ok := Current(""); ok {
		t.Error("no region has the empty code")
	}
}

// Newest is remembered for the codes of the renamed only, and says of all what Current does.
func TestNewest(t *testing.T) {
	renamed := 0
	for _, r := range All() {
		current, known := Current(r.Code)
		if !known || Newest(r.Code) != current.Code {
			t.Errorf("%s: %s, want %s", r.Code, Newest(r.Code), current.Code)
		}
		if current.Code != r.Code {
			renamed++
		}
	}
	if renamed == 0 || Newest("000001") != "000001" {
		t.Errorf("%d codes were renamed; the unknown code 000001 is %s", renamed, Newest("000001"))
	}
}

func TestSuccessions(t *testing.T) {
	seen := map[[3]string]bool{}
	for _, s := range Successions() {
		to, ok := Lookup(s.ToCode)
		if !ok || to.Name != s.ToName {
			t.Errorf("%+v leads to %+v", s, to)
		}
		if from, ok := Lookup(s.FromCode); s.FromCode != "" && (!ok || from.Name != s.FromName || from.LastList >= 2024) {
			t.Errorf("%+v comes from %+v", s, from)
		}
		if s.Kind != Renamed && s.Kind != Merged || s.Year < 2009 || s.Year > 2024 {
			t.Errorf("%+v", s)
		}
		key := [3]string{s.FromName, s.ToCode, s.Kind}
		if seen[key] {
			t.Errorf("%+v stands twice", s)
		}
		seen[key] = true
	}
	for _, r := range All() {
		if r.LastList < 2024 && !slices.ContainsFunc(Successions(), func(s Succession) bool { return s.FromCode == r.Code }) {
			t.Errorf("%s %s ended after %d, and nothing says what became of it", r.Code, r.Name, r.LastList)
		}
	}
}

func TestGovernments(t *testing.T) {
	for text, want := range map[string]string{
		"请与喀什市人民政府办公室联系,网址为喀什市政府网站": "653101",
		"本报告由淮安市洪泽区人民政府办公室根据规定编制":   "320813",
		"各乡镇和县人民政府、办理县人民政府的来信":      "",
		"马鞍山市和县人民政府":                "340523",
		"江苏省人民政府、淮安市人民政府和洪泽区人民政府":   "320000 320800 320813",
		"鼓楼区人民政府":     "?",
		"喀什市的居民":      "",
		"喀什市人民法院":     "",
		"恩施州来凤县政府办公室": "422827",
		"":            "",
		strings.Repeat("人民政府", 8000) + "x": "",
	} {
		var got []string
		for _, m := range Governments(text, Context{}) {
			code := m.Region.Code
			if code == "" {
				code = "?"
			}
			got = append(got, code)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%.60s: %v, want %s", text, got, want)
		}
	}
}

// TestNamesStay holds that folding leaves the names of the lists as they are: a
// traditional form among them would never be found.
func TestNamesStay(t *testing.T) {
	for _, table := range []string{regionsCSV, aliasesCSV, successionsCSV} {
		for i, line := range strings.Split(table, "\n") {
			if folded := text.Fold(line); i > 0 && !strings.HasPrefix(line, "#") && folded != strings.TrimSpace(line) && !strings.ContainsAny(line, " (") {
				t.Errorf("%q folds to %q", line, folded)
			}
		}
	}
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"喀什市政府办公室", "贵阳市人民政府(市人民政府办公厅)", "第一师阿拉尔市", "大同市城区人民政府", "国家税务总局", "鼓楼区", "\xff", "江苏省江苏省江苏省", strings.Repeat("吉林省吉林市", 50)} {
		f.Add(s, "南京市 电话025-83612345", 2020)
	}
	f.Fuzz(func(t *testing.T, name, beside string, year int) {
		m := Recognise(name, Context{Texts: []string{beside}, Host: beside, Year: year})
		if m.Region.Code != "" {
			if r, ok := Lookup(m.Region.Code); !ok || r != m.Region || r.Nominal() {
				t.Errorf("region %+v", m.Region)
			}
			if len(m.Candidates) > 0 {
				t.Errorf("a region and candidates: %+v", m)
			}
		}
		if m.Scope != "" && m.Scope != ScopeRegion && m.Scope != ScopeAgency {
			t.Errorf("scope %q", m.Scope)
		}
		if utf8.ValidString(name) && !strings.HasSuffix(string([]rune(text.Fold(name))[:min(maxName, utf8.RuneCountInString(text.Fold(name)))]), m.Rest) {
			t.Errorf("rest %q", m.Rest)
		}
		Governments(name+beside, Context{Year: year})
		Find(name)
	})
}

func BenchmarkRecognise(b *testing.B) {
	context := Context{Texts: []string{"来凤县人民政府办公室", strings.Repeat("全县各部门依照规定公开办事的依据。", 50)}, Year: 2021}
	b.ReportAllocs()
	for b.Loop() {
		if m := Recognise("恩施土家族苗族自治州来凤县人民政府办公室", context); m.Region.Code != "422827" {
			b.Fatal(m)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		for _, r := range catalog.Rows("regions.csv", regionsCSV) {
			_ = r
		}
	}
}

func TestDistrict(t *testing.T) {
	for code, want := range map[string]bool{"320803": true, "320830": false, "429021": false, "520203": false, "610103": true, "150303": true, "441803": true, "653101": false, "450000": false, "152526": false} {
		if r, ok := Lookup(code); !ok || r.District() != want {
			t.Errorf("%s %s: %t, want %t", code, r.Name, r.District(), want)
		}
	}
}
