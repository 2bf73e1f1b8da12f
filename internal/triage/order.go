package triage

import (
	"bufio"
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// sorter puts events in order of time, whatever their number: full runs go to a
// temporary file, sorted, and are merged at the end.
type sorter struct {
	limit int // events of a run
	dir   string
	run   []event
	file  *os.File
	runs  []span
	out   *bufio.Writer
	size  int64
	buf   []byte
	err   error
}

// span is the place of a run in the file.
type span struct{ start, end int64 }

// runLimit is how many events are sorted in memory, about 20 MB.
const runLimit = 1 << 17

func newSorter(limit int, dir string) *sorter {
	return &sorter{limit: limit, dir: dir}
}

func (s *sorter) add(e *event) {
	if len(s.run) == s.limit {
		s.spill()
	}
	s.run = append(s.run, *e)
}

func byTime(a, b *event) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.seq, b.seq), cmp.Compare(a.matched, b.matched))
}

// sorted returns the events of the run in order. Events are large, so that
// their numbers are sorted; a run in order, or in the reverse, is common.
func (s *sorter) sorted() []int32 {
	order := make([]int32, len(s.run))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return byTime(&s.run[a], &s.run[b]) })
	return order
}

// spill writes the run to the file.
func (s *sorter) spill() {
	defer func() { s.run = s.run[:0] }()
	if s.err != nil {
		return
	}
	if s.file == nil {
		f, err := os.CreateTemp(s.dir, "sallyport-triage-*")
		if err != nil {
			s.err = fmt.Errorf("keep events: %w", err)
			return
		}
		// The name is not needed any more where a system lets it go.
		_ = os.Remove(f.Name())
		s.file, s.out = f, bufio.NewWriterSize(f, 1<<20)
	}
	start := s.size
	for _, i := range s.sorted() {
		s.buf = s.run[i].append(s.buf[:0])
		s.size += int64(len(s.buf))
		if _, err := s.out.Write(s.buf); err != nil {
			s.err = fmt.Errorf("keep events: %w", err)
			return
		}
	}
	s.runs = append(s.runs, span{start, s.size})
}

// each calls do with every event in order of time.
func (s *sorter) each(do func(*event)) error {
	defer s.close()
	if s.err == nil && s.file != nil {
		s.err = s.out.Flush()
	}
	if s.err != nil {
		return s.err
	}
	if len(s.runs) == 0 {
		for _, i := range s.sorted() {
			do(&s.run[i])
		}
		return nil
	}
	sources := make(merge, 0, len(s.runs)+1)
	for _, r := range s.runs {
		src := &source{in: bufio.NewReaderSize(io.NewSectionReader(s.file, r.start, r.end-r.start), 64<<10)}
		if err := src.next(); err != nil {
			return fmt.Errorf("read events back: %w", err)
		}
		sources = append(sources, src)
	}
	if len(s.run) > 0 {
		src := &source{run: s.run, order: s.sorted()}
		if err := src.next(); err != nil {
			return err
		}
		sources = append(sources, src)
	}
	heap.Init(&sources)
	for len(sources) > 0 {
		src := sources[0]
		do(&src.event)
		switch err := src.next(); {
		case err == nil:
			heap.Fix(&sources, 0)
		case errors.Is(err, io.EOF):
			heap.Pop(&sources)
		default:
			return fmt.Errorf("read events back: %w", err)
		}
	}
	return nil
}

func (s *sorter) close() {
	if s.file == nil {
		return
	}
	name := s.file.Name()
	s.file.Close()
	_ = os.Remove(name) // where an open file cannot be removed
	s.file = nil
}

// source is a sorted run that is being merged: in the file, or in memory.
type source struct {
	event event
	in    *bufio.Reader
	run   []event
	order []int32
}

func (s *source) next() error {
	if s.in != nil {
		return s.event.read(s.in)
	}
	if len(s.order) == 0 {
		return io.EOF
	}
	s.event = s.run[s.order[0]]
	s.order = s.order[1:]
	return nil
}

type merge []*source

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return byTime(&m[i].event, &m[j].event) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)        { *m = append(*m, x.(*source)) }
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
