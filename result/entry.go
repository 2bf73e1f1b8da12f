package result

import (
	"slices"
	"sync"
)

// Entry holds the facts about one code. The slices are shared by all callers: read them, do not write to them.
type Entry struct {
	Code Code `json:"code"`
	// Name is the symbolic name, such as BlockedByConditionalAccess.
	Name string `json:"name"`
	// NameIsOurs is true where no public name exists and we gave one.
	NameIsOurs bool     `json:"nameIsOurs,omitempty"`
	Stage      Stage    `json:"stage"`
	Kind       Kind     `json:"kind"`
	Duration   Duration `json:"duration"`
	// DurationVaries is true where both durations occur; Duration is then the more frequent one.
	DurationVaries bool `json:"durationVaries,omitempty"`
	// Fixers are those who can do something about it, the likeliest first; empty where nothing needs doing.
	Fixers      []Fixer         `json:"fixers"`
	FirstFactor Proof           `json:"firstFactor"`
	BaseRisk    Risk            `json:"baseRisk"`
	Token       TokenAnswer     `json:"token,omitzero"`
	Authorize   AuthorizeAnswer `json:"authorize,omitzero"`
	// Related is sorted by code and reciprocal: the other code lists this one.
	Related []Related `json:"related,omitempty"`
}

// TokenAnswer is how the token endpoint tells of a code (sign-in.md §1.2, §2.1; ERR-2, ERR-3). The zero value: it cannot occur there.
type TokenAnswer struct {
	// Error is the value of "error"; empty on success.
	Error string `json:"error,omitempty"`
	// SubError is the value of "suberror"; empty where none applies.
	SubError string `json:"suberror,omitempty"`
	// Status is the HTTP status.
	Status int `json:"status,omitempty"`
	// Claims is true where a policy's demand goes along in "claims" (SI-214).
	Claims bool `json:"claims,omitempty"`
}

// Possible reports whether the code can occur at the token endpoint.
func (a TokenAnswer) Possible() bool { return a.Status != 0 }

// AuthorizeAnswer is how the authorize endpoint tells of a code (sign-in.md §2.2).
type AuthorizeAnswer struct {
	Answer Answer `json:"answer,omitempty"`
	// Error is sent to the client when Answer is AnswerRedirect; empty on success.
	Error string `json:"error,omitempty"`
	// SilentError is sent to the client of a silent request (prompt=none) instead of a page; empty where the page answers even then.
	SilentError string `json:"silentError,omitempty"`
}

// Related names another code and how this one stands to it.
type Related struct {
	Code     Code     `json:"code"`
	Relation Relation `json:"relation"`
}

// Lookup returns the entry of a code, and whether the catalogue has one.
func Lookup(c Code) (Entry, bool) {
	facts := catalogue()
	i, ok := slices.BinarySearchFunc(facts, c, func(e Entry, c Code) int { return int(e.Code - c) })
	if !ok {
		return Entry{}, false
	}
	return facts[i], true
}

// All returns every entry, sorted by code. The slice is the caller's.
func All() []Entry { return slices.Clone(catalogue()) }

var catalogue = sync.OnceValue(func() []Entry {
	var file struct {
		Codes []Entry `json:"codes"`
	}
	decodeEmbedded("data/codes.json", &file)
	return file.Codes
})
