package result

import "strings"

// Language is a language of the catalogue, by its two-letter tag.
type Language string

// The languages the catalogue is written in.
const (
	English  Language = "en"
	Japanese Language = "ja"
	French   Language = "fr"
	Italian  Language = "it"
)

// Languages returns the languages of the catalogue, English first.
func Languages() []Language { return []Language{English, Japanese, French, Italian} }

// ParseLanguage reads a language tag ("ja", "ja-JP") or a locale name ("ja_JP.UTF-8") and reports whether the catalogue has the language.
// Without it English is returned.
func ParseLanguage(tag string) (Language, bool) {
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), ".")
	base, _, _ = strings.Cut(strings.ReplaceAll(base, "_", "-"), "-")
	for _, l := range Languages() {
		if string(l) == base {
			return l, true
		}
	}
	return English, false
}
