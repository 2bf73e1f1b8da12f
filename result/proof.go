package result

// Proof says what a code proves about the first factor (a password, or a session standing in for one). Attack detection relies on it
// (SI-106).
type Proof uint8

const (
	Unproven    Proof = iota // the code says nothing about it
	ProofPassed              // it was right
	ProofFailed              // it was presented and wrong
)

var proofNames = [...]string{"unproven", "passed", "failed"}

// String returns the name used in data and JSON.
func (v Proof) String() string { return nameOf(proofNames[:], uint8(v)) }

// MarshalText writes the name.
func (v Proof) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name, in any case; the error lists the names that exist.
func (v *Proof) UnmarshalText(text []byte) error {
	return valueOf(proofNames[:], "proof", text, (*uint8)(v))
}
