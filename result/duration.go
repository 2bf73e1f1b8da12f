package result

// Duration says whether waiting, retrying or an act of the user can end the state, or whether a setting, an object or the client has to
// change first.
type Duration uint8

const (
	DurationNone Duration = iota // success and information: there is nothing to end
	Temporary                    // time, a retry or something the user does
	Structural                   // a setting, an object or the client must change
)

var durationNames = [...]string{"none", "temporary", "structural"}

// String returns the name used in data and JSON.
func (v Duration) String() string { return nameOf(durationNames[:], uint8(v)) }

// MarshalText writes the name.
func (v Duration) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name, in any case; the error lists the names that exist.
func (v *Duration) UnmarshalText(text []byte) error {
	return valueOf(durationNames[:], "duration", text, (*uint8)(v))
}
