package region

import (
	"slices"
	"strings"
	"testing"
)

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name    string
		context Context
		code    string
		scope   string
		several int
	}{
		{name: "喀什市", code: "653101", scope: ScopeRegion},
		{name: "喀什市人民政府", code: "653101", scope: ScopeRegion},
		{name: "喀什市政府办公室", code: "653101", scope: ScopeAgency},
		{name: "江苏省淮安市洪泽区", code: "320813", scope: ScopeRegion},
		{name: "淮安市洪泽区人民政府办公室", code: "320813", scope: ScopeAgency},
		{name: "西乌旗", code: "152526", scope: ScopeRegion},
		{name: "西乌珠穆沁旗人民政府", code: "152526", scope: ScopeRegion},
		{name: "恩施州", code: "422800", scope: ScopeRegion},
		{name: "黔东南州从江县", code: "522633", scope: ScopeRegion},
		{name: "锡林郭勒盟正蓝旗", code: "152530", scope: ScopeRegion},
		{name: "兴安盟行署外事办公室", code: "152200", scope: ScopeAgency},
		{name: "兴安盟行政公署", code: "152200", scope: ScopeRegion},
		{name: "城口县人民政府机关", code: "500229", scope: ScopeAgency},
		{name: "贵阳市人民政府(市人民政府办公厅)", code: "520100", scope: ScopeAgency},
		{name: "临夏市", code: "622901", scope: ScopeRegion},
		{name: "临夏县", code: "622921", scope: ScopeRegion},
		{name: "临夏州", code: "622900", scope: ScopeRegion},
		{name: "临夏回族自治州永靖县", code: "622923", scope: ScopeRegion},
		{name: "海南州", code: "632500", scope: ScopeRegion},
		{name: "海南省", code: "460000", scope: ScopeRegion},
		{name: "海南省商务厅", code: "460000", scope: ScopeAgency},
		{name: "海南藏族自治州兴海县", code: "632524", scope: ScopeRegion},
		{name: "吉林省", code: "220000", scope: ScopeRegion},
		{name: "吉林市", code: "220200", scope: ScopeRegion},
		{name: "河南县人民政府", code: "632324", scope: ScopeRegion},
		{name: "河南省人民政府", code: "410000", scope: ScopeRegion},
		{name: "上海市", code: "310000", scope: ScopeRegion},
		{name: "重庆市渝中区人民政府办公室", code: "500103", scope: ScopeAgency},
		{name: "重庆渝中区", code: "500103", scope: ScopeRegion},
		{name: "广西百色市投资促进局", code: "451000", scope: ScopeAgency},
		{name: "阜新彰武县", code: "210922", scope: ScopeRegion},
		{name: "济源市", code: "419001", scope: ScopeRegion},
		{name: "阿拉尔市", code: "659002", scope: ScopeRegion},
		{name: "仙桃市人民政府", code: "429004", scope: ScopeRegion},
		{name: "五常市背荫河镇", code: "230184", scope: ScopeAgency},
		{name: "墨脱县加热萨乡", code: "540423", scope: ScopeAgency},
		{name: "国家税务总局额济纳旗税务局", code: "152923", scope: ScopeAgency},
		{name: "沂源县经济开发区", code: "370323", scope: ScopeAgency},

		{name: "喀什行署办公室", context: Context{Texts: []string{"喀什市人民政府"}}, code: "653100", scope: ScopeAgency},
		{name: "喀什2021", context: Context{Texts: []string{"喀什市人民政府"}}, code: "653101"},
		{name: "第一师阿拉尔市", code: "659002", scope: ScopeRegion},
		{name: "新疆生产建设兵团第三师图木舒克市人民政府办公室", code: "659003", scope: ScopeAgency},
		{name: "第一师某团"},
		{name: "长安镇人民政府", context: Context{Texts: []string{"西安市长安区"}}, scope: ScopeAgency},
		{name: "喀什市某某村", code: "653101", scope: ScopeAgency},
		{name: "沅陵縣人民政府辦公室", code: "431222", scope: ScopeAgency},
		{name: "乾县人民政府", code: "610424", scope: ScopeRegion},

		// Without a region of their own.
		{name: "县人民政府办公室", scope: ScopeAgency},
		{name: "县政府办", scope: ScopeAgency},
		{name: "县人民政府", scope: ScopeRegion},
		{name: "自治区北部湾办", scope: ScopeAgency},
		{name: "周湾镇", scope: ScopeAgency},
		{name: "天津港保税区", scope: ScopeAgency},
		{name: "沂源经济开发区", scope: ScopeAgency},
		{name: "沂源经济开发区", context: Context{Texts: []string{"沂源县人民政府"}}, code: "370323", scope: ScopeAgency},
		{name: "湖南衡山萱洲国家湿地公园管理处", scope: ScopeAgency},
		{name: "湖南衡山萱洲国家湿地公园管理处", context: Context{Texts: []string{"衡山县人民政府"}}, code: "430423", scope: ScopeAgency},
		{name: "东湖生态旅游风景区管理委员会", scope: ScopeAgency},
		{name: "矿区管理委员会", scope: ScopeAgency},
		{name: "大同市某某区人民政府"},
		{name: "河北雄安新区雄县某乡", code: "130638", scope: ScopeAgency},
		{name: "河北雄安新区雄县", code: "130638", scope: ScopeRegion},
		{name: "河北雄安新区管理委员会", scope: ScopeAgency},
		{name: "九江县(今柴桑区)", code: "360404", scope: ScopeRegion},
		{name: "大同市平城区人民政府", code: "140213", scope: ScopeRegion},

		// Namesakes.
		{name: "鼓楼区人民政府", scope: ScopeRegion, several: 4},
		{name: "徐州市鼓楼区人民政府", code: "320302", scope: ScopeRegion},
		{name: "鼓楼区", context: Context{Texts: []string{"福州市鼓楼区政府网站"}}, code: "350102", scope: ScopeRegion},
		{name: "鼓楼区", context: Context{Texts: []string{"徐州市某会议", "南京市鼓楼区"}}, scope: ScopeRegion, several: 4},
		{name: "鼓楼区", context: Context{Host: "gulou.kaifeng.gov.cn"}, code: "410204", scope: ScopeRegion},
		{name: "城关区", context: Context{Texts: []string{"联系电话:0931-8123456"}}, code: "620102", scope: ScopeRegion},
		{name: "城关区", scope: ScopeRegion, several: 2},
		{name: "朝阳区", context: Context{Texts: []string{"吉林省长春市"}}, code: "220104", scope: ScopeRegion},
		{name: "市中区", context: Context{Texts: []string{"山东省"}}, scope: ScopeRegion, several: 4},
		{name: "东乡县", scope: ScopeRegion, several: 2},
		{name: "东乡县", context: Context{Year: 2021}, code: "622926", scope: ScopeRegion},

		// Merged or abolished before the list of 2020.
		{name: "大同市城区人民政府", code: "140202", scope: ScopeRegion},
		{name: "山西省长治市城区", context: Context{Year: 2017}, code: "140402", scope: ScopeRegion},
		{name: "晋城市城区", context: Context{Year: 2017}, code: "140502", scope: ScopeRegion},
		{name: "城区人民政府", context: Context{Year: 2017, Texts: []string{"山西省"}}},
		{name: "闸北区", context: Context{Year: 2014}, code: "310108", scope: ScopeRegion},
		{name: "静安区", context: Context{Year: 2014, Texts: []string{"闸北区"}}, code: "310106", scope: ScopeRegion},
		{name: "静安区", context: Context{Year: 2016, Texts: []string{"原闸北区"}}, code: "310106", scope: ScopeRegion},
		{name: "莱芜市", code: "371200", scope: ScopeRegion},
		{name: "莱芜市莱城区人民政府办公室", code: "371202", scope: ScopeAgency},
		{name: "济南市莱芜区", code: "370116", scope: ScopeRegion},
		{name: "长岛县人民政府", code: "370634", scope: ScopeRegion},
		{name: "钢城区", context: Context{Year: 2016}, code: "371203", scope: ScopeRegion},
		{name: "钢城区", context: Context{Year: 2019}, code: "370117", scope: ScopeRegion},
		{name: "钢城区", code: "370117", scope: ScopeRegion}, // one territory, its newest code
		{name: "六安市寿县人民政府", context: Context{Year: 2014}, code: "341521", scope: ScopeRegion},
		{name: "淮南市寿县人民政府", context: Context{Year: 2016}, code: "340422", scope: ScopeRegion},
		{name: "寿县", context: Context{Year: 2018}, code: "340422", scope: ScopeRegion},
		{name: "四平市公主岭市", context: Context{Year: 2018}, code: "220381", scope: ScopeRegion},
		{name: "资阳市简阳市", code: "512081", scope: ScopeRegion},
		{name: "苍山县", code: "371324", scope: ScopeRegion},
		{name: "田阳县", code: "451003", scope: ScopeRegion},
		{name: "伊春统计局", context: Context{Year: 2014, Texts: []string{"伊春区人民政府"}}, code: "230702", scope: ScopeAgency},
		{name: "伊春统计局", context: Context{Year: 2022, Texts: []string{"原伊春区人民政府"}}, scope: ScopeAgency},
		// A namesake elsewhere does not stand for one that has just ended.
		{name: "清河区", context: Context{Year: 2015}, scope: ScopeRegion, several: 2},
		{name: "清河区", context: Context{Year: 2016}, scope: ScopeRegion, several: 2},
		{name: "清河区", context: Context{Year: 2016, Texts: []string{"淮安市"}}, code: "320802", scope: ScopeRegion},
		{name: "清河区", context: Context{Year: 2016, Texts: []string{"联系电话:024-72345678"}}, code: "211204", scope: ScopeRegion},
		{name: "清河区", context: Context{Year: 2014, Texts: []string{"联系电话:0517-83612345"}}, code: "320802", scope: ScopeRegion},
		{name: "清河区", context: Context{Year: 2019}, code: "211204", scope: ScopeRegion},
		{name: "桥东区", context: Context{Year: 2013}, scope: ScopeRegion, several: 2},
		{name: "石家庄市桥东区", context: Context{Year: 2013}, code: "130103", scope: ScopeRegion},
		{name: "龙华区", context: Context{Year: 2014}, code: "460106", scope: ScopeRegion},
		{name: "龙华区", context: Context{Year: 2015}, scope: ScopeRegion, several: 2},
		{name: "龙华区", context: Context{Year: 2015, Texts: []string{"深圳市"}}, code: "440309", scope: ScopeRegion},

		// Renamed.
		{name: "九江县", code: "360404", scope: ScopeRegion},
		{name: "九江市九江县", code: "360404", scope: ScopeRegion},
		{name: "沙县", code: "350427", scope: ScopeRegion},
		{name: "沙县区", code: "350405", scope: ScopeRegion},
		{name: "三元区", context: Context{Year: 2019}, code: "350403", scope: ScopeRegion},
		{name: "三元区", context: Context{Year: 2021}, code: "350404", scope: ScopeRegion},
		{name: "三元区", scope: ScopeRegion, several: 2},
		{name: "桥西区", context: Context{Year: 2015}, scope: ScopeRegion, several: 2},
		{name: "桥西区", context: Context{Year: 2015, Texts: []string{"石家庄市桥西区"}}, code: "130104", scope: ScopeRegion},
		{name: "桥西区", context: Context{Year: 2015, Texts: []string{"邢台市"}}, scope: ""},
		{name: "吐鲁番市", context: Context{Year: 2012}, several: 2, scope: ScopeRegion},
		{name: "吐鲁番市", context: Context{Year: 2022}, code: "650400", scope: ScopeRegion},
	} {
		m := Recognise(c.name, c.context)
		if m.Region.Code != c.code || m.Scope != c.scope || len(m.Candidates) != c.several {
			var names []string
			for _, r := range m.Candidates {
				names = append(names, PathName(r.Code))
			}
			t.Errorf("%s %+v: region %s %s, scope %q, rest %q, candidates %s; want %s, %q, %d candidates",
				c.name, c.context, m.Region.Code, m.Region.Name, m.Scope, m.Rest, strings.Join(names, " "), c.code, c.scope, c.several)
		}
	}
}

