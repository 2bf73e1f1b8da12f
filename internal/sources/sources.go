// Package sources keeps other people's tables of result codes: reads them, keeps what each source says of each code in a local file, compares
// the sources with each other and with our catalogue, and writes the consolidated table.
//
// A table comes as Markdown or as delimited text. Its columns are mapped by their heads: one column holds the code, each "X Description" is
// what source X says, "X Remediation" what X advises, and Summary, Risk Assessment and Justification are the words of the table's own author.
// No row is lost without a word: a [Report] counts what was read and kept and says of every skipped row where it stood and why.
package sources

import (
	"cmp"
	"slices"

	"github.com/sallyport-id/sallyport/result"
)

// formatVersion is the version of the local file.
const formatVersion = 1

// Collection is every source imported so far. The zero Collection is empty and ready to use.
type Collection struct {
	Format  int      `json:"format"`
	Sources []Source `json:"sources"`
}

// Source is what one source says, sorted by code.
type Source struct {
	Name string `json:"name"`
	// Table is the name given to the table the source came with; equal to Name for the author of the table.
	Table   string  `json:"table"`
	Entries []Entry `json:"entries"`
}

// Entry is what a source says about one code. Empty is what it does not say; a phrase such as "N/A" is kept as it was written.
type Entry struct {
	Code          result.Code `json:"code"`
	Description   string      `json:"description,omitempty"`
	Remediation   string      `json:"remediation,omitempty"`
	Summary       string      `json:"summary,omitempty"`
	Risk          string      `json:"risk,omitempty"`
	Justification string      `json:"justification,omitempty"`
}

// says is the words of an entry by which it is compared and shown.
func (e Entry) says() string {
	if e.Description != "" {
		return e.Description
	}
	return e.Summary
}

// Lookup returns what the source says about a code.
func (s Source) Lookup(c result.Code) (Entry, bool) {
	i, ok := s.find(c)
	if !ok {
		return Entry{}, false
	}
	return s.Entries[i], true
}

func (s Source) find(c result.Code) (int, bool) {
	return slices.BinarySearchFunc(s.Entries, c, func(e Entry, c result.Code) int { return cmp.Compare(e.Code, c) })
}

// Names returns the names of the sources in the order of their import.
func (c *Collection) Names() []string {
	names := make([]string, len(c.Sources))
	for i, s := range c.Sources {
		names[i] = s.Name
	}
	return names
}

// Codes returns every code that some source names, sorted.
func (c *Collection) Codes() []result.Code {
	var codes []result.Code
	for _, s := range c.Sources {
		for _, e := range s.Entries {
			codes = append(codes, e.Code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// source returns the source of a name, which it adds if need be.
func (c *Collection) source(name, table string) *Source {
	for i := range c.Sources {
		if c.Sources[i].Name == name {
			c.Sources[i].Table = table
			return &c.Sources[i]
		}
	}
	c.Sources = append(c.Sources, Source{Name: name, Table: table})
	return &c.Sources[len(c.Sources)-1]
}

// entry returns the entry of a code, which it adds if need be.
func (s *Source) entry(c result.Code) *Entry {
	i, ok := s.find(c)
	if !ok {
		s.Entries = slices.Insert(s.Entries, i, Entry{Code: c})
	}
	return &s.Entries[i]
}
