package region

import (
	"strings"
	"sync"
)

// Gateways and mirrors rewrite whole sites in traditional characters. These
// are the characters of names, titles and headings that differ, in pairs; what
// is a simplified character too (乾, in 乾县) is left alone.
const (
	traditional = "並亞佈併來侖係倉個們倫偉僕價儀儘兒兗內兩冊凱別則剛創劃劍動務勝勸勻匯區叢吳呂員問啓啟單嚮國圍園圖團堯報場塗塢墊墻墾壇壘壩" +
		"壯壺壽夢夾婁孫學宮寧審寬寶將尋對屬岡峯島峽崍崗嵐嶗嶧嶺嶼嶽巒巖師帶幹庫廂廈廠廣廬廳張強彌彥從復恆愛慄態慶憑應懷戶捨揚撫擊" +
		"據敍敘數時晉暉曆書會東條棗棲楊業極榮構樂樅樓樣樹樺橋機橫檔檢權欒欽歷歸氣況涇涼淥淶渦測渾湞湯準溝溫溮滄滎滿漢漣漵潁潛潤潯" +
		"澗澠澤澱濟濰濱瀏瀘瀾灘灣灤為烏無煙煩燈營爐爲爾牀牽猶獅獨獲獻現琿瑤瑪環瓊甌甕產畢當疇疊療發盡監盤盧眾硯碩碭確礄礦祿禪禮稅" +
		"稜稱穀積穫窪競節範簡糾紅納級細紹組結統絳綏經綜綠綫維網綿編縉縣總績織繫纔羅羣義習聖聞聯聶肅脫膠臘臥臨臺與興舉舊荊莊華萊萬" +
		"葉蒼蓋蓮蔭蕪蕭薊薌薑薩藍藴藺蘄蘆蘇蘊蘭蘿處號衆衛衝衞裏裡製複見規覺覽觀計訓託記訟訥訪設許訴註詔評試認說説誼調請諸諾謀謙謝" +
		"謨譙譜議護讀變讓豐貝貞負財貢責貴費貿賀資賈賓賚賢賽贊贛趙車軍載輝輪輯輸輿轄轉辦農連週進遊運達遙遜遠遷遼邁邊郟郵鄆鄉鄒鄖鄧" +
		"鄭鄰鄲鄴醫鉛銀銅鋒鋼錄錢錦錫錯錶鍾鎣鎮鏡鐘鐵鑲長門開間閔閘閣閤閩閬閶閻關陘陝陰陳陸陽隊階隨隴雙雜雞離難雲電靈靜鞏韓響頁頂" +
		"項順頗頭頻題額類風餘館饒馬駐騰驊驗驛體髮鬆鬥鬱魚魯鮁鮮鯉鳩鳳鳴鴨鶴鷄鷹鹹鹼鹽麗麥黃點黨齊龍" +
		"專傳減廢徑執沒穩絡繼續繳罰職補詢談購過這採閱隱駁參後決於損熱億幾歲線話徵視欄擴紙畫寫養課賬銷閉導標論質約還佔"
	simplified = "并亚布并来仑系仓个们伦伟仆价仪尽儿兖内两册凯别则刚创划剑动务胜劝匀汇区丛吴吕员问启启单向国围园图团尧报场涂坞垫墙垦坛垒坝" +
		"壮壶寿梦夹娄孙学宫宁审宽宝将寻对属冈峰岛峡崃岗岚崂峄岭屿岳峦岩师带干库厢厦厂广庐厅张强弥彦从复恒爱栗态庆凭应怀户舍扬抚击" +
		"据叙叙数时晋晖历书会东条枣栖杨业极荣构乐枞楼样树桦桥机横档检权栾钦历归气况泾凉渌涞涡测浑浈汤准沟温浉沧荥满汉涟溆颍潜润浔" +
		"涧渑泽淀济潍滨浏泸澜滩湾滦为乌无烟烦灯营炉为尔床牵犹狮独获献现珲瑶玛环琼瓯瓮产毕当畴叠疗发尽监盘卢众砚硕砀确硚矿禄禅礼税" +
		"棱称谷积获洼竞节范简纠红纳级细绍组结统绛绥经综绿线维网绵编缙县总绩织系才罗群义习圣闻联聂肃脱胶腊卧临台与兴举旧荆庄华莱万" +
		"叶苍盖莲荫芜萧蓟芗姜萨蓝蕴蔺蕲芦苏蕴兰萝处号众卫冲卫里里制复见规觉览观计训托记讼讷访设许诉注诏评试认说说谊调请诸诺谋谦谢" +
		"谟谯谱议护读变让丰贝贞负财贡责贵费贸贺资贾宾赉贤赛赞赣赵车军载辉轮辑输舆辖转办农连周进游运达遥逊远迁辽迈边郏邮郓乡邹郧邓" +
		"郑邻郸邺医铅银铜锋钢录钱锦锡错表钟蓥镇镜钟铁镶长门开间闵闸阁合闽阆阊阎关陉陕阴陈陆阳队阶随陇双杂鸡离难云电灵静巩韩响页顶" +
		"项顺颇头频题额类风余馆饶马驻腾骅验驿体发松斗郁鱼鲁鲅鲜鲤鸠凤鸣鸭鹤鸡鹰咸碱盐丽麦黄点党齐龙" +
		"专传减废径执没稳络继续缴罚职补询谈购过这采阅隐驳参后决于损热亿几岁线话征视栏扩纸画写养课账销闭导标论质约还占"
)

const firstHan, lastHan = 0x4E00, 0x9FFF

var simpler = sync.OnceValue(func() *[lastHan - firstHan + 1]rune {
	table := new([lastHan - firstHan + 1]rune)
	to := []rune(simplified)
	for i, c := range []rune(traditional) {
		table[c-firstHan] = to[i]
	}
	return table
})

// Simplify writes the traditional characters that occur in names of regions
// and agencies, in titles and in headings as simplified ones.
func Simplify(s string) string { return strings.Map(SimplifyRune, s) }

// SimplifyRune does what Simplify does with one character.
func SimplifyRune(c rune) rune {
	if c < firstHan || c > lastHan {
		return c
	}
	if s := simpler()[c-firstHan]; s != 0 {
		return s
	}
	return c
}
