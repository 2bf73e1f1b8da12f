package signinlog

import (
	"errors"
	"hash/maphash"
	"io"
	"iter"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
)

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

func (o *Options) setDefaults() {
	if o.MergeWindow == 0 {
		o.MergeWindow = 4096
	}
	if o.MaxRow <= 0 {
		o.MaxRow = 16 << 20
	}
	if o.MaxProblems <= 0 {
		o.MaxProblems = 1000
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
}

// Reader reads sign-ins out of logs. It is for one goroutine.
type Reader struct {
	opts   Options
	inputs []input
	total  int64 // bytes of all inputs; 0 if one is unknown
	read   atomic.Int64
	stop   chan struct{}
	closed sync.Once
	ranged bool
	report Report
	merge  *merger
	steps  stepKeeper
	file   *fileState // that rows are accounted to now
}

// fileState is a file that is being read.
type fileState struct {
	name   string
	report int // index in Report.Files
	row    int64
}

// ErrNoInput says that no path was given.
var ErrNoInput = errors.New("no sign-in log named")

// Open prepares to read the files and, recursively, folders named; "-" is
// standard input. It fails if a path does not exist; whatever is wrong with a
// file's content is in the Report.
func Open(paths []string, opts Options) (*Reader, error) {
	if len(paths) == 0 {
		return nil, ErrNoInput
	}
	inputs, err := findInputs(paths, os.Stdin)
	if err != nil {
		return nil, err
	}
	return newReader(inputs, opts), nil
}

// NewReader prepares to read one log from in; name is what problems call it.
func NewReader(name string, in io.Reader, opts Options) *Reader {
	return newReader([]input{{name: name, size: unknownSize, open: func() (io.ReadCloser, error) { return io.NopCloser(in), nil }}}, opts)
}

func newReader(inputs []input, opts Options) *Reader {
	opts.setDefaults()
	r := &Reader{opts: opts, inputs: inputs, stop: make(chan struct{})}
	r.report.Other = map[string]int64{}
	r.report.ByFormat = map[Format]int64{}
	for _, in := range inputs {
		if in.size == unknownSize {
			r.total = 0
			break
		}
		r.total += in.size
	}
	r.merge = newMerger(opts.MergeWindow)
	return r
}

// Report returns the account of what was read so far. It may be called while
// ranging over All, from the same goroutine; it must not be changed.
func (r *Reader) Report() *Report { return &r.report }

// Close stops reading. It is not needed after All was ranged over to its end or
// left with break.
func (r *Reader) Close() error {
	r.closed.Do(func() { close(r.stop) })
	return nil
}

// All returns the sign-ins in the order of the files and of the rows in them. It
// can be ranged over once. An error occurs only with Options.Strict: it is the
// first Problem, and ends the iteration.
//
// The record belongs to the reader and is valid until the next step of the loop;
// its strings and its policy outcomes may be kept for ever (an id that is kept
// keeps a kilobyte: strings.Clone helps where many are). Clone makes a copy to
// keep.
//
// Rows with the same id, whatever their files and formats, are one sign-in and
// give one record, at the place of the first row:
//
//   - Where the rows differ in time, the latest row tells what came of the
//     sign-in: status, Conditional Access status, policies and steps; the codes
//     of the others are in Superseded. Where they are of one time, the row that
//     was logged last does, or else the one read last.
//   - Any other field that the telling row leaves empty is taken from the others.
//
// Rows are looked for among the last Options.MergeWindow sign-ins, so that memory
// stays flat. A row that comes later than that, but within the last million
// sign-ins, is counted (Report.LateRows) and not handed out a second time.
//
// Files of authentication details, which the admin centre keeps apart, are read
// before all others, and each of their rows waits for the sign-in that it is a
// step of.
func (r *Reader) All() iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		if r.ranged {
			return
		}
		r.ranged = true
		defer r.Close()
		for b := range r.blocks() {
			if !r.take(b, yield) {
				return
			}
		}
		if r.flush(0, yield) {
			r.endSteps()
		}
		r.progress(r.read.Load())
	}
}

