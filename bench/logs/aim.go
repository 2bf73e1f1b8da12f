package logs

import (
	"fmt"
	"text/tabwriter"
)

// aim is what a figure should be.
type aim struct {
	what   string
	ratio  float64
	target float64
	most   bool // ratio should be at most the target; at least, otherwise
	unit   string
}

func (a aim) met() bool {
	if a.most {
		return a.ratio <= a.target
	}
	return a.ratio >= a.target
}

// maxMemory is what a verb may have resident, at any length of a log.
const maxMemory = 300

// aims compares the medians. What was not measured is not judged.
func aims(list []*subject) []aim {
	seconds, memory := map[string]float64{}, 0.0
	for _, s := range list {
		u := s.median()
		seconds[s.name] = u.wall.Seconds()
		switch s.name {
		case triage, explain, replay, against:
			memory = max(memory, float64(u.peak>>20))
		}
	}
	all := []aim{{what: "read into the record, beside encoding/json", ratio: seconds[standard] / seconds[reading], target: 4, unit: "times as fast"}}
	for _, verb := range []string{triage, explain} {
		if seconds[duckDB] > 0 {
			all = append(all, aim{verb + ", beside DuckDB", seconds[duckDB] / seconds[verb], 1, false, "times as fast"})
		}
		if seconds[jq] > 0 {
			all = append(all, aim{verb + ", beside jq", seconds[jq] / seconds[verb], 10, false, "times as fast"})
		}
	}
	return append(all,
		aim{replay + " adds to reading", seconds[replay]/seconds[reading] - 1, .5, true, "of its time"},
		aim{"the most memory of a verb", memory, maxMemory, true, "MB"})
}

func (b *bench) printAims(list []*subject) error {
	t := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	for _, a := range aims(list) {
		bound, verdict := "at least", "met"
		if a.most {
			bound = "at most"
		}
		if !a.met() {
			verdict = "MISSED"
		}
		format := "%s:\t%.1f %s\twanted: %s %g\t%s\n"
		if a.unit == "MB" {
			format = "%s:\t%.0f %s\twanted: %s %g\t%s\n"
		}
		fmt.Fprintf(t, format, a.what, a.ratio, a.unit, bound, a.target, verdict)
	}
	return t.Flush()
}
