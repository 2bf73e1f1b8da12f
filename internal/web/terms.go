package web

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/internal/signin"
)

// termsText is an agreement in the language nearest to the reader's.
type termsText struct {
	Name       string
	Lang       string // empty: not known
	Version    int
	Paragraphs []string
}

// blankLines part paragraphs.
var blankLines = regexp.MustCompile(`\n\s*\n`)

// Terms returns the agreement that the page shows; nil: none.
func (v *view) Terms() *termsText {
	step, ok := v.Body.(*signin.Step)
	if !ok || step.Terms == nil {
		return nil
	}
	lang, text := chooseText(step.Terms.Texts, string(v.Lang))
	t := &termsText{Name: step.Terms.DisplayName, Lang: lang, Version: step.Terms.Version}
	for _, p := range blankLines.Split(strings.ReplaceAll(text, "\r\n", "\n"), -1) {
		if p = strings.TrimSpace(p); p != "" {
			t.Paragraphs = append(t.Paragraphs, p)
		}
	}
	return t
}

// chooseText returns the text of a language, whatever its region; else the one
// for all others, else the English one, else the first.
func chooseText(texts map[string]string, wanted string) (lang, text string) {
	tags := slices.Sorted(maps.Keys(texts))
	for _, choice := range []func(string) bool{
		func(tag string) bool { base, _, _ := strings.Cut(tag, "-"); return strings.EqualFold(base, wanted) },
		func(tag string) bool { return tag == "" },
		func(tag string) bool { base, _, _ := strings.Cut(tag, "-"); return strings.EqualFold(base, "en") },
		func(string) bool { return true },
	} {
		if n := slices.IndexFunc(tags, choice); n >= 0 {
			return tags[n], texts[tags[n]]
		}
	}
	return "", ""
}
