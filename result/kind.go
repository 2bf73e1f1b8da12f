package result

// Kind says what a code does to the attempt.
type Kind uint8

const (
	KindSuccess       Kind = iota // something was issued
	KindInformational             // a row of its own that neither stops nor asks
	KindInterrupt                 // the person can go on in the same flow by doing something; without a page it is a refusal (SI-105)
	KindRefusal                   // this request is over
)

var kindNames = [...]string{"success", "informational", "interrupt", "refusal"}

// String returns the name used in data and JSON.
func (v Kind) String() string { return nameOf(kindNames[:], uint8(v)) }

// MarshalText writes the name.
func (v Kind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name, in any case; the error lists the names that exist.
func (v *Kind) UnmarshalText(text []byte) error {
	return valueOf(kindNames[:], "kind", text, (*uint8)(v))
}
