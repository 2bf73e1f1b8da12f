package triage

import "time"

// Planted is an attack that is known to be in a log, for measuring detections.
type Planted struct {
	Kind      Kind
	RecordIDs []string
	From, To  time.Time
}

// Score is how well one kind of finding did.
type Score struct {
	Kind    Kind
	Planted int // attacks of the kind in the log
	Found   int // of those, how many a finding of the kind tells of
	// Findings of the kind; True of them rest on records of planted attacks,
	// of this or of another kind: a spray locks people out, too.
	Findings int
	True     int
}

// Recall is the share of planted attacks that were found; 1 if none was planted.
func (s Score) Recall() float64 { return share(s.Found, s.Planted) }

// Precision is the share of findings that rest on planted attacks; 1 if there is
// no finding.
func (s Score) Precision() float64 { return share(s.True, s.Findings) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// Measure compares findings with what was planted. A finding tells of an attack
// if its evidence holds one of the attack's records; it is true if at least half
// of the evidence, and some of it, belongs to planted attacks.
func Measure(findings []Finding, planted []Planted) []Score {
	owners := map[string]int{}
	scores := map[Kind]*Score{}
	for _, k := range Kinds() {
		scores[k] = &Score{Kind: k}
	}
	for i, p := range planted {
		scores[p.Kind].Planted++
		for _, id := range p.RecordIDs {
			owners[id] = i
		}
	}
	found := map[int]bool{}
	for _, f := range findings {
		s := scores[f.Kind]
		if s == nil {
			continue
		}
		s.Findings++
		attacked := 0
		for _, id := range f.RecordIDs {
			i, ok := owners[id]
			if !ok {
				continue
			}
			attacked++
			if planted[i].Kind == f.Kind && !found[i] {
				found[i] = true
				s.Found++
			}
		}
		if 2*attacked >= len(f.RecordIDs) && attacked > 0 {
			s.True++
		}
	}
	var all []Score
	for _, k := range Kinds() {
		all = append(all, *scores[k])
	}
	return all
}
