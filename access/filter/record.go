package filter

import "strings"

// Record gives the value of each property that a rule names. Matching calls
// Value for one property at a time, in no promised order, and not for every
// property; a pointer that implements Record costs Match no allocation.
type Record interface {
	Value(Property) Value
}

// Attributes are the custom security attributes of an app by definition id,
// which is the attribute set and the name joined by "_" (CA-37). A missing name
// is null. Attributes is the Record of an app rule.
type Attributes map[string]Value

// Value returns the attribute that p names, in any case, or null where there is
// none. A property of a device is null.
func (a Attributes) Value(p Property) Value {
	if v, ok := a[p.attribute]; ok && p.IsAttribute() {
		return v
	}
	// Graph takes definition ids in any case, so two that differ in case only
	// are one; should a map hold both, the first in byte order is taken, so
	// that the answer does not depend on the order of the map.
	var found string
	value, ok := Null(), false
	for name, v := range a {
		if p.IsAttribute() && strings.EqualFold(name, p.attribute) && (!ok || name < found) {
			found, value, ok = name, v, true
		}
	}
	return value
}
