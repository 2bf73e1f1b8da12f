package accesstest

import (
	"maps"
	"slices"
	"strings"
)

// unknownWord says what was found and what was expected, and names the nearest
// word that would do.
func unknownWord(t token, wanted string, known []string) error {
	if near := nearest(t.text, known); near != "" {
		return t.errorf("found %s, expected %s; did you mean %q?", t.shown(), wanted, near)
	}
	const few = 14
	slices.Sort(known)
	if len(known) == 0 {
		return t.errorf("found %s, expected %s", t.shown(), wanted)
	}
	if len(known) > few {
		return t.errorf("found %s, expected %s", t.shown(), wanted)
	}
	return t.errorf("found %s, expected %s: %s", t.shown(), wanted, strings.Join(known, ", "))
}

// nearest returns the known word that differs least from s, or else the one that
// starts with it; nothing if none is near enough to have been meant.
func nearest(s string, known []string) string {
	const longest = 80
	if len(s) > longest {
		return ""
	}
	if w := alike(s, known); w != "" {
		return w
	}
	return begun(s, known)
}

// begun returns the only known word that starts with s.
func begun(s string, known []string) string {
	const short = 3
	found := ""
	for _, k := range known {
		if len(s) < short || len(k) < len(s) || !strings.EqualFold(k[:len(s)], s) {
			continue
		}
		if found != "" && found != k {
			return ""
		}
		found = k
	}
	return found
}

func alike(s string, known []string) string {
	best, limit := "", max(1, min(3, len(s)/3))
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := distance(strings.ToLower(s), strings.ToLower(k)); d <= limit && d < min(len(s), len(k)) {
			best, limit = k, d-1
		}
	}
	return best
}

// distance counts the letters to insert, remove, replace or swap with their
// neighbour.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}

func keys[V any](m map[string]V) []string { return slices.Collect(maps.Keys(m)) }

// vocabulary maps words in lower case to what they mean.
type vocabulary[T any] struct {
	wanted string
	words  map[string]T
	shown  []string
}

// named is a set of values that know their own names.
func named[T interface {
	comparable
	String() string
}](wanted string, values ...T) vocabulary[T] {
	v := vocabulary[T]{wanted: wanted, words: map[string]T{}}
	for _, x := range values {
		v = v.also(x.String(), x)
	}
	return v
}

// also adds a word.
func (v vocabulary[T]) also(name string, x T) vocabulary[T] {
	v.words[strings.ToLower(name)] = x
	v.shown = append(v.shown, name)
	return v
}

// look returns what the token means, whatever its letter case (CA-6).
func (v vocabulary[T]) look(t token) (T, error) {
	x, ok := v.words[strings.ToLower(t.text)]
	if !ok || t.kind == object {
		return x, unknownWord(t, v.wanted, slices.Clone(v.shown))
	}
	return x, nil
}

// bits returns each bit of all.
func bits[T ~uint8 | ~uint16 | ~uint32](all T) []T {
	var out []T
	for b := T(1); b != 0; b <<= 1 {
		if all&b != 0 {
			out = append(out, b)
		}
	}
	return out
}

// union joins what the tokens mean.
func union[T ~uint8 | ~uint16 | ~uint32](v vocabulary[T], tokens []token) (T, error) {
	var sum T
	for _, t := range tokens {
		x, err := v.look(t)
		if err != nil {
			return 0, err
		}
		sum |= x
	}
	return sum, nil
}

// one returns the only argument of a directive.
func one(n token, args []token, wanted string) (token, error) {
	switch len(args) {
	case 0:
		n.Column += len([]rune(n.text))
		return n, n.errorf("%q ends here; expected %s", n.text, wanted)
	case 1:
		if args[0].kind == mark {
			return n, args[0].errorf("found %s, expected %s", args[0].shown(), wanted)
		}
		return args[0], nil
	}
	return n, args[1].errorf("found %s after %s; %q takes one value: %s", args[1].shown(), args[0].shown(), n.text, wanted)
}

// mode returns what a word of a short list means.
func mode[T any](t token, words map[string]T) (T, error) {
	x, ok := words[t.text]
	if !ok {
		return x, unknownWord(t, "a mode", keys(words))
	}
	return x, nil
}
