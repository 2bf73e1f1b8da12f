package result

// Risk is the base risk: how much a code deserves attention by itself, before any context. Context changes the severity of a finding,
// never this.
type Risk uint8

const (
	RiskLow    Risk = iota // normal operation
	RiskMedium             // mostly a mistake, worth a look
	RiskHigh               // the trace attacks leave; review
)

var riskNames = [...]string{"Low", "Medium", "High"}

// String returns the name used in data and JSON.
func (v Risk) String() string { return nameOf(riskNames[:], uint8(v)) }

// MarshalText writes the name.
func (v Risk) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name, in any case; the error lists the names that exist.
func (v *Risk) UnmarshalText(text []byte) error {
	return valueOf(riskNames[:], "risk", text, (*uint8)(v))
}
