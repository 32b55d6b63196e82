package narrative

import (
	"slices"
	"strings"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// told is a figure with what its sentence says about it.
type told struct {
	figure
	frame
	metric  string
	another string // the second metric, of a figure that stands for two (行政复议、行政诉讼均为0)
}

// passage is the place of a sentence: its text, and what came before it.
type passage struct {
	reader *Reader
	text   []rune
	since  bool   // it tells a time of several years, or one up to now
	plans  bool   // a word for a plan stands in it
	timed  bool   // and one for a year or a part of one
	year   int    // the report's, 0 where it is not known
	names  string // of the region and the publisher
	scope  report.Scope
	before *foregoing
}

// foregoing is what stands before a sentence and tells what it speaks of: the
// sentence before on its line, else the heading above it.
type foregoing struct {
	working *working
	text    []rune // of the section
	before  span
	older   span   // the sentence before that, on the same line
	line    span   // the last heading line
	section []rune // the heading of the section
	plan    bool   // which is of what is to come
	known   bool   // whether speaks is what they speak of
	speaks  concepts
}

// topic is what the sentence speaks of where it does not say so.
func (f *foregoing) topic(r *Reader) concepts {
	if f.known {
		return f.speaks
	}
	f.known = true
	places := [...][]rune{f.before.of(f.text), nil, f.line.of(f.text), f.section}
	if len(places[0]) <= longestLead {
		places[1] = f.older.of(f.text)
	}
	for _, s := range places {
		if f.speaks = r.speaksOf(f.working, s); !f.speaks.empty() {
			break
		}
	}
	return f.speaks
}

// move goes on to the sentence behind one. One that goes on with what its own
// foregoing spoke of (其中, 另) is read together with it.
func (f *foregoing) move(sp span) {
	if f.before.end > f.before.start && sp.end > sp.start && sp.end-f.before.start < maxSentence && wording.GoesOn.at(f.text, sp.start) > 0 {
		sp.start = f.before.start
	}
	f.older, f.before, f.known = f.before, sp, false
}

// longestLead is how many characters a sentence has that only leads to the next: (2)办理情况。
const longestLead = 12

// reading is a passage as far as its figures have been read.
type reading struct {
	passage
	items []item
	all   []told
	ended int // where the last figure ends
	last  previous
	parts splitting
	other bool   // the figure before was another's, or of another time
	kind  string // the family of what it counted a kind of
}

// splitting is whether a list of parts goes on, behind a 其中 or in a bracket.
type splitting struct {
	on, bracket bool
	around      bool     // whether one went on around the bracket
	count       int      // of the parts
	semicolons  bool     // between them
	papers      concepts // of the whole that is split
}

// read finds what the sentence tells and appends it to all.
func (p passage) read(all []told, figs []figure, items []item) []told {
	g := &p.reader.grammar
	r := reading{passage: p, items: g.modifiers(p.text, items), all: all}
	denied := 0 // until where a negation has said that there is none
	shares := g.shares(p.text, r.items, figs)
	asks := g.asksOnly(r.items)
	for k, it := range r.items {
		if it.kind != itemFigure || it.start < denied {
			continue // 未发生一例行政复议: none, and not one
		}
		f := figs[it.figure]
		if f.denies {
			if t, end, ok := p.denied(r.items, k, f); ok {
				r.all, denied = append(r.all, t), end
			}
			continue
		}
		r.goesOn(f)
		fr := g.frame(p.text, r.items, k, r.last)
		if share, ok := shares[k]; ok {
			fr = g.share(p.text, r.items, fr, r.all, share)
			name := share.names[share.place]
			fr.other = wording.Elsewhere.in(p.text[r.items[name[0]].start:r.items[name[1]-1].end])
		}
		r.last = previous{taken: fr.taken, object: fr.object, verbs: g.sharedVerbs(fr.near)}
		r.speaks(&fr, f)
		fr.topic = fr.topic.or(g.sought(&fr, r.items[:k]))
		if asks && fr.topic.empty() {
			fr.topic = g.Apply // 办结415件,其中予以公开203件,不予公开37件
		}
		fr.abstract = f.value < 10 && slogans(f.unit) && k+1 < len(r.items) && slices.Contains(qualities, r.items[k+1].tag)
		p.place(&fr, f, r.all)
		r.all = append(r.all, r.tell(f, fr, k))
		r.ended = f.end
	}
	return r.all
}

// goesOn sees whether the figure is one of the parts of a list.
func (r *reading) goesOn(f figure) {
	g, l := &r.reader.grammar, &r.parts
	if openBefore(r.text[r.ended:f.start], 0) > 0 {
		l.on, l.bracket = l.around, false
	}
	if opensParts(r.text, r.ended, f.start) {
		*l = splitting{on: true, bracket: r.ended > 0 && opensBracket(r.text[r.ended]), around: l.on}
		r.last.verbs = concepts{}
		if n := len(r.all); n > 0 && !r.all[n-1].near.any(g.Info) {
			l.papers = r.all[n-1].near.and(g.Papers.or(g.InForce)) // 制发公文340件,其中主动公开72件
		}
	}
	if !l.on {
		return
	}
	if l.count > 0 && separator(r.text[r.ended:f.start]) == ';' {
		l.on, l.semicolons = l.count == 1 || l.semicolons, true // 其中公开24次,列席6次;印发文件41件
	}
	l.count++
}

// speaks completes what the sentence spoke of before the figure.
func (r *reading) speaks(fr *frame, f figure) {
	g := &r.reader.grammar
	asked := fr.near.and(g.Heads).within(g.Question) // 来信 may be the mailbox's
	switch {
	case r.parts.on:
		fr.near, fr.part = fr.near.or(g.Part).or(r.parts.papers), true
		if !fr.near.any(g.Closes) { // the whole had them; its parts name their own
			fr.topic = fr.topic.but(g.Channels)
		}
		if fr.topic.within(g.Appeals) && !fr.near.any(g.Heads) {
			fr.topic = fr.topic.or(r.before.topic(r.reader).and(g.Asked.or(g.Boxes)))
		}
	case r.publishes(fr, f):
		fr.near = fr.near.or(r.all[len(r.all)-1].near.and(g.Papers))
	case fr.near.any(g.Staff) && separator(r.text[r.ended:f.start]) == ';':
		fr.topic = fr.topic.but(g.Attend) // 培训3次,参训275人次;工作人员68人
	case asked && fr.topic.empty():
		fr.topic = r.before.topic(r.reader)
		if fr.near.any(g.Disclose) {
			fr.topic = fr.topic.but(g.Channels) // 公开 is through all channels, whatever the sentence before was about
		}
	case asked && fr.topic.within(g.Question):
		fr.topic = fr.topic.or(r.before.topic(r.reader).and(g.Boxes)) // 收到来信85件,办结85件
	}
}

// publishes reports whether the figure tells how many of the papers that the one before
// counts were published: 印发文件41件,主动公开29件.
func (r *reading) publishes(fr *frame, f figure) bool {
	g := &r.reader.grammar
	if len(r.all) == 0 || !fr.near.any(g.Bare) || !fr.near.any(g.Publish) {
		return false
	}
	before := &r.all[len(r.all)-1]
	return before.object.any(g.Papers) && before.unit == f.unit && before.value >= f.value
}

// tell gives the figure items[k] its metric and its qualifier.
func (r *reading) tell(f figure, fr frame, k int) told {
	g := &r.reader.grammar
	t := told{figure: f, frame: fr}
	r.metrics(&t, k)
	if t.metric != "" && r.dated(&t) {
		r.metrics(&t, k)
	}
	if n := len(r.all); n > 0 && t.metric == "requests_received" && r.all[n-1].metric == "documents_published" && !fr.near.any(g.Receive) {
		t.metric = "" // 印发文件143件,主动公开97件,依申请公开12件: so many may be asked for
	}
	if f.inParts() || f.kind == unitNone && rowOfForm(r.text, f.start) || t.metric == "site_visits" && counter(r.text, f.start) || r.asOne(&t) || r.ofThose(f) || r.ofSame(&t) {
		t.metric, t.another = "", ""
	}
	r.strange(&t)
	t.qualifier = r.qualifier(&t)
	return t
}

// ofThose reports whether a figure counts those that have something: 有政务新媒体的仅4个.
func (r *reading) ofThose(f figure) bool {
	from, to := clauseAt(r.text, f.start), f.start
	for to > from && among("仅只有共达为", r.text[to-1]) {
		to--
	}
	return to > from && r.text[to-1] == '的' && among("有"+negations, r.text[from]) && (f.unit == "个" || f.unit == "家")
}

// ofSame reports whether a figure and one before it tell of the same letters or questions: more was
// answered than the one before tells to have been asked, which is a part then, or what was
// answered is told, or what came to a mailbox.
func (r *reading) ofSame(t *told) bool {
	g, n := &r.reader.grammar, len(r.all)-1
	switch {
	case n < 0:
		return false
	case t.metric == "mailbox_received": // 县长信箱留言120件,来信30件
		return !t.near.any(g.Receive.or(g.Boxes)) && slices.ContainsFunc(r.all, func(of told) bool { return of.metric == t.metric })
	case t.metric != "public_questions_answered" || r.all[n].unit != t.unit:
		return false
	}
	before := &r.all[n]
	return before.metric == t.metric && t.near.any(g.Disclose) || // 办结留言428条,公开答复315条
		before.part && before.value < t.value && before.near.any(g.Question) && !r.ofQuestions(n) // 受理诉求7265件,其中网站咨询321件,办结7201件
}

// ofQuestions reports whether the part n is one of questions, which the answers behind it are to,
// and not of what came to mailboxes and hotlines, too.
func (r *reading) ofQuestions(n int) bool {
	g := &r.reader.grammar
	for n > 0 && r.all[n].part && !r.all[n].near.any(g.Boxes.or(g.Hotline)) {
		n--
	}
	return !r.all[n].part && r.all[n].near.any(g.Question)
}

// asOne reports whether the figure counts several things as one: 访谈、发布会共9场.
func (r *reading) asOne(t *told) bool {
	clause := r.text[clauseAt(r.text, t.start):t.start]
	if t.metric == "interpretations" || t.metric == "hot_topic_responses" {
		return notAlone(clause) || t.metric == "interpretations" && r.listedWith(t, r.reader.grammar.Interpret)
	}
	if t.metric == "documents_published" || t.metric == "normative_documents" {
		return r.listedWith(t, r.reader.grammar.Papers)
	}
	return t.near.several(r.reader.grammar.Meetings) && wording.AsOne.in(clause) && !t.each
}

// listedWith reports whether the last thing of a kind before the figure stands in a list with
// things of other kinds, which are counted as one: 公开工作动态、政策解读、人事任免共105条.
func (r *reading) listedWith(t *told, kind concepts) bool {
	g := &r.reader.grammar
	for n, it := range slices.Backward(t.left) {
		if !it.is.any(kind) {
			continue
		}
		other := func(mark, thing int) bool {
			return thing >= 0 && thing < len(t.left) && joins(r.text, t.left[mark]) && !t.left[thing].is.any(kind) && g.names(r.text, t.left[thing])
		}
		return !t.each && (other(n-1, n-2) || other(n+1, n+2))
	}
	return false
}

// entryBefore are the words of the figure at s[at] from the last comma or mark of a list on.
func entryBefore(s []rune, at int) []rune {
	words := s[clauseAt(s, at):at]
	for i := len(words) - 1; i >= 0; i-- {
		if words[i] == '、' {
			return words[i+1:]
		}
	}
	return words
}

// isRest reports whether some words speak of what is left: 其他信息. 法人或其他组织 is all who
// may apply.
func isRest(words []rune) bool {
	for i := range words {
		if wording.Rest.at(words, i) > 0 && wording.NoRest.at(words, i) == 0 {
			return true
		}
	}
	return false
}

// listsKinds reports whether the words before a figure begin to tell what there was of each
// kind: 发布的有工作情况49条. 公开的信息有49条 tells of all.
func listsKinds(words []rune) bool {
	const kind = 2 // characters that name one
	for i := range words {
		if n := wording.Listing.at(words, i); n > 0 && i+n+kind <= len(words) && wording.NoListing.at(words, i+n) == 0 {
			return text.Han(words[i+n]) && text.Han(words[i+n+1])
		}
	}
	return false
}

// counter reports whether the figure at s[at] is the counter of the page itself, which
// stands behind a colon beside what the page says of itself: 来源:… 浏览次数:12.
func counter(s []rune, at int) bool {
	for at > 0 && text.Space(s[at-1]) {
		at--
	}
	return at > 0 && s[at-1] == ':' && wording.OfPage.in(s)
}

// notAlone reports whether the last interpretations that a clause speaks of are of one kind
// (视频类解读), or counted together with what they interpret or something else: 政策文件及解读9件,
// 解读及回应110条, 解读材料与回应信息12条.
func notAlone(clause []rune) bool {
	for i := len(clause) - 1; i >= 0; i-- {
		if n := wording.Interpreting.at(clause, i); n > 0 {
			before, behind := wording.Linking.endingAt(clause, i), wording.Linking.at(clause, i+n)
			return i > 1 && clause[i-1] == '类' && !among("各”", clause[i-2]) || before > 0 && wording.Interpreted.endingAt(clause, i-before) > 0 || behind > 0 && wording.Interpreted.at(clause, i+n+behind) > 0
		}
	}
	return false
}

// metrics gives the figure items[k] its metric, as far as its words tell.
func (r *reading) metrics(t *told, k int) {
	t.metric, t.another = r.reader.metrics(t.figure, &t.frame)
	if t.kind == text.Percent && t.metric == "" {
		t.metric, t.another = r.rates(t.figure, &t.frame, r.items[r.reader.grammar.clauseStart(r.items, k):k])
	}
}

// rowOfForm reports whether a text is no sentence but a row of a table that was not
// read, whose figure stands behind white space: 结果维持    3. Whose row it is nobody knows.
func rowOfForm(s []rune, at int) bool {
	return at > 0 && text.Space(s[at-1]) && !slices.ContainsFunc(s, func(c rune) bool { return among(",.;:。、!?", c) })
}

// denied is what the negation f at items[k] tells, and where what it denies ends.
func (p passage) denied(items []item, k int, f figure) (t told, end int, ok bool) {
	g := &p.reader.grammar
	fr, past, ok := g.denied(p.text, items, k)
	if !ok {
		return t, 0, false
	}
	if next := items[k+1]; p.text[f.start] != '无' && !next.is.any(g.Carried) {
		if n := wording.Happens.at(p.text, f.end); n > 1 {
			f.end += n // 未收到
		}
	}
	if fr.topic.empty() && fr.near.any(g.Carried) {
		fr.topic = p.before.topic(p.reader) // 收到申请3件。无上年结转。
	}
	t = told{figure: f, frame: fr}
	if slices.ContainsFunc(items[k+1:past], func(it item) bool { return it.odd && it.end <= fr.subjectStart && !p.own(it) }) {
		return t, items[past-1].end, true // 未收到要求公开土地征收信息的申请: of others it says nothing
	}
	t.metric, t.another = p.reader.metrics(f, &fr)
	if t.metric != "" && p.dated(&t) {
		t.metric, t.another = p.reader.metrics(f, &t.frame) // 2021年未收到申请, in the report of 2022
	}
	return t, items[past-1].end, true
}

// place adds to the frame of a figure what the figures before it and the text around it say.
func (p passage) place(fr *frame, f figure, all []told) {
	g := &p.reader.grammar
	if n := len(all); n > 0 {
		before := &all[n-1]
		fr.behind = f.start-before.end < 20 && (before.kind != unitNone || before.metric != "" || before.figure.listed) && !(f.value >= 1990 && f.value < 2040)
	}
	if ofApplicants(p.text, f.start) {
		fr.near = fr.near.or(g.Applicant)
	}
	if isRest(entryBefore(p.text, f.start)) || listsKinds(p.text[clauseAt(p.text, f.start):f.start]) || f.start > 0 && p.text[f.start-1] == '〕' { // 〔青政办发〕105件
		fr.near = fr.near.or(g.Specific)
	}
	fr.mixed = fr.near.any(g.Both)
	fr.named = namesCount(p.text, f.start)
	if fr.near.any(g.Rolled) && !fr.near.any(g.Carried) {
		fr.near = fr.near.or(p.carried(f.start))
	}
}

// qualifier is the figure's own, or what its clause gives it.
func (p passage) qualifier(t *told) string {
	switch {
	case (p.since || t.figure.qualifier == "") && !t.near.any(p.reader.grammar.Daily) && p.runs(t.start, t.cumulative):
		return QualifierCumulative
	case t.atLeast:
		return QualifierAtLeast
	}
	return t.figure.qualifier
}

// rates returns the metrics of a figure that stands for several rates: 答复率和满意率均为
// 100%.
func (p passage) rates(f figure, fr *frame, left []item) (metric, another string) {
	g := &p.reader.grammar
	var named []concepts
	var all concepts
	var own concepts
	for _, it := range left {
		own = own.or(it.is)
		if it.is.any(g.Rate) {
			named, all, own = append(named, own), all.or(own), concepts{}
		}
	}
	if len(named) < 2 {
		return "", ""
	}
	var found []string
	for _, of := range named {
		one := *fr
		one.near = fr.near.but(all).or(of)
		one.object = of
		if m := p.reader.metric(f, &one); m != "" && !slices.Contains(found, m) {
			found = append(found, m)
		}
	}
	switch len(found) {
	case 1:
		return found[0], ""
	case 2:
		return found[0], found[1]
	}
	return "", ""
}

// ofApplicants reports whether a bracket before s[at] names a kind of applicant:
// 收到申请(自然人)9件.
func ofApplicants(s []rune, at int) bool {
	for at > 0 && among(" ,，:数", s[at-1]) {
		at--
	}
	if at == 0 || s[at-1] != ')' {
		return false
	}
	for open := at - 2; open >= 0 && at-open < 12; open-- {
		if opensBracket(s[open]) {
			return wording.Applicants.at(s, open+1) == at-open-2
		}
	}
	return false
}

// namesCount reports whether the word before s[at] says that a count follows:
// 举报投诉数:0.
func namesCount(s []rune, at int) bool {
	for at--; at >= 0 && among(" :", s[at]); at-- {
	}
	return at > 0 && among("数量计", s[at])
}

// carried tells what 结转 means that names no year but one of its own: 2022年度结转3件
// was carried in, 结转1件 and 结转2024年1件 are carried out. Of two such figures the first may be either.
func (p passage) carried(at int) concepts {
	if strings.Contains(string(p.text[at:]), "结转") {
		return concepts{} // 收到26件、结转2件,办结27件、结转1件
	}
	from := clauseAt(p.text, at)
	verb := from
	for verb < at && !begins(p.text[verb:], "结转") {
		verb++
	}
	if own := yearBefore(p.text, from, verb); own != 0 && own != p.year {
		return p.reader.grammar.CarriedIn
	}
	return p.reader.grammar.CarriedOut
}

// qualities are the parts of speech that follow a numeral in a slogan (四个精准
// 对接) and not in a count.
var qualities = []string{"a", "ad", "d", "v", "vd", "m", "p", "c"}

// metrics returns the metric of a figure, empty where it has none, and the
// second one of a figure that stands for two.
func (r *Reader) metrics(f figure, fr *frame) (metric, another string) {
	// One figure for reviews and lawsuits together is theirs alone only when it
	// is none, or each one's.
	if both := r.grammar.Review.or(r.grammar.Lawsuit); both.within(fr.near) {
		if fr.each || f.value == 0 {
			one := *fr
			one.near = one.near.but(r.grammar.Lawsuit)
			two := *fr
			two.near = two.near.but(r.grammar.Review)
			one.object, two.object = r.grammar.Review, r.grammar.Lawsuit
			return r.metric(f, &one), r.metric(f, &two)
		}
		return "", ""
	}
	metric = r.metric(f, fr)
	if metric == "staff" && (fr.per || fr.each && f.value < fewest) {
		return "", "" // 6个社区各明确信息员1名, 各部门由1名专职人员负责
	}
	if metric == "mailbox_rate" && (fr.apart || fr.each && fr.topic.any(r.grammar.Hotline)) {
		metric = "" // 办结率分别为99%、100%: of what each is, only the clauses before tell
	}
	return metric, ""
}

// fewest is how many several bodies have together at least.
const fewest = 3

func (r *Reader) metric(f figure, fr *frame) string {
	for _, ru := range r.rules.of(f) {
		if ru.fits(fr) {
			return ru.metric
		}
	}
	return ""
}

// keep reports whether the figure is a mention.
func (t told) keep() bool {
	switch {
	case t.metric != "":
		return true
	case t.kind == unitSlot:
		return t.free
	case t.kind == unitNone:
		// One bare figure in a list (部门信息100), and one in 万 (独立用户45万).
		return t.hasObject && (t.part || t.large || t.listed || t.behind || t.named)
	case t.han && (t.value <= 1 || t.abstract):
		return false
	}
	return true
}

// section reads one section and appends its mentions to w.mentions.
func (r *Reader) section(w *working, of *publisher, sec report.Section, cut lineCut) {
	w.script.read(sec.Text, cut)
	w.unread = nil
	text := w.script.folded
	spans := sentences(text)
	before := &foregoing{working: w, text: text, section: folded(nil, []rune(sec.Heading))}
	before.plan = headsPlan(before.section, int(of.Year))
	e := emitter{reader: r, disclosure: aboutDisclosure(before.section), of: of, section: sec.Number, script: &w.script, all: w.mentions, lastWhole: -1}
	for n, sp := range spans {
		if sp.opens {
			before.move(span{})
			if wording.FirstPart.at(text, sp.start) == 0 {
				e.lastWhole = -1
			}
		}
		s := sp.of(text)
		w.told.from, w.told.to = n > 0 && spans[n-1].torn, sp.torn
		w.told.read(r, s, false)
		for _, f := range w.told.broken {
			if sp.torn && f.end == len(s) && n+1 < len(spans) {
				w.unread = append(w.unread, w.script.quote(sp.start+f.start, spans[n+1].start+1))
			} else if from, one := numbersFrom(s, f.start); one && !rowOfForm(s, from) {
				w.unread = append(w.unread, w.script.quote(sp.start+from, sp.start+f.end))
			}
		}
		if figs := w.told.figures; len(figs) > 0 {
			p := passage{reader: r, text: s, year: int(of.Year), names: of.Region + " " + of.Publisher, scope: of.Scope, since: tellsSince(s), plans: wording.Plans.in(s) || wording.Futures.in(s), timed: wording.TimeChars.in(s), before: before}
			w.tolds = p.read(w.tolds[:0], figs, w.told.items)
			e.sentence(sp, w.tolds)
		} else if sp.opens && isHeading(s) && (n+1 == len(spans) || spans[n+1].opens) {
			before.line = sp
		}
		before.move(sp)
	}
	for n := len(w.mentions); n < len(e.all); n++ {
		m := &e.all[n]
		m.Start, m.End = w.script.place(m.Start), w.script.place(m.End-1)+1
	}
	w.mentions = e.all
}

// aboutDisclosure reports whether a section's heading says that its cases are about
// disclosure, as the prescribed section of reviews and lawsuits does: 四、复议诉讼情况.
func aboutDisclosure(heading []rune) bool {
	return wording.DisclosureWords.in(heading) || wording.ReviewNames.in(heading) && wording.LawsuitNames.in(heading)
}

// isHeading reports whether a line without a figure names what follows it.
func isHeading(s []rune) bool {
	return len(s) <= 40 && !among("。;,，", s[len(s)-1])
}

// speaksOf returns the heads that a text ends with.
func (r *Reader) speaksOf(w *working, s []rune) concepts {
	if len(s) == 0 {
		return concepts{}
	}
	w.asked.read(r, s, true)
	items := r.grammar.modifiers(s, w.asked.items)
	return r.grammar.topic(s, items, len(items))
}
