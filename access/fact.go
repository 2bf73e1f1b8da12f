package access

// Fact is a value that may be unknown. The zero Fact is unknown; a value that
// is known to be absent is Known of its zero value (no country, no device).
type Fact[T any] struct {
	value T
	known bool
}

// Known returns the fact that the value is v.
func Known[T any](v T) Fact[T] { return Fact[T]{value: v, known: true} }

// Get returns the value and whether it is known; the value of an unknown fact
// is T's zero value.
func (f Fact[T]) Get() (T, bool) { return f.value, f.known }

// IsKnown reports whether the value is known.
func (f Fact[T]) IsKnown() bool { return f.known }

// Or returns the value, or v where it is unknown.
func (f Fact[T]) Or(v T) T {
	if f.known {
		return f.value
	}
	return v
}
