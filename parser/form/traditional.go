package form

// Gateways rewrite whole sites in traditional characters, and the labels with
// them. These are the characters of labels, units and figures that the two scripts write
// differently.
const (
	traditional = "專個為從眾會傳體況減發員處復複審對屬應廢開強當徑總執報護數無時機權條構沒現確稱穩類糾納組織經結絡繼續維繳網罰職範獲補規計認訓議許訟設訪訴詢請讀談負購費轉過這採責錯門聞閱隱項題額駁單辦務動區參後國圍關決內別業舉製於註佈損點熱輿萬億場幾"
	simplified  = "专个为从众会传体况减发员处复复审对属应废开强当径总执报护数无时机权条构没现确称稳类纠纳组织经结络继续维缴网罚职范获补规计认训议许讼设访诉询请读谈负购费转过这采责错门闻阅隐项题额驳单办务动区参后国围关决内别业举制于注布损点热舆万亿场几"
)

// toSimplified maps a character by its distance from U+4E00; zero is itself.
var toSimplified = func() (table [0x5200]uint16) {
	to := []rune(simplified)
	for i, r := range []rune(traditional) {
		table[r-0x4E00] = uint16(to[i])
	}
	return table
}()

// simplify returns the simplified form of a character that stands in a label.
func simplify(r rune) rune {
	if i := r - 0x4E00; i >= 0 && i < rune(len(toSimplified)) && toSimplified[i] != 0 {
		return rune(toSimplified[i])
	}
	return r
}
