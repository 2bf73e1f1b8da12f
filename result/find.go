package result

import (
	"slices"
	"strings"
	"time"
)

// Found is what [Find] took out of a text.
type Found struct {
	// Codes are the codes named, the most certain first; empty if there is none. They need not be in the catalogue.
	Codes []Code
	// RequestID (also called trace id) and CorrelationID are GUIDs in lower case, or empty.
	RequestID     string
	CorrelationID string
	// Time is the time of the attempt in UTC, or zero. A time written without a zone is taken as UTC.
	Time time.Time
	// Values are further values seen, ready for [Text.Fill].
	Values Values
}

// Code returns the most certain code, and whether there is one.
func (f Found) Code() (Code, bool) {
	if len(f.Codes) == 0 {
		return 0, false
	}
	return f.Codes[0], true
}

// maxFind bounds the work [Find] does. Even the source of an error page is shorter.
const maxFind = 256 << 10

// Find reads any text in which a person may have received a code: a number, the JSON body of a token error, the text of an error page, an
// exception with its stack, an address bar, a row of a sign-in log as JSON, CSV or tab-separated text, or what a reader of screenshots
// made of one (full-width digits, O for 0). It never fails; what is not there stays empty.
func Find(text string) Found {
	if len(text) > maxFind {
		text = strings.ToValidUTF8(text[:maxFind], "")
	}
	text = decodePercent(strings.TrimSpace(normalize(text)))
	if found, ok := findInTable(text); ok {
		return found
	}
	found := Found{
		Codes:         findCodes(text),
		RequestID:     findRequestID(text),
		CorrelationID: findGUID(text, patterns().correlationID),
		Time:          findTime(text),
		Values:        findValues(text),
	}
	return found
}

// findCodes looks from the most certain spelling to the least, and takes a bare number only if nothing else is there and the catalogue
// knows it.
func findCodes(text string) []Code {
	if c, err := ParseCode(text); err == nil {
		return []Code{c}
	}
	var codes []Code
	add := func(digits string) {
		if c, err := ParseCode(digits); err == nil && !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	for _, m := range patterns().prefixed.FindAllStringSubmatch(text, -1) {
		add(misread.Replace(m[1]))
	}
	for _, m := range patterns().member.FindAllStringSubmatch(text, -1) {
		for number := range strings.FieldsFuncSeq(m[1], func(r rune) bool { return r < '0' || r > '9' }) {
			add(number)
		}
	}
	for _, p := range patterns().labelled {
		for _, m := range p.FindAllStringSubmatch(text, -1) {
			add(misread.Replace(m[1]))
		}
	}
	if len(codes) == 0 {
		return bareCodes(text)
	}
	return codes
}

// misread undoes what readers of screenshots make of digits.
var misread = strings.NewReplacer("O", "0", "o", "0", "I", "1", "l", "1", "i", "1", "L", "1")

// bareCodes finds numbers that stand by themselves and are in the catalogue.
func bareCodes(text string) []Code {
	var codes []Code
	for _, at := range patterns().digits.FindAllStringIndex(text, -1) {
		if !standsAlone(text, at[0], at[1]) {
			continue
		}
		c, err := ParseCode(text[at[0]:at[1]])
		if _, known := Lookup(c); err != nil || !known || c == Success || slices.Contains(codes, c) {
			continue
		}
		codes = append(codes, c)
	}
	return codes
}

// standsAlone reports whether the number at text[from:to] is neither part of an id, a date, an amount nor a longer word.
func standsAlone(text string, from, to int) bool {
	const glue = "-_./:+@#%$&="
	if from > 0 {
		before := text[from-1]
		if isWordByte(before) || strings.IndexByte(glue, before) >= 0 && (from < 2 || isWordByte(text[from-2])) {
			return false
		}
	}
	if to < len(text) {
		after := text[to]
		if isWordByte(after) || strings.IndexByte(glue, after) >= 0 && to+1 < len(text) && isWordByte(text[to+1]) {
			return false
		}
	}
	return true
}

func isWordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// findRequestID prefers a labelled id; a sign-in record calls its own simply "id".
func findRequestID(text string) string {
	for _, m := range patterns().requestID.FindAllStringSubmatch(text, -1) {
		if m[1] == "" { // "client-request-id" is the correlation id, "originalRequestId" another attempt's
			return strings.ToLower(m[2])
		}
	}
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return strings.ToLower(recordID(text))
	}
	return ""
}
