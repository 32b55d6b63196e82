package specimen

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// Flaws says how a random report departs from a flawless one. The zero Flaws
// leaves it flawless.
type Flaws struct {
	Blanks       float64 // the share of cells that are left empty
	Dashes       float64 // the share of cells that hold a dash or the like
	Unreadable   float64 // the share of cells that hold words where a figure should be
	MissingRows  float64 // the share of rows that are left out
	WrongTotals  int     // how many printed sums are made to contradict their parts
	BlankTotals  bool    // applicant totals left empty though every part is given
	OneRowOthers bool    // layout 2021 with (六)其他处理 as one row
}

// Random returns a report of the layout whose figures are invented, of
// realistic sizes and without contradictions.
func Random(rng *rand.Rand, layout string) Truth { return RandomWith(rng, layout, Flaws{}) }

// RandomWith returns a report with flaws.
func RandomWith(rng *rand.Rand, layout string, flaws Flaws) Truth {
	place := places[rng.IntN(len(places))]
	year := inForce(rng, layout)
	agency := rng.IntN(4) == 0
	t := invent(rng, layout, place, year, scale(rng, agency), agency)
	t.Name = fmt.Sprintf("random-%s-%08x", layout, rng.Uint32())
	if flaws.OneRowOthers && splitsOthers(layout) {
		t.joinOthers()
	}
	flaws.apply(rng, &t)
	return t
}

// scale draws the number of requests a report is about.
func scale(rng *rand.Rand, agency bool) float64 {
	s := math.Exp(rng.NormFloat64()*1.4 + 4)
	if agency {
		s /= 10
	}
	return min(s, 6000)
}

type place struct{ code, name, prefecture string }

// kind is the last character of a county's name: 县, 市, 区.
func (p place) kind() string {
	for _, k := range []string{"市", "区"} {
		if strings.HasSuffix(p.name, k) {
			return k
		}
	}
	return "县"
}

// places are counties whose names no other county shares.
var places = []place{
	{"653121", "疏附县", "喀什地区"}, {"653125", "莎车县", "喀什地区"}, {"320830", "盱眙县", "淮安市"}, {"320826", "涟水县", "淮安市"},
	{"520322", "桐梓县", "遵义市"}, {"510522", "合江县", "泸州市"}, {"330825", "龙游县", "衢州市"}, {"331123", "遂昌县", "丽水市"},
	{"341721", "东至县", "池州市"}, {"411321", "南召县", "南阳市"}, {"430408", "蒸湘区", "衡阳市"}, {"431023", "永兴县", "郴州市"},
	{"510525", "古蔺县", "泸州市"}, {"530403", "江川区", "玉溪市"}, {"610923", "宁陕县", "安康市"}, {"620826", "静宁县", "平凉市"},
	{"632523", "贵德县", "海南藏族自治州"}, {"321281", "兴化市", "泰州市"},
}

// invent makes the figures of a report about n requests.
func invent(rng *rand.Rand, layout string, at place, year int, n float64, agency bool) Truth {
	t := Truth{Facts: map[string]*float64{}, Statuses: map[string]report.Status{}, Printed: map[string]string{}}
	publisher := at.name + "人民政府办公室"
	title, scope := fmt.Sprintf("%s人民政府%d年政府信息公开工作年度报告", at.name, year), report.ScopeRegion
	switch {
	case agency:
		title, scope = fmt.Sprintf("%s%d年政府信息公开工作年度报告", publisher, year), report.ScopeAgency
	case rng.IntN(3) == 0:
		title = fmt.Sprintf("%d年%s政府信息公开工作年度报告", year, at.name)
	case rng.IntN(2) == 0:
		title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", at.name, year)
	}
	t.Meta = report.Meta{
		Layout: layout, Title: title, Year: report.Year(year), Region: at.name, RegionCode: at.code, Publisher: publisher, Scope: scope,
		PeriodStart: fmt.Sprintf("%d-01-01", year), PeriodEnd: fmt.Sprintf("%d-12-31", year),
		PublishedOn: fmt.Sprintf("%d-%02d-%02d", year+1, 1+rng.IntN(3), 1+rng.IntN(28)),
	}
	size := max(n/100, 0.05)
	if layout == catalog.Layout2014 {
		t.inventAnnex(rng, n, size)
	} else {
		t.inventDisclosure(rng, size)
		t.inventRequests(rng, n, nil)
		t.inventReview(rng, n)
	}
	t.tell(rng, at, size)
	return t
}

