package crawler

import "time"

// chinaStandardTime has no daylight saving time since 1992, so no table is needed.
var chinaStandardTime = time.FixedZone("CST", 8*60*60)

// opens is when the window is next open: now itself when it is open.
func (w Window) opens(now time.Time) time.Time {
	if w.From == w.To {
		return now
	}
	loc := w.Location
	if loc == nil {
		loc = chinaStandardTime
	}
	local := now.In(loc)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, loc)
	since := local.Sub(midnight)
	if w.From < w.To && since >= w.From && since < w.To || w.From > w.To && (since >= w.From || since < w.To) {
		return now
	}
	if since >= w.From {
		midnight = midnight.AddDate(0, 0, 1)
	}
	return midnight.Add(w.From)
}
