package htmldoc

type stripped struct {
	buf []byte
	cut bool
}

func (s *stripped) markup() string { return string(s.buf) }

func strip(text string) (*stripped, bool) { return nil, false }
