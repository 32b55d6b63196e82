package ask

// Statistics describe the values of a group; all but Count are nil where
// there is no value.
type Statistics struct {
	Count  int      `json:"count"` // values; rows without value are not in it
	Sum    *float64 `json:"sum"`
	Min    *float64 `json:"min"`
	Q1     *float64 `json:"q1"`
	Median *float64 `json:"median"`
	Q3     *float64 `json:"q3"`
	Max    *float64 `json:"max"`
}

// summarise describes values that are in ascending order.
func summarise(sorted []float64) Statistics {
	s := Statistics{Count: len(sorted)}
	if len(sorted) == 0 {
		return s
	}
	sum := 0.0
	for _, v := range sorted {
		sum += v
	}
	at := func(p float64) *float64 { v := quantile(sorted, p); return &v }
	s.Sum, s.Min, s.Q1, s.Median, s.Q3, s.Max = &sum, at(0), at(.25), at(.5), at(.75), at(1)
	return s
}

// quantile interpolates linearly between the order statistics: Hyndman and
// Fan's definition 7, the default of R, NumPy and spreadsheets.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := int(h)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}
