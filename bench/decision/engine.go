package decision

import (
	"errors"
	"fmt"
)

// verdict is what all engines must agree on.
type verdict uint8

const (
	grant verdict = iota
	interrupt
	block
)

func (v verdict) String() string { return [...]string{"grant", "interrupt", "block"}[v] }

// engine is one way to decide. Prepared attempts are what a caller of it would
// have in hand: its own form of the raw facts.
type engine struct {
	name    string
	prepare func(*attempt) any
	decide  func(any) (verdict, error)
}

var errCount = errors.New("no attempts")

// agree compares an engine's verdicts with those of another.
func agree(attempts []attempt, a, b engine) error {
	if len(attempts) == 0 {
		return errCount
	}
	for i := range attempts {
		x := &attempts[i]
		va, err := a.decide(a.prepare(x))
		if err != nil {
			return fmt.Errorf("%s, attempt %d: %w", a.name, i, err)
		}
		vb, err := b.decide(b.prepare(x))
		if err != nil {
			return fmt.Errorf("%s, attempt %d: %w", b.name, i, err)
		}
		if va != vb {
			return fmt.Errorf("attempt %d: %s says %v, %s says %v: %+v", i, a.name, va, b.name, vb, *x)
		}
	}
	return nil
}

// verdictOf weighs what rules fired: a legacy client cannot be prompted.
func verdictOf(interrupted, blocked, legacy bool) verdict {
	switch {
	case blocked || interrupted && legacy:
		return block
	case interrupted:
		return interrupt
	}
	return grant
}
