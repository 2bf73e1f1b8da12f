package triage

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// sorter puts events in order of time, and of arrival where times are equal,
// whatever their number: full runs go to a temporary file, sorted, and are merged
// at the end.
type sorter struct {
	limit int // events of a run
	dir   string
	run   run
	file  *os.File
	spans []span // of the runs in the file
	out   []byte // to be written
	size  int64
	err   error
}

// span is the place of a run in the file.
type span struct {
	start, end int64
	events     int
}

// Bounds of what is kept in memory: events of a run, about 10 MB, and bytes, for
// ids that are no GUIDs can be long.
const (
	runLimit = 1 << 17
	maxRun   = 32 << 20
)

// writeSize is how much is written to the file at once.
const writeSize = 1 << 20

func newSorter(limit int, dir string) *sorter {
	return &sorter{limit: limit, dir: dir}
}

func (s *sorter) add(e *event) {
	if len(s.run.marks) == s.limit || len(s.run.packed) >= maxRun {
		s.spill()
	}
	s.run.add(e)
}

// spill writes the run to the file: for each event how much later it is than the
// one before, its size, and what append made of it.
func (s *sorter) spill() {
	defer s.run.reset()
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
		s.file = f
	}
	s.run.sort()
	start, at := s.size, int64(0)
	for _, m := range s.run.marks {
		s.out = binary.AppendUvarint(s.out, uint64(m.at-at))
		s.out = binary.AppendUvarint(s.out, uint64(m.size))
		s.out = append(s.out, s.run.event(m)...)
		at = m.at
		if len(s.out) >= writeSize {
			s.write()
		}
	}
	s.write()
	s.spans = append(s.spans, span{start, s.size, len(s.run.marks)})
}

func (s *sorter) write() {
	if s.err != nil {
		return
	}
	n, err := s.file.Write(s.out)
	if err != nil {
		s.err = fmt.Errorf("keep events: %w", err)
	}
	s.size += int64(n)
	s.out = s.out[:0]
}

// batch is events in order of time that are handed to all who see them.
type batch struct {
	events []event
	unseen atomic.Int32 // by how many
}

// Sizes of batches, and how many there are: enough that nobody waits for the
// slowest at each.
const (
	batchSize = 256
	batches   = 16
)

// each shows every event in order of time to all of see, each of which has a
// goroutine of its own and must leave the event as it is.
func (s *sorter) each(progress func(events int64), see ...func(*event)) error {
	defer s.close()
	if s.err != nil {
		return s.err
	}
	sources, err := s.sources()
	if err != nil {
		return err
	}
	used := make(chan *batch, batches)
	for range batches {
		used <- &batch{events: make([]event, batchSize)}
	}
	var watching sync.WaitGroup
	feeds := make([]chan *batch, len(see))
	for i := range see {
		feeds[i] = make(chan *batch, batches)
		watching.Go(func() { watch(feeds[i], used, see[i]) })
	}
	err = sources.feed(feeds, used, progress)
	watching.Wait()
	return err
}

func watch(feed <-chan *batch, used chan<- *batch, see func(*event)) {
	for b := range feed {
		for i := range b.events {
			see(&b.events[i])
		}
		if b.unseen.Add(-1) == 0 {
			used <- b
		}
	}
}

// feed sends all events to all feeds.
func (m *merge) feed(feeds []chan *batch, used <-chan *batch, progress func(events int64)) error {
	for _, f := range feeds {
		defer close(f)
	}
	for told := int64(0); len(*m) > 0; {
		b := <-used
		n, err := m.fill(b.events[:batchSize])
		b.events = b.events[:n]
		b.unseen.Store(int32(len(feeds)))
		for _, f := range feeds {
			f <- b
		}
		if err != nil {
			return err
		}
		if told += int64(n); progress != nil && told >= 1<<14 {
			progress(told)
			told = 0
		}
	}
	return nil
}

// sources returns the runs, each at its first event.
func (s *sorter) sources() (merge, error) {
	s.run.sort()
	s.out, s.run.spare = nil, nil
	var all merge
	for i, r := range s.spans {
		all = append(all, &source{number: i, left: r.events, in: bufio.NewReaderSize(io.NewSectionReader(s.file, r.start, r.end-r.start), 64<<10)})
	}
	all = append(all, &source{number: len(all), left: len(s.run.marks), run: s.run})
	for _, src := range all {
		if err := src.next(); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read events back: %w", err)
		}
	}
	all = slices.DeleteFunc(all, func(src *source) bool { return src.event == nil })
	heap.Init(&all)
	return all, nil
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
	number int // runs are numbered in the order of arrival
	at     int64
	event  []byte // packed; nil: there are no more
	left   int    // events after it
	in     *bufio.Reader
	buf    []byte
	run    run
}

// next goes on to the next event, or to none.
func (s *source) next() error {
	s.event = nil
	if s.left == 0 {
		return io.EOF
	}
	s.left--
	if s.in != nil {
		return s.read()
	}
	m := s.run.marks[0]
	s.run.marks = s.run.marks[1:]
	s.at, s.event = m.at, s.run.event(m)
	return nil
}

func (s *source) read() error {
	head, err := s.in.Peek(2 * binary.MaxVarintLen64) // less at the end
	later, n := binary.Uvarint(head)
	size, m := binary.Uvarint(head[max(n, 0):])
	if n <= 0 || m <= 0 {
		return cmp.Or(tooShort(err), io.ErrUnexpectedEOF)
	}
	if _, err := s.in.Discard(n + m); err != nil {
		return err
	}
	s.buf = slices.Grow(s.buf[:0], int(size))[:size]
	if _, err := io.ReadFull(s.in, s.buf); err != nil {
		return tooShort(err)
	}
	s.at, s.event = s.at+int64(later), s.buf
	return nil
}

// tooShort tells a file that lost its end from one that was read to its end.
func tooShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// merge is sources by the time of the event at hand.
type merge []*source

// fill unpacks as many of the next events as there is room for, unless there are
// no more.
func (m *merge) fill(batch []event) (int, error) {
	n := 0
	for ; n < len(batch) && len(*m) > 0; n++ {
		src := (*m)[0]
		batch[n].unpack(src.at, src.event)
		switch err := src.next(); {
		case err == nil:
			heap.Fix(m, 0)
		case errors.Is(err, io.EOF):
			heap.Pop(m)
		default:
			return n + 1, fmt.Errorf("read events back: %w", err)
		}
	}
	return n, nil
}

func (m merge) Len() int { return len(m) }
func (m merge) Less(i, j int) bool {
	return m[i].at < m[j].at || m[i].at == m[j].at && m[i].number < m[j].number
}
func (m merge) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)   { *m = append(*m, x.(*source)) }
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
