package result

import "strings"

// normalize turns what cameras, keyboards and web pages make of plain ASCII back into it: full-width letters and digits, odd spaces and
// hyphens, curly quotes. Everything else stays as it is.
func normalize(s string) string {
	if isASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～': // U+FF01–U+FF5E mirror ASCII 0x21–0x7E
			return r - '！' + '!'
		case r == '\u3000' || r == '\u00a0' || r == '\u202f' || r == '\u2007' || r == '\u2009':
			return ' '
		case r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u2060' || r == '\ufeff' || r == '\u00ad':
			return -1
		case r >= '\u2010' && r <= '\u2015' || r == '\u2212':
			return '-'
		case r == '\u2018' || r == '\u2019' || r == '\u02bc':
			return '\''
		case r == '\u201c' || r == '\u201d':
			return '"'
		}
		return r
	}, s)
}

// decodePercent undoes the encoding of a query string. It is applied only to text that has no spaces, which is how an address bar or a
// redirect is pasted.
func decodePercent(s string) string {
	if !strings.Contains(s, "%") || strings.ContainsAny(s, " \n\t") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			out.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0:
			out.WriteByte(byte(hexDigit(s[i+1])<<4 | hexDigit(s[i+2])))
			i += 2
		default:
			out.WriteByte(s[i])
		}
	}
	return strings.ToValidUTF8(out.String(), "")
}

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}
