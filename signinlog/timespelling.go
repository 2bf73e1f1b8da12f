package signinlog

import (
	"strings"
	"time"
)

// parseTime reads a date in any of the spellings that logs have: RFC 3339 with
// any number of digits, the same with a space or without zone (then UTC), and
// the portal's month/day/year with a 12-hour or 24-hour clock. A date that the
// calendar does not have, or outside 1990 to 2200, is none.
func parseTime(b []byte) (time.Time, bool) {
	if at, ok := parseISO(b); ok {
		return at, true
	}
	return parseUS(string(b))
}

// parseISO reads 2006-01-02T15:04:05[.999999999][Z|±07:00].
func parseISO(b []byte) (time.Time, bool) {
	if len(b) < 19 || b[4] != '-' || b[7] != '-' || b[10]|0x20 != 't' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return time.Time{}, false
	}
	year, ok1 := digits(b[0:4])
	month, ok2 := digits(b[5:7])
	day, ok3 := digits(b[8:10])
	hour, ok4 := digits(b[11:13])
	minute, ok5 := digits(b[14:16])
	second, ok6 := digits(b[17:19])
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) || !validDate(year, month, day) || hour > 23 || minute > 59 || second > 60 {
		return time.Time{}, false
	}
	i, nanos := 19, 0
	if i < len(b) && b[i] == '.' {
		unit := 100_000_000
		for i++; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
			nanos += int(b[i]-'0') * unit
			unit /= 10
		}
	}
	offset, ok := parseZone(b[i:])
	if !ok {
		return time.Time{}, false
	}
	seconds := daysFromCivil(year, month, day)*86400 + int64(hour*3600+minute*60+second) - int64(offset)
	return time.Unix(seconds, int64(nanos)).UTC(), true
}

// parseZone reads what follows the seconds: nothing, Z, or ±07:00 with or
// without a space before it; the offset is in seconds.
func parseZone(b []byte) (offset int, ok bool) {
	if len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	if len(b) == 0 || len(b) == 1 && b[0]|0x20 == 'z' {
		return 0, true
	}
	if len(b) == 5 { // ±0700
		b = []byte{b[0], b[1], b[2], ':', b[3], b[4]}
	}
	if len(b) != 6 || b[3] != ':' || b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	hours, ok1 := digits(b[1:3])
	minutes, ok2 := digits(b[4:6])
	if !ok1 || !ok2 || hours > 23 || minutes > 59 {
		return 0, false
	}
	offset = hours*3600 + minutes*60
	if b[0] == '-' {
		offset = -offset
	}
	return offset, true
}

func digits(b []byte) (n int, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func validDate(year, month, day int) bool {
	if year < 1990 || year > 2200 || month < 1 || month > 12 || day < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days = 29
	}
	return day <= days
}

// daysFromCivil counts the days from 1970-01-01: years are taken to begin in
// March so that the leap day is a year's last.
func daysFromCivil(year, month, day int) int64 {
	y := int64(year)
	m := int64(month)
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	ofEra := y - era*400
	ofYear := (153*(m-3)+2)/5 + int64(day) - 1
	return era*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719468
}

// usLayouts are the portal's. Month comes first: a date like 28/04/2021 is none,
// rather than a guess that would silently misread 04/05/2021.
var usLayouts = []string{
	"1/2/2006, 3:04:05 PM", "1/2/2006 3:04:05 PM", "1/2/2006 3:04:05 PM -07:00",
	"1/2/2006, 15:04:05", "1/2/2006 15:04:05", "1/2/2006 15:04:05 -07:00",
	"1/2/2006, 3:04 PM", "1/2/2006 3:04 PM", "1/2/2006 15:04", "2006-01-02 15:04", "2006-01-02",
}

// parseUS reads the portal's spellings. Screens put no-break spaces into them.
func parseUS(s string) (time.Time, bool) {
	if len(s) < 8 || len(s) > 40 {
		return time.Time{}, false
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' }), " ")
	s = strings.ToUpper(s)
	for _, layout := range usLayouts {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC(), at.Year() >= 1990 && at.Year() <= 2200
		}
	}
	return time.Time{}, false
}
