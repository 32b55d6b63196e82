package narrative

import (
	"strings"
	"testing"

	"nianbao/parser/report"
)

// TestPlannedSections reads a sentence below headings of what is to come, and of what was done.
func TestPlannedSections(t *testing.T) {
	for heading, planned := range map[string]bool{
		"明年打算": true, "打算": true, "下年计划": true, "明年干多少?": true, "2023年工作": true, "2023年": true,
		"2022年工作": false, "主动公开情况": false, "存在问题和下一步打算": false, "计划生育信息公开": false,
		"计划完成情况": false, "准备工作情况": false, "计划执行情况": false,
	} {
		sections := []report.Section{{Number: 6, Heading: heading, Text: "(一)主动公开信息3200条;(二)培训4期。"}}
		found := reader(t).Mentions(county, sections)
		if len(found) != 2 || (found[0].Metric == "") != planned || (found[1].Metric == "") != planned {
			t.Errorf("%s: %+v", heading, found)
		}
	}
	found := reader(t).Mentions(county, []report.Section{{Text: "2023年安排:解读40件;发布会7场;培训3次。"}})
	for _, m := range found {
		if m.Metric != "" {
			t.Errorf("%s of %q is planned", m.Metric, m.Sentence)
		}
	}
}

// TestPlansEnd reads what was done in the year, and a part of it, beside what is to come.
func TestPlansEnd(t *testing.T) {
	tells(t, [][2]string{
		{"2023年公开目录计划已编好,2022年主动公开政府信息340条。", "disclosed_items 340条"},
		{"2023年1月,我县公布2022年主动公开政府信息340条。", "disclosed_items 340条"},
		{"2023年2月公布了2022年主动公开政府信息340条。", "disclosed_items 340条"},
		{"2023年,计划主动公开政府信息340条。", " 340条"},
		{"2023年,在2022年的基础上主动公开政府信息340条。", " 340条"},
		{"截至2022年12月31日,全年共主动公开政府信息340条,2022年12月发布40条。", "disclosed_items 340条,  40条"},
		{"2022年主动公开政府信息340条,2023年公开360条。", "disclosed_items 340条,  360条"},
		{"公开信息300条。五、2023年公开信息400条,培训3次。", "disclosed_items 300条,  400条,  3次"},
		{"五、2022年公开信息400条,培训3次。", "disclosed_items 400条, training_sessions 3次"},
		{"行政复议4件,与2021年(复议6件、诉讼2件)相比,一降一升。", "reviews 4件,  6件,  2件"},
		{"全县收到申请248件,答复240件。县政府办公室收到申请33件,答复36件。", "requests_received 248件, requests_answered 240件,  33件,  36件"},
	})
}

// TestEarlierTimes reads a figure behind one of an earlier time in its clause.
func TestEarlierTimes(t *testing.T) {
	tells(t, [][2]string{
		{"办理申请14件,其中上年结转2件、本年新收12件。", "requests_answered 14件, requests_carried_in 2件, requests_received 12件"},
		{"上年结转申请2件、新收申请12件、答复14件。", "requests_carried_in 2件, requests_received 12件, requests_answered 14件"},
		{"上半年培训1次、全年培训3次。", " 1次, training_sessions 3次"},
		{"去年公开信息300条、今年公开信息340条。", " 300条, disclosed_items 340条"},
		{"在去年3次培训基础上举办培训4次。", " 3次, training_sessions 4次"},
		{"去年全年培训3次、公开信息300条。", " 3次,  300条"},
		{"上半年收到申请3件、下半年收到申请9件。", " 3件,  9件"},
		{"公开信息340条(去年300条、微信120条)。", "disclosed_items 340条,  300条,  120条"},
		{"在上年基础上,公开信息400条。", "disclosed_items 400条"},
		{"上半年举办基础业务培训1期,培训120人。", " 1期,  120人"},
	})
}

// TestNotCounted reads what the report does not count, beside what it only says of other things.
func TestNotCounted(t *testing.T) {
	tells(t, [][2]string{
		{"收到申请33件,上年结转2件未计入。", "requests_received 33件,  2件"},
		{"收到申请33件,答复33件,其中2件未计入统计。", "requests_received 33件, requests_answered 33件,  2件"},
		{"主动公开信息320条,未列入负面清单的均予公开。", "disclosed_items 320条"},
		{"主动公开信息320条,未列入统计的信息依申请公开。", "disclosed_items 320条"},
		{"举办培训3次,培训情况未纳入考核。", "training_sessions 3次"},
		{"复议14件,均未纳入统计范围。", " 14件"},
		{"复议14件、诉讼2件,按规定不计入本年报。", " 14件,  2件"},
		{"复议14件,未计入。", " 14件"},
		{"主动公开信息320条,乡镇信息未纳入统计。", "disclosed_items 320条"},
		{"收到申请33件,信访件未计入。", "requests_received 33件"},
	})
}

// TestLate reads what was done too late, and what took long.
func TestLate(t *testing.T) {
	tells(t, [][2]string{
		{"组织超3天的培训2次。", "training_sessions 2次"},
		{"直播超2小时的在线访谈3期。", "online_interviews 3期"},
		{"在线访谈留言超3日答复2条。", " 2条"},
		{"公开信息超2年的清理30条。", " 30条"},
	})
}

