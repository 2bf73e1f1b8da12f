package sources

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/sallyport-id/sallyport/result"
)

// The verdicts on what a source says.
const (
	// Agrees: it speaks of the same thing as ours or as another source, and nothing speaks against it.
	Agrees = "agrees"
	// Contradicts: it names another code, rates the risk otherwise, or speaks of another thing altogether than ours or another source.
	Contradicts = "contradicts"
	// Silent: it lists the code and says nothing of it.
	Silent = "silent"
	// Unjudged: too little is said to tell.
	Unjudged = "unjudged"
)

// Notes compares what the sources say about a code with our text and with each other. A comparison of texts in several languages by their
// topics is a pointer for a reader and no proof, so each verdict gives its reason.
func (c *Collection) Notes(code result.Code) []result.SourceNote {
	voices := c.voices(code)
	notes := make([]result.SourceNote, 0, len(voices))
	ours, known := ourVoice(code)
	for i, v := range voices {
		others := slices.Concat(voices[:i], voices[i+1:])
		if known {
			others = append([]voice{ours}, others...)
		}
		verdict, reason := judge(v, others, code)
		notes = append(notes, result.SourceNote{Source: v.name, Description: v.text, Verdict: verdict, Reason: reason})
	}
	return notes
}

// voice is what one source, or our catalogue, says about a code.
type voice struct {
	name, text string
	topics     []string
	// names are the symbolic names of the catalogue that the text mentions.
	names []string
	// risk is the risk given, in our words; empty if none or not understood.
	risk   string
	silent bool
}

func (c *Collection) voices(code result.Code) []voice {
	var all []voice
	for _, s := range c.Sources {
		e, ok := s.Lookup(code)
		if !ok {
			continue
		}
		all = append(all, voice{
			name: s.Name, text: e.says(), topics: topicsOf(e.says()), names: namesIn(e.says()), risk: riskOf(e.Risk), silent: IsSilent(e.says()),
		})
	}
	return all
}

// ourVoice speaks English: the topics are listed in every language, so that one is enough. Only title and summary count, as the longer text
// also tells of other readings.
func ourVoice(code result.Code) (voice, bool) {
	e, ok := result.Lookup(code)
	if !ok {
		return voice{}, false
	}
	t := e.Text(result.English)
	text := t.Title + ". " + t.Summary
	if !e.NameIsOurs {
		text += " " + e.Name
	}
	return voice{name: "Sallyport", text: text, topics: topicsOf(text), risk: e.BaseRisk.String()}, true
}

func judge(v voice, others []voice, code result.Code) (verdict, reason string) {
	if v.silent {
		return Silent, ""
	}
	if name, other, ok := foreignName(v, code); ok {
		return Contradicts, fmt.Sprintf("names %s, which is %v", name, other)
	}
	agrees := ""
	for _, o := range others {
		if v.risk != "" && o.risk != "" && v.risk != o.risk {
			return Contradicts, fmt.Sprintf("risk %s, %s says %s", v.risk, o.name, o.risk)
		}
		if o.silent || len(v.topics) == 0 || len(o.topics) == 0 {
			continue
		}
		common := shared(v.topics, o.topics)
		if len(common) == 0 {
			return Contradicts, fmt.Sprintf("speaks of %s, %s of %s", strings.Join(v.topics, ", "), o.name, strings.Join(o.topics, ", "))
		}
		if agrees == "" {
			agrees = fmt.Sprintf("like %s of %s", o.name, strings.Join(common, ", "))
		}
	}
	if agrees != "" {
		return Agrees, agrees
	}
	return Unjudged, "too little in common to compare"
}

// foreignName returns a symbolic name in the text that belongs to another code, unless the code's own name is there too.
func foreignName(v voice, code result.Code) (name string, other result.Code, ok bool) {
	own, known := result.Lookup(code)
	if known && slices.Contains(v.names, own.Name) || len(v.names) == 0 {
		return "", 0, false
	}
	for _, e := range result.All() {
		if e.Name == v.names[0] {
			return e.Name, e.Code, true
		}
	}
	return "", 0, false
}

// namesIn returns the public symbolic names in a text. Short ones are words of the language as well and prove nothing.
func namesIn(text string) []string {
	var names []string
	for _, e := range result.All() {
		if !e.NameIsOurs && len(e.Name) >= 14 && mentions(text, e.Name) {
			names = append(names, e.Name)
		}
	}
	return names
}

// mentions reports whether the name stands in the text as a word: UserStrongAuthEnrollmentRequired is not meant by its longer sibling.
func mentions(text, name string) bool {
	for {
		before, after, found := strings.Cut(text, name)
		if !found {
			return false
		}
		if !endsInLetter(before) && (after == "" || !isASCIILetter(after[0])) {
			return true
		}
		text = after
	}
}

func endsInLetter(s string) bool { return s != "" && isASCIILetter(s[len(s)-1]) }

func isASCIILetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

func shared(a, b []string) []string {
	var both []string
	for _, s := range a {
		if slices.Contains(b, s) {
			both = append(both, s)
		}
	}
	return both
}

//go:embed words.json
var wordsJSON []byte

// lexicon is words.json: what silence looks like, the words for risks, and the topics with the words that betray them in each language.
type lexicon struct {
	Silent []string            `json:"silent"`
	Risk   map[string][]string `json:"risk"`
	Topics map[string][]string `json:"topics"`
}

var words = sync.OnceValue(func() lexicon {
	var l lexicon
	if err := json.Unmarshal(wordsJSON, &l); err != nil {
		panic(fmt.Sprintf("sources: embedded words: %v", err)) // decoded by every test of this package
	}
	return l
})

// IsSilent reports whether a cell says that its source says nothing, in one of the usual ways.
func IsSilent(cell string) bool {
	plain := strings.ToLower(strings.Trim(strings.TrimSpace(cell), "()（）[].。*_` "))
	return plain == "" || slices.Contains(words().Silent, plain) || slices.Contains(words().Silent, strings.TrimSpace(cell))
}

func riskOf(cell string) string {
	plain := strings.ToLower(strings.Trim(cell, "*_` "))
	for risk, spellings := range words().Risk {
		if slices.Contains(spellings, plain) {
			return risk
		}
	}
	return ""
}

func topicsOf(text string) []string {
	lower := strings.ToLower(text)
	var topics []string
	for topic, spellings := range words().Topics {
		if slices.ContainsFunc(spellings, func(s string) bool { return strings.Contains(lower, s) }) {
			topics = append(topics, topic)
		}
	}
	slices.Sort(topics)
	return topics
}
