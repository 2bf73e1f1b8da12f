package result

import "sync"

// Text is the prose about one code in one language. The fields are ready to show: parts that depend on values seen in the attempt are
// left out until [Text.Fill] is given those values. It is plain text; a page must escape it.
type Text struct {
	// Title is a headline without full stop.
	Title string `json:"title"`
	// Summary is one sentence to the person refused.
	Summary string `json:"summary"`
	// Happened tells a helpdesk what the system saw and decided.
	Happened string `json:"happened"`
	// UserSteps is what the person can try, in order.
	UserSteps []string `json:"userSteps"`
	// AdminSteps is what an administrator checks, in order.
	AdminSteps []string `json:"adminSteps"`
	// Justification says why the base risk is what it is.
	Justification string `json:"justification"`

	template *Text
}

// Text returns the prose about the code in a language; in English where the catalogue lacks the language.
func (e Entry) Text(l Language) Text {
	template, ok := textsIn(l).Codes[e.Code]
	if !ok {
		template = textsIn(English).Codes[e.Code]
	}
	return Text{template: &template}.Fill(nil)
}

// Fill returns the same text with the values seen in an attempt in their places. A part whose values are not all known is left out. Values
// are put in as they are and not read again for placeholders.
func (t Text) Fill(values Values) Text {
	if t.template == nil {
		return t
	}
	from := t.template
	return Text{
		Title:         fill(from.Title, values),
		Summary:       fill(from.Summary, values),
		Happened:      fill(from.Happened, values),
		UserSteps:     fillAll(from.UserSteps, values),
		AdminSteps:    fillAll(from.AdminSteps, values),
		Justification: fill(from.Justification, values),
		template:      from,
	}
}

func fillAll(templates []string, values Values) []string {
	filled := make([]string, len(templates))
	for i, t := range templates {
		filled[i] = fill(t, values)
	}
	return filled
}

// textFile is a file of data/text.
type textFile struct {
	Words map[string]map[string]string `json:"words"`
	Codes map[Code]Text                `json:"codes"`
}

// One reading per language and program: a program that speaks Japanese never pays for French.
var texts = map[Language]func() textFile{
	English:  sync.OnceValue(func() textFile { return readTexts(English) }),
	Japanese: sync.OnceValue(func() textFile { return readTexts(Japanese) }),
	French:   sync.OnceValue(func() textFile { return readTexts(French) }),
	Italian:  sync.OnceValue(func() textFile { return readTexts(Italian) }),
}

func textsIn(l Language) textFile {
	read, ok := texts[l]
	if !ok {
		read = texts[English]
	}
	return read()
}

func readTexts(l Language) textFile {
	var file textFile
	decodeEmbedded("data/text/"+string(l)+".json", &file)
	return file
}
