package htmldoc

// kind is an attribute that this package reads of a plain page.
type kind struct {
	key  string
	tags []string // the elements of which it is read, nil for all
	bit  uint32   // one for each kind
}

// kinds are the attributes that are read, by name.
var kinds = func() map[string]*kind {
	frames := []string{"iframe", "frame", "embed"}
	pictures := []string{"img", "iframe", "embed", "object", "canvas", "video", "audio", "svg"}
	all := map[string]*kind{}
	for i, k := range []*kind{
		{key: "hidden"}, {key: "style"}, {key: "class"}, {key: "id"}, {key: "bgcolor"}, {key: "color", tags: []string{"font"}}, {key: "face", tags: []string{"font"}},
		{key: "rowspan", tags: []string{"td", "th"}}, {key: "colspan", tags: []string{"td", "th"}}, {key: "span", tags: []string{"col", "colgroup"}},
		{key: "href", tags: []string{"a", "area"}}, {key: "src", tags: frames}, {key: "srcdoc", tags: []string{"iframe"}}, {key: "data", tags: []string{"object"}}, {key: "onclick"},
		{key: "name", tags: []string{"meta"}}, {key: "content", tags: []string{"meta"}}, {key: "http-equiv", tags: []string{"meta"}},
		{key: "open", tags: []string{"dialog"}}, {key: "shadowrootmode", tags: []string{"template"}}, {key: "type", tags: []string{"input"}}, {key: "width", tags: pictures}, {key: "height", tags: pictures},
	} {
		k.bit = 1 << i
		all[k.key] = k
	}
	return all
}()

// attributeKind is that of a name in either case; nil for others.
func attributeKind(key string) *kind {
	if len(key) < len("id") || len(key) > len("shadowrootmode") {
		return nil
	}
	var lower [len("shadowrootmode")]byte
	for i, c := range []byte(key) {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	return kinds[string(lower[:len(key)])]
}
