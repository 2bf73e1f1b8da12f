package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/signinlog"
)

// logFlags are the flags of verbs that read sign-in logs.
type logFlags struct {
	strict bool
}

func (l *logFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&l.strict, "strict", false, "stop at the first row or file that cannot be read instead of counting it")
}

// openLog opens the logs at paths for one reading, with a progress line; done
// takes the line away.
func (s *streams) openLog(paths []string, flags logFlags) (r *signinlog.Reader, done func(), err error) {
	progress := logProgress{streams: s}
	options := signinlog.Options{Strict: flags.strict, Progress: progress.report}
	if len(paths) == 1 && paths[0] == "-" {
		return signinlog.NewReader("-", s.in, options), progress.done, nil
	}
	r, err = signinlog.Open(paths, options)
	return r, progress.done, err
}

// logProgress shows how far a log is read: in kilobytes, since that is what is
// known of its length, or in rows where even that is not.
type logProgress struct {
	*streams
	line *report.Progress
	last int64
}

func (p *logProgress) report(now signinlog.Progress) {
	const kilobyte = 1 << 10
	at := now.BytesRead / kilobyte
	if now.BytesTotal == 0 {
		at = now.Rows
	}
	if p.line == nil {
		unit := "kB"
		if now.BytesTotal == 0 {
			unit = "rows"
		}
		p.line = p.progress("read", unit, now.BytesTotal/kilobyte)
	}
	p.line.Add(at - p.last)
	p.last = at
}

func (p *logProgress) done() { p.line.Done() }

// readError says why a log gave nothing, if it did, and warns of what was left
// out otherwise.
func (s *streams) readError(cmd *cobra.Command, r *signinlog.Reader) error {
	rep := r.Report()
	if err := rep.Err(); err != nil {
		return err
	}
	if len(rep.Problems) > 0 {
		more := ""
		if n := rep.BadRows + int64(rep.BadFiles) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more)", n)
		}
		s.warn(cmd, "left out: %v%s", rep.Problems[0], more)
	}
	return nil
}
