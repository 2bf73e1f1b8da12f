package result

import "time"

// FormatVersion is the version of the JSON export. It grows when a member is renamed, removed or changes its meaning; new members do not
// change it.
const FormatVersion = 1

// Description is everything about one code in one language: the JSON export of the catalogue. [Schema] describes it under
// "$defs/description".
type Description struct {
	FormatVersion int      `json:"formatVersion"`
	Language      Language `json:"language"`
	Entry
	Title         string       `json:"title"`
	Summary       string       `json:"summary"`
	Happened      string       `json:"happened"`
	UserSteps     []string     `json:"userSteps"`
	AdminSteps    []string     `json:"adminSteps"`
	Justification string       `json:"justification"`
	Sources       []SourceNote `json:"sources"`
	// Found is set where the code was taken out of a text.
	Found *FoundNote `json:"found,omitempty"`
}

// SourceNote is what another source says about the code.
type SourceNote struct {
	Source      string `json:"source"`
	Description string `json:"description"`
	// Verdict is "agrees", "contradicts", "silent" or "unjudged".
	Verdict string `json:"verdict"`
	// Reason tells what the verdict rests on.
	Reason string `json:"reason,omitempty"`
}

// FoundNote is [Found] in the JSON export.
type FoundNote struct {
	Codes         []Code     `json:"codes"`
	RequestID     string     `json:"requestId,omitempty"`
	CorrelationID string     `json:"correlationId,omitempty"`
	Time          *time.Time `json:"time,omitempty"`
	Values        Values     `json:"values,omitempty"`
}

// Descriptions is the JSON export of several codes, under "$defs/descriptions" in [Schema].
type Descriptions struct {
	FormatVersion int           `json:"formatVersion"`
	Language      Language      `json:"language"`
	Codes         []Description `json:"codes"`
}

// UnknownDescription is the JSON export's answer to a code that the catalogue does not have, under "$defs/unknown" in [Schema]. Known is
// always false.
type UnknownDescription struct {
	FormatVersion int          `json:"formatVersion"`
	Code          Code         `json:"code"`
	Known         bool         `json:"known"`
	Sources       []SourceNote `json:"sources"`
	Found         *FoundNote   `json:"found,omitempty"`
}

// Describe puts facts and prose together. Values go into the prose; nil leaves the parts that need them out.
func (e Entry) Describe(l Language, values Values) Description {
	t := e.Text(l).Fill(values)
	return Description{
		FormatVersion: FormatVersion, Language: l, Entry: e,
		Title: t.Title, Summary: t.Summary, Happened: t.Happened, UserSteps: t.UserSteps, AdminSteps: t.AdminSteps, Justification: t.Justification,
		Sources: []SourceNote{},
	}
}

// Note returns what was found for the JSON export.
func (f Found) Note() *FoundNote {
	note := &FoundNote{Codes: f.Codes, RequestID: f.RequestID, CorrelationID: f.CorrelationID, Values: f.Values}
	if note.Codes == nil {
		note.Codes = []Code{}
	}
	if !f.Time.IsZero() {
		note.Time = &f.Time
	}
	return note
}
