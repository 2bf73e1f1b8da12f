package result

// Word returns a short label in a language, such as a table head: group and name are keys of "words" in the text files, for instance
// "column" and "remediation". A name without a label is returned as it is.
func Word(l Language, group, name string) string {
	if word := textsIn(l).Words[group][name]; word != "" {
		return word
	}
	return name
}

// Label returns the kind in words.
func (v Kind) Label(l Language) string { return Word(l, "kind", v.String()) }

// Label returns the duration in words.
func (v Duration) Label(l Language) string { return Word(l, "duration", v.String()) }

// Label returns the fixer in words; "user" reads as an address to the person ("You").
func (v Fixer) Label(l Language) string { return Word(l, "fixer", v.String()) }

// Label returns the risk in words.
func (v Risk) Label(l Language) string { return Word(l, "risk", v.String()) }

// Label returns in words what is proved about the first factor.
func (v Proof) Label(l Language) string { return Word(l, "proof", v.String()) }

// Label returns the relation in words, read from the code that has it.
func (v Relation) Label(l Language) string { return Word(l, "relation", v.String()) }

// Label returns the stage in words.
func (v Stage) Label(l Language) string { return Word(l, "stage", v.String()) }
