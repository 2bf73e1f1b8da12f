package signinlog

// Options change how logs are read. The zero value is right for most.
type Options struct {
	// Strict stops at the first bad row or file instead of counting it.
	Strict bool
	// MergeWindow is how many sign-ins are held back to find further rows of
	// the same one; 0 means 4096; negative: rows are not merged.
	MergeWindow int
	// MaxRow is the size in bytes above which a row is bad; 0 means 16 MB.
	MaxRow int
	// MaxProblems is how many problems a Report names; 0 means 1000. All are
	// counted.
	MaxProblems int
	// Workers is how many goroutines parse; 0 means one per processor.
	Workers int
	// Progress, if set, is called now and then from the goroutine that ranges
	// over All.
	Progress func(Progress)
}

// Progress is how far reading has come.
type Progress struct {
	File       string // being read
	BytesRead  int64  // as stored, that is before decompression
	BytesTotal int64  // of all files; 0 where unknown, as for standard input
	Rows       int64
	Records    int64
}
