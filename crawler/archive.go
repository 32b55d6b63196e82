package crawler

// ArchiveConfig says how captures are kept as WARC files. The zero value is
// right for most.
type ArchiveConfig struct {
	// MaxFile is the size, in octets, at which a file is closed and the next one
	// begun; 1 GiB.
	MaxFile int64
	// Prefix begins the names of the files; "nianbao".
	Prefix string
	// Info is written to each file's warcinfo record besides what is always there
	// (software, format, conformsTo); operator and the like.
	Info map[string]string
}

// FrontierConfig says how the SQLite frontier behaves.
type FrontierConfig struct {
	// CacheSize is what SQLite may keep of the file in memory, in octets; 32 MiB.
	CacheSize int64
}
