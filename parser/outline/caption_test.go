package outline

import "testing"

// TestWhoseTable reads off headings above tables whose these are: only a name that is surely
// another body's is told to be one.
func TestWhoseTable(t *testing.T) {
	const own, other, open = "own", "other", "open"
	for title, headings := range map[string]map[string]string{
		"盱眙县2022年政府信息公开工作年度报告\n": {
			"盱眙县人民政府":    own,
			"表1 盱眙县全县汇总": own,
			"全县":         own,
			"县本级":        own,
			"盱眙县人民政府办公室2022年统计":         own,
			"盱眙县2022年政府信息公开情况统计表":       own,
			"盱眙县水务局":                    other,
			"县教育局":                      other,
			"附件2：盱眙县马坝镇":                other,
			"附表:盱眙县盱城街道办事处":             other,
			"盱眙县水务局2022年政府信息公开工作年度报告":   other,
			"（二）盱眙县卫生健康委员会政府信息公开情况统计表":  other,
			"金湖县水务局":                    other,
			"三、收到和处理政府信息公开申请情况":         open,
			"政府信息公开情况统计表（2022年度）":       open,
			"盱眙县各乡镇":                    open,
			"盱眙县政务服务管理局":                open, // publishes for the county
			"水务部门":                      open,
			"盱眙县水务局、教育局":                open,
			"2022年，盱眙县加强对水务局的指导，信息公开有序": open,
			"现行有效件数":                    open,
			"总计":                        open,
			"":                          open,
		},
		"盱眙县教育体育局2022年政府信息公开工作年度报告\n": {
			"盱眙县教育体育局":     own,
			"县教育局":         open, // as it was called before
			"盱眙县教体局":       open,
			"盱眙县人民政府":      open, // the site's
			"盱眙县人民政府办公室":   open,
			"附件：盱眙县水务局":    other,
			"附件：盱眙县马坝镇统计表": other,
		},
		"清岭县2022年政府信息公开工作年度报告\n": { // in no list
			"清岭县本级":  own,
			"清岭县水务局": other,
		},
		"盱眙县2022年政府信息公开工作年度报告\n来源:盱眙县水务局\n": {
			"盱眙县水利局": open, // its name of another year, perhaps
			"盱眙县教育局": other,
		},
		"2022年政府信息公开工作年度报告\n": {"盱眙县水务局": open},
	} {
		o := Read(paragraphs(title+six), "")
		for heading, want := range headings {
			got := open
			switch isOwn, isOther := o.Body(heading); {
			case isOwn && isOther:
				got = "both"
			case isOwn:
				got = own
			case isOther:
				got = other
			}
			if got != want {
				t.Errorf("%s in %.60s: %s, want %s", heading, title, got, want)
			}
		}
	}
}
