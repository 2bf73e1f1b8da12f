package sources

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport-id/sallyport/result"
)

// field is what a column holds.
type field int

const (
	ignoredField field = iota
	codeField
	descriptionField
	remediationField
	summaryField
	riskField
	justificationField
)

// column is a column of a table, understood.
type column struct {
	field field
	// source is whose column it is; empty for the author of the table.
	source string
}

// columnsOf maps the heads. A head that says nothing known is taken for the name of a source with its description; the exceptions are the
// heads of our own exports that only repeat our facts. Without a column of codes it returns an error that names the heads found.
func columnsOf(head []string) ([]column, error) {
	columns := make([]column, len(head))
	code := -1
	for i, h := range head {
		columns[i] = columnOf(h)
		if columns[i].field != codeField {
			continue
		}
		if code >= 0 {
			columns[i].field = ignoredField
			continue
		}
		code = i
	}
	if code < 0 {
		return nil, fmt.Errorf("no column of codes: expected a head such as ResultType or Code, found %q", head)
	}
	return columns, nil
}

// remark is a note in brackets behind a head, such as a translator's.
var remark = regexp.MustCompile(`\s*[(（][^()（）]*[)）]\s*$`)

func columnOf(head string) column {
	name := strings.TrimSpace(remark.ReplaceAllString(strings.Trim(head, "*_` "), ""))
	key := strings.ToLower(name)
	for f, heads := range wordsOfFields() {
		if slices.Contains(heads, key) {
			return column{field: f}
		}
	}
	for _, f := range []field{descriptionField, remediationField} {
		if source, ok := cutHead(name, wordsOfFields()[f]); ok {
			return column{field: f, source: source}
		}
	}
	if key == "" || slices.Contains(ourFacts(), key) {
		return column{}
	}
	return column{field: descriptionField, source: name}
}

// cutHead takes the word for the field off "Docs Description", "Description: Docs" or "Docs 説明".
func cutHead(name string, words []string) (source string, ok bool) {
	lower := strings.ToLower(name)
	if len(lower) != len(name) { // Lower case of another length: the cuts below would miss.
		return "", false
	}
	for _, w := range words {
		if rest, found := strings.CutSuffix(lower, w); found && rest != "" && !splitsWord(rest, w) {
			return strings.Trim(name[:len(rest)], " :-–—"), true
		}
		if rest, found := strings.CutPrefix(lower, w+":"); found {
			return strings.TrimSpace(name[len(name)-len(rest):]), true
		}
	}
	return "", false
}

// splitsWord reports whether a cut before w leaves part of a word, such as the
// "Ré" of "Résolution". Japanese writes words without spaces: any cut will do.
func splitsWord(rest, w string) bool {
	before, _ := utf8.DecodeLastRuneInString(rest)
	after, _ := utf8.DecodeRuneInString(w)
	latin := func(r rune) bool { return unicode.Is(unicode.Latin, r) }
	return latin(before) && latin(after)
}

// fieldWords are the heads in use elsewhere.
var fieldWords = map[field][]string{
	codeField: {
		"resulttype", "result type", "result code", "code", "error code", "errorcode", "error", "error number", "aadsts", "aadsts code", "number",
		"エラーコード", "エラー コード", "コード", "code d'erreur", "codice", "codice errore", "codice di errore",
	},
	descriptionField:   {"description", "message", "meaning", "説明", "メッセージ", "signification", "descrizione", "messaggio", "significato"},
	remediationField:   {"remediation", "solution", "fix", "対処", "対処方法", "修復", "remédiation", "résolution", "rimedio", "soluzione", "correzione"},
	summaryField:       {"summary", "要約", "概要", "résumé", "riepilogo", "sommario"},
	riskField:          {"risk assessment", "risk", "risk level", "リスク判定", "リスク", "évaluation du risque", "risque", "valutazione del rischio", "rischio"},
	justificationField: {"justification", "rationale", "根拠", "理由", "motivation", "motivazione", "giustificazione"},
}

// wordsOfFields adds to them the heads of our own exports in every language.
var wordsOfFields = sync.OnceValue(func() map[field][]string {
	all := map[field][]string{}
	for f, words := range fieldWords {
		all[f] = slices.Clone(words)
	}
	for f, name := range map[field]string{
		codeField: "resultType", descriptionField: "description", remediationField: "remediation", summaryField: "summary", riskField: "riskAssessment",
		justificationField: "justification",
	} {
		for _, l := range result.Languages() {
			all[f] = append(all[f], strings.ToLower(result.Word(l, "column", name)))
		}
	}
	return all
})

// ourFacts are the heads of "code list" that hold our own facts.
var ourFacts = sync.OnceValue(func() []string {
	var heads []string
	for _, name := range []string{"name", "title", "stage", "kind", "duration", "fixers", "baseRisk"} {
		for _, l := range result.Languages() {
			heads = append(heads, strings.ToLower(result.Word(l, "column", name)))
		}
	}
	return heads
})