// blocks reads all inputs and returns their blocks, parsed, in order.
func (r *Reader) blocks() iter.Seq[*block] {
	return func(yield func(*block) bool) {
		l := &line{reader: r, seed: maphash.MakeSeed()}
		l.start()
		for {
			select {
			case b, ok := <-l.ordered:
				if !ok {
					return
				}
				<-b.done
				if !yield(b) {
					return
				}
			case <-r.stop:
				return
			}
		}
	}
}

// take accounts for a block and hands out what the merge window lets go.
func (r *Reader) take(b *block, yield func(*Record, error) bool) bool {
	r.enter(b.file)
	r.merge.recall(b)
	for i := range b.rows {
		row := &b.rows[i]
		r.file.row++
		r.report.Rows++
		report := &r.report.Files[r.file.report]
		report.Rows++
		switch row.kind {
		case rowIsSignIn:
			r.report.ByFormat[row.format]++
			if report.Format == FormatUnknown {
				report.Format = row.format
			}
			rec := &b.records[row.record]
			rec.Source.File, rec.Source.Row = r.file.name, r.file.row
			r.mergeRow(b, i)
		case rowIsStep:
			r.addStep(b, i)
		case rowIsOther:
			r.report.OtherRows++
			report.Other++
			r.countOther(row.text)
		default:
			r.report.BadRows++
			report.Bad++
			if !r.problem(Problem{File: r.file.name, Row: r.file.row, Line: row.line, Reason: row.text}, yield) {
				return false
			}
		}
	}
	if b.skipped != "" {
		r.report.Files[r.file.report].Skipped = b.skipped
	}
	if b.problem != "" {
		r.report.BadFiles++
		if !r.problem(Problem{File: r.file.name, Reason: b.problem}, yield) {
			return false
		}
	}
	r.merge.hold(b)
	r.progress(b.read)
	return r.flush(r.merge.window, yield)
}

// enter begins accounting for the file if it is a new one.
func (r *Reader) enter(f *fileState) {
	if r.file == f {
		return
	}
	r.file = f
	f.report = len(r.report.Files)
	r.report.Files = append(r.report.Files, FileReport{Name: f.name})
}

// maxOther bounds the names of things that are no sign-ins.
const maxOther = 100

func (r *Reader) countOther(name string) {
	if _, ok := r.report.Other[name]; !ok && len(r.report.Other) >= maxOther {
		name = "…"
	}
	r.report.Other[name]++
}

// problem notes what is wrong; with Strict it hands it out and ends.
func (r *Reader) problem(p Problem, yield func(*Record, error) bool) bool {
	if len(r.report.Problems) < r.opts.MaxProblems {
		r.report.Problems = append(r.report.Problems, p)
	}
	if !r.opts.Strict {
		return true
	}
	yield(nil, p)
	return false
}

func (r *Reader) mergeRow(b *block, i int) {
	switch r.merge.add(b, i) {
	case mergedRow:
		r.report.MergedRows++
	case lateRow:
		r.report.MergedRows++
		r.report.LateRows++
	}
}

// flush hands out the oldest records until at most keep are held.
func (r *Reader) flush(keep int, yield func(*Record, error) bool) bool {
	for {
		b := r.merge.release(keep)
		if b == nil {
			return true
		}
		for i := range b.rows {
			row := &b.rows[i]
			if row.kind != rowIsSignIn || row.merged {
				continue
			}
			r.report.Records++
			r.takeSteps(&b.records[row.record], row.key)
			if !yield(&b.records[row.record], nil) {
				return false
			}
		}
		recycle(b)
	}
}

func (r *Reader) progress(read int64) {
	if r.opts.Progress == nil {
		return
	}
	p := Progress{BytesRead: read, BytesTotal: r.total, Rows: r.report.Rows, Records: r.report.Records}
	if r.file != nil {
		p.File = r.file.name
	}
	r.opts.Progress(p)
}

