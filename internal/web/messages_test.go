package web_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/language"

	"github.com/nicksnyder/go-i18n/v2/i18n"

	"github.com/sallyport-id/sallyport/result"
)

// readMessages reads the catalogue of a language, id by id.
func readMessages(t *testing.T, l result.Language) map[string]*i18n.Message {
	t.Helper()
	name := filepath.Join("messages", string(l)+".json")
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := i18n.ParseMessageFileBytes(content, name, map[string]i18n.UnmarshalFunc{"json": json.Unmarshal})
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]*i18n.Message{}
	for _, message := range file.Messages {
		m[message.ID] = message
	}
	return m
}

// forms are the plural forms that a message must have, by language, and those
// that it has.
func forms(m *i18n.Message) map[string]string {
	all := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
	return all
}

var placeholder = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

func placeholders(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestMessagesAreComplete: every language has every message, with the same
// placeholders, and counted messages have the forms that the language needs.
func TestMessagesAreComplete(t *testing.T) {
	english := readMessages(t, result.English)
	if len(english) < 100 {
		t.Fatalf("English has only %d messages", len(english))
	}
	for _, l := range result.Languages() {
		messages := readMessages(t, l)
		for id, m := range english {
			if messages[id] == nil {
				t.Errorf("%s: %s is missing", l, id)
				continue
			}
			got := forms(messages[id])
			for _, form := range neededForms(l, m) {
				if got[form] == "" {
					t.Errorf("%s: %s has no form %q", l, id, form)
				}
			}
			for form, text := range got {
				if strings.TrimSpace(text) == "" || strings.TrimSpace(text) != text && id != "list.separator" {
					t.Errorf("%s: %s (%s) is blank or has spaces at an end: %q", l, id, form, text)
				}
				if want, found := placeholders(m.Other), placeholders(text); !slices.Equal(want, found) {
					t.Errorf("%s: %s (%s) has the placeholders %v; %v are expected", l, id, form, found, want)
				}
			}
		}
		for id := range messages {
			if english[id] == nil {
				t.Errorf("%s: %s is not among the English messages", l, id)
			}
		}
	}
}

// neededForms are the plural forms of CLDR that small counts use.
func neededForms(l result.Language, english *i18n.Message) []string {
	if len(forms(english)) == 1 || l == result.Japanese {
		return []string{"other"}
	}
	return []string{"one", "other"}
}

// TestTranslationsDiffer finds texts that were copied and not translated.
func TestTranslationsDiffer(t *testing.T) {
	same := regexp.MustCompile(`^(layout\.product|value\.(android|iOS|windows|windowsPhone|macOS|linux|exchangeActiveSync|easSupported)|date\.format|list\.separator|code\.field|condition\.(application|location)|layout\.account|password\.field|terms\.version|refusal\.code|lookup\.codes|refusal\.reference\.title|passkey.*|enrol\.enrol-passkey\.name|button\.no|keep-signed-in\.no)$`)
	english := readMessages(t, result.English)
	for _, l := range result.Languages()[1:] {
		for id, m := range readMessages(t, l) {
			if english[id] != nil && m.Other == english[id].Other && !same.MatchString(id) {
				t.Errorf("%s: %s reads as in English: %q", l, id, m.Other)
			}
		}
	}
}

// TestMessagesAreUsed: every message is mentioned somewhere, and every message
// that is mentioned exists. Ids that end in a dot or a format begin a group.
func TestMessagesAreUsed(t *testing.T) {
	english := readMessages(t, result.English)
	mentioned := map[string]bool{}
	id := regexp.MustCompile(`"([a-z]+(?:-[a-z]+)*(?:\.[a-zA-Z0-9-]+)*\.?)(%s\S*)?"`)
	var sources []string
	for _, pattern := range []string{"*.go", "templates/*.html", "templates/*/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, files...)
	}
	for _, file := range sources {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range id.FindAllStringSubmatch(string(content), -1) {
			mentioned[m[1]] = true
			// change.go's list names messages without their group.
			mentioned["change."+m[1]] = true
		}
		for _, m := range regexp.MustCompile(`\.[TN] "([^"]+)"`).FindAllStringSubmatch(string(content), -1) {
			if english[m[1]] == nil {
				t.Errorf("%s mentions %q, which is no message", file, m[1])
			}
		}
	}
	// Ids that are put together: a page's title, a fault's status.
	whole := regexp.MustCompile(`^(?:fault\.\d+\.(?:title|lead)|[a-z-]+\.title|enrol\.enrol-\w+\.\w+|date\.month\d\d|change\.method\.\w+)$`)
	for name := range english {
		used := mentioned[name] || whole.MatchString(name)
		for i := range name {
			used = used || name[i] == '.' && mentioned[name[:i+1]]
		}
		if !used {
			t.Errorf("%s is not used", name)
		}
	}
}

// TestEveryLanguageIsParsed guards against a tag that go-i18n cannot read.
func TestEveryLanguageIsParsed(t *testing.T) {
	for _, l := range result.Languages() {
		if tag, err := language.Parse(string(l)); err != nil || tag.String() != string(l) {
			t.Errorf("%s: %v, %v", l, tag, err)
		}
	}
}
