package web

import (
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// reference is what the helpdesk needs to find an attempt.
type reference struct {
	Code                   result.Code // zero: there is none, or it is not told
	RequestID, Correlation string
	Time                   time.Time
	App                    string
}

// referenceOf returns the reference of a page that refuses nothing: a person
// who is stuck there can pass it on.
func referenceOf(v *view, step *signin.Step) *reference {
	if step.RequestID == "" {
		return nil
	}
	return &reference{step.Code, step.RequestID, step.Correlation, step.Time, v.App.DisplayName}
}

// Text is the block that people copy. Its words are English in every language,
// and are those that tools look for in a message of this kind, result.Find
// among them: whoever reads it may not read the person's language.
func (r *reference) Text() string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	if r.Code != 0 {
		line("Error code", r.Code.String())
	}
	line("Request Id", r.RequestID)
	line("Correlation Id", r.Correlation)
	if !r.Time.IsZero() {
		line("Timestamp", r.Time.UTC().Format(time.RFC3339))
	}
	line("App", oneLine(r.App))
	return strings.TrimSuffix(b.String(), "\n")
}

// oneLine keeps a name from writing lines of its own into the block.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
