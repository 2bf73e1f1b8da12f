package result_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-id/sallyport/result"
)

func FuzzFind(f *testing.F) {
	for _, p := range pastes {
		f.Add(p.text)
	}
	f.Add("AADSTS\xff53003")
	f.Add(`[{"id":` + strings.Repeat("[", 200))
	f.Add("a%3")
	f.Fuzz(func(t *testing.T, text string) {
		found := result.Find(text)
		seen := map[result.Code]bool{}
		for _, c := range found.Codes {
			if back, err := result.ParseCode(c.String()); err != nil || back != c {
				t.Errorf("found %v, which is no code: %v", c, err)
			}
			if seen[c] {
				t.Errorf("%v twice", c)
			}
			seen[c] = true
		}
		for name, value := range found.Values {
			if value == "" || utf8.ValidString(text) && !utf8.ValidString(value) {
				t.Errorf("%s is %q", name, value)
			}
		}
	})
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"0", "53003", "AADSTS53003", "５３００３", "00001", "12345678", "-53003", "+53003", "AADSTS"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := result.ParseCode(s)
		if err != nil {
			return
		}
		if again, err := result.ParseCode(c.String()); err != nil || again != c {
			t.Errorf("%q reads as %v, and that as %v, %v", s, c, again, err)
		}
	})
}