// count draws a figure around mean: often zero where the mean is small.
func count(rng *rand.Rand, mean float64) float64 {
	if mean <= 0 {
		return 0
	}
	return math.Floor(mean * math.Exp(rng.NormFloat64()*0.8))
}

// seldom draws a figure that is zero in most reports.
func seldom(rng *rand.Rand, mean float64) float64 {
	if rng.IntN(3) > 0 {
		return 0
	}
	return count(rng, mean)
}

// amount draws 万元 with up to two decimals.
func amount(rng *rand.Rand, mean float64) float64 {
	v := mean * math.Exp(rng.NormFloat64())
	switch rng.IntN(5) {
	case 0:
		return 0
	case 1:
		return math.Floor(v)
	case 2:
		return math.Round(v*10) / 10
	}
	return math.Round(v*100) / 100
}

func (t *Truth) inventDisclosure(rng *rand.Rand, size float64) {
	regulations := t.Meta.Scope == report.ScopeRegion && rng.IntN(6) == 0
	if t.Meta.Layout != catalog.Layout2019 {
		for _, code := range []string{"regulations", "normative_documents"} {
			issued, repealed, before := count(rng, 4*size+3), seldom(rng, 3), count(rng, 20*size+5)
			if code == "regulations" && !regulations {
				issued, repealed, before = 0, 0, 0
			}
			repealed = min(repealed, before)
			t.Set("disclosure."+code+".issued", issued)
			t.Set("disclosure."+code+".repealed", repealed)
			t.Set("disclosure."+code+".in_force", before+issued-repealed)
		}
		t.Set("disclosure.licensing.decisions", count(rng, 8000*size))
		t.Set("disclosure.penalties.decisions", count(rng, 2500*size))
		t.Set("disclosure.coercion.decisions", seldom(rng, 120*size))
		t.Set("disclosure.fees.amount", amount(rng, 5000*size))
		return
	}
	for _, code := range []string{"regulations", "normative_documents"} {
		made := count(rng, 5*size+3)
		published := made + seldom(rng, 3)
		total := published + count(rng, 40*size+5)
		if code == "regulations" && !regulations {
			made, published, total = 0, 0, 0
		}
		t.Set("disclosure."+code+".made", made)
		t.Set("disclosure."+code+".newly_published", published)
		t.Set("disclosure."+code+".published_total", total)
	}
	for code, mean := range map[string]float64{"licensing": 300, "other_services": 500, "penalties": 3000, "coercion": 150} {
		// The order of a map is not the same twice: each kind has its own numbers.
		own := rand.New(rand.NewPCG(uint64(mean), uint64(size*1e6)))
		last := count(own, mean)
		t.Set("disclosure."+code+".items_last_year", last)
		t.Set("disclosure."+code+".items_change", min(max(math.Round(own.NormFloat64()*last/20), -last), last))
		t.Set("disclosure."+code+".decisions", count(own, mean*20*size))
	}
	last := count(rng, 30)
	t.Set("disclosure.fees.items_last_year", last)
	t.Set("disclosure.fees.items_change", max(math.Round(rng.NormFloat64()*2), -last))
	t.Set("disclosure.procurement.projects", count(rng, 300*size))
	t.Set("disclosure.procurement.amount", amount(rng, 40000*size))
}

// weights are how often each outcome is met among a hundred requests.
var weights = map[string]int{
	"requests.granted": 40, "requests.partially_granted": 12,
	"requests.denied.state_secret": 1, "requests.denied.prohibited_by_law": 1, "requests.denied.safety_and_stability": 1,
	"requests.denied.third_party_rights": 2, "requests.denied.internal_affairs": 2, "requests.denied.deliberative_process": 2,
	"requests.denied.enforcement_files": 2, "requests.denied.administrative_inquiry": 2,
	"requests.unavailable.not_held": 18, "requests.unavailable.needs_creation": 3, "requests.unavailable.still_unclear": 2,
	"requests.not_processed.petition_or_complaint": 4, "requests.not_processed.duplicate": 3, "requests.not_processed.publication_request": 1,
	"requests.not_processed.abusive_repetition": 1, "requests.not_processed.confirm_or_reissue": 1,
	"requests.other_processing": 3, "requests.other_processing.correction_overdue": 2, "requests.other_processing.fee_overdue": 1,
	"requests.other_processing.other": 2,
}

