package decision

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// Sizes are the numbers of policies measured.
var Sizes = []int{10, 50, 200, 1000}

// detailed is the size at which the table also tells bytes, allocations and
// ratio.
const detailed = 200

const attempts = 10000

// maker builds an engine for a workload.
type maker struct {
	name string
	make func(*workload) (engine, error)
	slow bool // milliseconds per decision: few attempts are compared, and 1,000 policies left out
}

var makers = []maker{
	{"access.Decide", newSallyport, false},
	{"access.DecideAs", newSallyportAs, false},
	{"access.Explain", newExplain, false},
	{"plain loop, same facts", newNaive, false},
	{"plain loop, bare strings", func(w *workload) (engine, error) { return newLoop(w), nil }, false},
	{"cedar-go, context", func(w *workload) (engine, error) { return newCedar(w, false) }, false},
	{"cedar-go, entities", func(w *workload) (engine, error) { return newCedar(w, true) }, false},
	{"cel-go", newCEL, false},
	{"casbin", newCasbin, true},
	{"OPA", newOPA, false},
}

// Table checks that all engines agree, measures them and writes what it found:
// all engines beside each other, what each condition costs access, what
// compiling does, and a million attempts at once.
func Table(w, progress io.Writer) error {
	results := map[string]map[int]result{}
	for _, m := range makers {
		results[m.name] = map[int]result{}
	}
	for _, size := range Sizes {
		if err := measureSize(size, results, progress); err != nil {
			return err
		}
	}
	if err := writeTable(w, results); err != nil {
		return err
	}
	for _, part := range []func(io.Writer, io.Writer) error{conditionPrices, compilePrice, batch} {
		if err := part(w, progress); err != nil {
			return err
		}
	}
	return nil
}

func measureSize(size int, results map[string]map[int]result, progress io.Writer) error {
	w := newWorkload(size, attempts)
	loop := newLoop(w)
	for _, m := range makers {
		compared := attempts
		if m.slow {
			compared = attempts / 10
		}
		if m.slow && size > 200 {
			continue
		}
		fmt.Fprintf(progress, "%d policies: %s\n", size, m.name)
		e, err := m.make(w)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if err := agree(w.attempts[:compared], e, loop); err != nil {
			return err
		}
		if results[m.name][size], err = measure(w, e); err != nil {
			return err
		}
	}
	return nil
}

// writeTable writes one line per engine.
func writeTable(w io.Writer, results map[string]map[int]result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "ns per decision at\t")
	for _, size := range Sizes {
		fmt.Fprintf(t, "%d\t", size)
	}
	fmt.Fprintf(t, "at %d: bytes\tallocs\tratio\t\n", detailed)
	base := results[makers[0].name][detailed].ns
	for _, m := range makers {
		fmt.Fprintf(t, "%s\t", m.name)
		for _, size := range Sizes {
			if r, ok := results[m.name][size]; ok {
				fmt.Fprintf(t, "%s\t", thousands(r.ns))
			} else {
				fmt.Fprint(t, "–\t")
			}
		}
		r := results[m.name][detailed]
		fmt.Fprintf(t, "%s\t%s\t%.1f\t\n", thousands(r.bytes), thousands(r.allocs), r.ns/base)
	}
	return t.Flush()
}

// thousands writes a number that a person can read.
func thousands(x float64) string {
	s := fmt.Sprintf("%.0f", x)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// fastest is the run that the rest of the machine disturbed least.
func fastest(runs []result) result {
	return slices.MinFunc(runs, func(a, b result) int { return cmp.Compare(a.ns, b.ns) })
}
