package signinlog

// usual is what a member of a plain field mostly says. A good part of a row is the
// same in nearly every row of a log ("riskState":"none"); name and value are then
// recognised together.
type usual struct {
	texts [3]string // from the name's quote to the value's end; empty: none
	words [3]string // what was read of them, for a text
	truth [3]Maybe[bool]
	next  uint8
}

// maxUsual is the length of the longest member that is remembered whole, and
// givesUp how far tries may fall before a member is taken to be no usual one.
const (
	maxUsual = 128
	givesUp  = -64
)

// usuals passes over the members at hand that say what is usual, and takes from
// them what reading them would.
func (m *membersOf) usuals(p *parser, r *Record, c *cursor) {
	for c.k < len(m.order) && p.failed == "" {
		e := &m.order[c.k]
		i := p.i
		if c.begun {
			if i >= len(p.b) || p.b[i] != ',' {
				return
			}
			i++
		}
		if e.usual == nil || !e.take(p, r, i) {
			return
		}
		c.k++
		c.begun = true
	}
}

// take reads the member that begins at i if it says what is usual.
func (e *member) take(p *parser, r *Record, i int) bool {
	rest := p.b[i:]
	for k, text := range e.usual.texts {
		n := len(text)
		if n == 0 || n >= len(rest) || string(rest[:n]) != text || rest[n] != ',' && rest[n] != '}' {
			continue
		}
		if plain := &plainFields[e.field]; plain.text != nil {
			*plain.text(r) = e.usual.words[k]
		} else {
			*plain.truth(r) = e.usual.truth[k]
		}
		p.row.evidence = p.row.evidence || evidence[e.field]
		p.i = i + n
		if e.tries < 1<<10 {
			e.tries++
		}
		return true
	}
	return false
}

// mayBeUsual reports whether a field may say the same in most rows, whoever's.
func mayBeUsual(f field) bool {
	plain := &plainFields[f]
	return (plain.text != nil || plain.truth != nil) && profileField[f] == 0
}

// learn remembers what the member before the cursor said, whose value began at
// begin and was read into r.
func (m *membersOf) learn(p *parser, r *Record, c *cursor, begin int) {
	if c.k == 0 || c.k > len(m.order) || !m.order[c.k-1].learns || p.failed != "" {
		return
	}
	e := &m.order[c.k-1]
	if e.tries -= 4; e.tries <= givesUp {
		e.usual, e.learns = nil, false
		return
	}
	from := begin - len(e.text)
	if from < 0 || p.i-from > maxUsual || string(p.b[from:begin]) != e.text {
		return // spelled with white space, or found elsewhere
	}
	if e.usual == nil {
		e.usual = &usual{}
	}
	u := e.usual
	k := u.next % 3
	u.next++
	u.texts[k] = string(p.b[from:p.i])
	if plain := &plainFields[e.field]; plain.text != nil {
		u.words[k] = *plain.text(r)
	} else {
		u.truth[k] = *plain.truth(r)
	}
}
