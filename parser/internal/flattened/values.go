package flattened

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"nianbao/parser/report"
)

// dress is how one report prints its figures.
type dress struct {
	blanks    float64 // the share of zeros that are left empty
	dashes    float64 // the share of zeros printed as a dash or a word
	dash      string
	thousands bool
	wide      bool    // full-width digits
	units     float64 // the share of counts with their unit behind them
	broken    int     // how many figures hold a replacement character
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// count draws a count: mostly small, sometimes of four or five digits.
func count(r *rand.Rand, zero float64) float64 {
	switch {
	case chance(r, zero):
		return 0
	case chance(r, 0.6):
		return float64(1 + r.IntN(9))
	case chance(r, 0.7):
		return float64(10 + r.IntN(90))
	default:
		return float64(100 + r.IntN(9900))
	}
}

// requestValues draws section three. Every relation of the table holds.
func requestValues(r *rand.Rand, rows []stubRow, v map[string]float64) {
	zero := pick(r, 0.2, 0.5, 0.8, 0.95)
	for _, k := range kinds[:6] {
		processed := 0.0
		for _, row := range rows[2 : len(rows)-2] {
			n := count(r, zero)
			v[row.code+"@"+k.code] = n
			processed += n
		}
		out := count(r, zero)
		in := min(count(r, zero), processed+out)
		v["requests.processed_total@"+k.code] = processed
		v["requests.carried_out@"+k.code] = out
		v["requests.carried_in@"+k.code] = in
		v["requests.received@"+k.code] = processed + out - in
	}
	for _, row := range rows {
		for _, k := range kinds[:6] {
			v[row.code+"@total"] += v[row.code+"@"+k.code]
		}
	}
}

func reviewValues(r *rand.Rand, v map[string]float64) {
	for _, part := range reviewParts {
		zero := pick(r, 0.2, 0.5, 0.9)
		sum := 0.0
		for _, c := range remedies[:4] {
			n := min(count(r, zero), 500)
			v[part+c[1]] = n
			sum += n
		}
		v[part+"total"] = sum
	}
}

var reviewParts = []string{"review.", "litigation.direct.", "litigation.after_review."}

func blockValues(r *rand.Rand, blocks []block, v map[string]float64) {
	for _, b := range blocks {
		for _, row := range b.rows {
			for _, c := range b.columns {
				n := count(r, 0.3)
				switch c[1] {
				case "items_change":
					n = float64(r.IntN(41) - 20)
				case "amount":
					if chance(r, 0.8) {
						n = math.Round(n*100+float64(r.IntN(100))) / 100
					}
				}
				v["disclosure."+row[1]+"."+c[1]] = n
			}
		}
	}
}

func annexValues(r *rand.Rand, v map[string]float64) {
	for _, row := range annex {
		if row.code == "" {
			continue
		}
		v[annexKey(row.code)] = count(r, 0.35)
	}
	for _, whole := range []string{"requests.received", "requests.completed.total", "requests.replied.denied", "requests.replied.total",
		"review.total", "litigation.total", "resources.staff.total"} {
		sum := 0.0
		for _, part := range annexSums[whole] {
			sum += v[annexKey(part)]
		}
		v[annexKey(whole)] = sum
	}
	// A count by leaders, or of a kind, is a part of the count before it.
	for part, whole := range map[string]string{
		"disclosure.published.normative_documents": "disclosure.published.total",
		"response.press_conferences_by_leader":     "response.press_conferences",
		"response.online_interviews_by_leader":     "response.online_interviews",
	} {
		v[part] = min(v[part], v[whole])
	}
}

func annexKey(code string) string {
	if code == "requests.received" {
		return code + "@total"
	}
	return code
}

// printed turns values into cells. The keys are given in the order of the
// tables, so that the same seed dresses the same cells.
func (d dress) printed(r *rand.Rand, keys []string, v map[string]float64) map[string]Cell {
	cells := map[string]Cell{}
	breakAt := map[string]bool{}
	for range d.broken {
		breakAt[keys[r.IntN(len(keys))]] = true
	}
	for _, key := range keys {
		cells[key] = d.cell(r, key, v[key], breakAt[key])
	}
	return cells
}

func (d dress) cell(r *rand.Rand, key string, v float64, broken bool) Cell {
	money := strings.HasSuffix(key, ".amount") || key == "requests.fees_collected" || key == "resources.budget"
	if v == 0 && !broken {
		switch {
		case chance(r, d.blanks):
			return Cell{Status: report.StatusBlank}
		case chance(r, d.dashes):
			return Cell{Status: report.StatusNotApplicable, Raw: d.dash}
		}
	}
	raw := strconv.FormatFloat(v, 'f', -1, 64)
	switch {
	case strings.HasSuffix(key, ".items_change") && v > 0 && chance(r, 0.7):
		raw = "+" + raw
	case d.thousands && v >= 1000:
		whole, rest, _ := strings.Cut(raw, ".")
		raw = whole[:len(whole)-3] + "," + whole[len(whole)-3:]
		if rest != "" {
			raw += "." + rest
		}
	}
	if money && v > 0 && chance(r, d.units) {
		switch r.IntN(3) {
		case 0:
			raw += "万元"
		case 1:
			raw = strconv.FormatFloat(math.Round(v*1e4), 'f', -1, 64) + "元"
		default:
			raw = strconv.FormatFloat(math.Round(v*100)/1e6, 'f', -1, 64) + "亿元"
		}
	} else if !money && !strings.HasSuffix(key, "_change") && chance(r, d.units) {
		raw += "件"
	}
	status := report.StatusReported
	if broken {
		// The character stands for digits that were lost: before, between or behind
		// those that are left, or for the first of them.
		lost := pick(r, "\uFFFD", "\uFFFD", "\uFFFD\uFFFD\uFFFD", "\uE000")
		first := strings.IndexFunc(raw, func(c rune) bool { return c >= '0' && c <= '9' })
		at := first + r.IntN(len(strings.TrimRight(raw, "万亿元件"))-first+1)
		rest := raw[at:]
		if at == first && chance(r, 0.5) {
			rest = raw[first+1:]
		}
		raw = raw[:at] + lost + rest
		status, v = report.StatusUnreadable, 0
	}
	if d.wide {
		raw = strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return c - '0' + '０'
			}
			return c
		}, raw)
	}
	return Cell{Status: status, Value: v, Raw: raw}
}
