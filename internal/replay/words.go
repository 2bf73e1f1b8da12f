package replay

import (
	"encoding/binary"
	"strings"
)

// words numbers the texts of records: a text keeps its number until everything is
// forgotten. The empty text is 0.
type words struct {
	numbers map[string]word
	lists   map[string]uint32
	people  map[personSaid]uint32
	person  personSaid // the last of them, and its number
	last    uint32
	// recent are the texts met last, by field and length: most fields of a
	// log have a few texts, and comparing is cheaper than looking up.
	recent [fields][recentTexts]word

	full bool // there is no room for a text
	long bool // a text is longer than is worth remembering
}

type word struct {
	text   string
	number uint32
}

const (
	maxWords    = 1 << 14
	maxWordSize = 128 // ids, addresses and the service's own texts are shorter
	maxListSize = 512
	recentTexts = 8
)

// field is a field of a record whose text is numbered.
type field uint8

const (
	fieldUserType field = iota
	fieldWorkload
	fieldHomeTenant
	fieldResourceTenant
	fieldCrossing
	fieldAppOwner
	fieldRisk
	fieldClientApp
	fieldSystem
	fieldProtocol
	fieldTransfer
	fieldTrust
	fieldCountry
	fieldResource
	fieldAudience
	fieldContext
	fieldContextDetail
	fieldMethod
	fieldStepResult
	fieldStepRequirement
	fieldDetails
	fieldStatus
	fields
)

func newWords() words {
	return words{numbers: map[string]word{}, lists: map[string]uint32{}, people: map[personSaid]uint32{}}
}

// of returns the number of a field's text.
func (w *words) of(f field, text string) uint32 {
	if text == "" {
		return 0
	}
	r := &w.recent[f][len(text)%recentTexts]
	if r.text != text {
		found, ok := w.number(text)
		if !ok {
			return 0
		}
		*r = found
	}
	return r.number
}

func (w *words) number(text string) (word, bool) {
	n, ok := w.numbers[text]
	switch {
	case ok:
		return n, true
	case len(text) > maxWordSize:
		w.long = true
		return n, false
	case len(w.numbers) >= maxWords:
		w.full = true
		return n, false
	}
	// The text may be a piece of the log's, which it would keep alive.
	n = word{strings.Clone(text), uint32(len(w.numbers) + 1)}
	w.numbers[n.text] = n
	return n, true
}

// unfit reports whether the record at hand has a text that cannot be remembered,
// so that its numbers mean nothing; the texts given are looked at first.
func (w *words) unfit(texts ...string) bool {
	for _, text := range texts {
		w.long = w.long || len(text) > maxWordSize
	}
	return w.long || w.full
}

// list returns the number of a list of numbers, spelled by appendNumber.
func (w *words) list(b []byte) uint32 {
	if len(b) == 0 {
		return 0
	}
	n, ok := w.lists[string(b)]
	switch {
	case ok:
	case len(b) > maxListSize:
		w.long = true
	case len(w.lists) >= maxWords:
		w.full = true
	default:
		n = uint32(len(w.lists) + 1)
		w.lists[string(b)] = n
	}
	return n
}

// together returns the number, from 1, of what a record says of a person.
func (w *words) together(said *personSaid) uint32 {
	if w.last != 0 && w.person == *said {
		return w.last
	}
	n, ok := w.people[*said]
	switch {
	case ok:
	case len(w.people) >= maxWords:
		w.full = true
		return 0
	default:
		n = uint32(len(w.people) + 1)
		w.people[*said] = n
	}
	w.person, w.last = *said, n
	return n
}

func appendNumber(b []byte, n uint32) []byte { return binary.LittleEndian.AppendUint32(b, n) }
