package signinlog

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// parser reads rows into records. It belongs to one goroutine and gets faster
// with what it has seen.
type parser struct {
	tokens
	texts
	outcomes    policyCache
	profiles    profiles
	statusMemos memos[Status]
	listMemos   memos[[]string]

	signIns, statuses, policies, strengths, rules, devices, locations, coordinates, networks *membersOf
	steps, requirements, lifetimes, contexts, audiences, pairs, mfa, appDevices, protections *membersOf
	managed, agents, envelopes, audits, elastics, elasticEvents, marks                       *membersOf

	spelled [slots]spelled
	list    []string // the list being read
	row     rowState
	owner   *profile // whose row it is, as far as was read; nil: not told yet
	later   passed   // the person's name, if it came before that
	moment  struct { // the date read last, with its quotes
		text []byte
		at   time.Time
	}
	last shape // of the row before
}

// rowState is what is known of the row at hand besides its record.
type rowState struct {
	shape    shape
	hasTime  bool
	evidence bool   // a member was met that only sign-ins have
	foreign  bool   // a member was met that no sign-in has
	badTime  string // a date that is none
	category string // of diagnostic settings and Log Analytics
	table    string // Log Analytics' Type
	country  string
	code     Maybe[access.ResultCode]
	reason   string // ResultDescription
	address  string // callerIpAddress
	identity string
	word     string // Status in words
}

func newParser() *parser {
	p := &parser{texts: *newTexts(), profiles: newProfiles()}
	for at, names := range map[**membersOf]vocabulary{
		&p.signIns: signInNames, &p.statuses: statusNames, &p.policies: policyNames, &p.strengths: strengthNames, &p.rules: ruleNames,
		&p.devices: deviceNames, &p.locations: locationNames, &p.coordinates: coordinateNames, &p.networks: networkNames,
		&p.steps: stepNames, &p.requirements: requirementNames, &p.lifetimes: lifetimeNames, &p.contexts: contextNames,
		&p.audiences: audienceNames, &p.pairs: pairNames, &p.mfa: mfaNames, &p.appDevices: appDeviceNames, &p.protections: protectionNames,
		&p.managed: managedIdentityNames, &p.agents: agentNames, &p.envelopes: envelopeNames, &p.audits: auditNames,
		&p.elastics: elasticNames, &p.elasticEvents: elasticEventNames, &p.marks: markNames,
	} {
		*at = newMembersOf(names)
	}
	p.outcomes.reset()
	return p
}

// begin forgets what was known of the row before.
func (p *parser) begin(is shape) { p.row, p.owner, p.later = rowState{shape: is}, nil, passed{} }

// str reads a string that is likely to repeat.
func (p *parser) str(f field) string {
	if p.null() {
		return ""
	}
	if s, ok := p.expected(f); ok {
		return s
	}
	return p.newStr(f, true)
}

// fresh reads a string that is likely to be met in a few rows only: of one
// person, or one after the other.
func (p *parser) fresh(f field) string {
	if p.null() {
		return ""
	}
	if !p.cell && p.i < len(p.b) && p.b[p.i] == '"' {
		known := p.recent[f].last()
		if k := profileField[f]; k != 0 && p.owner != nil {
			known = p.owner.texts[k][:]
		}
		if s, ok := p.anyOf(known); ok {
			return s
		}
	}
	return p.newStr(f, false)
}

// whose is str for a name of who signs in; the first one that a row has chooses
// the profile.
func (p *parser) whose(f field) string {
	if p.owner != nil {
		return p.str(f)
	}
	text, kind := p.scalar()
	if kind == noScalar {
		return ""
	}
	if len(text) > maxExpected {
		return p.of(text)
	}
	p.owner = p.profiles.of(text)
	return p.owner.owner
}

// expected reads a string if it is one of those that the field had last, for the
// same person or at all.
func (p *parser) expected(f field) (string, bool) {
	if p.cell || p.i >= len(p.b) || p.b[p.i] != '"' {
		return "", false
	}
	if k := profileField[f]; k != 0 && p.owner != nil {
		return p.anyOf(p.owner.texts[k][:])
	}
	return p.anyOf(p.recent[f].texts[:])
}

// anyOf reads the string at hand if it is one of these.
func (p *parser) anyOf(known []string) (string, bool) {
	begin := p.i + 1
	for _, s := range known {
		end := begin + len(s)
		if s != "" && end < len(p.b) && p.b[end] == '"' && string(p.b[begin:end]) == s {
			p.i = end + 1
			return s, true
		}
	}
	return "", false
}

