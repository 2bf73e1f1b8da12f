package result

import (
	"strings"
	"time"
)

// The forms in which times are pasted: token errors, Graph, portals, and the portals' spreadsheet exports.
var timeLayouts = []string{
	"2006-1-2 15:04:05Z07:00", "2006-1-2 15:04:05Z0700", "2006-1-2 15:04:05", "2006-1-2 15:04Z07:00", "2006-1-2 15:04",
	"1/2/2006 3:04:05 PM", "1/2/2006 3:04:05PM", "1/2/2006 3:04 PM",
}

// findTime prefers a labelled time to the first one anywhere.
func findTime(text string) time.Time {
	for _, m := range patterns().labelledTime.FindAllStringSubmatch(text, 4) {
		if t, ok := parseTime(m[1]); ok {
			return t
		}
	}
	for _, m := range patterns().anyTime.FindAllStringSubmatch(text, 4) {
		if t, ok := parseTime(m[1]); ok {
			return t
		}
	}
	return time.Time{}
}

func parseTime(s string) (time.Time, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	for _, zone := range []string{"UTC", "GMT"} {
		if rest, ok := strings.CutSuffix(s, zone); ok {
			s = strings.TrimSpace(rest) + "Z"
		}
	}
	if len(s) > 4 && s[4] >= '.' && s[4] <= '/' { // 2024/05/01, 2024.05.01
		s = strings.ReplaceAll(s[:min(10, len(s))], s[4:5], "-") + s[min(10, len(s)):]
	}
	if len(s) > 4 && s[4] == '-' {
		s = strings.Replace(s, "T", " ", 1)
		s = strings.Replace(s, " Z", "Z", 1)
		s = strings.Replace(s, " +", "+", 1)
	}
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, ",", " ")), " ")
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
