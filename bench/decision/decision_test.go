package decision

import "testing"

// All engines give the plain loop's verdicts, and the workload has all three.
func TestEnginesAgree(t *testing.T) {
	w := newWorkload(60, 400)
	loop := newLoop(w)
	for _, m := range makers {
		t.Run(m.name, func(t *testing.T) {
			e, err := m.make(w)
			if err != nil {
				t.Fatal(err)
			}
			if err := agree(w.attempts, e, loop); err != nil {
				t.Fatal(err)
			}
		})
	}
	seen := map[verdict]int{}
	for i := range w.attempts {
		seen[w.loop(&w.attempts[i])]++
	}
	for _, v := range []verdict{grant, interrupt, block} {
		if seen[v] == 0 {
			t.Errorf("no attempt ends in %v: %v", v, seen)
		}
	}
}

// A condition that every attempt meets changes no verdict, or its price would be
// that of other answers.
func TestAddedConditionsChangeNothing(t *testing.T) {
	w := bare()
	w.attempts = w.attempts[:400]
	loop := newLoop(w)
	for _, a := range addedConditions {
		t.Run(a.name, func(t *testing.T) {
			e, err := newAdded(w, a)
			if err != nil {
				t.Fatal(err)
			}
			if err := agree(w.attempts, e, loop); err != nil {
				t.Fatal(err)
			}
		})
	}
}
