package signinlog

// elastic reads a document in the Elastic Common Schema. A pipeline made it of
// another row, and only that row, which most pipelines keep in event.original,
// is read: the document itself has lost what the pipeline did not map.
func (p *parser) elastic(r *Record) verdict {
	if p.peek() != '{' {
		return verdict{kind: rowIsOfAnotherShape}
	}
	p.i++
	var original []byte
	var at bool
	var c cursor
	for f, ok := p.elastics.next(&p.tokens, &c); ok; f, ok = p.elastics.next(&p.tokens, &c) {
		switch f {
		case fieldElasticTime:
			at = true
			p.skip()
		case fieldElasticEvent:
			original = p.original()
		default:
			p.skip()
		}
	}
	switch {
	case p.failed != "":
		return verdict{kind: rowIsBad, format: FormatECS, text: p.failed}
	case !at:
		return verdict{kind: rowIsOfAnotherShape}
	case original == nil:
		return verdict{kind: rowIsOther, format: FormatECS, text: "ecs without event.original"}
	}
	return verdict{kind: rowHoldsRows, format: FormatECS, inner: original}
}

func (p *parser) original() (row []byte) {
	saved, ok := p.enter('{')
	if !ok {
		return nil
	}
	var c cursor
	for f, ok := p.elasticEvents.next(&p.tokens, &c); ok; f, ok = p.elasticEvents.next(&p.tokens, &c) {
		if f == fieldOriginal && p.peek() == '"' {
			row = append([]byte(nil), p.text()...)
			continue
		}
		p.skip()
	}
	p.leave(saved)
	return row
}
