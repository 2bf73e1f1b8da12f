package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"

	"github.com/sallyport-id/sallyport/result"
)

//go:embed messages
var messageFiles embed.FS

// words are the texts of one language, and how it writes dates, numbers and
// places. Templates call the exported methods.
type words struct {
	Lang      result.Language
	localizer *i18n.Localizer
	printer   *message.Printer
	regions   display.Namer
}

// readWords reads the message catalogue of each language.
func readWords(languages []result.Language) (map[result.Language]*words, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	all := map[result.Language]*words{}
	for _, l := range languages {
		file := "messages/" + string(l) + ".json"
		if _, err := bundle.LoadMessageFileFS(messageFiles, file); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		tag, err := language.Parse(string(l))
		if err != nil {
			return nil, fmt.Errorf("read language %q: %w", l, err)
		}
		all[l] = &words{l, i18n.NewLocalizer(bundle, string(l)), message.NewPrinter(tag), display.Regions(tag)}
	}
	return all, nil
}

// T returns a message, with values for its placeholders: name, value, name,
// value. A message that a language lacks comes in English; the tests let none
// be missing.
func (w *words) T(id string, values ...any) string {
	return w.localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: pairs(values)})
}

// N returns the form of a message that goes with a count, which it may
// mention as Count.
func (w *words) N(id string, count int, values ...any) string {
	data := pairs(values)
	data["Count"] = w.Number(count)
	return w.localize(&i18n.LocalizeConfig{MessageID: id, PluralCount: count, TemplateData: data})
}

func (w *words) localize(c *i18n.LocalizeConfig) string {
	text, err := w.localizer.Localize(c)
	if text == "" && err != nil {
		return c.MessageID
	}
	return text
}

// Has reports whether there is such a message.
func (w *words) Has(id string) bool {
	_, err := w.localizer.Localize(&i18n.LocalizeConfig{MessageID: id})
	return err == nil
}

func pairs(values []any) map[string]any {
	m := make(map[string]any, len(values)/2+1)
	for i := 0; i+1 < len(values); i += 2 {
		m[fmt.Sprint(values[i])] = values[i+1]
	}
	return m
}

// Number writes a count as the language does.
func (w *words) Number(n int) string { return w.printer.Sprint(n) }

// Date writes an instant as the language does, in UTC and saying so: the
// person's zone is not known here. The script shows it in theirs.
func (w *words) Date(t time.Time) string {
	t = t.UTC()
	return w.T("date.format", "Day", t.Day(), "Month", w.T("date.month"+t.Format("01")), "Year", t.Year(), "Time", t.Format("15:04"))
}

// Instant writes an instant for the datetime attribute, and for references.
func (w *words) Instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Region names a country by its two-letter code; what is none stays as it is.
func (w *words) Region(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 {
		return code
	}
	if name := w.regions.Name(region); name != "" {
		return name
	}
	return strings.ToUpper(code)
}

// Word returns a label of the result-code catalogue.
func (w *words) Word(group, name string) string { return result.Word(w.Lang, group, name) }