// inventRequests fills section three. carried gives what each applicant
// carried in; nil draws that too.
func (t *Truth) inventRequests(rng *rand.Rand, n float64, carried map[string]float64) {
	codes := outcomes(t.Meta.Layout)
	whole := 0
	for _, code := range codes {
		whole += weights[code]
	}
	totals := map[string]float64{}
	for _, a := range catalog.Default().ApplicantsOf(t.Meta.Layout) {
		if a.Code == catalog.ApplicantTotal {
			continue
		}
		share := 0.03
		switch a.Code {
		case "natural_person":
			share = 0.85
		case "commercial_enterprise":
			share = 0.12
		}
		received := math.Floor(n * share * (0.7 + 0.6*rng.Float64()))
		if share < 0.1 && rng.IntN(3) > 0 {
			received = 0
		}
		in := math.Floor(received * 0.06 * rng.Float64())
		if carried != nil {
			in = carried[a.Code]
		}
		out := math.Floor((received + in) * 0.08 * rng.Float64())
		figures := map[string]float64{"requests.received": received, "requests.carried_in": in, "requests.carried_out": out, "requests.processed_total": received + in - out}
		for _, code := range codes {
			figures[code] = 0
		}
		for range int(received + in - out) {
			draw := rng.IntN(whole)
			for _, code := range codes {
				if draw -= weights[code]; draw < 0 {
					figures[code]++
					break
				}
			}
		}
		for code, v := range figures {
			t.Set(code+"@"+a.Code, v)
			totals[code] += v
		}
	}
	for code, v := range totals {
		t.Set(code+"@"+catalog.ApplicantTotal, v)
	}
}

func (t *Truth) inventReview(rng *rand.Rand, n float64) {
	for _, kind := range reviewKinds {
		total := 0.0
		for _, r := range reviewResults[:4] {
			v := seldom(rng, n/60+1)
			if r.code == "upheld" {
				v = count(rng, n/80)
			}
			t.Set(kind+"."+r.code, v)
			total += v
		}
		t.Set(kind+".total", total)
	}
}

func (t *Truth) inventAnnex(rng *rand.Rand, n, size float64) {
	set := func(key string, mean float64) float64 {
		v := count(rng, mean)
		t.Set(key, v)
		return v
	}
	sum := func(key string, mean float64, parts ...string) {
		total := 0.0
		for i, p := range parts {
			m := mean / float64(len(parts))
			if i%2 == 1 {
				m /= 10
			}
			total += set(p, m)
		}
		t.Set(key, total)
	}
	total := set("disclosure.published.total", 6000*size+20)
	t.Set("disclosure.published.normative_documents", min(count(rng, 40*size+2), total))
	set("disclosure.normative_documents.made_total", 50*size+2)
	for _, channel := range []string{"gazette", "website", "microblog", "wechat", "other"} {
		set("disclosure.channel."+channel, map[string]float64{"gazette": 30, "website": 4000}[channel]*size+seldom(rng, 300*size))
	}
	set("response.hot_topics", 30*size)
	conferences := set("response.press_conferences", 5*size)
	t.Set("response.press_conferences_by_leader", math.Floor(conferences*rng.Float64()))
	interviews := set("response.online_interviews", 8*size)
	t.Set("response.online_interviews_by_leader", math.Floor(interviews*rng.Float64()))
	set("response.interpretations", 60*size)
	set("response.microblog_and_wechat", 200*size)
	set("response.other", 20*size)
	sum("requests.received@total", n, "requests.channel.online", "requests.channel.fax", "requests.channel.in_person", "requests.channel.mail")
	sum("requests.completed.total", n, "requests.completed.on_time", "requests.completed.extended")
	sum("requests.replied.denied", n/8, deniedParts2014...)
	replied := *t.Facts["requests.replied.denied"]
	for i, key := range repliedParts {
		if key != "requests.replied.denied" {
			replied += set(key, n/float64(3+i))
		}
	}
	t.Set("requests.replied.total", replied)
	sum("review.total", n/20, "review.upheld", "review.corrected", "review.other_result")
	sum("litigation.total", n/30, "litigation.upheld", "litigation.corrected", "litigation.other_result")
	t.Set("complaints.total", seldom(rng, n/50))
	t.Set("requests.fees_collected", 0)
	if rng.IntN(3) == 0 {
		t.Set("requests.fees_collected", amount(rng, 0.5))
	}
	set("resources.agencies", 30)
	set("resources.reading_points", 40)
	sum("resources.staff.total", 150, "resources.staff.part_time", "resources.staff.full_time")
	t.Set("resources.budget", amount(rng, 40*size))
	set("training.meetings", 5)
	set("training.sessions", 4)
	set("training.attendees", 300)
}

