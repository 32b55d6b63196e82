package store

// Passage is a run of characters that two reports share; places count the
// characters of the sections' texts.
type Passage struct {
	Section      int    `json:"section"` // its number
	Start        int    `json:"start"`
	End          int    `json:"end"`
	OtherSection int    `json:"other_section"`
	OtherStart   int    `json:"other_start"`
	OtherEnd     int    `json:"other_end"`
	Text         string `json:"text"` // as the report prints it
}
