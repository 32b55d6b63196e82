package specimen

import "strings"

// simplified and traditional hold, character by character, those of the
// specimens that are written differently in the two scripts.
const (
	simplified = "与专东个为丽义乡书于从们众会传体余写况凉减发号员问场处复够实审宁对将属币应废开强归当录征径总户执报护拟据数无时机权条来构标栏检没济涟泸热环现" +
		"监确称稳简类纠纳线组织经结绕络统继续维编缴网罚职舆节范获蔺虚补见规计认训议许讼设访诉询说请读调谈负账购贵费车转辑过还这进适采销责错镇长门间闻阅阳际陕隐" +
		"静项频题额驳验龙万单办务动区医县参后台国围备关兴决内册划别业举亿制"
	traditional = "與專東個為麗義鄉書於從們眾會傳體餘寫況涼減發號員問場處複夠實審寧對將屬幣應廢開強歸當錄徵徑總戶執報護擬據數無時機權條來構標欄檢沒濟漣瀘熱環現" +
		"監確稱穩簡類糾納線組織經結繞絡統繼續維編繳網罰職輿節範獲藺虛補見規計認訓議許訟設訪訴詢說請讀調談負賬購貴費車轉輯過還這進適採銷責錯鎮長門間聞閱陽際陝隱" +
		"靜項頻題額駁驗龍萬單辦務動區醫縣參後臺國圍備關興決內冊劃別業舉億製"
)

// toTraditional writes a text in traditional characters, as gateways do.
func toTraditional(s string) string {
	from, to := []rune(simplified), []rune(traditional)
	return strings.Map(func(r rune) rune {
		for i, f := range from {
			if f == r {
				return to[i]
			}
		}
		return r
	}, s)
}

// toTraditional rewrites the whole page.
func (p *page) toTraditional() {
	p.truth.Meta.Title = toTraditional(p.truth.Meta.Title)
	p.truth.Meta.Region = toTraditional(p.truth.Meta.Region)
	for _, b := range p.blocks {
		b.text = toTraditional(b.text)
	}
	p.cells(func(_ *grid, c *cell) {
		if c.kind != figureCell {
			c.text = toTraditional(c.text)
		}
	})
	// How names and titles are to be given in such a copy is left open.
	p.want.Meta.Title, p.want.Meta.Publisher, p.want.Meta.RegionCode, p.want.Meta.Scope = "", "", "", ""
	p.want.Told = nil
}
