package graphjson

import "strings"

// nearest returns the name that name was most likely meant to be: the one that
// the fewest letters must be changed in, letter case apart.
func nearest(name string, names []string) string {
	best, fewest := "", 0
	low := []rune(strings.ToLower(shorten(name)))
	for _, n := range names {
		if d := distance(low, []rune(strings.ToLower(n))); best == "" || d < fewest {
			best, fewest = n, d
		}
	}
	return best
}

// distance returns how many letters must be inserted, removed or replaced to
// turn a into b.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