// line is the assembly line: one goroutine cuts files into blocks, workers parse
// them, and the blocks leave in the order they were cut.
type line struct {
	reader  *Reader
	seed    maphash.Seed
	todo    chan *block
	ordered chan *block
}

func (l *line) start() {
	workers := l.reader.opts.Workers
	l.todo = make(chan *block, workers)
	l.ordered = make(chan *block, 2*workers)
	for range workers {
		go l.work()
	}
	go l.cut()
}

func (l *line) work() {
	w := &worker{parser: newParser(), maxRow: l.reader.opts.MaxRow, seed: l.seed}
	for b := range l.todo {
		w.parseBlock(b)
		releaseBuffer(b)
		close(b.done)
	}
}

// cut reads the inputs one after another.
func (l *line) cut() {
	defer close(l.ordered)
	defer close(l.todo)
	for _, in := range l.reader.inputs {
		f := &fileState{name: in.name}
		if problem, skipped := l.cutFile(in, f); problem != "" && !l.emit(&block{file: f, layout: layoutReady, last: true, problem: problem}) {
			return
		} else if skipped != "" && !l.emit(&block{file: f, layout: layoutReady, last: true, skipped: skipped}) {
			return
		}
		select {
		case <-l.reader.stop:
			return
		default:
		}
	}
}

// emit sends a block down the line; false if nobody reads any more.
func (l *line) emit(b *block) bool {
	b.read = l.reader.read.Load()
	b.done = make(chan struct{})
	if b.layout == layoutReady {
		close(b.done)
	} else {
		equip(b)
	}
	select {
	case l.ordered <- b:
	case <-l.reader.stop:
		return false
	}
	if b.layout == layoutReady {
		return true
	}
	select {
	case l.todo <- b:
	case <-l.reader.stop:
		return false
	}
	return true
}

// cutFile cuts one file into blocks. It returns a problem that kept it from
// being opened, or why it was not read at all.
func (l *line) cutFile(in input, f *fileState) (problem, skipped string) {
	if in.problem != "" {
		return in.problem, ""
	}
	file, err := in.open()
	if err != nil {
		return reasonOf(err), ""
	}
	defer file.Close()
	c, err := openContent(counted{file, &l.reader.read})
	defer c.close()
	if err != nil {
		return err.Error(), ""
	}
	if string(c.peek(4)) == parquetMagic {
		return l.readParquet(file, in.size, f)
	}
	b, whole, err := c.beginning()
	if len(b) == 0 && err != nil {
		return (&feeder{err: err}).problem(), ""
	}
	found := sniff(b, whole)
	switch {
	case found.unknown:
		return found.problem, ""
	case found.problem != "":
		return "", found.problem
	}
	feed := newFeeder(c, f, l.reader.opts.MaxRow, func(b *block) bool { b.file = f; return l.emit(b) }, newBuffer)
	switch found.layout {
	case layoutLines:
		feed.cutLines()
	case layoutCells:
		header := space(b, 0) + found.columns.size
		feed.line += countLines(b[:header])
		c.ahead = c.ahead[header:]
		feed.columns = found.columns
		feed.cutCells()
	default:
		feed.cutSpans()
	}
	return "", ""
}

var (
	buffers = sync.Pool{New: func() any { b := make([]byte, 0, blockSize); return &b }}
	slabs   = sync.Pool{New: func() any { return new(slab) }}
)

// slab is what a block's rows are parsed into, used again and again.
type slab struct {
	records []Record
	rows    []row
}

func newBuffer() []byte { return (*buffers.Get().(*[]byte))[:0] }

func releaseBuffer(b *block) {
	if cap(b.data) == blockSize {
		data := b.data[:0]
		buffers.Put(&data)
	}
	b.data = nil
}

// equip gives a block a slab.
func equip(b *block) {
	s := slabs.Get().(*slab)
	b.records, b.rows = s.records[:0], s.rows[:0]
}

func recycle(b *block) {
	if b.layout != layoutReady {
		slabs.Put(&slab{records: b.records, rows: b.rows})
	}
	b.records, b.rows = nil, nil
}
