package document

// BrokenOff is what stands behind a text that was cut off, so that no digits at
// its end pass for a whole figure.
const BrokenOff = "…"

// MarkBroken marks the end of a document that is cut off: its last cell or
// paragraph may be only the beginning of what it was.
func (d *Document) MarkBroken() {
	if !d.Broken || len(d.Blocks) == 0 {
		return
	}
	last := &d.Blocks[len(d.Blocks)-1]
	if last.Grid == nil {
		last.Text += BrokenOff
		return
	}
	for r := len(last.Grid.Rows) - 1; r >= 0; r-- {
		if own := last.Grid.Own(r); len(own) > 0 {
			own[len(own)-1].Text += BrokenOff
			return
		}
	}
}
