package signinlog

import (
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Reader turns UTF-16 into UTF-8, as spreadsheets and PowerShell's
// redirection write it. Half surrogates become U+FFFD.
type utf16Reader struct {
	r         io.Reader
	bigEndian bool
	in        []byte // read and not yet decoded
	out       []byte // decoded and not yet handed over
	err       error
}

func (u *utf16Reader) Read(b []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.fill()
	}
	n := copy(b, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *utf16Reader) fill() {
	chunk := make([]byte, 32<<10)
	n, err := u.r.Read(chunk)
	u.in = append(u.in, chunk[:n]...)
	u.err = err
	i := 0
	for ; i+1 < len(u.in); i += 2 {
		r := rune(u.unit(i))
		if utf16.IsSurrogate(r) {
			if i+3 >= len(u.in) && err == nil {
				break // the other half is still to come
			}
			if i+3 < len(u.in) {
				if r = utf16.DecodeRune(r, rune(u.unit(i+2))); r != utf8.RuneError {
					i += 2
				}
			}
		}
		u.out = utf8.AppendRune(u.out, r)
	}
	u.in = append(u.in[:0], u.in[i:]...)
	if err == io.EOF && len(u.in) > 0 {
		u.out = utf8.AppendRune(u.out, utf8.RuneError) // half a unit
		u.in = nil
	}
}

func (u *utf16Reader) unit(i int) uint16 {
	if u.bigEndian {
		return uint16(u.in[i])<<8 | uint16(u.in[i+1])
	}
	return uint16(u.in[i+1])<<8 | uint16(u.in[i])
}
