package access

// termsOfUse grades one agreement (CA-110); B2B direct connect does not know
// them (CA-112).
func (q *query) termsOfUse(id AgreementID, as reading) Standing {
	if as == directConnect {
		return Failed
	}
	accepted, known := q.facts.AcceptedTermsOfUse.Get()
	if !known {
		return Met | Promptable
	}
	for _, a := range accepted {
		if equalID(string(a), string(id)) {
			return Met
		}
	}
	return Promptable
}

// customControl grades a custom control, which another provider asks for (CA-111).
func (q *query) customControl(id string) Standing {
	done, known := q.facts.CustomControls.Get()
	if !known {
		return Met | Promptable
	}
	for _, d := range done {
		if equalID(d, id) {
			return Met
		}
	}
	return Promptable
}