// TestWhoIsTrained reads trainings behind those who were trained, and answers behind kinds of questions.
func TestWhoIsTrained(t *testing.T) {
	tells(t, [][2]string{
		{"组织120余人参加培训2次。", "training_attendees 120余人, training_sessions 2次"},
		{"组织50余人的业务培训2次。", "training_attendees 50余人, training_sessions 2次"},
		{"组织20个部门负责人业务培训2次。", " 20个, training_sessions 2次"},
		{"12个乡镇现场培训12次。", " 12个, training_sessions 12次"},
		{"对31个委局现场检查2轮。", " 31个,  2轮"},
	})
}

// TestAnswers reads what was answered of all, behind a part of it.
func TestAnswers(t *testing.T) {
	tells(t, [][2]string{
		{"收到公众留言500条,其中咨询300条,回复498条。", " 500条,  300条, public_questions_answered 498条"},
		{"受理群众诉求7265件,其中县长信箱354件,网站咨询321件,办结7201件。", " 7265件, mailbox_received 354件,  321件,  7201件"},
		{"收到自然人申请12件,答复12件。", " 12件, requests_answered 12件"},
		{"自然人申请12件、法人申请6件,结转下年1件。", " 12件,  6件, requests_carried_out 1件"},
	})
}

// tells holds the figures of texts, and their metrics, against those that stand beside each.
func tells(t *testing.T, texts [][2]string) {
	t.Helper()
	for _, c := range texts {
		if got := toldIn(t, c[0]); got != c[1] {
			t.Errorf("%s: %q, want %q", c[0], got, c[1])
		}
	}
}

// toldIn are the figures of a text and their metrics.
func toldIn(t *testing.T, text string) string {
	var got []string
	for _, m := range reader(t).Mentions(county, []report.Section{{Text: text}}) {
		got = append(got, m.Metric+" "+m.Raw)
	}
	return strings.Join(got, ", ")
}

// TestUnwrapShortSections reads a section of too few lines to tell where they are cut, in a report
// whose other sections tell it, by columns or by characters, and as a list where none does.
func TestUnwrapShortSections(t *testing.T) {
	const letters = "全县各部门办好12345热线的来电和网上的各类留言，县长\n信箱收到来信33封。"
	for other, want := range map[string]string{
		"认真做好各项日常工作，依法依规按时办理群众提出的事项\n认真做好各项日常工作，依法依规按时办理群众提出的事项\n":       "mailbox_received 33封",
		"2021年1月12日、2021年3月15日会议上，研究了公开\n2021年11月12日的会议上，研究了全年政务公开的各种\n": "mailbox_received 33封",
		"认真做好各项日常工作，依法依规按时办理群众提出的事项。\n":                                  " 33封",
	} {
		ms := reader(t).Mentions(county, []report.Section{{Number: 1, Text: other}, {Number: 2, Text: letters}})
		if m := ms[len(ms)-1]; m.Metric+" "+m.Raw != want || string([]rune(letters)[m.Start:m.End]) != m.Raw {
			t.Errorf("%q: %s %s at %d, want %q", other, m.Metric, m.Raw, m.Start, want)
		}
	}
}

// TestUnwrap reads a text whose lines are cut at one width, and lines and rows that are not.
func TestUnwrap(t *testing.T) {
	for _, c := range [][2]string{
		{"2022年以来，青屿县各级各部门累计为群众公开政府信息共\n2165条，其中通过县政府网站公开信息共计1840条，县电视台\n播出节目36期，政务微信公众号发布信息260条，规范性文件1\n2件。",
			"disclosed_items 2165条, website_items 1840条,  36期, new_media_items 260条"},
		{"维持,纠正,其他结果,尚未审结,总计,维持,纠正,其他结果\n尚未审结,总计\n5,56,500", ""},
		{"今年我县认真做好行政复议工作，全年行政复议案件，无\n收到政府信息公开申请17件", "requests_received 17件"},
		{"今年我县认真做好行政复议工作，全年行政复议案件，无\n收到政府信息公开申请，按时办理，都已经依法答复，共\n有政府信息公开申请17件，都按时办理，都已经依法答复\n群众满意。", "requests_received 17件"},
		{"主动公开情况，我们依法依规及时主动公开政府信息430条\n依申请公开情况，我们依法按时办理了，收到申请共17件\n政策解读的情况，我们认真做好政策解读，全年解读共21篇\n平台建设的情况，我们认真做好网站建设，办好县政府网站", "disclosed_items 430条, requests_received 17件, interpretations 21篇"},
	} {
		if got := toldIn(t, c[0]); got != c[1] && (c[1] != "" || strings.ContainsAny(got, "abcdefghijklmnopqrstuvwxyz")) {
			t.Errorf("%s: %q, want %q", c[0], got, c[1])
		}
	}
	const line = "认真做好各项日常工作，依法依规按时办理群众提出的事项" // of the width
	for _, list := range []string{"1.", "2.", "⑴", "①", "第二，", "二、", "一是", "(二)", "2023年", "全县", "我局", "-", "Ⅱ."} {
		text := []rune(strings.Repeat(line+"\n", 4) + list + "收到申请。")
		text = folded(nil, text)
		unwrap(text, cutAt([]report.Section{{Text: string(text)}}))
		if n := len([]rune(strings.Repeat(line+"\n", 4))); text[n-1] != '\n' {
			t.Errorf("%q is joined", string(text[n-2:]))
		}
	}
	for lines, joined := range map[int]bool{2: false, 3: true} {
		text := []rune(strings.Repeat(line+"\n", lines) + "收到申请。")
		if unwrap(text, cutAt([]report.Section{{Text: string(text)}})); strings.Contains(string(text), "\n") == joined {
			t.Errorf("%d lines: %q", lines, string(text))
		}
	}
}
