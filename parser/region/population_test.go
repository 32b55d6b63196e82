package region

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"nianbao/parser/catalog"
)

func TestResidents(t *testing.T) {
	for _, c := range []struct {
		code     string
		want     int // 0: none
		from, to int
		why      string
	}{
		{"110105", 3452460, 0, 0, "a county of the census"},
		{"110101", 708829, 2010, 0, "东城区 took 崇文区 in 2010"},
		{"150703", 84424, 0, 0, "a county whose figure is the prefecture's less the others'"},
		{"350405", residentsOf(t, "350427"), 0, 0, "沙县区 has the figure of 沙县"},
		{"540481", residentsOf(t, "540422"), 0, 0, "a city that was renamed in 2023"},
		{"330102", residentsOf(t, "330102"), 0, 2020, "上城区 took 江干区 in 2021"},
		{"330110", residentsOf(t, "330110"), 0, 2020, "余杭区 was parted in 2021"},
		{"330113", 0, 0, 0, "临平区 was cut out of another"},
		{"410308", 0, 0, 0, "孟津区 was made of two"},
		{"350404", 0, 0, 0, "a district made of two, one of the same name"},
		{"320613", 780564, 0, 2019, "the census counts 港闸区 apart, which 崇川区 took in 2020"},
		{"340209", 422620, 0, 2019, "and 三山区"},
		{"370614", 509393, 2020, 0, "蓬莱区 is counted with 长岛县"},
		{"150602", residentsOf(t, "150602"), 2016, 0, "of 东胜区 a part became 康巴什区"},
		{"341521", residentsOf(t, "340422"), 0, 0, "寿县 came to another prefecture"},
		{"370634", 0, 0, 0, "and 长岛县 not by itself"},
		{"310108", 0, 0, 0, "闸北区 had no residents of 2020"},
		{"371200", 0, 0, 0, "nor 莱芜市"},
		{"371202", residentsOf(t, "370116"), 0, 0, "莱城区 is 莱芜区"},
		{"320611", residentsOf(t, "320611"), 0, 0, "港闸区 was merged in 2020 and is counted"},
		{"653221", residentsOf(t, "653221"), 2016, 2023, "和田县 was cut twice"},
		{"460321", 0, 0, 0, "islands that the table leaves out"},
		{"441900", 10466625, 0, 0, "a prefecture without counties"},
		{"110000", 21893095, 0, 0, "Beijing is the sum of its districts"},
		{"650000", 25852345, 0, 0, "Xinjiang with the cities outside its prefectures"},
		{"370100", residentsOf(t, "370100"), 2019, 0, "济南市 took 莱芜市 before the census"},
		{"130100", residentsOf(t, "130100"), 0, 0, "a prefecture with its development zones"},
		{"110100", 0, 0, 0, "a level that nobody governs"},
		{"999999", 0, 0, 0, "no code"},
	} {
		p, ok := Residents(c.code)
		if ok != (c.want > 0) || p.Residents != c.want || p.From != c.from || p.To != c.to {
			t.Errorf("%s: %+v, %v; want %d from %d to %d: %s", c.code, p, ok, c.want, c.from, c.to, c.why)
		}
	}
	zones := residentsOf(t, "130171") + residentsOf(t, "130172")
	counties := 0
	for _, r := range catalog.Rows("population.csv", populationCSV) {
		if strings.HasPrefix(r[0], "1301") && !strings.HasPrefix(r[0], "13017") {
			counties += number(r[2])
		}
	}
	if p, _ := Residents("130100"); p.Residents != counties+zones {
		t.Errorf("石家庄市 has %d residents, its counties and zones %d", p.Residents, counties+zones)
	}
}

// The whole is that of the census, less the three groups of islands.
func TestResidentsAddUp(t *testing.T) {
	sum := 0
	for _, r := range All() {
		if p, ok := Residents(r.Code); ok && r.Level == LevelProvince {
			sum += p.Residents
		}
	}
	if want := 1_409_778_724 - 2_333; sum != want {
		t.Errorf("%d residents in all provinces, want %d", sum, want)
	}
	// Five rows are of districts that the lists of codes do not have.
	apart := map[string]bool{"232761": true, "232762": true, "232763": true, "232764": true, "632857": true}
	for _, r := range catalog.Rows("population.csv", populationCSV) {
		if _, ok := Lookup(r[0]); !ok && r[0][4] != '7' && !apart[r[0]] {
			t.Errorf("%s %s is neither a region nor a zone", r[0], r[1])
		}
	}
}

// A division that the lists have newly since the first is another's successor, or
// it was cut out of others, which are told of.
func TestNewDivisionsAreToldOf(t *testing.T) {
	var told strings.Builder
	for _, r := range catalog.Rows("recut.csv", recutCSV) {
		told.WriteString(r[3] + "\n")
		if known, ok := Lookup(r[0]); !ok || known.Name != r[1] {
			t.Errorf("recut.csv: %s is not %s", r[0], r[1])
		}
	}
	fresh := 0
	for _, r := range All() {
		if r.FirstList == load().first || len(Series(r.Code)) > 1 || slices.ContainsFunc(load().successions, func(s Succession) bool { return s.ToCode == r.Code }) {
			continue
		}
		// The districts of 三沙市 are islands that the census table leaves out; those of 三亚市 and
		// 茫崖市 were made where there was no county.
		made := strings.HasPrefix(r.Code, "4602") || strings.HasPrefix(r.Code, "4603") || r.Code == "632803"
		if fresh++; !made && !strings.Contains(told.String(), r.Name) {
			t.Errorf("%s %s is new in the list of %d, and recut.csv does not tell out of what", r.Code, r.Name, r.FirstList)
		}
	}
	if fresh < 20 {
		t.Errorf("%d new divisions, want those that are known", fresh)
	}
}

func TestHolds(t *testing.T) {
	p := Population{Residents: 1, From: 2016, To: 2020}
	for year, want := range map[int]bool{0: false, 2015: false, 2016: true, 2020: true, 2021: false} {
		if p.Holds(year) != want {
			t.Errorf("holds in %d: %v", year, !want)
		}
	}
	if !(Population{Residents: 1}).Holds(2035) {
		t.Error("a territory never cut does not hold for a late year")
	}
}

// residentsOf is the figure as it stands in the table, of a prefecture the sum.
func residentsOf(t *testing.T, code string) (n int) {
	t.Helper()
	for _, r := range catalog.Rows("population.csv", populationCSV) {
		if r[0] == code || strings.HasSuffix(code, "00") && strings.HasPrefix(r[0], code[:4]) {
			n += number(r[2])
		}
	}
	if n == 0 {
		t.Fatalf("no figure of %s", code)
	}
	return n
}

// TestDigest holds what stands for the tables against what is read from them: where code
// alone makes other rows, copies of them would not be known to be of yesterday.
func TestDigest(t *testing.T) {
	rows := sha256.New()
	fmt.Fprintln(rows, All(), Successions())
	for _, r := range All() {
		fmt.Fprintln(rows, populations()[r.Code])
	}
	const digest, read = "86b9ac0882d22ccf", "9c41e8243bde4c26"
	if got, gotRead := fmt.Sprintf("%x", Digest())[:16], fmt.Sprintf("%x", rows.Sum(nil))[:16]; gotRead != read || got != digest {
		t.Errorf("digest %s, read %s; was %s, %s: where only the second is another, change digestVersion; then write both here", got, gotRead, digest, read)
	}
}
