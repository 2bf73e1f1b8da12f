package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Fault is one thing that is wrong with a configuration.
type Fault struct {
	// Source is the file, environment variable or flag; empty: a default, or
	// a value given by the program.
	Source string
	// Line and Column are in the file, from 1; zero: there is no place.
	Line, Column int
	Path         string // of the setting, as in tls.mode; empty: the whole file
	Reason       string // "is …; … is expected"
}

// Error is one line: where, what was found, what was expected.
func (f Fault) Error() string {
	place := f.Source
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", f.Source, f.Line, f.Column)
	}
	subject := f.Path
	switch {
	case subject == "" && place == "":
		return f.Reason
	case subject == "" || subject == place:
		return place + ": " + f.Reason
	case place == "":
		return subject + " " + f.Reason
	}
	return place + ": " + subject + " " + f.Reason
}

// Faults are all that is wrong, in order.
type Faults []Fault

// Error has a line for each fault.
func (all Faults) Error() string {
	lines := make([]string, len(all))
	for i, f := range all {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// orNil keeps an empty list from being an error that is not nil.
func (all Faults) orNil() error {
	if len(all) == 0 {
		return nil
	}
	return all
}

// places remembers where each setting was given, by path.
type places map[string]Fault

// fault is what is wrong with a setting, at the place where it was given.
func (p places) fault(path, reason string) Fault {
	at := p[path]
	at.Path, at.Reason = path, reason
	return at
}

func quote(s string) string { return strconv.Quote(s) }

func isPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= 65535
}

func unlessBetween(n, least, most int) string {
	if n < least || n > most {
		return fmt.Sprintf("is %d; %d to %d is expected", n, least, most)
	}
	return ""
}

func unlessLasts(d, least, most time.Duration) string {
	if d < least || d > most {
		return fmt.Sprintf("is %s; %s to %s is expected", Duration(d), Duration(least), Duration(most))
	}
	return ""
}
