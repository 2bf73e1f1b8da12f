package sigma

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// modifiers are what stands behind a field's name, in effect.
type modifiers struct {
	contains, starts, ends bool
	all, cased, neq        bool
	exists, fieldref       bool
	expand, cidr, re       bool
	flags                  string // of re
	compare                string // gt, gte, lt, lte
	moment                 string // minute, hour, day, week, month, year
	encode                 []string
	windash                bool
}

// parseModifiers reads the parts between bars. An unknown one is an error: a
// rule that quietly means something else would be worse than none.
func parseModifiers(parts []string) (m modifiers, err error) {
	for _, part := range parts {
		switch part {
		case "contains":
			m.contains = true
		case "startswith":
			m.starts = true
		case "endswith":
			m.ends = true
		case "all":
			m.all = true
		case "cased":
			m.cased = true
		case "neq":
			m.neq = true
		case "exists":
			m.exists = true
		case "fieldref":
			m.fieldref = true
		case "expand":
			m.expand = true
		case "cidr":
			m.cidr = true
		case "re":
			m.re = true
		case "i", "m", "s":
			if !m.re {
				return m, fmt.Errorf("modifier %q without re before it", part)
			}
			m.flags += part
		case "gt", "gte", "lt", "lte":
			m.compare = part
		case "minute", "hour", "day", "week", "month", "year":
			m.moment = part
		case "windash":
			m.windash = true
		case "base64", "base64offset", "wide", "utf16", "utf16le", "utf16be":
			m.encode = append(m.encode, part)
		default:
			return m, fmt.Errorf("unknown modifier %q", part)
		}
	}
	return m, m.check()
}

// check finds modifiers that exclude each other.
func (m *modifiers) check() error {
	kinds := 0
	for _, on := range []bool{m.contains, m.starts, m.ends, m.cidr, m.re, m.exists, m.compare != ""} {
		if on {
			kinds++
		}
	}
	switch {
	case kinds > 1:
		return errors.New("modifiers that exclude each other")
	case m.moment != "" && (m.contains || m.starts || m.ends || m.cidr || m.re || m.exists):
		return fmt.Errorf("modifier %q gives a number, which only comparisons may follow", m.moment)
	}
	return nil
}

// none tells whether values are compared as they are; neq is applied later.
func (m *modifiers) none() bool {
	return !m.contains && !m.starts && !m.ends && !m.exists && !m.fieldref && !m.cidr && !m.re && m.compare == "" && m.moment == "" && len(m.encode) == 0 && !m.windash
}

// substring tells whether the modifiers look inside a text.
func (m *modifiers) substring() bool { return m.contains || m.starts || m.ends || m.re }

// patterns returns what a text stands for after encodings and dashes.
func (m *modifiers) patterns(text string) []pattern {
	texts := []string{text}
	for _, e := range m.encode {
		var next []string
		for _, t := range texts {
			next = append(next, encode(e, t)...)
		}
		texts = next
	}
	if m.windash {
		texts = dashes(texts)
	}
	var out []pattern
	for _, t := range texts {
		p := newPattern(t)
		if len(m.encode) > 0 {
			p = literal(t)
		}
		p.open[0] = p.open[0] || m.contains || m.ends
		p.open[1] = p.open[1] || m.contains || m.starts
		p.cased = m.cased
		out = append(out, p)
	}
	return out
}

// encode applies one encoding. Three offsets are three texts.
func encode(how, text string) []string {
	switch how {
	case "base64":
		return []string{base64.StdEncoding.EncodeToString([]byte(text))}
	case "base64offset":
		// What stands before shifts the digits; the first and last digits
		// that depend on neighbours are left out.
		start, end := []int{0, 2, 3}, []int{0, 3, 2}
		var out []string
		for i := range 3 {
			b := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", i) + text))
			if cut := len(b) - end[(len(text)+i)%3]; cut > start[i] {
				out = append(out, b[start[i]:cut])
			}
		}
		return out
	case "utf16be":
		return []string{wide(text, true)}
	case "utf16":
		return []string{"\xff\xfe" + wide(text, false)}
	}
	return []string{wide(text, false)}
}

func wide(text string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		if big {
			b.WriteByte(byte(u >> 8))
			b.WriteByte(byte(u))
		} else {
			b.WriteByte(byte(u))
			b.WriteByte(byte(u >> 8))
		}
	}
	return b.String()
}

// dashes returns the texts with each of the characters that Windows takes for
// the dash of an option, in all combinations for the first few options.
func dashes(texts []string) []string {
	var out []string
	for _, t := range texts {
		out = append(out, dashesFrom(t, 0, maxDashes)...)
	}
	return out
}

// maxDashes bounds the options whose dashes are varied: five for each one more.
const maxDashes = 4

func dashesFrom(t string, from, more int) []string {
	for i := from; i < len(t) && more > 0; i++ {
		if t[i] != '-' && t[i] != '/' || i > 0 && t[i-1] != ' ' {
			continue
		}
		var out []string
		for _, d := range []string{"-", "/", "–", "—", "―"} {
			out = append(out, dashesFrom(t[:i]+d+t[i+1:], i+len(d), more-1)...)
		}
		return out
	}
	return []string{t}
}

// number returns the part of a time that a modifier names.
func (m *modifiers) number(t time.Time) float64 {
	switch m.moment {
	case "minute":
		return float64(t.Minute())
	case "hour":
		return float64(t.Hour())
	case "day":
		return float64(t.Day())
	case "week":
		_, week := t.ISOWeek()
		return float64(week)
	case "month":
		return float64(t.Month())
	}
	return float64(t.Year())
}

// comparison returns the test of a number; no operator means equal.
func comparison(op string, want float64) func(float64) bool {
	switch op {
	case "gt":
		return func(n float64) bool { return n > want }
	case "gte":
		return func(n float64) bool { return n >= want }
	case "lt":
		return func(n float64) bool { return n < want }
	case "lte":
		return func(n float64) bool { return n <= want }
	}
	return func(n float64) bool { return n == want }
}

// inBlock returns the test of an address.
func inBlock(text string) (func(string) bool, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return nil, fmt.Errorf("cidr %q: want a block such as 192.0.2.0/24", text)
	}
	return func(s string) bool {
		addr, err := netip.ParseAddr(s)
		return err == nil && prefix.Contains(addr.WithZone("").Unmap())
	}, nil
}

// expression compiles a regular expression.
func (m *modifiers) expression(text string) (*regexp.Regexp, error) {
	if m.flags != "" {
		text = "(?" + m.flags + ")" + text
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("re: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return re, nil
}

func parseNumber(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("%q: want a number", s)
	}
	return n, nil
}
