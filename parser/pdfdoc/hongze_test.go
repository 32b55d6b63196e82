package pdfdoc_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/document"
	"nianbao/parser/internal/fixture"
)

// A real report of five pages: drawn with rules over shaded cells, section two
// and section three each cut by the end of a page, the page's last rows without a
// line below them. Its grids must hold the figures of its facts, row by row.
func TestRealReport(t *testing.T) {
	const dir = "../../../shared/corpus/"
	data, err := os.ReadFile(dir + "hongze-2023.pdf")
	if err != nil {
		t.Skipf("the corpus is not beside the module: %v", err)
	}
	factsJSON, err := os.ReadFile(dir + "hongze-2023.facts.json")
	if err != nil {
		t.Fatal(err)
	}
	var facts struct{ Facts map[string]json.Number }
	if err := json.Unmarshal(factsJSON, &facts); err != nil {
		t.Fatal(err)
	}
	d, err := newReader(t).Read(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Findings) > 0 {
		t.Errorf("findings: %v", d.Findings)
	}
	grids := fixture.Grids(d)
	if len(grids) != 3 {
		t.Fatalf("%d grids, want three: sections two, three and four", len(grids))
	}

	var got, want []string
	expect := func(g *document.Grid, label string, keys ...string) {
		var figures []string
		for _, k := range keys {
			figures = append(figures, facts.Facts[k].String())
		}
		want = append(want, label+" "+strings.Join(figures, " "))
		got = append(got, label+" "+strings.Join(rowFigures(g, label), " "))
	}
	for label, code := range map[string]string{"规章": "regulations", "行政规范性文件": "normative_documents"} {
		expect(grids[0], label, "disclosure."+code+".issued", "disclosure."+code+".repealed", "disclosure."+code+".in_force")
	}
	for label, key := range map[string]string{"行政许可": "licensing.decisions", "行政处罚": "penalties.decisions", "行政强制": "coercion.decisions", "行政事业性收费": "fees.amount"} {
		expect(grids[0], label, "disclosure."+key)
	}
	for _, row := range []struct{ label, key string }{
		{"一、本年新收", "received"}, {"二、上年结转", "carried_in"}, {"（一）予以公开", "granted"}, {"（二）部分公开", "partially_granted"},
		{"1.属于国家秘密", "denied.state_secret"}, {"2.其他法律", "denied.prohibited_by_law"}, {"3.危及", "denied.safety_and_stability"},
		{"4.保护第三方", "denied.third_party_rights"}, {"5.属于三类", "denied.internal_affairs"}, {"6.属于四类", "denied.deliberative_process"},
		{"7.属于行政执法", "denied.enforcement_files"}, {"8.属于行政查询", "denied.administrative_inquiry"},
		{"1.本机关不掌握", "unavailable.not_held"}, {"2.没有现成", "unavailable.needs_creation"}, {"3.补正后", "unavailable.still_unclear"},
		{"1.信访举报", "not_processed.petition_or_complaint"}, {"2.重复申请", "not_processed.duplicate"}, {"3.要求提供", "not_processed.publication_request"},
		{"4.无正当理由", "not_processed.abusive_repetition"}, {"5.要求行政机关", "not_processed.confirm_or_reissue"},
		{"（六）其他处理", "other_processing"}, {"（七）总计", "processed_total"}, {"四、结转", "carried_out"},
	} {
		var keys []string
		for _, a := range []string{"natural_person", "commercial_enterprise", "research_institution", "social_organization", "legal_service", "other_organization", "total"} {
			key := "requests." + row.key + "@" + a
			if _, ok := facts.Facts[key]; !ok {
				t.Fatalf("the facts have no %s", key)
			}
			keys = append(keys, key)
		}
		expect(grids[1], row.label, keys...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	for i := range grids[1].Rows {
		if n := len(grids[1].Rows[i]); i > 2 && n < 8 {
			t.Errorf("row %d of section three has %d cells", i+1, n)
		}
	}
	last := grids[2].Rows[len(grids[2].Rows)-1]
	var review []string
	for _, c := range last {
		review = append(review, c.Text)
	}
	var wantReview []string
	for _, part := range []string{"review", "litigation.direct", "litigation.after_review"} {
		for _, outcome := range []string{"upheld", "corrected", "other_result", "pending", "total"} {
			wantReview = append(wantReview, facts.Facts[part+"."+outcome].String())
		}
	}
	if diff := cmp.Diff(wantReview, review); diff != "" {
		t.Errorf("section four (-want +got):\n%s", diff)
	}
	prose := ""
	for _, b := range d.Blocks {
		if b.Kind != document.Table {
			prose += b.Text + "\n"
		}
	}
	for _, sentence := range []string{"主动公开政府信息1136条。", "全区受理政府信息公开申请21件，均在法定期限答复。", "严格执行“分级审核、先审后发”程序"} {
		if !strings.Contains(prose, sentence) {
			t.Errorf("the prose lacks %s", sentence)
		}
	}
	if strings.Contains(prose, "-1-") || strings.Contains(prose, "- 1 -") {
		t.Error("a page number is left in the prose")
	}
}

// rowFigures are the cells right of the one that begins with label, in order.
func rowFigures(g *document.Grid, label string) []string {
	for _, row := range g.Rows {
		for i, c := range row {
			if strings.HasPrefix(c.Text, label) {
				var out []string
				for _, f := range row[i+1:] {
					out = append(out, f.Text)
				}
				return out
			}
		}
	}
	return []string{"no row"}
}