// inForce draws a year in which a layout was the newest one; of the last, one of its
// first four.
func inForce(rng *rand.Rand, layout string) int {
	forms := catalog.Default().Forms()
	first, years := catalog.Default().Form(layout).FirstYear, 4
	if next := slices.IndexFunc(forms, func(f catalog.Form) bool { return f.FirstYear > first }); next >= 0 {
		rng.IntN(years) // the reports of the older layouts are drawn as ever
		years = forms[next].FirstYear - first
	}
	return first + rng.IntN(years)
}

// splitsOthers reports whether a layout has rows for the parts of (六)其他处理.
func splitsOthers(layout string) bool {
	part, ok := catalog.Lookup("requests.other_processing.other")
	return ok && part.In(layout)
}

// joinOthers prints (六)其他处理 as one row.
func (t *Truth) joinOthers() {
	for _, a := range catalog.Default().ApplicantsOf(t.Meta.Layout) {
		joined := 0.0
		for _, part := range []string{"correction_overdue", "fee_overdue", "other"} {
			key := "requests.other_processing." + part + "@" + a.Code
			if v := t.Facts[key]; v != nil {
				joined += *v
			}
			delete(t.Facts, key)
			delete(t.Statuses, key)
			delete(t.Printed, key)
		}
		t.Set("requests.other_processing@"+a.Code, joined)
	}
}

var (
	dashes     = []string{"-", "—", "–", "/", "\\", "_", "无", "——", "不适用", "-", "/"}
	unreadable = []string{"若干", "见附件", "十余", "?", "待统计", "同上", "O", "多"}
)

func (f Flaws) apply(rng *rand.Rand, t *Truth) {
	if f.MissingRows > 0 {
		for _, code := range rowsOf(t) {
			if rng.Float64() < f.MissingRows {
				t.Omit(code)
			}
		}
	}
	for _, key := range t.Keys() {
		if t.Status(key) != report.StatusReported {
			continue
		}
		draw := rng.Float64()
		switch {
		case draw < f.Blanks || f.BlankTotals && strings.HasSuffix(key, "@total") && t.Meta.Layout != catalog.Layout2014:
			t.Blank(key)
		case draw < f.Blanks+f.Dashes:
			t.Mark(key, report.StatusNotApplicable, dashes[rng.IntN(len(dashes))])
		case draw < f.Blanks+f.Dashes+f.Unreadable:
			t.Mark(key, report.StatusUnreadable, unreadable[rng.IntN(len(unreadable))])
		}
	}
	sums := sumsOf(t.Meta.Layout)
	for range f.WrongTotals {
		s := sums[rng.IntN(len(sums))]
		if v, ok := t.value(s.total); ok {
			wrong := v + float64(1+rng.IntN(9))
			if v > 0 && rng.IntN(3) == 0 {
				wrong = 0 // as templates are found whose totals nobody filled in
			}
			t.Set(s.total, wrong)
		}
	}
}

// rowsOf lists the indicators that have a row of their own.
func rowsOf(t *Truth) []string {
	var codes []string
	if t.Meta.Layout == catalog.Layout2014 {
		for _, e := range annexEntries() {
			if e.key != "" {
				codes = append(codes, strings.TrimSuffix(e.key, "@total"))
			}
		}
		return codes
	}
	for _, l := range requestLines(t.Meta.Layout) {
		codes = append(codes, l.code)
	}
	return codes
}
