package result

// Relation says how one code stands to another.
type Relation uint8

const (
	SeeAlso        Relation = iota // worth reading together
	Refines                        // this code is a closer form of the other
	ConfusedWith                   // the two are often taken for one another
	OlderNumberFor                 // newer systems write the other
)

var relationNames = [...]string{"seeAlso", "refines", "confusedWith", "olderNumberFor"}

// String returns the name used in data and JSON.
func (v Relation) String() string { return nameOf(relationNames[:], uint8(v)) }

// MarshalText writes the name.
func (v Relation) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name, in any case; the error lists the names that exist.
func (v *Relation) UnmarshalText(text []byte) error {
	return valueOf(relationNames[:], "relation", text, (*uint8)(v))
}
