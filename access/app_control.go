package access

// appControl grades the approvedApplication and compliantApplication controls,
// which external people cannot meet (CA-107, CA-112).
func (q *query) appControl(f Fact[bool], as reading) Standing {
	if as != ordinary {
		return Failed
	}
	return met(truthOf(f), Failed)
}
