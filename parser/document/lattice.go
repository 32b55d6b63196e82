package document

// Sets are disjoint sets of numbers, each known by its least.
type Sets []int

// NewSets are the numbers below n, each alone.
func NewSets(n int) Sets {
	s := make(Sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s Sets) find(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

// Join makes one set of those that two numbers are in.
func (s Sets) Join(i, j int) {
	i, j = s.find(i), s.find(j)
	s[max(i, j)] = min(i, j)
}

// Groups are the numbers of each set, in the order of their first.
func (s Sets) Groups() (groups [][]int) {
	at := make([]int, len(s))
	for i := range s {
		least := s.find(i)
		if least == i {
			at[i], groups = len(groups), append(groups, nil)
		}
		groups[at[least]] = append(groups[at[least]], i)
	}
	return groups
}

// Region is what lines enclose of the fields between them: rows and columns, ends
// excluded.
type Region struct {
	Top, Bottom, Left, Right int
	Fields                   []int // numbered row by row
}

// Rectangle reports whether a region is one.
func (r Region) Rectangle() bool { return len(r.Fields) == (r.Bottom-r.Top)*(r.Right-r.Left) }

// Regions joins the fields of some rows and columns that no line parts from the next: open
// tells of a field whether none does from the one on its right, or else from that below.
func Regions(rows, columns int, open func(row, column int, right bool) bool) (regions []Region) {
	sets := NewSets(rows * columns)
	for i := range sets {
		r, c := i/columns, i%columns
		if c+1 < columns && open(r, c, true) {
			sets.Join(i, i+1)
		}
		if r+1 < rows && open(r, c, false) {
			sets.Join(i, i+columns)
		}
	}
	for _, group := range sets.Groups() {
		e := Region{Top: group[0] / columns, Left: columns, Fields: group}
		for _, i := range group {
			e.Bottom, e.Left, e.Right = i/columns+1, min(e.Left, i%columns), max(e.Right, i%columns+1)
		}
		regions = append(regions, e)
	}
	return regions
}
