package explain

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/sallyport-id/sallyport/result"
)

//go:embed words.json
var wordsText []byte

// words are the labels of explanations by language; the texts about codes are
// the catalogue's.
var words = sync.OnceValue(func() map[result.Language]map[string]string {
	all := map[result.Language]map[string]string{}
	if err := json.Unmarshal(wordsText, &all); err != nil {
		panic("explain: words.json: " + err.Error()) // a test reads it
	}
	return all
})

// Word returns a label in a language, with values filled in.
func Word(l result.Language, key string, values ...any) string {
	w, ok := words()[l][key]
	if !ok {
		return key
	}
	if len(values) == 0 {
		return w
	}
	return fmt.Sprintf(w, values...)
}

// Tell puts the remedy into a sentence; name gives ids of places, policies and
// agreements a name.
func (r Remedy) Tell(l result.Language, name func(id string) string) string {
	if len(r.Steps) == 0 {
		return r.Change["advice"]
	}
	var parts []string
	for _, s := range r.Steps {
		text := words()[l][fmt.Sprintf("change.%d", s.Kind)]
		if strings.Contains(text, "%s") {
			text = fmt.Sprintf(text, name(s.Value))
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, Word(l, "and"))
}