// TestNamesakes gives every place that has namesakes the evidence a page has:
// none may be read as another, and its city's name must settle it.
func TestNamesakes(t *testing.T) {
	byName := map[string][]Region{}
	for _, r := range All() {
		if !r.Nominal() && r.LastList == 2024 && r.FirstList < 2024 {
			byName[r.Name] = append(byName[r.Name], r)
		}
	}
	tried := 0
	for name, places := range byName {
		if len(places) < 2 || slices.Contains(words["plain"], name) {
			continue
		}
		for _, r := range places {
			path := Path(r.Code)
			parent := path[len(path)-2]
			tried++
			for evidence, context := range map[string]Context{
				"the city":               {Texts: []string{"欢迎访问" + parent.Name + "人民政府网站"}, Year: 2022},
				"the city in short":      {Texts: []string{bareName(parent) + name + "人民政府办公室"}, Year: 2022},
				"the city and province":  {Texts: []string{path[0].Name, parent.Name}, Year: 2022},
				"the province's capital": {Texts: []string{path[0].Name + "人民政府", parent.Name}, Year: 2022},
			} {
				if m := Recognise(name, context); m.Region.Code != r.Code {
					t.Errorf("%s by %s: %+v", PathName(r.Code), evidence, m)
				}
			}
			if m := Recognise(name, Context{Texts: []string{path[0].Name}, Year: 2022}); m.Region.Code != "" && m.Region.Code != r.Code {
				t.Errorf("%s by its province is read as %s", PathName(r.Code), PathName(m.Region.Code))
			}
			if m := Recognise(parent.Name+name+"统计局", Context{}); m.Region.Code != r.Code || m.Scope != ScopeAgency {
				t.Errorf("%s: %+v", PathName(r.Code), m)
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d places with namesakes", tried)
	}
}

// TestEvidence asks that hosts and area codes lead to places that exist, and
// that every place with namesakes has an area code.
func TestEvidence(t *testing.T) {
	d, traces := load(), loadTraces()
	for _, table := range []map[string][]string{traces.hosts, traces.phones} {
		for key, codes := range table {
			for _, c := range codes {
				if _, ok := d.byCode[c]; !ok {
					t.Errorf("%s leads to %s", key, c)
				}
			}
		}
	}
	covered := map[string]bool{}
	for _, codes := range traces.phones {
		for _, c := range codes {
			covered[c] = true
		}
	}
	for name, is := range d.names {
		if len(is) < 2 {
			continue
		}
		for _, i := range is {
			if r := d.all[i]; r.Level == LevelCounty && !covered[r.ParentCode] && !covered[r.ParentCode[:2]+"0000"] {
				t.Errorf("%s: no area code leads to %s", name, PathName(r.Code))
			}
		}
	}
	for text, want := range map[string]int{"电话:0931-8450000": 1, "(0931)8450000": 1, "0931－8450000": 1, "13909310000": 0, "邮编 730000": 0, "09318450000": 0, "20931-8450000": 0} {
		if got := areaCodes(text); len(got) != want {
			t.Errorf("%s: area codes %v", text, got)
		}
	}
}

func TestDistrictsThatAreOneWithAZone(t *testing.T) {
	urumqi := Context{Texts: []string{"乌鲁木齐市人民政府有关通知"}}
	for name, want := range map[string]string{
		"高新区(新市区)": "650104 region", "高新区（新市区）政府": "650104 region", "高新技术产业开发区(新市区)人民政府": "650104 region", "高新区(新市区)教育局": "650104 agency",
		"经济技术开发区(头屯河区)": "650106 region", "杭州高新区(滨江)": "330108 region", "杭州高新区（滨江）政府": "330108 region", "虎丘区(苏州高新区)": "320505 region",
		"苏州高新区(虎丘区)": "320505 region", "常州国家高新区(新北区)人民政府": "320411 region", "青岛西海岸新区(黄岛区)": "370211 region", "宁波高新区": " agency",
		"苏州工业园区(某某街道)": " agency", "贵阳市人民政府(市人民政府办公厅)": "520100 agency", "高新区(某新区)": " agency",
	} {
		m := Recognise(name, urumqi)
		if got := m.Region.Code + " " + m.Scope; got != want {
			t.Errorf("%s: %q, want %q (%+v)", name, got, want, m)
		}
	}
}
