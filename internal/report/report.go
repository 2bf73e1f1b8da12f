// Package report prints what the offline verbs found: tables for people, JSON
// for programs, and a progress line for who waits. It knows nothing of sign-ins
// and policies; a verb says what stands in which cell and how it is meant.
package report

import "time"

// Format is a way to print an answer.
type Format string

// The formats. JSON is one document; JSON lines is one document per line, for
// answers that do not fit in memory; JUnit is for continuous integration.
const (
	TableFormat Format = "table"
	JSONFormat  Format = "json"
	LinesFormat Format = "jsonl"
	JUnitFormat Format = "junit"
)

// Style is how a table looks. The zero Style is plain text of any width.
type Style struct {
	Color bool
	Width int            // columns that a line may take; 0: any number
	Zone  *time.Location // of times shown; nil: UTC
}

// Time writes a time in the style's zone, to the second, with its offset.
func (s Style) Time(t time.Time) string {
	if s.Zone == nil {
		return t.UTC().Format(time.RFC3339)
	}
	return t.In(s.Zone).Format(time.RFC3339)
}

// Tone is what a text is meant to tell; it becomes a colour.
type Tone uint8

// The tones.
const (
	Plain  Tone = iota
	Good        // holds, is met, is granted
	Bad         // does not hold, is refused
	Unsure      // depends on what nobody knows; a warning
	Faint       // does not matter here
	Strong      // the one thing to read
)
