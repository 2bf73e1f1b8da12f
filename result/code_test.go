package result_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/result"
)

func TestParseCode(t *testing.T) {
	for text, want := range map[string]result.Code{
		"0": 0, "53003": 53003, " 53003\n": 53003, "AADSTS53003": 53003, "aadsts7000218": 7000218, "ＡＡＤＳＴＳ５３００３": 53003, "５３００３": 53003,
	} {
		if c, err := result.ParseCode(text); err != nil || c != want {
			t.Errorf("%q: %v, %v; want %v", text, c, err, want)
		}
	}
	for _, text := range []string{"", "1", "5300", "12345678", "053003", "-53003", "+53003", "53003x", "AADSTS", "error 53003", "5e4000"} {
		if c, err := result.ParseCode(text); err == nil {
			t.Errorf("%q was read as %v", text, c)
		} else if !strings.Contains(err.Error(), "five to seven digits") {
			t.Errorf("%q: %v does not say what was expected", text, err)
		}
	}
}

func TestLookupOfUnknown(t *testing.T) {
	for _, c := range []result.Code{-1, 1, 59999, 99999999} {
		if e, ok := result.Lookup(c); ok || e.Name != "" {
			t.Errorf("%v is in the catalogue as %q", c, e.Name)
		}
	}
}

func TestParseLanguage(t *testing.T) {
	for tag, want := range map[string]result.Language{"ja": "ja", "ja_JP.UTF-8": "ja", "FR-ca": "fr", "it": "it", "en-GB": "en"} {
		if l, ok := result.ParseLanguage(tag); !ok || l != want {
			t.Errorf("%q: %v, %v", tag, l, ok)
		}
	}
	for _, tag := range []string{"", "C", "de", "english"} {
		if l, ok := result.ParseLanguage(tag); ok || l != result.English {
			t.Errorf("%q: %v, %v", tag, l, ok)
		}
	}
}

func TestNamesOfClosedTypes(t *testing.T) {
	var r result.Risk
	if err := json.Unmarshal([]byte(`"High"`), &r); err != nil || r != result.RiskHigh {
		t.Errorf("%v, %v", r, err)
	}
	err := json.Unmarshal([]byte(`"huge"`), &r)
	if err == nil || !strings.Contains(err.Error(), "Low, Medium, High") {
		t.Errorf("error %v does not list the names", err)
	}
	if s := result.Stage(200).String(); s != "unknown(200)" {
		t.Errorf("an impossible stage is %q", s)
	}
}

func TestFill(t *testing.T) {
	e, _ := result.Lookup(result.DelegationDoesNotExist)
	text := e.Text(result.English)
	if s := text.Summary; strings.ContainsAny(s, "[]{}") {
		t.Errorf("template shows: %q", s)
	}
	// A value that looks like a template is a value.
	filled := text.Fill(result.Values{result.PlaceholderApp: "[[{user}]]", result.PlaceholderUser: "ada"})
	if !strings.Contains(filled.Summary, "The app [[{user}]] wants") {
		t.Errorf("value read again: %q", filled.Summary)
	}
	if again := filled.Fill(nil); again.Summary != text.Summary {
		t.Errorf("filled text cannot be filled anew: %q", again.Summary)
	}
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		words string
		want  result.Code
	}{
		{"stay signed in", result.KmsiInterrupt},
		{"BlockedByConditionalAccess", result.BlockedByConditionalAccess},
		{"secret expired", result.InvalidClientSecretExpiredKeysProvided},
		{"passkey counter", 135017},
		{"Too Many CALLS", result.TelephoneLimitReached},
	} {
		matches := result.Search(c.words, result.English)
		if len(matches) == 0 || matches[0].Entry.Code != c.want {
			t.Errorf("%q: %v, want %v first", c.words, codesOf(matches, 3), c.want)
		}
	}
	if m := result.Search("パス", result.Japanese); len(m) == 0 || m[0].Entry.Code != 130502 {
		t.Errorf("a pass is no password: %v", codesOf(m, 3))
	}
	for _, m := range result.Search("期限切れのトークン") {
		if m.Language != result.Japanese {
			t.Errorf("Japanese words found in %s", m.Language)
		}
	}
	if m := result.Search("token expired", result.English); len(m) < 2 {
		t.Errorf("token expired: %v", codesOf(m, 3))
	}
	for _, words := range []string{"", "  ", "?!", "xyzzyq"} {
		if m := result.Search(words); len(m) != 0 {
			t.Errorf("%q: %v", words, codesOf(m, 3))
		}
	}
}

func codesOf(matches []result.Match, n int) []result.Code {
	var codes []result.Code
	for _, m := range matches[:min(n, len(matches))] {
		codes = append(codes, m.Entry.Code)
	}
	return codes
}

// BenchmarkFirstLookup measures what a program pays that starts, looks one code up and ends: the parsing of the facts and of one language.
// Both are kept after the first time, so the benchmark decodes what they decode.
func BenchmarkFirstLookup(b *testing.B) {
	facts, text := readFile(b, "data/codes.json"), readFile(b, "data/text/en.json")
	b.ReportAllocs()
	for b.Loop() {
		var f struct{ Codes []result.Entry }
		var t textFile
		if err := json.Unmarshal(facts, &f); err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(text, &t); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := result.Lookup(result.BlockedByConditionalAccess); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkFind(b *testing.B) {
	text := pastes[4].text
	b.ReportAllocs()
	for b.Loop() {
		result.Find(text)
	}
}

func BenchmarkSearch(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		result.Search("token expired")
	}
}
