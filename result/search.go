package result

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Match is an entry that [Search] found.
type Match struct {
	Entry Entry
	// Language is the language in which it matched best.
	Language Language
	// Score orders the matches; it has no unit.
	Score int
}

// Search finds the codes whose names or texts hold the given words, best first, looking in the given languages or, if none is given, in
// all. Case, accents and endings do not matter ("expired" finds "expires"). Entries with all words come alone; only if there are none do
// those with some of the words come.
func Search(words string, languages ...Language) []Match {
	terms := termsOf(words)
	if len(terms) == 0 {
		return nil
	}
	if len(languages) == 0 {
		languages = Languages()
	}
	var complete, partial []Match
	for _, entry := range catalogue() {
		match, hits := bestMatch(entry, terms, languages)
		switch {
		case hits == len(terms):
			complete = append(complete, match)
		case hits > 0:
			match.Score = match.Score * hits / len(terms)
			partial = append(partial, match)
		}
	}
	if len(complete) == 0 {
		complete = partial
	}
	slices.SortStableFunc(complete, func(a, b Match) int { return cmp.Compare(b.Score, a.Score) })
	return complete
}

func bestMatch(entry Entry, terms []term, languages []Language) (best Match, hits int) {
	best.Entry = entry
	for _, l := range languages {
		score, n := scoreOf(entry, textsIn(l).Codes[entry.Code], terms)
		if n > hits || n == hits && score > best.Score {
			best.Language, best.Score, hits = l, score, n
		}
	}
	return best, hits
}

// scoreOf adds, for each term, the weight of the most telling field that holds it.
func scoreOf(entry Entry, t Text, terms []term) (score, hits int) {
	fields := []struct {
		weight int
		text   string
	}{
		{12, entry.Name}, {10, t.Title}, {6, t.Summary}, {3, t.Happened},
		{2, strings.Join(t.UserSteps, " ")}, {2, strings.Join(t.AdminSteps, " ")}, {1, t.Justification},
	}
	folded := make([]string, len(fields))
	for i, f := range fields {
		folded[i] = fold(f.text)
	}
	for _, term := range terms {
		for i, f := range fields {
			if f.text != "" && term.in(folded[i], i == 0) {
				score += f.weight
				hits++
				break
			}
		}
	}
	return score, hits
}

// term is a word to look for, folded.
type term struct {
	text string
	// begins and ends say which neighbors would make it a part of a longer word; nil: none would. A word of an alphabet with spaces begins where a word begins, whatever its ending; a
	// katakana word is whole (パス is not in パスワード); kanji stand anywhere.
	begins, ends func(rune) bool
}

func (t term) in(folded string, anywhere bool) bool {
	for rest := folded; ; {
		before, after, found := strings.Cut(rest, t.text)
		if !found {
			return false
		}
		last, _ := utf8.DecodeLastRuneInString(folded[:len(folded)-len(rest)+len(before)])
		next, _ := utf8.DecodeRuneInString(after)
		if anywhere || (t.begins == nil || !t.begins(last)) && (t.ends == nil || !t.ends(next)) {
			return true
		}
		rest = after
	}
}

func isWordLetter(r rune) bool { return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

func isKatakana(r rune) bool { return unicode.Is(unicode.Katakana, r) || r == 'ー' }

// termsOf splits a query. Japanese writes no spaces: runs of kanji and katakana are the words, and the hiragana between them, mostly
// particles and endings, is left out unless it is all there is.
func termsOf(query string) []term {
	var terms []term
	for _, field := range strings.FieldsFunc(fold(query), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != 'ー' }) {
		if isASCII(field) {
			terms = append(terms, term{text: stemOf(field), begins: isWordLetter})
			continue
		}
		runs := strings.FieldsFunc(field, func(r rune) bool { return unicode.Is(unicode.Hiragana, r) && r != 'ー' })
		if len(runs) == 0 {
			runs = []string{field}
		}
		for _, run := range runs {
			terms = append(terms, japaneseTerm(run))
		}
	}
	return terms
}

func japaneseTerm(run string) term {
	if strings.IndexFunc(run, func(r rune) bool { return !isKatakana(r) }) < 0 {
		return term{text: run, begins: isKatakana, ends: isKatakana}
	}
	return term{text: run}
}

// stemOf cuts the ending of a longer word. Two letters are enough to join the forms that matter in English, French and Italian
// (expired and expires, expiré and expirée, scaduto and scaduta).
func stemOf(word string) string {
	if len(word) < 6 {
		return word
	}
	return word[:max(5, len(word)-2)]
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// fold brings text to the form in which it is compared: lower case, without the accents of French and Italian, full-width as half-width.
func fold(s string) string {
	return foldAccents.Replace(strings.ToLower(normalize(s)))
}

var foldAccents = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ä", "a", "ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e", "ì", "i", "í", "i", "î", "i", "ï", "i",
	"ò", "o", "ó", "o", "ô", "o", "ö", "o", "ù", "u", "ú", "u", "û", "u", "ü", "u", "œ", "oe", "æ", "ae", "’", "'",
)
