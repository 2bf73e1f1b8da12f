package signinlog

import (
	"math/rand/v2"
	"testing"
	"time"
)

// The spellings are those met in logs and in vendors' tests.
func TestTimeSpellings(t *testing.T) {
	for text, want := range map[string]string{
		"2007-01-09T09:41:00":            "2007-01-09T09:41:00Z",
		"2007-01-09T09:41:00Z":           "2007-01-09T09:41:00Z",
		"2007-01-09T09:41:00.12Z":        "2007-01-09T09:41:00.12Z",
		"2007-01-09T09:41:00.123456Z":    "2007-01-09T09:41:00.123456Z",
		"2007-01-09T09:41:00.1234567Z":   "2007-01-09T09:41:00.1234567Z",
		"2007-01-09T09:41:00.123456789Z": "2007-01-09T09:41:00.123456789Z",
		"2007-01-09T09:41:00+00:00":      "2007-01-09T09:41:00Z",
		"2007-01-09T09:41:00+02:00":      "2007-01-09T07:41:00Z",
		"2007-01-09T09:41:00.5-05:00":    "2007-01-09T14:41:00.5Z",
		"2007-01-09 09:41:00.983201900":  "2007-01-09T09:41:00.9832019Z",
		"2007-01-09 09:41:00 +0200":      "2007-01-09T07:41:00Z",
		"01/09/2007 09:41:00":            "2007-01-09T09:41:00Z",
		"1/9/2007 9:41:00 AM":            "2007-01-09T09:41:00Z",
		"1/9/2007 9:41:00 pm":            "2007-01-09T21:41:00Z",
		"1/9/2007 10:41:00 AM +01:00":    "2007-01-09T09:41:00Z",
		"1/9/2007, 9:41:00\u202fAM":      "2007-01-09T09:41:00Z",
		"4/28/2021, 2:08:45.221 PM":      "2021-04-28T14:08:45.221Z",
		"8/22/2022 6:07:16 PM":           "2022-08-22T18:07:16Z",
		"2024-02-29T00:00:00Z":           "2024-02-29T00:00:00Z",
	} {
		got, ok := parseTime([]byte(text))
		if !ok || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q is %v (%v), want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "x", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-32T00:00:00Z", "2024-01-01T24:00:00Z",
		"2024-01-01T00:60:00Z", "2024-01-01T00:00:00+25:00", "2024-01-01T00:00:00Zx", "28/04/2021 10:00:00", "1721748000", "0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z", "2024-01-01T", "0000000000000000000"} {
		if got, ok := parseTime([]byte(text)); ok {
			t.Errorf("%q is %v, want none", text, got)
		}
	}
}

// TestCalendar compares the arithmetic with the standard library's.
func TestCalendar(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		want := time.Unix(631152000+rng.Int64N(7289654399-631152000), rng.Int64N(1e9)).UTC()
		got, ok := parseTime([]byte(want.Format(time.RFC3339Nano)))
		if !ok || !got.Equal(want) {
			t.Fatalf("%v is %v", want, got)
		}
	}
}
