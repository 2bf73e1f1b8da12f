package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sallyport-id/sallyport/internal/report"
)

// streams is all that a verb sees of the machine it runs on, besides files. A
// test starts the program in its own process with streams of its own.
type streams struct {
	in       io.Reader
	out, err io.Writer
	// outTerminal and errTerminal tell whether a person watches.
	outTerminal, errTerminal bool
	width                    int // columns of the terminal; 0: unknown
	env                      func(string) string
	now                      func() time.Time
}

// systemStreams are the streams of the process.
func systemStreams() *streams {
	s := &streams{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		outTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		errTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		env:         os.Getenv,
		now:         time.Now,
	}
	if s.outTerminal {
		s.width, _, _ = term.GetSize(int(os.Stdout.Fd()))
	}
	if n, err := strconv.Atoi(s.env("COLUMNS")); err == nil && n > 0 {
		s.width = n
	}
	return s
}

// style is how tables look on standard output.
func (s *streams) style(zone *time.Location) report.Style {
	return report.Style{Color: s.outTerminal && s.colorful(), Width: s.width, Zone: zone}
}

// colorful honours https://no-color.org and terminals that know no colours.
func (s *streams) colorful() bool {
	return s.env("NO_COLOR") == "" && s.env("TERM") != "dumb"
}

// progress starts a progress line on standard error, which shows only if
// somebody watches. Total is in the same unit as what is added; 0: unknown.
func (s *streams) progress(label, unit string, total int64) *report.Progress {
	w := s.err
	if !s.errTerminal {
		w = nil
	}
	return report.NewProgress(w, label, unit, total, s.now)
}

// whole runs write with a buffer and passes on what it wrote only if the verb
// was done, so that a refused input leaves nothing partial on standard output.
func (s *streams) whole(write func(w io.Writer) error) error {
	var b bytes.Buffer
	err := write(&b)
	if err != nil && !errors.Is(err, errNo) {
		return err
	}
	if _, werr := s.out.Write(b.Bytes()); werr != nil {
		return werr
	}
	return err
}

// warn tells of something that a person should know and that stops nothing.
func (s *streams) warn(cmd *cobra.Command, format string, args ...any) {
	fmt.Fprintf(s.err, "%s: warning: %s\n", cmd.CommandPath(), oneLine(fmt.Sprintf(format, args...)))
}
