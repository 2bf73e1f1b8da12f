package result

// Answer says what the authorize endpoint does with a code.
type Answer uint8

const (
	AnswerNone     Answer = iota // the code cannot occur there
	AnswerPage                   // a page of ours answers; the client hears nothing
	AnswerRedirect               // the client is told by redirect
	AnswerContinue               // the flow goes on
)

var answerNames = [...]string{"none", "page", "redirect", "continue"}

// String returns the name used in data and JSON.
func (v Answer) String() string { return nameOf(answerNames[:], uint8(v)) }

// MarshalText writes the name.
func (v Answer) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name, in any case; the error lists the names that exist.
func (v *Answer) UnmarshalText(text []byte) error {
	return valueOf(answerNames[:], "answer", text, (*uint8)(v))
}
