package replay

// ledger counts what came of records, in the order of the log.
type ledger struct {
	counts      Counts
	differences *groups[difference]
	doubts      *groups[doubt]
	agreement   *agreement // explains differences

	// The rest is there only with a second snapshot.
	changes   *groups[transition]
	unchanged int64
	unknown   int64 // undetermined before and after
}

func newLedger(g *agreement, against bool, sampled int) *ledger {
	b := newNameBook(NewRoom())
	l := &ledger{agreement: g, differences: newGroups[difference](b, sampled), doubts: newGroups[doubt](b, sampled)}
	if against {
		l.changes = newGroups[transition](b, sampled)
	}
	return l
}

// countPlain counts a record that is counted in no group, whose place in the log
// does not matter.
func (l *ledger) countPlain(e *effect) {
	l.counts.Records++
	switch e.match {
	case agrees:
		l.counts.Agree++
	case disagrees:
		l.counts.Disagree++
	case undetermined:
		l.counts.Undetermined++
	}
	switch {
	case e.early:
		l.counts.BeforeAccess++
	case e.unknown:
		l.unknown++
	case e.change == noGroup:
		l.unchanged++
	}
}

// count counts a record.
func (l *ledger) count(x *entry) {
	e := x.effect
	if e.finding != nil {
		l.enter(x)
	}
	l.countPlain(e)
	for _, n := range e.differences {
		l.differences.count(n, x)
	}
	l.doubts.count(e.doubt, x)
	if e.change != noGroup {
		l.changes.count(e.change, x)
	}
}

// enter finds the groups of an effect, by the first record that has it.
func (l *ledger) enter(first *entry) {
	e, f := first.effect, first.effect.finding
	e.match, e.unknown, e.finding = f.match, f.unknown, nil
	if len(f.differences) > 0 {
		e.differences = make([]int32, len(f.differences))
	}
	for i := range f.differences {
		d := &f.differences[i]
		e.differences[i] = l.differences.place(d.difference, first, func() string { return l.agreement.explain(f, d) })
	}
	if f.doubt != nil && f.match == undetermined {
		e.doubt = l.doubts.place(*f.doubt, first, noDetail)
	}
	if f.change != nil {
		e.change = l.changes.place(*f.change, first, noDetail)
	}
}

func noDetail() string { return "" }
