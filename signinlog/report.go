package signinlog

import "fmt"

// Report accounts for every row that was read:
//
//	Rows = Records + MergedRows + OtherRows + BadRows
type Report struct {
	Rows       int64
	Records    int64 // sign-ins
	MergedRows int64 // further rows of a sign-in that was already counted
	OtherRows  int64 // well-formed, but no sign-ins: audit events, risk events, …
	BadRows    int64 // could not be read; named in Problems
	// LateRows are those of MergedRows that came after their record had been
	// handed out: what they said is not in it.
	LateRows int64
	// Other counts OtherRows by what they are, such as "AuditLogs".
	Other map[string]int64
	// ByFormat counts the rows that are sign-ins, merged ones included.
	ByFormat map[Format]int64
	Files    []FileReport
	// BadFiles is how many files could not be read, or not to their end. A CSV
	// that may be of sign-ins, but whose columns are not known, is one.
	BadFiles int64
	// Problems names the first bad rows and files, in the order met, and after
	// them the files of authentication details of which rows are in no record.
	Problems []Problem
}

// SkippedRows is how many rows gave nothing: other and bad ones.
func (r *Report) SkippedRows() int64 { return r.OtherRows + r.BadRows }

// FileReport accounts for one file.
type FileReport struct {
	Name   string
	Format Format // of the first sign-in or step of one; FormatUnknown where there is none
	Rows   int64  // all, as Report.Rows
	Other  int64
	Bad    int64
	// Skipped tells why the file was not read at all: it holds no log, or it
	// could not be opened. Empty for a file that was read.
	Skipped string
}

// Problem is one bad row or file.
type Problem struct {
	File   string
	Row    int64 // from 1; 0: the file as a whole
	Line   int64 // of the row's first line; 0 where lines mean nothing
	Reason string
}

// Error says where, and what is wrong.
func (p Problem) Error() string {
	switch {
	case p.Row == 0:
		return fmt.Sprintf("%s: %s", p.File, p.Reason)
	case p.Line == 0:
		return fmt.Sprintf("%s: row %d: %s", p.File, p.Row, p.Reason)
	}
	return fmt.Sprintf("%s:%d: row %d: %s", p.File, p.Line, p.Row, p.Reason)
}

// Err returns why nothing was read: nil if there was a row, or a log without
// rows. A caller that was given files which hold no log at all has bad input.
func (r *Report) Err() error {
	if r.Rows > 0 {
		return nil
	}
	if len(r.Problems) > 0 {
		return r.Problems[0]
	}
	for _, f := range r.Files {
		if f.Skipped == "" {
			return nil
		}
	}
	for _, f := range r.Files {
		return Problem{File: f.Name, Reason: f.Skipped}
	}
	return Problem{File: "sign-in log", Reason: "no files"}
}
