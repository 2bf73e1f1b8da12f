package graphjson

// Document is what one text holds.
type Document struct {
	Policies  []Policy // those of templates included
	Locations []Location
	Strengths []Strength
	// Others are the objects of other shapes; the text itself if it holds
	// no object of any shape.
	Others []Entry
}

// Decode reads a text: a single object, an array, a Graph collection, or a
// report that holds such lists. The file's name is for errors only. With an error,
// which is an *Error if data is no JSON and else Errors, the document holds what
// could be read without one.
func Decode(file string, data []byte) (Document, error) {
	n, err := Parse(file, data)
	if err != nil {
		return Document{}, err
	}
	return DecodeNode(n)
}

// DecodeNode is like Decode, for a text that was parsed.
func DecodeNode(n *Node) (Document, error) {
	var d Document
	var all Errors
	for _, e := range Entries(n) {
		all = append(all, d.add(e)...)
	}
	return d, all.orNil()
}

// add decodes the entry and adds it to the document unless there is an error.
func (d *Document) add(e Entry) Errors {
	switch e.Shape {
	case ShapePolicy, ShapeTemplate:
		p, errs := decodePolicy(e.Node, e.Path)
		if len(errs) > 0 {
			return errs
		}
		d.Policies = append(d.Policies, p)
	case ShapeLocation:
		l, errs := decodeLocation(e.Node, e.Path)
		if len(errs) > 0 {
			return errs
		}
		d.Locations = append(d.Locations, l)
	case ShapeStrength:
		s, errs := decodeStrength(e.Node, e.Path)
		if len(errs) > 0 {
			return errs
		}
		d.Strengths = append(d.Strengths, s)
	default:
		d.Others = append(d.Others, e)
	}
	return nil
}

// DecodePolicies returns the policies that Decode finds, with its error.
func DecodePolicies(file string, data []byte) ([]Policy, error) {
	d, err := Decode(file, data)
	return d.Policies, err
}

// DecodeLocations returns the named locations that Decode finds, with its error.
func DecodeLocations(file string, data []byte) ([]Location, error) {
	d, err := Decode(file, data)
	return d.Locations, err
}

// DecodeStrengths returns the authentication strengths that Decode finds, with
// its error.
func DecodeStrengths(file string, data []byte) ([]Strength, error) {
	d, err := Decode(file, data)
	return d.Strengths, err
}