func (p *parser) newStr(f field, repeats bool) string {
	text, kind := p.scalar()
	if kind == noScalar {
		return ""
	}
	var s string
	if repeats {
		s = p.of(text)
	} else {
		s = p.once(text)
	}
	// Only what stands in the text as it is can be recognised there.
	if kind == textScalar && len(s) <= maxExpected && (p.cell || p.verbatim) && strings.IndexByte(s, '"') < 0 {
		if k := profileField[f]; k != 0 && p.owner != nil {
			last := &p.owner.texts[k]
			last[1], last[0] = last[0], s
		} else {
			p.recent[f].keep(s)
		}
	}
	return s
}

// word reads a word and returns Graph's spelling of it.
func (p *parser) word(f field, words spelling) string {
	s := p.str(f)
	if s == "" {
		return ""
	}
	return p.spelled[f].by(words, s)
}

// spelled are the last few words of a field and their spelling.
type spelled struct {
	known [4]struct{ in, out string }
	next  uint8
}

func (sp *spelled) by(words spelling, s string) string {
	for k := range sp.known {
		if w := &sp.known[k]; w.in == s {
			return w.out
		}
	}
	w := &sp.known[sp.next%4]
	w.in, w.out = s, words.of(s)
	sp.next++
	return w.out
}

func (p *parser) boolean() (m Maybe[bool]) {
	text, kind := p.scalar()
	if kind != noScalar {
		m.Value, m.Known = parseBool(text)
	}
	return m
}

func (p *parser) code() (m Maybe[access.ResultCode]) {
	text, kind := p.scalar()
	if kind != noScalar {
		m.Value, m.Known = parseCode(text)
	}
	return m
}

func (p *parser) integer() int64 {
	text, kind := p.scalar()
	if kind == noScalar {
		return 0
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (p *parser) decimal() (m Maybe[float64]) {
	text, kind := p.scalar()
	if kind == noScalar {
		return m
	}
	v, err := strconv.ParseFloat(string(text), 64)
	return Maybe[float64]{v, err == nil}
}

// instant reads a date; what is none is noted as the row's.
func (p *parser) instant() time.Time {
	// A step's date is often the sign-in's.
	if n := len(p.moment.text); n > 0 && !p.cell && n <= len(p.b)-p.i && string(p.b[p.i:p.i+n]) == string(p.moment.text) {
		p.i += n
		return p.moment.at
	}
	begin := p.i
	text, kind := p.scalar()
	if kind == noScalar {
		return time.Time{}
	}
	at, ok := parseTime(text)
	if ok && !p.cell && kind == textScalar {
		p.moment.text, p.moment.at = append(p.moment.text[:0], p.b[begin:p.i]...), at
	}
	if !ok && p.row.badTime == "" {
		p.row.badTime = strconv.Quote(string(text[:min(len(text), 64)]))
	}
	return at
}

// words reads a list of strings; a text in its place is a list separated by
// commas. The list is shared: it must not be changed.
func (p *parser) words() []string {
	if p.plainText() {
		text, _ := p.scalar()
		return p.split(text)
	}
	begin, plain := p.i, !p.cell && p.peek() == '['
	switch {
	case plain && p.i+1 < len(p.b) && p.b[p.i+1] == ']':
		p.i += 2
		return nil
	case plain:
		if list, ok := p.listMemos.find(&p.tokens); ok {
			return *list
		}
	}
	saved, ok := p.enter('[')
	if !ok {
		return nil
	}
	list := p.list[:0]
	for first := true; p.element(&first); {
		if text, kind := p.scalar(); kind != noScalar {
			list = append(list, p.of(text))
		}
	}
	p.leave(saved)
	p.list = list
	shared := p.share(list)
	if plain && p.failed == "" {
		p.listMemos.keep(p.b[begin:p.i], shared)
	}
	return shared
}

// plainText reports whether the value at hand is text that holds no list.
func (p *parser) plainText() bool {
	if p.peek() != '"' {
		return false
	}
	if p.cell {
		return true
	}
	i := space(p.b, p.i+1)
	return i >= len(p.b) || p.b[i] != '['
}

func (p *parser) split(text []byte) []string {
	list := p.list[:0]
	for part := range strings.SplitSeq(string(text), ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, p.of([]byte(part)))
		}
	}
	p.list = list
	return p.share(list)
}

func (p *parser) share(list []string) []string {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return p.texts.list(list[0])
	}
	return append([]string(nil), list...)
}

// raw reads a value as it stands.
func (p *parser) raw() json.RawMessage {
	if p.cell {
		if !json.Valid(p.b) {
			return nil
		}
		return append(json.RawMessage(nil), p.b...)
	}
	begin := p.i
	if !p.skip() || string(p.b[begin:p.i]) == "null" {
		return nil
	}
	return append(json.RawMessage(nil), p.b[begin:p.i]...)
}

// extend makes the slice one longer, reusing what is there.
func extend[T any](s []T) []T {
	var zero T
	return append(s, zero)
}
