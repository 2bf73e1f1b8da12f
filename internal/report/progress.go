package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Progress is a line that tells how far a long piece of work is: share, count,
// rate and time left. It draws only when told of progress, at most ten times a
// second, so that it needs no goroutine and no clock but the one it was given.
// It is safe for concurrent use; a Progress that shows nothing costs nothing.
type Progress struct {
	mu          sync.Mutex
	w           io.Writer
	label, unit string
	total, done int64
	now         func() time.Time
	start, last time.Time
}

// redraw is how long a drawn line stands.
const redraw = 100 * time.Millisecond

// NewProgress starts a progress line on w; nil shows nothing. Total is how many
// units there will be; 0 means that nobody knows.
func NewProgress(w io.Writer, label, unit string, total int64, now func() time.Time) *Progress {
	p := &Progress{w: w, label: label, unit: unit, total: total, now: now}
	if w != nil {
		p.start = now()
		p.last = p.start // a rate means nothing before some time has passed
	}
	return p
}

// Add tells that n more units are done.
func (p *Progress) Add(n int64) {
	if p == nil || p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if t := p.now(); t.Sub(p.last) >= redraw {
		p.last = t
		p.draw(p.line(t))
	}
}

// Done takes the line away, so that what follows stands on a clean one.
func (p *Progress) Done() {
	if p == nil || p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.draw("")
	p.w = nil
}

// draw replaces the line. A terminal that went away is no reason to stop work.
func (p *Progress) draw(line string) {
	_, _ = io.WriteString(p.w, "\r"+text.EraseLine.Sprint()+line)
}

// line tells the progress at time t.
func (p *Progress) line(t time.Time) string {
	spent := t.Sub(p.start)
	var rate float64
	if spent > 0 {
		rate = float64(p.done) / spent.Seconds()
	}
	parts := []string{p.label}
	if p.total > 0 {
		share := min(float64(p.done)/float64(p.total), 1)
		const cells = 24
		full := int(share * cells)
		parts = append(parts, strings.Repeat("█", full)+strings.Repeat("░", cells-full), fmt.Sprintf("%3.0f%%", share*100))
	}
	parts = append(parts, Count(p.done)+" "+p.unit)
	if rate > 0 {
		parts = append(parts, Count(int64(rate))+"/s")
		if left := p.total - p.done; left > 0 {
			parts = append(parts, time.Duration(float64(left)/rate*float64(time.Second)).Round(time.Second).String()+" left")
		}
	}
	return strings.Join(parts, "  ")
}

// Count writes a number with its thousands apart.
func Count(n int64) string {
	digits := fmt.Sprint(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
