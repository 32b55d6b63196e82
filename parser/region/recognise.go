package region

// Scopes of a match, the same words as report.Scope.
const (
	ScopeRegion = "region"
	ScopeAgency = "agency"
)

// Context is what else is known of where a text comes from. It only decides
// between regions of one name, or completes a name without its suffix; it
// never names a region by itself.
type Context struct {
	// Texts name regions too: the publisher, the site's name, the opening
	// paragraph. They are read for names in full.
	Texts []string
	Host  string // of the page's URL: www.zlq.gov.cn
	Year  int    // the year reported on, 0 when unknown
}

// Match is what a title or a publisher's name says.
type Match struct {
	Region    Region // zero when no region, or no single one, is named
	As        string // the region's name as written: 九江县 though Region is 柴桑区
	Publisher string // the government or agency named, as written; "" for a mere region
	Scope     string // ScopeRegion, ScopeAgency, or "" when the text tells neither
	Rest      string // what follows the names of regions
	// Candidates are the regions of that name when the context leaves several.
	Candidates []Region
}

// Recognise reads the region and the agency off a name as publishers write it:
// 江苏省淮安市洪泽区, 县人民政府办公室, 额济纳旗工业商务和信息化局.
func Recognise(text string, context Context) Match {
	text = compact(text)
	d := load()
	if is := d.names[text]; len(is) == 1 {
		return Match{Region: d.all[is[0]], As: text, Scope: ScopeRegion}
	}
	return Match{Rest: text}
}
