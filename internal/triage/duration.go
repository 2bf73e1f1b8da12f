package triage

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a span of time that is written like 20m, 24h or 30d.
type Duration time.Duration

// Milliseconds returns the span in the unit of events.
func (d Duration) milliseconds() int64 { return time.Duration(d).Milliseconds() }

// String returns the shortest spelling that ParseDuration reads.
func (d Duration) String() string {
	v := time.Duration(d)
	day := 24 * time.Hour
	if v >= day && v%day == 0 {
		return strconv.FormatInt(int64(v/day), 10) + "d"
	}
	s := v.String()
	s = strings.TrimSuffix(s, "m0s")
	if s != v.String() {
		s += "m"
	}
	if t := strings.TrimSuffix(s, "h0m"); t != s {
		s = t + "h"
	}
	return s
}

// MarshalText writes the span.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a span; it must be more than nothing.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := ParseDuration(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// ParseDuration reads spans such as 90s, 20m, 24h, 30d and 1h30m.
func ParseDuration(s string) (Duration, error) {
	if n, ok := strings.CutSuffix(s, "d"); ok {
		days, err := strconv.ParseUint(n, 10, 16)
		if err == nil && days > 0 {
			return Duration(time.Duration(days) * 24 * time.Hour), nil
		}
	} else if v, err := time.ParseDuration(s); err == nil && v > 0 {
		return Duration(v), nil
	}
	return 0, fmt.Errorf("%q: want a span such as 90s, 20m, 24h or 30d", s)
}
